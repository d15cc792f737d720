"""Why a document is refused, in one sentence that says where and what would do."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import ValidationError

from vcenter_simulator.fleet.places import place

_KEY = "[key]"
"""How pydantic marks that it is the key that is wrong, not the value under it."""

_BRANCH = re.compile(r"int|str|bool|[A-Z]\w*Document")
"""How pydantic names the kinds that a field may be of; no reader finds those in a document."""

MOST_LISTED = 15
"""Names that a sentence has room for."""


def sentence(error: ValidationError) -> str:
    """Return the first thing that is wrong with a document, with its place."""
    found = error.errors(include_url=False, include_input=False)
    first = found[0]
    where = place(part for part in first["loc"] if part != _KEY and not _is_branch(part))
    text = first["msg"].removeprefix("Value error, ")
    if _KEY in first["loc"]:
        text = f"as a name this is wrong: {text}"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{where}: {text}{more}" if where else f"{text[:1].upper()}{text[1:]}{more}"


def alternatives(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` when *word* looks like one of the known ones, otherwise which there are."""
    by_lower = {one.lower(): one for one in known}
    close = get_close_matches(word.lower(), by_lower, n=1)
    if close:
        return f"; did you mean '{by_lower[close[0]]}'?"
    return f"; there is {', '.join(by_lower.values())}" if 0 < len(by_lower) <= MOST_LISTED else ""


def _is_branch(part: str | int) -> bool:
    return isinstance(part, str) and _BRANCH.fullmatch(part) is not None
