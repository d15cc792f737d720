"""Text to what XML can carry."""

from pyVmomi import SoapAdapter


def escape(text: str) -> str:
    """Escape *text* for XML; what XML can't carry at all is replaced."""
    printable = "".join(one if one >= " " or one in "\t\n\r" else "�" for one in text)
    return str(SoapAdapter.XmlEscape(printable))
