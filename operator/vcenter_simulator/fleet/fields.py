"""The words that documents are made of."""

from ipaddress import IPv4Interface
from typing import Annotated

from pydantic import AfterValidator, Field

from vcenter_simulator.fleet.ranges import has_range, length, member


def _interface(text: str) -> str:
    if has_range(text):
        for index in (0, length(text) - 1):
            _interface(member(text, index))
        return text
    if "/" not in text:
        raise ValueError(f"'{text}' has no prefix length; write for example 10.0.40.11/24")
    return str(IPv4Interface(text))


Device = Annotated[str, Field(pattern=r"^vmk(0|[1-9][0-9]{0,2})$")]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Cidr = Annotated[str, AfterValidator(_interface)]
