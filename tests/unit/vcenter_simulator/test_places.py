"""What we write is, byte for byte, what pyVmomi's own serialiser writes, but for the type that a reference states."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from pyVmomi import SoapAdapter, VmomiSupport, vim, vmodl

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.service_leaves import service_content
from vcenter_simulator.soap.encode import encode_value
from vcenter_simulator.soap.references import typed_array
from vcenter_simulator.soap.versions import NAMESPACE, NEWEST
from vcenter_simulator.vcenter import Settings, VCenter

OLDEST = "vim.version.version1"
VERSIONS = [OLDEST, "vim.version.version8", "vim.version.version11", "vim.version.v7_0", NEWEST]


def array(item: str, items: list[Any]) -> Any:
    return VmomiSupport.GetVmodlType(f"{item}[]")(items)


def by_pyvmomi(value: Any, version: str, declared: Any = object, name: str = "val") -> str:
    out = StringIO()
    info = VmomiSupport.Object(name=name, type=declared, version=version, flags=VmomiSupport.F_OPTIONAL)
    serializer = SoapAdapter.SoapSerializer(out, version, {**SoapAdapter.SOAP_NSMAP, NAMESPACE: ""})
    serializer.outermostAttrs = ""
    serializer.Serialize(value, info)
    return out.getvalue().replace('xsi:type="ManagedObject"', 'xsi:type="ManagedObjectReference"')


@pytest.mark.parametrize("version", VERSIONS)
def test_every_published_property_is_written_as_pyvmomi_writes_it(version: str) -> None:
    for published in inventory(1).objects.values():
        for path in (*published.leaves.readers, *published.leaves.top_level):
            value = published.read(path)
            if value is not None:
                assert encode_value("val", value, version).decode() == by_pyvmomi(value, version), path


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "value",
    [
        "a<b>&\"c'",
        True,
        7,
        VmomiSupport.long(1 << 40),
        VmomiSupport.short(3),
        VmomiSupport.double(0.5),
        VmomiSupport.binary(b"\x00\xff"),
        datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        vim.HostSystem,
        VmomiSupport.PropertyPath("config.network"),
        vim.HostSystem("host-1"),
        vim.HostSystem.ConnectionState("connected"),
        array("string", ["a", "<"]),
        typed_array(vim.HostSystem),
        typed_array(vim.HostSystem, [vim.HostSystem("host-1")]),
        array("vmodl.ManagedObject", [vim.HostSystem("host-1"), vim.Folder("group-1")]),
        array("short", [VmomiSupport.short(1)]),
        array("vmodl.TypeName", [vim.HostSystem]),
        array("anyType", [1, "a", vim.host.IpConfig(dhcp=True)]),
        array("vmodl.MethodFault", [vim.fault.NotFound(msg="Gone.")]),
        vmodl.query.PropertyCollector.MissingProperty(
            path="p", fault=vim.fault.NoPermission(msg="No.", privilegeId="p", object=vim.Folder("f"))
        ),
        vim.fault.HostConfigFault(msg="<Broken.>", faultCause=vim.fault.NotFound(msg="Gone.")),
        vim.option.OptionValue(key="k", value=vim.fault.NotFound(msg="Gone.")),
        vim.host.VirtualNicManager.NetConfig(nicType="vmotion", selectedVnic=["vmotion.key"]),
        vim.host.VirtualNicManager.NetConfig(nicType="vmotion", selectedVnic=[vim.host.VirtualNic(key="the key")]),
        vim.host.VirtualNic(device="vmk0", spec=vim.host.VirtualNic.Specification(), port="a link"),
        vim.option.OptionValue(key="k", value=array("string", ["a"])),
        vim.host.RuntimeInfo(connectionState="connected", powerState="poweredOn", inMaintenanceMode=False),
    ],
    ids=lambda value: value if type(value) is str else type(value).__name__,
)
def test_every_type_of_value_is_written_as_pyvmomi_writes_it(value: Any, version: str) -> None:
    assert encode_value("val", value, version).decode() == by_pyvmomi(value, version)


def test_a_value_of_the_declared_type_states_none() -> None:
    nics = typed_array(vim.host.VirtualNic, [vim.host.VirtualNic(spec=vim.host.VirtualNic.Specification())] * 2)
    content = service_content(VCenter(Settings()))

    for declared, value in ((type(nics), nics), (vim.ServiceInstanceContent, content)):
        assert encode_value("val", value, NEWEST, declared).decode() == by_pyvmomi(value, NEWEST, declared)


def test_what_is_required_must_be_there() -> None:
    incomplete = vim.host.VirtualNic(device="vmk0", key="k", portgroup="p")  # has no specification

    with pytest.raises(TypeError, match="spec"):
        encode_value("val", incomplete, NEWEST)


def test_objects_that_are_the_same_or_alike_are_written_alike() -> None:
    one, alike = (vim.host.VirtualNic.Specification(mac="00:50", ip=vim.host.IpConfig(dhcp=True)) for _ in range(2))

    for specs in ((one, one), (one, alike)):
        nics = typed_array(
            vim.host.VirtualNic, [vim.host.VirtualNic(device=f"vmk{n}", spec=spec) for n, spec in enumerate(specs)]
        )
        assert encode_value("val", nics, NEWEST).decode() == by_pyvmomi(nics, NEWEST)


def test_an_object_is_written_as_its_element_declares_it_even_if_another_element_had_it_before() -> None:
    nic = vim.host.VirtualNic(device="vmk0", spec=vim.host.VirtualNic.Specification())
    values = array("anyType", [nic, typed_array(vim.host.VirtualNic, [nic])])

    assert encode_value("val", values, NEWEST).decode() == by_pyvmomi(values, NEWEST)


def test_text_that_xml_can_not_carry_is_replaced() -> None:
    assert (
        encode_value("val", "a\x00\x0b\ud800\ufffe\tz", NEWEST, str)
        == "<val>a\ufffd\ufffd\ufffd\ufffd\tz</val>".encode()
    )
