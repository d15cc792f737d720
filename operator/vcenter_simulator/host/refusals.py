"""How a host or vCenter says no: a vSphere fault by name, with the text and the fields that it carries."""


class Refusal(Exception):  # noqa: N818 - the field's noun: a request is refused, nothing went wrong
    """A request that is refused with a vSphere fault.

    Args:
        fault: the fault's name on the wire, for example ``HostConfigFault``.
        text: the human sentence.
        details: values for the fault's own fields, by their names.
    """

    def __init__(self, fault: str, text: str, /, **details: object) -> None:
        super().__init__(text)
        self.fault = fault
        self.text = text
        self.details = details

    def to_keep(self, longest: int) -> "Refusal":
        """Return it for keeping: without its trace, which holds on to the whole request, and with short texts."""
        short = {name: one[:longest] if isinstance(one, str) else one for name, one in self.details.items()}
        return Refusal(self.fault, self.text[:longest], **short)


def not_found(what: str) -> Refusal:
    """Say that *what* does not exist."""
    return Refusal("NotFound", f"{what} could not be found.")


def already_exists(name: str) -> Refusal:
    """Say that *name* is taken."""
    return Refusal("AlreadyExists", f"The specified key, name, or identifier '{name}' already exists.", name=name)


def invalid_argument(parameter: str, why: str) -> Refusal:
    """Say which parameter of the request is wrong, and why."""
    text = f"A specified parameter was not correct: {parameter}. {why}"
    return Refusal("InvalidArgument", text, invalidProperty=parameter)


def resource_in_use(name: str) -> Refusal:
    """Say that something uses *name*."""
    return Refusal("ResourceInUse", f"The resource '{name}' is in use.", name=name)


def invalid_state(text: str) -> Refusal:
    """Say that something is in no state for it."""
    return Refusal("InvalidState", text)


def config_fault(text: str) -> Refusal:
    """Say that the host could not make the change."""
    return Refusal("HostConfigFault", text)


def system_error() -> Refusal:
    """Say that the simulator itself failed: the client reads a fault like any other, the trace is for the log."""
    return Refusal("SystemError", "A general system error occurred.", reason="")


def not_supported(text: str) -> Refusal:
    """Say that the operation does not exist here."""
    return Refusal("NotSupported", text)
