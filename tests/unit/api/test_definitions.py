"""The CRDs as text: what every one of them promises, and that the files are the models'."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from vmk_operator.api import schema
from vmk_operator.api.definitions import DEFINITIONS, Definition

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
POLICIES = {
    "managementPolicy",
    "deletionPolicy",
    "repairDelay",
    "resyncPeriod",
    "rollout",
    "rollout.maxConcurrentHosts",
    "replacement.requires",
    "tls.insecureSkipVerify",
}
every_kind = pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.model.__name__)


def part(definition: Definition, name: str) -> dict[str, Any]:
    version = definition.manifest()["spec"]["versions"][0]
    node: dict[str, Any] = version["schema"]["openAPIV3Schema"]["properties"][name]
    return node


def fields(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, child in node.get("properties", {}).items():
        yield f"{path}{name}", child
        yield from fields(child, f"{path}{name}.")
    if "items" in node:
        yield f"{path}[]", node["items"]
        yield from fields(node["items"], f"{path}[].")


def ours(definition: Definition) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from fields(part(definition, "spec"), "spec.")
    yield from fields(part(definition, "status"), "status.")


def test_the_files_are_what_the_models_say() -> None:
    assert schema.outdated(ROOT) == []


def test_a_changed_missing_or_surplus_file_is_named(tmp_path: Path) -> None:
    for folder in schema.FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    crds = tmp_path / "crds"
    changed, missing = crds / "vcenters.vmkernel.dev.yaml", crds / "vmkadapters.vmkernel.dev.yaml"
    surplus = tmp_path / "deploy/crds/vmkroutes.vmkernel.dev.yaml"
    changed.write_text(changed.read_text() + "\n")
    missing.unlink()
    surplus.touch()

    assert schema.outdated(tmp_path) == sorted([changed, missing, surplus])


def test_check_fails_on_drift_and_writing_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["schema", "--root", str(tmp_path)]
    monkeypatch.setattr("sys.argv", [*command, "--check"])
    assert schema.main() == 1
    assert "crds/vcenters.vmkernel.dev.yaml is out of date: run `make crds`" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", command)
    assert schema.main() == 0
    monkeypatch.setattr("sys.argv", [*command, "--check"])
    assert schema.main() == 0


@every_kind
def test_a_file_reads_back_as_the_definition(definition: Definition) -> None:
    assert yaml.safe_load(schema.rendered(definition)) == definition.manifest()


@every_kind
def test_every_string_and_list_has_a_bound(definition: Definition) -> None:
    unbounded = [
        path
        for path, node in ours(definition)
        if (node["type"] == "string" and not {"maxLength", "enum", "format"} & node.keys())
        or (node["type"] == "array" and "maxItems" not in node)
    ]

    assert unbounded == []


@every_kind
def test_every_field_says_what_it_means(definition: Definition) -> None:
    assert [p for p, node in ours(definition) if not p.endswith("[]") and not node.get("description")] == []


@every_kind
def test_only_policies_have_a_default(definition: Definition) -> None:
    assert {path for path, node in fields(part(definition, "spec")) if "default" in node} <= POLICIES
    assert [path for path, node in fields(part(definition, "status")) if "default" in node] == []


@every_kind
def test_lists_are_atomic_but_conditions_which_are_told_apart_by_type(definition: Definition) -> None:
    kinds = {path: node["x-kubernetes-list-type"] for path, node in ours(definition) if node["type"] == "array"}

    assert kinds.pop("status.conditions") == "map"
    assert part(definition, "status")["properties"]["conditions"]["x-kubernetes-list-map-keys"] == ["type"]
    assert set(kinds.values()) <= {"atomic"}


@every_kind
def test_what_a_user_writes_is_judged_by_rules_with_sentences(definition: Definition) -> None:
    spec = part(definition, "spec")
    nodes = [spec, *(node for _, node in fields(spec))]
    for node in nodes:
        assert not {"enum", "pattern", "minimum", "maximum", "minLength", "minItems"} & node.keys()
        for rule in node.get("x-kubernetes-validations", []):
            assert rule["message"].strip()
            assert "\n" not in rule["message"]


@every_kind
def test_no_category_is_a_short_name(definition: Definition) -> None:
    short = {name for each in DEFINITIONS for name in each.manifest()["spec"]["names"]["shortNames"]}

    assert not short & set(definition.manifest()["spec"]["names"]["categories"])
