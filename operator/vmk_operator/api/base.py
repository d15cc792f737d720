"""What all our API models share."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import CoreSchema

from vmk_operator.api.rules import Rule


class ApiModel(BaseModel):
    """A part of a custom resource."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,  # the docstring below a field is its description in the CRD
    )

    rules: ClassVar[tuple[Rule, ...]] = ()
    """Rules about several fields at once; a rule about one field is part of that field's annotation."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add the rules of this class to its schema."""
        reference = handler(core_schema)
        schema = handler.resolve_ref_schema(reference)
        for rule in cls.rules:
            rule.add_to(schema)
        return reference


class SpecModel(ApiModel):
    """A part of a spec, as the user wrote it."""

    model_config = ConfigDict(
        extra="forbid",  # a spec we only half understand must not be half applied
    )


class StatusModel(ApiModel):
    """A part of a status, as we wrote it, perhaps in another release."""

    model_config = ConfigDict(
        extra="ignore",  # a field of a newer release is dropped, not an error
    )
