"""A call with everything that a method needs to answer it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vcenter_simulator.authorization.checking import not_authenticated
from vcenter_simulator.authorization.sight import Sight, StrangersSight
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.request_log import Entry
from vcenter_simulator.sessions import Session
from vcenter_simulator.vcenter import VCenter

STRANGERS = StrangersSight()


@dataclass(frozen=True, slots=True)
class Encoded:
    """A result that is encoded already: its ``returnval`` elements."""

    parts: list[bytes]


@dataclass(slots=True)
class Call:
    """One request.

    Args:
        vcenter: the vCenter that was called.
        target: the object that was called.
        session: the caller's; a login sets it.
        entry: the request in the journal.
        arguments: a value for every parameter of the method.
        version: the caller's API version.
        peer: the caller's address.
        user_agent: what the caller says it is.
    """

    vcenter: VCenter
    target: PublishedObject
    session: Session | None
    entry: Entry
    arguments: Mapping[str, Any]
    version: str
    peer: str
    user_agent: str

    @property
    def logged_in(self) -> Session:
        """The session.

        Raises:
            Refusal: NotAuthenticated without one.
        """
        if self.session is None:
            raise not_authenticated()
        return self.session

    @property
    def sight(self) -> Sight:
        """What the caller sees."""
        return STRANGERS if self.session is None else self.session.sight

    def find(self, moid: str) -> PublishedObject | None:
        """Find an object as the caller sees it."""
        own = self.session.objects.get(moid) if self.session is not None else None
        published = own or self.vcenter.find(moid)
        return None if published is None else self.sight.seen(published)


Method = Callable[[Call], Awaitable[Any]]

MethodTable = Mapping[str, Method]
"""From a method's WSDL name to what it does."""
