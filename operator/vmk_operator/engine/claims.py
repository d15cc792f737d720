"""What the hosts of one vCenter need to know of each other."""

from vmk_operator.model.identity import HostRef
from vmk_operator.planner.surroundings import Surroundings


class Claims:
    """Kept by changes, so that what concerns one host is at hand when it is planned."""

    def around(self, host: HostRef) -> Surroundings:  # noqa: ARG002
        """Answer what is known around *host*."""
        return Surroundings()
