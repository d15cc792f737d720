"""Bounds of strings and lists. Every one has a bound: CEL's cost budget and etcd's request limit rest on that."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema


@dataclass(frozen=True, slots=True)
class AtMost:
    """Characters or elements; the API server refuses more."""

    size: int

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add the bound to the schema of the annotated field."""
        return _bounded(handler(schema), self.size)


@dataclass(frozen=True, slots=True)
class CutTo:
    """Characters or elements; the model drops the rest, so that a status write is never refused for its size."""

    size: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Cut after whatever else the annotation demands."""
        return core_schema.no_info_after_validator_function(self._cut, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add the bound to the schema of the annotated field."""
        return _bounded(handler(schema), self.size)

    def _cut(self, value: str | tuple[Any, ...]) -> str | tuple[Any, ...]:
        if len(value) <= self.size:
            return value
        return value[: self.size - 1] + "…" if isinstance(value, str) else value[: self.size]


def _bounded(schema: dict[str, Any], size: int) -> dict[str, Any]:
    schema["maxItems" if schema.get("type") == "array" else "maxLength"] = size
    return schema
