"""Secrets are followed live, and what is missing is said by name."""

import base64
from collections.abc import AsyncIterator

import pytest

from integration.kube.harness import Admin, RealClock, Woken, eventually, running
from vmk_operator.errors import BlockedError, TransientError
from vmk_operator.kube.client import Body
from vmk_operator.kube.credentials import KubeSecrets
from vmk_operator.model.vcenter import Credentials


def secret(**values: bytes) -> Body:
    data = {key: base64.b64encode(value).decode() for key, value in values.items()}
    return {"metadata": {"name": "vcenter-lab"}, "data": data}


def path(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}/secrets"


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def secrets(api: Admin, namespace: str, woken: Woken) -> KubeSecrets:
    made = KubeSecrets(api, RealClock(), namespace=namespace)
    made.subscribe(woken)
    return made


@pytest.fixture
async def followed(secrets: KubeSecrets) -> AsyncIterator[KubeSecrets]:
    async with running(secrets.run()):
        await eventually(lambda: secrets.readiness() == (), "the first list")
        yield secrets


def refusal(secrets: KubeSecrets) -> str:
    with pytest.raises(BlockedError) as raised:
        secrets.credentials("vcenter-lab")
    assert raised.value.reason == "NoCredentials"
    return str(raised.value)


async def test_before_the_first_list_nothing_is_known(secrets: KubeSecrets, namespace: str) -> None:
    with pytest.raises(TransientError, match="not listed yet"):
        secrets.credentials("vcenter-lab")
    assert secrets.readiness() == (f"the Secrets of namespace {namespace} are not listed yet",)


async def test_a_rotated_password_is_told_and_answered_at_once(
    followed: KubeSecrets, api: Admin, namespace: str, woken: Woken
) -> None:
    await api.create(path(namespace), secret(username=b"u", password=b"old"))
    await eventually(lambda: woken.secrets == ["vcenter-lab"], "the Secret", within=1.0)
    assert followed.credentials("vcenter-lab") == Credentials("u", "old")
    new = base64.b64encode(b"new").decode()
    rotation = [{"op": "replace", "path": "/data/password", "value": new}]
    await api.patch(f"{path(namespace)}/vcenter-lab", rotation)
    await eventually(lambda: woken.secrets == ["vcenter-lab"] * 2, "the rotation", within=1.0)
    assert followed.credentials("vcenter-lab") == Credentials("u", "new")


async def test_a_label_is_no_rotation(followed: KubeSecrets, api: Admin, namespace: str, woken: Woken) -> None:
    await api.create(path(namespace), secret(username=b"u", password=b"p"))
    label = [{"op": "add", "path": "/metadata/labels", "value": {"team": "network"}}]
    await api.patch(f"{path(namespace)}/vcenter-lab", label)
    other = secret(username=b"u", password=b"p") | {"metadata": {"name": "vcenter-other"}}
    await api.create(path(namespace), other)
    await eventually(lambda: "vcenter-other" in woken.secrets, "what came after the label")
    assert woken.secrets == ["vcenter-lab", "vcenter-other"]
    assert followed.readiness() == ()


async def test_a_deleted_secret_is_missing(followed: KubeSecrets, api: Admin, namespace: str, woken: Woken) -> None:
    await api.create(path(namespace), secret(username=b"u", password=b"p"))
    await api.delete(f"{path(namespace)}/vcenter-lab")
    await eventually(lambda: len(woken.secrets) == 2, "the deletion")
    assert refusal(followed) == (
        f"Secret vcenter-lab does not exist in namespace {namespace}; "
        "a Secret with the keys username and password is needed there."
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"username": b"u"}, "has no key password"),
        ({"username": b"", "password": b"p"}, "The key username of Secret vcenter-lab"),
        ({"username": b"u", "password": b"\xff\xfe"}, "is not UTF-8 text"),
    ],
)
async def test_what_is_wrong_with_a_secret_is_said(
    followed: KubeSecrets, api: Admin, namespace: str, values: dict[str, bytes], sentence: str
) -> None:
    await api.create(path(namespace), secret(**values))
    await eventually(lambda: sentence in refusal(followed), f"the sentence {sentence!r}")
    assert namespace in refusal(followed)


async def test_what_changed_while_nobody_followed_is_told(
    secrets: KubeSecrets, api: Admin, namespace: str, woken: Woken
) -> None:
    await api.create(path(namespace), secret(username=b"u", password=b"p"))
    async with running(secrets.run()):
        await eventually(lambda: woken.secrets == ["vcenter-lab"], "the Secret")
    await api.delete(f"{path(namespace)}/vcenter-lab")
    async with running(secrets.run()):
        await eventually(lambda: woken.secrets == ["vcenter-lab"] * 2, "the deletion")
