"""Text to what XML can carry."""

import re

# Not even as a character reference.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Escape *text* for XML; what XML can't carry at all is replaced."""
    # Nearly every text is such a one, and a regular expression takes five times as long to say so.
    if text.isprintable() and "&" not in text and "<" not in text and ">" not in text:
        return text
    text = _UNSPEAKABLE.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
