"""A blocking client of the control port, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

TIMEOUT_S = 60


class ControlError(RuntimeError):
    """What the control port refused.

    Args:
        status: of its HTTP answer.
        sentence: why; the message.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class ControlClient:
    """The control port of a simulator.

    Args:
        url: where it is.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def request(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """Ask for anything that the control port answers; bytes are sent as they are, everything else as JSON.

        Raises:
            ControlError: when it refuses.
            OSError: when nobody answers.
        """
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        asked = {name: _word(value) for name, value in query.items() if value is not None}
        address = f"{self.url}{path}{'?' + urlencode(asked) if asked else ''}"
        request = Request(address, data=data, method=method)  # noqa: S310 - the simulator's own address
        try:
            with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - the simulator's own address
                text = answer.read()
        except HTTPError as error:
            with error:
                raise ControlError(error.code, json.loads(error.read())["error"]) from None
        return json.loads(text) if text else None

    def calls(self, host: str | None = None) -> dict[str, int]:
        """Return how often each method was called, on one host or at all."""
        found: dict[str, int] = self.request("GET", "/calls", host=host)
        return found

    def clear_calls(self) -> None:
        """Begin to count anew."""
        self.request("DELETE", "/calls")

    def journal(self, **query: object) -> list[dict[str, Any]]:
        """Return the writes, or with ``writes=False`` every request, as the query of ``GET /journal`` chooses them."""
        found: list[dict[str, Any]] = self.request("GET", "/journal", **query)
        return found

    def overlaps(self, host: str | None = None) -> list[dict[str, Any]]:
        """Return pairs of writes that were under way on one host at the same time."""
        found: list[dict[str, Any]] = self.request("GET", "/journal/overlaps", host=host)
        return found

    def add_fault(self, **rule: object) -> int:
        """Put a fault rule in force, in the words of ``POST /faults``; return its id."""
        return int(self.request("POST", "/faults", rule)["id"])

    @contextmanager
    def fault(self, **rule: object) -> Iterator[int]:
        """Keep a fault rule in force as long as the block runs."""
        number = self.add_fault(**rule)
        try:
            yield number
        finally:
            self.request("DELETE", f"/faults/{number}")

    def faults(self) -> list[dict[str, Any]]:
        """Return the rules in force with how often each has hit."""
        found: list[dict[str, Any]] = self.request("GET", "/faults")
        return found

    def clear_faults(self) -> None:
        """Withdraw all rules."""
        self.request("DELETE", "/faults")

    def sessions(self) -> list[dict[str, Any]]:
        """Return who is logged in."""
        found: list[dict[str, Any]] = self.request("GET", "/sessions")
        return found

    def expire_sessions(self, *, username: str | None = None, key: str | None = None) -> int:
        """End sessions, all or some; return how many."""
        return int(self.request("POST", "/sessions/expire", {"username": username, "key": key})["expired"])

    def set_connection(self, host: str, state: str) -> None:
        """Let vCenter be ``connected`` to a host, ``disconnected``, or let it be ``notResponding``."""
        self.request("POST", f"/hosts/{quote(host, safe='')}/connection", {"state": state})

    def edit_host(self, host: str, **edit: object) -> None:
        """Change a host behind vCenter's back, in the words of ``POST /hosts/NAME/edit``."""
        self.request("POST", f"/hosts/{quote(host, safe='')}/edit", edit)

    def restart_host(self, host: str) -> None:
        """Restart a host, in no time: what waits for that is in force then."""
        self.request("POST", f"/hosts/{quote(host, safe='')}/restart")

    def state(self) -> dict[str, Any]:
        """Dump the fleet."""
        found: dict[str, Any] = self.request("GET", "/state")
        return found

    def load(self, fleet: dict[str, Any] | str | Path) -> None:
        """Make the fleet another one: a dumped one, a text in YAML or JSON, or a file with either."""
        if isinstance(fleet, Path):
            fleet = fleet.read_text(encoding="utf-8")
        self.request("PUT", "/state", fleet.encode() if isinstance(fleet, str) else fleet)

    def now(self) -> str:
        """Return the simulated time."""
        return str(self.request("GET", "/clock")["now"])

    def advance_clock(self, seconds: float) -> str:
        """Move the simulated time; return what it is then."""
        return str(self.request("POST", "/clock", {"advanceSeconds": seconds})["now"])


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
