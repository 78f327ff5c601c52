"""A copy of the shipped repository that points at live servers."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.cli.program import Ended, reliability

PROJECT = Path(__file__).parents[2]
OWNER_ID = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in a folder, and the command run in it."""

    root: Path

    def run(self, *arguments: str) -> Ended:
        return reliability(*arguments, folder=self.root)

    def replace(self, path: str, old: str, new: str) -> None:
        """What somebody changes in a file of the repository."""
        edit(self.root / path, old, new)

    def keep_services(self, *names: str) -> None:
        """Remove all other services."""
        for folder in (self.root / "services").iterdir():
            if folder.name not in names:
                shutil.rmtree(folder)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{old} is not in {path}"
    path.write_text(text.replace(old, new, 1))


def make_repository(root: Path, *targets: dict[str, object]) -> Repository:
    """A fresh copy; targets are written as `policies/targets.yaml` wants them."""
    for name in ("services", "policies", "docs/runbooks"):
        shutil.copytree(PROJECT / name, root / name)
    document = {
        "apiVersion": "reliability/v1",
        "kind": "SyncTargets",
        "metadata": {"name": "targets"},
        "spec": {
            "owner": {"id": OWNER_ID},
            "allowedHosts": ["127.0.0.1"],
            "targets": list(targets),
        },
    }
    (root / "policies" / "targets.yaml").write_text(yaml.safe_dump(document))
    return Repository(root)


def prometheus_at(url: str, folder: Path, **more: object) -> dict[str, object]:
    return {
        "name": "prometheus", "provider": "prometheus", "url": url, "folder": str(folder), **more
    }  # fmt: skip


def alertmanager_at(url: str, file: Path, **more: object) -> dict[str, object]:
    return {
        "name": "alertmanager", "provider": "alertmanager", "url": url, "file": str(file), **more
    }  # fmt: skip
