"""SOAP answers as XML trees: whole or not at all."""

from lxml import etree

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
VIM = "{urn:vim25}"


class UnreadableAnswerError(Exception):
    """The bytes are no complete SOAP answer."""


def parse(raw: bytes) -> etree._Element:
    """Parse XML of a server: no entities, no network, no document type from elsewhere.

    Raises:
        XMLSyntaxError: not well-formed, or cut off.
    """
    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def open_answer(raw: bytes) -> etree._Element:
    """Return the one element in the Body of a complete SOAP answer: a response or a Fault.

    pyVmomi's deserialiser takes a body that was cut off for an empty answer, so nothing reaches it unchecked.

    Raises:
        UnreadableAnswerError: cut off, or no SOAP.
    """
    try:
        root = parse(raw)
    except etree.XMLSyntaxError as error:
        raise UnreadableAnswerError(f"the answer is no XML: {error.msg}") from error
    body = root.find(f"{SOAP}Body")
    content = next(iter(body), None) if body is not None else None
    if root.tag != f"{SOAP}Envelope" or content is None:
        raise UnreadableAnswerError("the answer is no SOAP message")
    return content


def fault_name_and_text(fault: etree._Element) -> tuple[str, str]:
    """Read type name and sentence of a SOAP Fault without knowing its type."""
    detail = fault.find("detail")
    typed = next(iter(detail), None) if detail is not None else None
    name = etree.QName(typed).localname.removesuffix("Fault") if typed is not None else "an untyped fault"
    return name, fault.findtext("faultstring") or name
