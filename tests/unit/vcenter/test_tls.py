import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from vmk_operator.errors import BlockedError
from vmk_operator.model.vcenter import Policy, VCenterConfig
from vmk_operator.vcenter.tls import certificate_error, client_context

CONFIG = VCenterConfig(
    name="lab",
    uid="u",
    generation=1,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    server="vc",
    credentials_secret="s",
    ca_bundle=None,
    insecure_skip_verify=False,
    allowed_namespaces=None,
    policy=Policy.ENFORCE,
    paused=None,
    repair_delay_s=0,
    resync_period_s=900,
    max_concurrent_hosts=16,
)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (18, "self-signed: put it into spec.tls.caBundle"),
        (19, "CA that is not trusted"),
        (20, "CA that is not trusted"),
        (21, "CA that is not trusted"),
        (10, "expired: renew it"),
        (9, "not valid yet"),
        (62, "set spec.server to a name that is in it"),
        (64, "set spec.server to a name that is in it"),
        (23, "certificate revoked"),
    ],
)
def test_each_reason_to_distrust_a_certificate_is_told_with_its_remedy(code: int, words: str) -> None:
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    error.verify_message = "certificate revoked"
    told = certificate_error("vc.example.com", error)
    assert told.reason == "CertificateRejected"
    assert words in str(told)
    assert "vc.example.com" in str(told)


def test_verification_is_on_unless_somebody_turned_it_off() -> None:
    assert client_context(CONFIG).verify_mode is ssl.CERT_REQUIRED
    skipping = client_context(replace(CONFIG, insecure_skip_verify=True))
    assert (skipping.verify_mode, skipping.check_hostname) == (ssl.CERT_NONE, False)


@pytest.mark.parametrize("bundle", ["", "no PEM", "-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----"])
def test_a_bundle_without_a_certificate_is_refused_rather_than_replaced_by_the_system_roots(bundle: str) -> None:
    with pytest.raises(BlockedError, match=r"spec\.tls\.caBundle"):
        client_context(replace(CONFIG, ca_bundle=bundle))
