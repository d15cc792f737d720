"""What the models accept, refuse and cut when objects come from an API server or go to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from vmk_operator.api.conditions import Condition
from vmk_operator.api.v1alpha1 import (
    Advisory,
    Drift,
    PlanStatus,
    VCenterSpec,
    VmkAdapterSpec,
    VmkAdapterStatus,
    VmkNetstackSpec,
)
from vmk_operator.api.v1alpha1.durations import parse_duration

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ADAPTER: dict[str, Any] = {
    "vcenter": "lab",
    "host": "esx01.example.com",
    "netstack": "vmotion",
    "portGroup": {"standard": "vMotion-Old"},
}
NETSTACK: dict[str, Any] = {"vcenter": "lab", "host": "esx01.example.com", "netstack": "vmotion"}
VCENTER: dict[str, Any] = {
    "server": "vcenter.example.com",
    "credentialsSecret": "vcenter-lab",
    "allowedNamespaces": {"from": "All"},
    "managementPolicy": "Enforce",
}


def test_what_is_not_declared_is_not_managed() -> None:
    spec = VmkAdapterSpec.model_validate(ADAPTER)

    assert (spec.mtu, spec.ipv4, spec.services, spec.adopt_device) == (None, None, None, None)


def test_exactly_no_service_is_not_the_same_as_not_managed() -> None:
    assert VmkAdapterSpec.model_validate(ADAPTER | {"services": []}).services == ()


@pytest.mark.parametrize("address", ["10.0.40.300/24", "", "fd00::1/64"])
def test_an_address_that_cannot_be_parsed_is_no_spec(address: str) -> None:
    with pytest.raises(ValidationError):
        VmkAdapterSpec.model_validate(ADAPTER | {"ipv4": {"mode": "Static", "address": address}})


@pytest.mark.parametrize("gateway", ["", "none", "10.0.40.1/24"])
def test_a_gateway_that_cannot_be_parsed_is_no_spec(gateway: str) -> None:
    with pytest.raises(ValidationError):
        VmkNetstackSpec.model_validate(NETSTACK | {"gateway": {"ipv4": gateway}})


def test_the_word_none_is_exactly_no_gateway() -> None:
    spec = VmkNetstackSpec.model_validate(NETSTACK | {"gateway": {"ipv4": "None"}})

    assert spec.gateway is not None
    assert spec.gateway.ipv4 == "None"


def test_a_field_of_a_newer_release_is_no_spec_that_may_be_half_applied() -> None:
    with pytest.raises(ValidationError, match="later"):
        VmkAdapterSpec.model_validate(ADAPTER | {"later": {}})


def test_a_field_of_a_newer_release_in_status_is_dropped() -> None:
    assert VmkAdapterStatus.model_validate({"later": 1}) == VmkAdapterStatus()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0", timedelta()),
        ("0s", timedelta()),
        ("90s", timedelta(seconds=90)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("1.5h", timedelta(minutes=90)),
        ("250ms", timedelta(milliseconds=250)),
        ("1m500ms", timedelta(seconds=60.5)),
    ],
)
def test_a_duration_is_read_as_go_does(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "90", "-5s", "1 hour", "1d", "s", "1h ", "5µs"])
def test_what_is_no_duration_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as 90s"):
        parse_duration(text)


def test_a_vcenter_with_an_unreadable_duration_is_no_spec() -> None:
    with pytest.raises(ValidationError):
        VCenterSpec.model_validate(VCENTER | {"resyncPeriod": "soon"})


def test_a_long_message_is_cut_where_the_api_server_would_refuse_it() -> None:
    said = Condition(type="Ready", status="False", reason="Refused", message="x" * 3000, last_transition_time=NOW)

    assert said.message == "x" * 1023 + "…"


def test_long_lists_are_cut_where_the_api_server_would_refuse_them() -> None:
    drift = Drift(field="mtu", desired="9000", observed="1500", since=NOW)

    assert len(VmkAdapterStatus(drift=(drift,) * 40).drift) == 32
    assert len(PlanStatus(id="0123", since=NOW, steps=("step",) * 40).steps) == 32


def test_what_fits_is_left_as_it_is() -> None:
    assert Advisory(reason="ServiceShadowed", message="x" * 1024).message == "x" * 1024
