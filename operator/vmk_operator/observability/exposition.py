"""Writes Prometheus' text format for the per-object families, and keeps it until the objects change.

prometheus-client needs 10 µs a sample, a quarter of a second of the event loop for 4,000 objects; joining strings
needs a sixth of that, and nothing while the revision stays the same. Everything else is left to the library.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vmk_operator.model.telemetry import EngineSnapshot, ObjectReport

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[str, float]
"""Further labels as text, empty or beginning with a comma, and the value."""


@dataclass(frozen=True, slots=True)
class ObjectFamily:
    """One gauge that each object has, with the labels kind, namespace, name, vcenter and host."""

    name: str
    documentation: str
    samples: Callable[[ObjectReport], Iterable[Sample]]


def escaped(value: str) -> str:
    """Escape a label value."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


class ObjectText:
    """The per-object part of a scrape."""

    def __init__(self, families: tuple[ObjectFamily, ...]) -> None:
        self._families = families
        self._revision: int | None = None
        self._text = b""

    def of(self, snapshot: EngineSnapshot) -> bytes:
        """Render *snapshot*; the text of last time while its revision is that of last time."""
        if snapshot.revision != self._revision:
            self._text = "".join(self._lines(snapshot.objects.values())).encode()
            self._revision = snapshot.revision
        return self._text

    def _lines(self, reports: Iterable[ObjectReport]) -> Iterable[str]:
        labelled = [(report, _labels(report)) for report in reports]
        for family in self._families:
            yield f"# HELP {family.name} {family.documentation}\n# TYPE {family.name} gauge\n"
            for report, labels in labelled:
                for further, value in family.samples(report):
                    yield f"{family.name}{{{labels}{further}}} {value!r}\n"


def _labels(report: ObjectReport) -> str:
    key = report.key
    return (
        f'kind="{key.kind}",namespace="{escaped(key.namespace)}",name="{escaped(key.name)}"'
        f',vcenter="{escaped(report.vcenter)}",host="{escaped(report.host)}"'
    )
