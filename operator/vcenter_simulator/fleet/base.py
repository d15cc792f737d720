"""What all documents have in common."""

from functools import cache
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
            aliases = _aliases(cls)
            unknown = next((key for key in given if key not in aliases and key not in cls.model_fields), None)
            if unknown is not None:
                hint = alternatives(str(unknown), aliases)
                raise ValueError(f"there is no field '{unknown}' here{hint}")
        return given


@cache
def _aliases(kind: type[Document]) -> dict[str, None]:
    """Return the names of the fields as documents have them, in order; a big fleet asks for them ten thousand times."""
    return {to_camel(name): None for name in kind.model_fields}
