"""docs/rules.md says what the rules say; a rule that does not say what it is about fails `make lint`."""

from typing import Any

import pytest

from planner_rules import UndocumentedError, read_rule, rules_page
from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.planner import rulebook
from vmk_operator.planner.case import RemovalCase
from vmk_operator.planner.rules.rule import Advice, Rule
from vmk_operator.planner.verdict import Blocked

REMEDY = "Leave it alone."
EVERYTHING: list[Rule[Any] | Advice[Any]] = [
    one
    for table in vars(rulebook).values()
    if isinstance(table, tuple)
    for one in table
    if isinstance(one, Rule | Advice)
]


def undescribed(case: RemovalCase) -> Blocked | None:
    return Blocked(Reason.CONFLICT, case.host.name)


def sourceless(case: RemovalCase) -> Blocked | None:
    """Refuse everything."""
    return Blocked(Reason.CONFLICT, case.host.name)


def hearsay(case: RemovalCase) -> Blocked | None:
    """Refuse everything.

    Source: somebody said so.
    """
    return Blocked(Reason.CONFLICT, case.host.name)


def documented(case: RemovalCase) -> Blocked | None:
    """Refuse everything.

    Whatever ``it`` is.

    Source: reference/vsphere.md 9.
    """
    names = [one.device for one in case.network.adapters]
    return Blocked(
        Reason.CONFLICT if names else Reason.AMBIGUOUS,
        f"{', '.join(sorted(names)) or 'nothing'} of {case.host.name} is like {case.adapter.device!r}. {REMEDY}",
    )


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Rule(undescribed, (Reason.CONFLICT,)), "rule undescribed of "),
        (Rule(sourceless, (Reason.CONFLICT,)), "rule sourceless of "),
        (Rule(hearsay, (Reason.CONFLICT,)), "has the source 'somebody said so.'; name one of DESIGN, reference/"),
        (Rule(documented, (Reason.CONFLICT,)), "tells AMBIGUOUS, CONFLICT; its row in rulebook.py says otherwise"),
        (Rule(lambda _: None, (Reason.CONFLICT,)), "needs a docstring"),
        (Rule(print, (Reason.CONFLICT,)), "no plain function"),
    ],
    ids=["no docstring", "no source", "a source that is no page", "another reason", "a lambda", "no function of ours"],
)
def test_a_rule_that_does_not_say_what_it_is_about_is_refused_by_name(rule: Rule[Any], told: str) -> None:
    with pytest.raises(UndocumentedError) as refused:
        read_rule(rule)

    assert told in str(refused.value)


def test_a_rule_is_shown_with_its_docstring_its_source_and_its_sentences_as_the_code_has_them() -> None:
    entry = read_rule(Rule(documented, (Reason.CONFLICT, Reason.AMBIGUOUS)))

    assert (entry.name, entry.refuses) == ("documented", "Refuse everything. Whatever `it` is.")
    assert entry.source == "reference/vsphere.md 9."
    assert [(sorted(one.reasons), one.text) for one in entry.sentences] == [
        (["AMBIGUOUS", "CONFLICT"], "*names* of *host* is like *device*. Leave it alone.")
    ]


def test_every_rule_and_every_advice_of_the_rulebook_is_on_the_page_under_its_reasons() -> None:
    page = rules_page()
    by_reason = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}

    for entry in map(read_rule, EVERYTHING):
        assert page.count(f"### {entry.name}\n") == 1
        assert all(entry.link in by_reason[reason] for reason in entry.reasons)
    assert set(AdvisoryReason) - {AdvisoryReason.TLS_VERIFICATION_SKIPPED} <= by_reason.keys()
