"""What all our API models share."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class SpecModel(BaseModel):
    """A part of a spec, as the user wrote it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",  # a spec we only half understand must not be half applied
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,  # the docstring below a field is its description in the CRD
    )


class StatusModel(BaseModel):
    """A part of a status, as we wrote it, perhaps in another release."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",  # a field of a newer release is dropped, not an error
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )
