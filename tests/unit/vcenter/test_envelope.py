import pytest

from vmk_operator.vcenter.envelope import UnreadableAnswerError, fault_name_and_text, open_answer

START = b'<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>'
END = b"</Body></Envelope>"
DONE = b'<RemoveVirtualNicResponse xmlns="urn:vim25"/>'


def test_a_whole_answer_is_opened() -> None:
    assert open_answer(START + DONE + END).tag == "{urn:vim25}RemoveVirtualNicResponse"


@pytest.mark.parametrize("cut", range(1, len(START + DONE + END), 7))
def test_an_answer_that_was_cut_off_anywhere_is_no_answer(cut: int) -> None:
    with pytest.raises(UnreadableAnswerError):
        open_answer((START + DONE + END)[:cut])


@pytest.mark.parametrize("raw", [b"", b"<html/>", START + END, b"not found"])
def test_what_is_no_soap_is_no_answer(raw: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        open_answer(raw)


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + START + b"<r>&a;</r>" + END
    assert open_answer(bomb).text is None


def test_a_fault_of_an_unknown_type_still_has_a_name_and_a_text() -> None:
    fault = open_answer(
        START + b"<Fault><faultcode xmlns=''>c</faultcode><faultstring xmlns=''>no way</faultstring>"
        b"<detail xmlns=''><NovelFaultFault/></detail></Fault>" + END
    )
    assert fault_name_and_text(fault) == ("NovelFault", "no way")
