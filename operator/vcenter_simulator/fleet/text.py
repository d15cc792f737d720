"""Documents as text: JSON, or YAML for people."""

import json
import re
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.repetition import check_aliases
from vcenter_simulator.fleet.sentences import sentence
from vcenter_simulator.fleet.shortening import shortened

D = TypeVar("D", bound=Document)

WIDTH = 110
"""Characters to a line of YAML."""


class _Loader(yaml.CSafeLoader):
    """YAML with the words of JSON: ``10:20:30:40:50:10`` is a MAC, ``no`` a name; no key twice, no bomb of aliases."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's interface

    def get_single_node(self) -> yaml.Node | None:
        """Refuse aliases that make far more of the document than there is, before it is made."""
        node = super().get_single_node()
        if node is not None:
            check_aliases(node)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's interface
        """Refuse a mapping with a key twice, which PyYAML would overlook."""
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                problem = f"'{key.value}' is there twice, again"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), list(_first))


def read(kind: type[D], text: bytes) -> D:
    """Return the document that *text* is, in JSON when it begins like JSON, otherwise in YAML; nothing is an empty one.

    Raises:
        DocumentError: when it is neither, or no document of that kind.
    """
    plain = _plain(text)
    try:
        return kind.model_validate({} if plain is None else plain)
    except ValidationError as error:
        raise DocumentError(sentence(error)) from error


def to_yaml(fleet: FleetDocument) -> str:
    """Return *fleet* as YAML, without what is as it would be anyway."""
    written: str = yaml.dump(
        shortened(fleet),
        Dumper=yaml.CSafeDumper,
        sort_keys=False,
        default_flow_style=None,
        allow_unicode=True,
        width=WIDTH,
    )
    return written


def _plain(text: bytes) -> Any:
    try:
        if text.lstrip()[:1] in (b"{", b"["):
            return json.loads(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with fewer words
    except yaml.MarkedYAMLError as error:
        where = f" in line {error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise DocumentError(f"The document is neither JSON nor YAML: {error.problem}{where}.") from error
    except RecursionError:
        raise DocumentError("The document is nested too deeply.") from None
    except (yaml.YAMLError, ValueError) as error:
        first, _, _ = str(error).partition("\n")
        raise DocumentError(f"The document is neither JSON nor YAML: {first}.") from error
