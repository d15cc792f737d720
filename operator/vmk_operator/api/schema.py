"""Write the CRDs, and the copies that kustomize and Helm need, or tell which of them are out of date.

Neither may read above its own folder, so ``deploy/`` and the chart hold copies.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from vmk_operator.api.definitions import DEFINITIONS, Definition

FOLDERS = (Path("crds"), Path("deploy/crds"), Path("charts/vmk-operator/files/crds"))
_HEADER = "# Made by `make crds` from operator/vmk_operator/api: change the models, not this file.\n---\n"


class _Dumper(yaml.SafeDumper):
    """YAML as yamllint and people like it: lists indented below their key, no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        # The signature is PyYAML's; it offers no option for this.
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def rendered(definition: Definition) -> str:
    """Render one CRD as the text of its file."""
    return _HEADER + yaml.dump(definition.manifest(), Dumper=_Dumper, sort_keys=False, width=118, allow_unicode=True)


def files(root: Path) -> dict[Path, str]:
    """Name every generated file below *root*, with its text."""
    texts = {f"{definition.name}.yaml": rendered(definition) for definition in DEFINITIONS}
    return {root / folder / name: text for folder in FOLDERS for name, text in texts.items()}


def outdated(root: Path) -> list[Path]:
    """Name the files that are missing, differ, or lie in a generated folder without being generated."""
    return _outdated(root, files(root))


def _outdated(root: Path, wanted: dict[Path, str]) -> list[Path]:
    differing = [path for path, text in wanted.items() if not path.is_file() or path.read_text() != text]
    foreign = [path for folder in FOLDERS for path in (root / folder).glob("*.vmkernel.dev.yaml") if path not in wanted]
    return sorted(differing + foreign)


def main() -> int:
    """Write the files, or with ``--check`` fail if they are out of date."""
    parser = argparse.ArgumentParser(prog="python -m vmk_operator.api.schema", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    parser.add_argument("--root", type=Path, default=Path(), help="folder of the repository (default: the current one)")
    options = parser.parse_args()
    wanted = files(options.root)
    stale = _outdated(options.root, wanted)
    if options.check:
        for path in stale:
            sys.stderr.write(f"{path} is out of date: run `make crds` and commit what it writes\n")
        return 1 if stale else 0
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path])
        else:
            path.unlink()
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
