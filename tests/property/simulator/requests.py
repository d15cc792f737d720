"""Requests as text: of every method that is simulated, with arguments after the schema, and mutilated."""

from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from pyVmomi import VmomiSupport

from vcenter_simulator.methods.dispatch import TABLES
from vcenter_simulator.soap.references import managed_type, methods_of

DEEPEST = 5
"""Objects inside one another; deeper ones have only what they must."""

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns="urn:vim25"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)

WAYS = sorted(
    (kind, method) for kind, table in TABLES.items() for method in table if not method.startswith(("Wait", "Login"))
)
"""Kind and method; those that wait are left out, they would."""

KINDS = sorted({*TABLES, "Folder", "Datacenter", "ClusterComputeResource", "DistributedVirtualPortgroup"})
"""Of managed objects. The id of one is written as its kind between two signs: who sends the request knows it."""

TEXTS = st.one_of(
    st.sampled_from(
        ["", "vmk0", "vmk1", "vmk9", "vmotion", "management", "defaultTcpipStack", "vSwitch0", "Storage-30", "10.0.0.9"]
    ),
    st.sampled_from(
        ["255.255.255.0", "edit", "add", "remove", "modify", "name", "config.network.vnic", "fe80::1", "1"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=12),
)

Write = Any
"""What Hypothesis gives to draw with."""


@st.composite
def requests(draw: Write, ways: list[tuple[str, str]] | None = None) -> tuple[str, str, str]:
    """Draw one of some methods, or of all, and return its kind, its name, and the text of a call."""
    kind, method = draw(st.sampled_from(ways or WAYS))
    info = methods_of(kind)[method]
    arguments = "".join(_elements(draw, one, DEEPEST) for one in info.params)
    call = f'<{method}><_this type="{kind}">{_moid(draw, kind)}</_this>{arguments}</{method}>'
    return kind, method, ENVELOPE.format(call)


@st.composite
def mutilated(draw: Write, whole: st.SearchStrategy[tuple[str, str, str]]) -> bytes:
    """Draw a request with pieces of it doubled, moved, cut out or replaced."""
    text: bytes = draw(whole)[2].encode()
    for _ in range(draw(st.integers(1, 4))):
        begin, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        end = min(end, begin + 40)
        piece = draw(
            st.sampled_from([b"", text[begin:end] * 2, text[:20], b"<", b">", b"&", b'"', b"\x00", b"\xff", b"</"])
        )
        text = text[:begin] + piece + text[end:]
    return text


def _elements(draw: Write, info: Any, depth: int) -> str:
    """Return the elements of a parameter or a property, none if it may be left out and the dice say so."""
    is_list = issubclass(info.type, VmomiSupport.Array)
    is_optional = bool(info.flags & VmomiSupport.F_OPTIONAL)
    if (is_optional or is_list) and (depth <= 0 or draw(st.integers(0, 9)) < 4):
        return ""
    declared = info.type.Item if is_list else info.type
    count = draw(st.integers(1, 2)) if is_list else 1
    return "".join(_element(draw, info.name, declared, depth - 1) for _ in range(count))


def _element(draw: Write, name: str, declared: Any, depth: int) -> str:
    if issubclass(declared, VmomiSupport.ManagedObject):
        fitting = [kind for kind in KINDS if issubclass(managed_type(kind) or object, declared)]
        kind = draw(st.sampled_from(fitting if fitting and draw(st.integers(0, 9)) else KINDS))
        return f'<{name} type="{kind}">{_moid(draw, kind)}</{name}>'
    if issubclass(declared, VmomiSupport.DataObject):
        inside = "".join(
            _elements(draw, one, depth) for one in declared._GetPropertyList() if one.name[:7] != "dynamic"
        )
        return f"<{name}>{inside}</{name}>"
    return f"<{name}{_stated(declared)}>{escape(draw(_scalars(declared)))}</{name}>"


def _moid(draw: Write, kind: str) -> str:
    return f"@{kind}@" if draw(st.integers(0, 9)) else "nobody"


def _stated(declared: Any) -> str:
    return ' xsi:type="xsd:string"' if declared is object else ""


def _scalars(declared: Any) -> st.SearchStrategy[str]:
    if declared is type:
        return st.sampled_from(["HostSystem", "Folder", "ManagedEntity", "ContainerView", "Nonsense"])
    if declared is bool:
        return st.sampled_from(["true", "false"])
    if declared is not object and issubclass(declared, VmomiSupport.Enum):
        return st.sampled_from([*declared.values, "nonsense"])
    if declared is not object and issubclass(declared, (int, float)):
        return st.one_of(st.integers(-2, 10), st.integers(-(1 << 63), 1 << 63)).map(str)
    if declared.__name__ == "datetime":
        return st.sampled_from(
            ["2026-01-01T00:00:00Z", "1960-01-01T00:00:00.123+01:00", "9999-12-31T23:59:59Z", "soon"]
        )
    return TEXTS
