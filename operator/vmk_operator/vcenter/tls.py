"""TLS towards a vCenter, and what is wrong with its certificate in words that help."""

import ssl

from vmk_operator.errors import BlockedError
from vmk_operator.model.vcenter import VCenterConfig

CERTIFICATE_REJECTED = "CertificateRejected"

# OpenSSL's X509_V_ERR_* codes
_NOT_YET_VALID = 9
_EXPIRED = 10
_SELF_SIGNED = 18
_UNKNOWN_CA = (2, 19, 20, 21, 27)
_OTHER_NAME = (62, 64)


def client_context(config: VCenterConfig) -> ssl.SSLContext:
    """Make the TLS context that *config* asks for. Reads files: not for the event loop.

    Raises:
        BlockedError: the CA bundle holds no certificate.
    """
    if config.insecure_skip_verify:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if config.ca_bundle is None:
        return ssl.create_default_context()
    if not config.ca_bundle.strip():  # OpenSSL's wrapper takes an empty bundle for "the system's roots"
        raise _unreadable_bundle()
    try:
        return ssl.create_default_context(cadata=config.ca_bundle)
    except (ssl.SSLError, ValueError) as error:
        raise _unreadable_bundle() from error


def _unreadable_bundle() -> BlockedError:
    return BlockedError(
        CERTIFICATE_REJECTED, "spec.tls.caBundle holds no readable PEM certificate: paste the CA's certificate."
    )


def certificate_error(server: str, error: ssl.SSLCertVerificationError) -> BlockedError:
    """Say why the certificate of *server* was rejected, and the remedy."""
    code = error.verify_code
    if code == _SELF_SIGNED:
        text = f"The certificate of {server} is self-signed: put it into spec.tls.caBundle."
    elif code in _UNKNOWN_CA:
        text = (
            f"The certificate of {server} is signed by a CA that is not trusted: put that CA's certificate into "
            f"spec.tls.caBundle (vCenter's own is at https://{server}/certs/download.zip)."
        )
    elif code == _EXPIRED:
        text = f"The certificate of {server}, or of a CA above it, has expired: renew it."
    elif code == _NOT_YET_VALID:
        text = f"The certificate of {server} is not valid yet: compare the clocks of vCenter and of this cluster."
    elif code in _OTHER_NAME:
        text = f"The certificate of {server} is for other names: set spec.server to a name that is in it."
    else:
        text = f"The certificate of {server} was rejected: {error.verify_message}."
    return BlockedError(CERTIFICATE_REJECTED, text)
