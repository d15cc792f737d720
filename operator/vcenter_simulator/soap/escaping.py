"""Text to what XML can carry."""

import re

# Not even as a character reference.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Nearly every text has none of these.
_REMARKABLE = re.compile(f"[&<>]|{_UNSPEAKABLE.pattern}")


def escape(text: str) -> str:
    """Escape *text* for XML; what XML can't carry at all is replaced."""
    if _REMARKABLE.search(text) is None:
        return text
    text = _UNSPEAKABLE.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
