"""How much longer YAML is than it looks: an alias of aliases makes gigabytes of a few lines."""

import yaml

MOST = 200_000
"""Values that aliases may repeat; those of a thousand hosts that are written once."""


class RepetitionError(ValueError):
    """Aliases that repeat too much, or an alias inside what it stands for; the message is a part of a sentence."""


def check_aliases(document: yaml.Node) -> None:
    """Refuse a document whose aliases would make far more of it than there is.

    Raises:
        RepetitionError: when they repeat more than `MOST` values, or would never end.
    """
    values: dict[yaml.Node, int] = {}
    repeated = _values(document, values, set()) - len(values)
    if repeated > MOST:
        raise RepetitionError(f"aliases repeat more than {MOST:,} values")


def _values(node: yaml.Node, known: dict[yaml.Node, int], around: set[yaml.Node]) -> int:
    """Return how many values *node* is with its aliases written out; each node is counted once and *known* then."""
    if node in around:
        raise RepetitionError("an alias is inside what it stands for")
    if node not in known:
        around.add(node)
        known[node] = 1 + sum(_values(one, known, around) for one in _inside(node))
        around.remove(node)
    return known[node]


def _inside(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [one for pair in node.value for one in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []
