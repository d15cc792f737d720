"""What the API server refuses at ``kubectl apply``, each with a sentence of ours.

A rule is written where the field is: ``mtu: Annotated[int, Between(1280, 9000, "bytes")]``; one about several fields
is in ``rules`` of their class. Rules are preferred to enum, pattern and minimum, because those speak Go and, by
failing first, keep the API server from saying our sentences at all. They are checked by the API server alone: the
models only make sure that what they hold can be parsed.
"""

import enum
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core.core_schema import CoreSchema

VALIDATIONS = "x-kubernetes-validations"


class Because(enum.StrEnum):
    """How the API server introduces the sentence: ``Invalid value: 9: …``, ``Forbidden: …``."""

    INVALID = "FieldValueInvalid"
    FORBIDDEN = "FieldValueForbidden"
    REQUIRED = "FieldValueRequired"


@dataclass(frozen=True, slots=True)
class Rule:
    """One CEL rule and what is said to whoever breaks it."""

    holds: str
    """CEL; ``self`` is the annotated field, or the object for a rule of a class."""
    message: str
    """One sentence: what is wrong and what is allowed. The API server puts field and value before it."""
    message_cel: str | None = None
    """CEL for a sentence that depends on the value; *message* is used if it fails."""
    because: Because = Because.INVALID
    at: str | None = None
    """Path of the field to blame, below the object, for example ``.services``."""

    def add_to(self, schema: dict[str, Any]) -> None:
        """Add the rule to a JSON schema."""
        rule = {"rule": self.holds, "message": self.message}
        if self.message_cel is not None:
            rule["messageExpression"] = self.message_cel
        if self.because is not Because.INVALID:
            rule["reason"] = self.because.value
        if self.at is not None:
            rule["fieldPath"] = self.at
        schema.setdefault(VALIDATIONS, []).append(rule)

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add the rule to the schema of the annotated field."""
        schema = handler(core_schema)
        self.add_to(schema)
        return schema


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends are allowed."""

    lowest: int
    highest: int
    unit: str = ""

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add the rule to the schema of the annotated field."""
        schema = handler(core_schema)
        allowed = f"must be between {self.lowest} and {self.highest} {self.unit}".rstrip()
        Rule(f"self >= {self.lowest} && self <= {self.highest}", allowed).add_to(schema)
        return schema


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of a few words: those given, else those of the annotated enumeration.

    A look-alike is answered with the word that was probably meant: another case, other dashes and spaces, a nickname.
    """

    words: tuple[str, ...] = ()
    nicknames: Mapping[str, str] = field(default_factory=dict)
    """Other names, in lower case, and the word that each stands for."""

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Replace the enumeration in the schema of the annotated field by rules."""
        schema = dict(handler.resolve_ref_schema(handler(core_schema)))
        listed, single = schema.pop("enum", []), schema.pop("const", None)
        schema |= {"type": "string", "maxLength": 64}
        for rule in self._rules(self.words or tuple(listed) or (single,)):
            rule.add_to(schema)
        return schema

    def _rules(self, words: tuple[str, ...]) -> Iterator[Rule]:
        allowed = f"must be {_listed(words)}"
        meant = _meant(words, self.nicknames)
        yield Rule(f"self in {json.dumps(words)} || {_plain('self')} in {json.dumps([*meant])}", allowed)
        yield from _refuse_look_alikes(words, meant, allowed)


@dataclass(frozen=True, slots=True, eq=False)
class NotLike:
    """Any word, but no look-alike of a few known ones, which is answered with the one that was probably meant."""

    words: tuple[str, ...]
    message: str
    """What the field must be."""
    nicknames: Mapping[str, str] = field(default_factory=dict)
    """Other names, in lower case, and the word that each stands for."""

    def refuses(self, value: str) -> str:
        """Say in CEL that *value*, itself CEL, is a look-alike: other rules need not speak of it then."""
        look_alikes = json.dumps([*_meant(self.words, self.nicknames)])
        return f"({_plain(value)} in {look_alikes} && !({value} in {json.dumps(self.words)}))"

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add the rules to the schema of the annotated field."""
        schema = handler(core_schema)
        for rule in _refuse_look_alikes(self.words, _meant(self.words, self.nicknames), self.message):
            rule.add_to(schema)
        return schema


def _plain(value: str) -> str:
    return f"{value}.lowerAscii().replace(' ', '').replace('-', '').replace('_', '')"


def _meant(words: tuple[str, ...], nicknames: Mapping[str, str]) -> Mapping[str, str]:
    return {word.lower(): word for word in words} | dict(nicknames)


def _refuse_look_alikes(words: tuple[str, ...], meant: Mapping[str, str], allowed: str) -> Iterator[Rule]:
    """One rule per sentence: an expression for the message would have to build it, which CEL rates as dear."""
    for word in words:
        look_alikes = json.dumps([name for name, stands_for in meant.items() if stands_for == word])
        yield Rule(
            f"self == {json.dumps(word)} || !({_plain('self')} in {look_alikes})", f"{allowed}; did you mean {word}?"
        )


def immutable(message: str) -> Rule:
    """Forbid every later change of the annotated field; *message* says what to do instead."""
    return Rule("self == oldSelf", message, because=Because.FORBIDDEN)


def matches(pattern: str, message: str) -> Rule:
    """Demand that the whole of the annotated string is as the RE2 *pattern* says."""
    return Rule(f"self.matches({json.dumps(f'^(?:{pattern})$')})", message)


def _listed(words: tuple[str, ...]) -> str:
    """Join words for a sentence: ``a``, ``a or b``, ``a, b or c``."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
