"""HTTP to this machine's own servers: never through a proxy, always with a deadline."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl


def fetch(
    url: str, *, method: str = "GET", body: Any = None, context: ssl.SSLContext | None = None, within: float = 5.0
) -> str:
    """Return the text of an answer.

    Args:
        url: where.
        method: the HTTP method.
        body: sent as JSON unless None.
        context: whom to trust, for https.
        within: seconds per read.

    Raises:
        OSError: no answer, or (as `urllib.error.HTTPError`) one that is no success.
    """
    data = None if body is None else json.dumps(body).encode()
    headers = {} if data is None else {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - our own http and https URLs
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if context is not None:
        handlers.append(urllib.request.HTTPSHandler(context=context))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=within) as answer:
            text: str = answer.read().decode()
            return text
    except urllib.error.HTTPError as error:
        with error:
            error.add_note(error.read().decode(errors="replace"))
        raise


def answers(url: str, *, context: ssl.SSLContext | None = None) -> bool:
    """Whether the URL answers with success now."""
    try:
        fetch(url, context=context)
    except OSError:
        return False
    return True
