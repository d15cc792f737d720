"""Bytes to elements: XML without document types, entities or a way out of the process, and no more than a limit of it.

Every limit is looked at while the text is read, so what is over one costs no more than what came before it. The names
of a request are forgotten with it: a parser that keeps every name it ever met, as libxml2 does, grows with its clients.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from vcenter_simulator.host.refusals import Refusal

DEEPEST = 64
"""Elements inside one another; the deepest request of a real client has a dozen."""

MOST_ELEMENTS = 100_000
"""In one request. A filter over thirty thousand objects, one by one, still fits."""

MOST_ATTRIBUTES = 32
"""Of one element; the envelopes of real clients have four."""

LONGEST_NAME = 255
"""Characters of an element's name or of the value of an attribute, which is a name too: others keep and repeat them."""

LONGEST_TEXT = 256 << 10
"""Characters of a value."""

MOST_DECLARATIONS = 512
"""Of namespaces, in force at one place."""

XSI_TYPE = "http://www.w3.org/2001/XMLSchema-instance type"
"""How an attribute in a namespace is named here: the namespace, a space, the local name."""

# What is fed at once: an error inside ends the parsing at the end of a slice and not before.
_SLICE = 256 << 10


@dataclass(slots=True, eq=False)
class Element:
    """One element; comments, processing instructions and text between elements are left out."""

    namespace: str
    name: str
    attributes: dict[str, str]
    stated_type: tuple[str | None, str] | None
    """What ``xsi:type`` says: the namespace that its prefix stands for, and the name."""
    children: "list[Element]" = field(default_factory=list)
    text: str = ""
    """Of an element without children."""

    def find(self, name: str) -> "Element | None":
        """Return the first child of that name."""
        return next((child for child in self.children if child.name == name), None)


def parse(body: bytes) -> Element:
    """Return the root element of *body*.

    Raises:
        Refusal: InvalidRequest for what is not well-formed, has a document type, or is over a limit.
    """
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartNamespaceDeclHandler = builder.declare
    parser.EndNamespaceDeclHandler = builder.undeclare
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text.append
    try:
        for at in range(0, len(body), _SLICE):
            parser.Parse(body[at : at + _SLICE], False)  # noqa: FBT003 - positional only
        parser.Parse(b"", True)  # noqa: FBT003 - positional only
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The latter two are about an encoding that nobody knows.
        raise invalid_request("The request is not well-formed XML.") from error
    return builder.root


def invalid_request(text: str) -> Refusal:
    """Say what is wrong with a request."""
    return Refusal("InvalidRequest", text)


class _Builder:
    """The tree as far as it has been read."""

    def __init__(self) -> None:
        self.root = Element("", "", {}, None)
        self.text: list[str] = []
        """Since the last tag."""
        self._open: list[Element] = []
        self._elements = 0
        self._declarations = 0
        self._prefixes: dict[str | None, list[str]] = {}

    def declare(self, prefix: str | None, uri: str) -> None:
        self._declarations += 1
        if self._declarations > MOST_DECLARATIONS:
            raise invalid_request(f"The request declares more than {MOST_DECLARATIONS} namespaces.")
        self._prefixes.setdefault(prefix, []).append(uri)

    def undeclare(self, prefix: str | None) -> None:
        self._declarations -= 1
        self._prefixes[prefix].pop()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise invalid_request(f"The request has more than {MOST_ELEMENTS} elements.")
        if len(attributes) > MOST_ATTRIBUTES:
            raise invalid_request(f"An element of the request has more than {MOST_ATTRIBUTES} attributes.")
        namespace, _, local = name.rpartition(" ")
        if len(local) > LONGEST_NAME or any(len(value) > LONGEST_NAME for value in attributes.values()):
            raise invalid_request(f"A name in the request has more than {LONGEST_NAME} characters.")
        stated = self._stated_type(attributes[XSI_TYPE]) if XSI_TYPE in attributes else None
        element = Element(namespace, local, attributes, stated)
        if not self._open:
            self.root = element
        elif len(self._open) == DEEPEST:
            raise invalid_request("The request is nested too deeply.")
        else:
            self._open[-1].children.append(element)
        self._open.append(element)
        self.text.clear()

    def end(self, _: str) -> None:
        element = self._open.pop()
        if not element.children:
            element.text = "".join(self.text)
            if len(element.text) > LONGEST_TEXT:
                raise invalid_request(f"A value in the request has more than {LONGEST_TEXT} characters.")
        self.text.clear()

    def _stated_type(self, text: str) -> tuple[str | None, str]:
        prefix, _, local = text.strip().rpartition(":")
        declared = self._prefixes.get(prefix or None)
        return declared[-1] if declared else None, local


def _refuse_doctype(*_: object) -> None:
    raise invalid_request("A document type is not allowed in a request.")
