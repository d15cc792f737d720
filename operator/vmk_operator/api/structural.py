"""From pydantic's JSON schema to the structural OpenAPI v3 schema that a CRD holds.

Structural means: no references, no ``anyOf`` around types, every object closed (the API server prunes the rest).
A value that may be ``None`` in the model is optional in the CRD: the API server drops nulls of such fields by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core.core_schema import CoreSchema

from vmk_operator.api.rules import VALIDATIONS

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeyedBy:
    """A list whose elements are told apart by one of their fields; every other list of ours is atomic."""

    key: str

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        """Say so in the schema of the annotated field."""
        return handler(core_schema) | {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [self.key]}


def structural_schema(model: type[BaseModel]) -> Schema:
    """Make the structural schema of a model."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    return _structural(schema, schema.get("$defs", {}))


def _structural(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    """Resolve one node and everything below it."""
    node = _resolved(schema, definitions)
    result: Schema = {
        key: node[key]
        for key in ("type", "description", "format", "maxLength", "maxItems", "enum", "default")
        if node.get(key) not in (None, "", [])  # an empty default is the model's, for what is not set
    }
    if "description" in result:
        result["description"] = " ".join(result["description"].split())
    if node.get("type") == "integer":
        result["format"] = "int64"
    if "properties" in node:
        result["properties"] = {name: _structural(child, definitions) for name, child in node["properties"].items()}
    if node.get("required"):
        result["required"] = sorted(node["required"])
    if "items" in node:
        result["items"] = _structural(node["items"], definitions)
        result["x-kubernetes-list-type"] = node.get("x-kubernetes-list-type", "atomic")
        if "x-kubernetes-list-map-keys" in node:
            result["x-kubernetes-list-map-keys"] = node["x-kubernetes-list-map-keys"]
    if node.get(VALIDATIONS):
        result[VALIDATIONS] = node[VALIDATIONS]
    return result


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    """Replace a reference by what it names, and ``X or null`` by X; what is said beside them wins."""
    node = dict(schema)
    if "anyOf" in node:
        (wanted,) = (option for option in node.pop("anyOf") if option.get("type") != "null")
        return _merged(_resolved(wanted, definitions), node)
    if "$ref" in node:
        named = definitions[node.pop("$ref").removeprefix("#/$defs/")]
        return _merged(_resolved(named, definitions), node)
    return node


def _merged(inner: Schema, beside: Schema) -> Schema:
    rules = [*inner.get(VALIDATIONS, []), *beside.get(VALIDATIONS, [])]
    return inner | beside | {VALIDATIONS: rules}
