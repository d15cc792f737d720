"""What the simulator takes for XML, and where it stops reading."""

import time
from collections.abc import Callable

import pytest

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap import parsing
from vcenter_simulator.soap.parsing import (
    DEEPEST,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_ATTRIBUTES,
    MOST_DECLARATIONS,
    parse,
)

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def flat(count: int) -> bytes:
    return b"<a>" + b"<b/>" * (count - 1) + b"</a>"


def attributed(count: int) -> bytes:
    return b"<a " + b" ".join(b'n%d=""' % number for number in range(count)) + b"/>"


def declaring(count: int) -> bytes:
    return b"<a " + b" ".join(b'xmlns:n%d="u"' % number for number in range(count)) + b"/>"


def refusal(body: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        parse(body)
    assert refused.value.fault == "InvalidRequest"
    return refused.value.text


def test_elements_come_with_their_names_attributes_and_text() -> None:
    root = parse(b'<x:a xmlns:x="urn:x" kind="k"> <b>one<!-- two --> &amp; <![CDATA[<three>]]></b><?go on?></x:a>')

    assert (root.namespace, root.name, root.attributes, root.text) == ("urn:x", "a", {"kind": "k"}, "")
    assert [(one.namespace, one.name, one.text) for one in root.children] == [("", "b", "one & <three>")]


@pytest.mark.parametrize(
    ("inside", "stated"),
    [
        ('<b xsi:type="x:T"/>', ("urn:x", "T")),
        ('<b xsi:type="T"/>', ("urn:d", "T")),
        ('<b xmlns="urn:e" xsi:type="T"/>', ("urn:e", "T")),
        ('<c xmlns:x="urn:y"/><b xsi:type="x:T"/>', ("urn:x", "T")),
        ('<b xmlns:x="urn:y" xsi:type="x:T"/>', ("urn:y", "T")),
        ('<b xsi:type="nowhere:T"/>', (None, "T")),
        ('<b type="x:T"/>', None),
    ],
)
def test_a_stated_type_is_in_the_namespace_of_its_prefix(inside: str, stated: tuple[str | None, str] | None) -> None:
    root = parse(f'<a {XSI} xmlns="urn:d" xmlns:x="urn:x">{inside}</a>'.encode())

    assert root.children[-1].stated_type == stated


def test_a_request_in_utf_16_is_read() -> None:
    assert parse('<?xml version="1.0" encoding="utf-16"?><a>ä</a>'.encode("utf-16")).text == "ä"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<a>&#0;</a>",
        b"<a>&b;</a>",
        b"<x:a/>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a",
        b'<a b="1" b="2"/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b'<?xml version="1.0" encoding="shift_jis"?><a/>',
        b'<?xml version="1.0" encoding="hex"?><a/>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
    ],
)
def test_what_is_not_well_formed_is_refused(body: bytes) -> None:
    assert refusal(body) == "The request is not well-formed XML."


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:1/">]>',
        '<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd">%b;]>',
    ],
)
def test_a_document_type_is_refused(doctype: str) -> None:
    assert refusal(f"{doctype}<a/>".encode()) == "A document type is not allowed in a request."


def test_an_entity_bomb_does_not_go_off() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(12))
    begun = time.process_time()

    assert "document type" in refusal(f"<!DOCTYPE a [{entities}]><a>&e11;</a>".encode())
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("build", "limit", "words"),
    [
        (nested, DEEPEST, "nested too deeply"),
        (attributed, MOST_ATTRIBUTES, f"more than {MOST_ATTRIBUTES} attributes"),
        (declaring, MOST_DECLARATIONS, f"more than {MOST_DECLARATIONS} namespaces"),
        (lambda length: b"<" + b"n" * length + b"/>", LONGEST_NAME, f"more than {LONGEST_NAME} characters"),
        (lambda length: b"<a>" + b"v" * length + b"</a>", LONGEST_TEXT, f"more than {LONGEST_TEXT} characters"),
        (lambda length: b'<a n="' + b"v" * length + b'"/>', LONGEST_NAME, f"more than {LONGEST_NAME} characters"),
    ],
)
def test_what_reaches_a_limit_is_read_and_what_is_over_it_refused(
    build: Callable[[int], bytes], limit: int, words: str
) -> None:
    parse(build(limit))

    assert words in refusal(build(limit + 1))


def test_the_elements_of_a_request_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MOST_ELEMENTS", 1000)

    assert len(parse(flat(1000)).children) == 999
    assert refusal(flat(1001)) == "The request has more than 1000 elements."


def test_namespaces_that_are_out_of_force_do_not_count() -> None:
    inside = b'<b xmlns:x="urn:x"/>' * (MOST_DECLARATIONS + 1)

    assert len(parse(b"<a>" + inside + b"</a>").children) == MOST_DECLARATIONS + 1
