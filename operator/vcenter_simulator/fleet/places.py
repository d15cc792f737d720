"""Where something is in a document, as a person would write it down."""

import re
from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def place(parts: Iterable[str | int]) -> str:
    """Return a path like ``datacenters[0].hosts[2].adapters.vmk1.mtu``; a key that is no plain word is quoted."""
    written = ""
    for part in parts:
        if isinstance(part, int):
            written += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            written += f".{part}" if written else part
        else:
            written += f'["{part}"]'
    return written
