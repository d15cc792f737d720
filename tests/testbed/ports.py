"""Free ports for servers that cannot choose one themselves and say which."""

from __future__ import annotations

import random
import socket

from testbed.errors import StartError

# Below the range that Linux hands out to outgoing connections: between finding a port and the server's bind, no
# connection of another process can take it.
_RANGE = range(20000, 32000)
_ATTEMPTS = 100


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on.

    Raises:
        StartError: none was found.
    """
    for _ in range(_ATTEMPTS):
        port = random.choice(_RANGE)
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StartError(f"no free port of 127.0.0.1 between {_RANGE.start} and {_RANGE.stop}")
