"""The policies of standard switches and port groups; what is ``null`` is inherited."""

from vcenter_simulator.fleet.base import Document


class SecurityDocument(Document):
    """Which frames are let through."""

    promiscuous: bool | None = None
    mac_changes: bool | None = None
    forged_transmits: bool | None = None


class TeamingDocument(Document):
    """How traffic is spread over the uplinks."""

    policy: str | None = None
    reverse: bool | None = None
    notify: bool | None = None
    rolling: bool | None = None
    beacon: bool | None = None
    active: tuple[str, ...] | None = None
    standby: tuple[str, ...] | None = None


class ShapingDocument(Document):
    """The limits of outgoing traffic, in bits a second and bytes."""

    enabled: bool | None = None
    average: int | None = None
    peak: int | None = None
    burst: int | None = None


class PolicyDocument(Document):
    """What a switch or port group does otherwise than what it is made from."""

    security: SecurityDocument = SecurityDocument()
    teaming: TeamingDocument = TeamingDocument()
    shaping: ShapingDocument = ShapingDocument()
