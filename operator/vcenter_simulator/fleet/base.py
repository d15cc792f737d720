"""What all documents have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel

from vcenter_simulator.fleet.sentences import alternatives


class Document(BaseModel):
    """The base of all documents."""

    model_config = ConfigDict(
        extra="forbid",  # a misspelt field in a test must not pass silently
        allow_inf_nan=False,
        alias_generator=to_camel,
        validate_by_name=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _know_every_field(cls, given: Any) -> Any:
        """Refuse an unknown field with the one that was meant."""
        if isinstance(given, dict):
            names = cls.model_fields.keys() | {to_camel(name) for name in cls.model_fields}
            unknown = next((key for key in given if key not in names), None)
            if unknown is not None:
                hint = alternatives(str(unknown), (to_camel(name) for name in cls.model_fields))
                raise ValueError(f"there is no field '{unknown}' here{hint}")
        return given
