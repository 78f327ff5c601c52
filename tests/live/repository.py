"""A copy of the shipped repository that points at live servers."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.cli.program import Ended, in_process

PROJECT = Path(__file__).parents[2]
OWNER_ID = "0123456789abcdef"
SIGNALS = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {{name: {name}}}
spec:
  service: {name}
  signals:
    - name: {alert}
      kind: symptom
      tier: ticket
      expr: vector(1)
      summary: "{name} is not there"
      runbook: docs/runbooks/exports.md
"""
OWNERSHIP = """\
apiVersion: reliability/v1
kind: Ownership
metadata: {{name: {name}}}
spec: {{team: workforce, criticality: standard, description: "{name}"}}
"""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in a folder, and the command run in it."""

    root: Path

    def run(self, *arguments: str) -> Ended:
        return in_process(*arguments, folder=self.root)

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
        "name": "alertmanager", "provider": "alertmanager", "url": url, "file": str(file),
        "secretFiles": "remote", **more,
    }  # fmt: skip


def set_targets(repository: Repository, **spec: object) -> None:
    """Change keys of `spec` in policies/targets.yaml."""
    path = repository.root / "policies/targets.yaml"
    document = yaml.safe_load(path.read_text())
    document["spec"].update(spec)
    path.write_text(yaml.safe_dump(document))


def add_service(repository: Repository, name: str, alert: str) -> None:
    """A service with one alert that always fires."""
    folder = repository.root / "services" / name
    folder.mkdir()
    (folder / "alert-policy.yaml").write_text(SIGNALS.format(name=name, alert=alert))
    (folder / "ownership.yaml").write_text(OWNERSHIP.format(name=name))
