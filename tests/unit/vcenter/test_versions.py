import pytest

from vmk_operator.errors import BlockedError, TransientError
from vmk_operator.vcenter.versions import negotiate


def document(newest: str, *prior: str) -> bytes:
    listed = "".join(f"<version>{one}</version>" for one in prior)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><namespaces version="1.0">'
        "<namespace><name>urn:other</name><version>99.0</version></namespace>"
        f"<namespace><name>urn:vim25</name><version>{newest}</version><priorVersions>{listed}</priorVersions>"
        "</namespace></namespaces>"
    ).encode()


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        (("8.0.3.0", "8.0.2.0", "7.0.3.0", "6.7", "6.5"), "vim.version.v8_0_3_0"),
        (("6.7", "6.5", "6.0"), "vim.version.version12"),
        (("99.0.0.0", "9.0.0.0", "8.0.3.0"), "vim.version.v9_0_0_0"),
        (("99.0.0.0", "6.0", "7.0.3.0"), "vim.version.v7_0_3_0"),
    ],
)
def test_the_newest_version_that_both_know_is_spoken_also_with_a_newer_server(
    offered: tuple[str, ...], expected: str
) -> None:
    assert negotiate(document(*offered), server="vc") == expected


@pytest.mark.parametrize("offered", [("6.5", "6.0"), ("99.0.0.0", "6.0", "5.5")])
def test_no_version_is_better_than_one_that_loses_fields(offered: tuple[str, ...]) -> None:
    with pytest.raises(BlockedError, match=rf"vc speaks vSphere API {offered[0]}") as caught:
        negotiate(document(*offered), server="vc")
    assert caught.value.reason == "UnsupportedVersion"


@pytest.mark.parametrize("answer", [b"<html>", b"<html/>", b"", b"\xff"])
def test_something_else_is_not_taken_for_a_vcenter(answer: bytes) -> None:
    with pytest.raises(TransientError, match="not as a vCenter does"):
        negotiate(answer, server="vc")
