"""The page about the planner's rules, from the rulebook: what each refuses, why, and what the user is told."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sentences import Sentence, sentences_of
from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.planner import rulebook
from vmk_operator.planner.assignment import assign
from vmk_operator.planner.intent import read_netstack
from vmk_operator.planner.rules.disruption import DISRUPTION
from vmk_operator.planner.rules.identity import mean_one_adapter, require_netstack_spec
from vmk_operator.planner.rules.lockout import LOCKOUT, Load, Touch
from vmk_operator.planner.rules.rule import Advice, Rule

INTRODUCTION = """\
What the planner knows about VMkernel networking, rule by rule. Rules are asked in the order given; the first that
objects is what the user is told. In the sentences, *such words* stand for values, and the remedy comes last.
"""
OTHERS = "Every other reason is about the way to the host or the work itself: [all reasons](reference/reasons.md).\n"
ADVICE = """\
In `status.advisories`, all that applies; it stops nothing. The annotation `vmkernel.dev/silence` with a list of
reasons, as in `MtuUnequal,OverlappingSubnets`, silences them: on an object for that object, on a VCenter for it and all
of its objects. A word in it that is no reason silences nothing."""
FLEET_ADVICE = """\
In `status.advisories` of the VCenter, about all of its hosts, with objects of ours or without. Each counts the hosts
and names the first few, and is silenced as above."""
CHAPTERS: tuple[tuple[str, str, Mapping[str, tuple[Rule[Any] | Advice[Any], ...]]], ...] = (
    (
        "What an object names",
        "Told under every policy, Observe too: the object is `Stalled`.",
        {"VmkAdapter": rulebook.ADAPTER_IDENTITY, "VmkNetstack": rulebook.NETSTACK_IDENTITY},
    ),
    (
        "Creating and changing",
        (
            "In Enforce the object is `Stalled` and nothing of it is written; in Observe the message tells of the "
            "refusal. What waits for approval is not refused: [approve a plan](how-to/approve.md)."
        ),
        {"VmkAdapter": rulebook.ADAPTER_CHANGES, "VmkNetstack": rulebook.NETSTACK_CHANGES},
    ),
    (
        "Removing an adapter or a custom stack",
        "For a deleted object with `deletionPolicy: Delete`: it stays, `Stalled`, until what it is about may go.",
        {"VmkAdapter": rulebook.ADAPTER_REMOVAL, "VmkNetstack": rulebook.NETSTACK_REMOVAL},
    ),
    (
        "Advice",
        ADVICE,
        {"VmkAdapter": rulebook.ADAPTER_ADVICE, "VmkNetstack": rulebook.NETSTACK_ADVICE},
    ),
    (
        "Advice about the fleet",
        FLEET_ADVICE,
        {"VCenter": rulebook.VCENTER_ADVICE},
    ),
)
LOCKOUT_INTRODUCTION = """\
What the rules with the reasons `LockoutProtection` and `WaitingForApproval` go by. What carries none of this may be
changed freely; what can't be told counts as carrying; of several things that are carried the strictest decides.
"""
LOCKOUT_CONCLUSION = """
Where a mistake would cut the host off (management and vCenter's own connection), a change can only be approved while
vCenter takes back what cuts a host off (`config.vpxd.network.rollback`); else it is refused. A TCP/IP stack carries
what its adapters do, and the default one management on every host.
"""
FOUND_ELSEWHERE: Mapping[object, Any] = {mean_one_adapter: assign, require_netstack_spec: read_netstack}
"""Rules about what was found out before they are asked, and the function that finds it out."""
SOURCES = {
    "DESIGN": "design.md",
    "reference/vsphere.md": "reference/vsphere.md",
    "reference/api.md": "reference/api.md",
}
"""What a ``Source:`` may name, and where it is, seen from docs/."""


class UndocumentedError(Exception):
    """A rule does not say what it is about."""


@dataclass(frozen=True)
class Entry:
    """A rule as the page shows it."""

    name: str
    file: str
    """Below operator/."""
    refuses: str
    source: str
    reasons: tuple[Reason | AdvisoryReason, ...]
    sentences: tuple[Sentence, ...]

    @property
    def link(self) -> str:
        """Where on the page it is."""
        return f"[`{self.name}`](#{self.name})"


def rules_page() -> str:
    """Return the page.

    Raises:
        UndocumentedError: A rule has no docstring, no source, or other reasons than it is registered with.
    """
    chapters = [
        (title, introduction, {kind: [read_rule(one) for one in registered] for kind, registered in kinds.items()})
        for title, introduction, kinds in CHAPTERS
    ]
    entries = dict.fromkeys(entry for _, _, kinds in chapters for rules in kinds.values() for entry in rules)
    pages = ["# Rules\n", INTRODUCTION, *_by_reason(entries), OTHERS]
    for title, introduction, kinds in chapters:
        pages += [f"## {title}\n", f"{introduction}\n"]
        pages += [f"- {kind}: {', '.join(entry.link for entry in rules)}" for kind, rules in kinds.items()]
        pages.append("")
        pages += [_section(entry) for entry in dict.fromkeys(entry for rules in kinds.values() for entry in rules)]
    return "\n".join([*pages, *_lockout_table(), *_disruption_table()])


def read_rule(registered: Rule[Any] | Advice[Any]) -> Entry:
    """Read what a rule says about itself.

    Raises:
        UndocumentedError: As ``rules_page``.
    """
    function, reasons = _parts(registered)
    file = f"{function.__module__.replace('.', '/')}.py"
    where = f"The rule {function.__name__} of {file}"
    refuses, _, source = (inspect.getdoc(function) or "").partition("Source: ")
    if not refuses.strip() or not source.strip():
        raise UndocumentedError(f"{where} needs a docstring: what it refuses, an empty line, `Source: ` and a source.")
    if not any(page in source for page in SOURCES):
        raise UndocumentedError(f"{where} has the source {source.strip()!r}; name one of {', '.join(SOURCES)}.")
    sentences = sentences_of(FOUND_ELSEWHERE.get(function, function))
    told, known = {name for one in sentences for name in one.reasons}, {reason.name for reason in reasons}
    if told != known:
        raise UndocumentedError(f"{where} tells {', '.join(sorted(told))}; its row in rulebook.py says otherwise.")
    return Entry(function.__name__, file, _one_line(refuses), _one_line(source), reasons, sentences)


def _parts(registered: Rule[Any] | Advice[Any]) -> tuple[FunctionType, tuple[Reason | AdvisoryReason, ...]]:
    match registered:
        case Rule(check=FunctionType() as function, reasons=reasons):
            return function, reasons
        case Advice(advise=FunctionType() as function, reason=reason):
            return function, (reason,)
        case _:
            raise UndocumentedError(f"{registered} in rulebook.py has no plain function, so no docstring to show.")


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("``", "`")


def _by_reason(entries: Iterable[Entry]) -> Iterator[str]:
    links: dict[str, list[str]] = {}
    for entry in entries:
        for reason in entry.reasons:
            links.setdefault(reason.value, []).append(entry.link)
    yield from ("| Reason | Rules |", "|---|---|")
    yield from (f"| `{reason}` | {', '.join(found)} |" for reason, found in sorted(links.items()))
    yield ""


def _section(entry: Entry) -> str:
    values = {reason.name: f"`{reason.value}`" for reason in entry.reasons}
    told = [f"- {' or '.join(sorted(values[name] for name in one.reasons))}: {one.text}" for one in entry.sentences]
    pattern = "|".join(re.escape(name) for name in SOURCES)
    source = re.sub(pattern, lambda found: f"[{found[0]}]({SOURCES[found[0]]})", entry.source)
    code = f"[{entry.file.removeprefix('vmk_operator/')}](../operator/{entry.file})"
    return "\n".join([f"### {entry.name}\n", f"{entry.refuses}\n", *told, f"\nSource: {source} Code: {code}.\n"])


def _lockout_table() -> Iterator[str]:
    yield "## Lock-out protection\n"
    yield LOCKOUT_INTRODUCTION
    yield f"| | {' | '.join(Load)} |"
    yield f"|---|{'---|' * len(Load)}"
    for touch in Touch:
        yield f"| {touch} | {' | '.join(LOCKOUT[touch][load] for load in Load)} |"
    yield LOCKOUT_CONCLUSION


def _disruption_table() -> Iterator[str]:
    yield "## What disturbs traffic\n"
    yield "How the planner marks its steps. A step that does several of these is disruptive if one is.\n"
    yield from ("| Step | Effect |", "|---|---|")
    yield from (f"| {operation} | {effect} |" for operation, effect in DISRUPTION.items())
