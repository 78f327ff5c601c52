"""Workflows run on this machine by act, from an event as GitHub would send it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.stand_ins import stand_ins
from tests.environment import environment as process_environment

BIN = Path(sys.executable).parent
ACTIONS = "github-actions[bot]"


def find_act() -> Path:
    """Its program; skips where it is not installed."""
    found = shutil.which("act", path=str(BIN)) or shutil.which("act")
    if found is None:
        pytest.skip("act is not installed; run make setup")
    return Path(found)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a workflow ended, what it said, and the artifacts it left."""

    succeeded: bool
    log: str
    artifacts: Path

    def failed(self) -> set[str]:
        """The jobs that did not succeed."""
        return set(re.findall(r"^\[[^\]]+/([\w-]+)\s*\].* Job failed$", self.log, re.MULTILINE))

    def passed(self) -> set[str]:
        """The jobs that succeeded."""
        pattern = r"^\[[^\]]+/([\w-]+)\s*\].* Job succeeded$"
        return set(re.findall(pattern, self.log, re.MULTILINE))

    def artifact(self, path: str) -> str:
        """A file of an artifact."""
        return (self.artifacts / path).read_text(encoding="utf-8")


@dataclass(slots=True)
class Act:
    """A runner: `api` is where GitHub's API is, `repository` the clone whose workflows run."""

    api: str
    repository: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=lambda: {"RELIABILITY_VERSION": "installed"})
    secrets: dict[str, str] = field(default_factory=dict)
    today: str = "2026-11-25"
    environment: dict[str, str] = field(default_factory=dict)
    runs: int = 0

    def run(
        self,
        workflow: str,
        event_name: str,
        event: Mapping[str, Any],
        token: str = f"token-{ACTIONS}",
        job: str = "",
    ) -> Ran:
        """Run a workflow's jobs for an event, or one of them."""
        self.runs += 1
        place = self.folder / f"run-{self.runs}"
        place.mkdir(parents=True)
        artifacts = self.folder / "artifacts"
        artifacts.mkdir(exist_ok=True)
        (place / "event.json").write_text(json.dumps(event))
        given = {
            "GITHUB_API_URL": self.api,
            "ACT_SOURCE": str(self.repository),
            "ACT_ARTIFACTS": str(artifacts),
            **self.environment,
        }
        secrets = {"GITHUB_TOKEN": token, **self.secrets}
        command: list[str] = [
            *(str(find_act()), event_name, "-W", f".github/workflows/{workflow}"),
            *("-P", "ubuntu-latest=-self-hosted", "-P", "macos-latest=-self-hosted"),
            *("--eventpath", str(place / "event.json")),
            *(f"--secret={name}={value}" for name, value in secrets.items()),
            *("--actor", "dev", *(("--job", job) if job else ())),
            *(each for name, value in given.items() for each in ("--env", f"{name}={value}")),
            *(f"--var={name}={value}" for name, value in self.variables.items()),
            *stand_ins(self.folder / "stand-ins"),
        ]
        ended = subprocess.run(
            command,
            cwd=self.repository,
            env=process_environment(
                HOME=str(self.folder / "home"),
                XDG_CACHE_HOME=str(self.folder / "cache"),
                PATH=f"{self.installed()}:{process_environment()['PATH']}",
                GIT_PAGER="cat",
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(ended.returncode == 0, ended.stdout + ended.stderr, artifacts)

    def installed(self) -> Path:
        """A folder for the PATH whose `reliability` is ours, on the day of the test."""
        place = self.folder / "bin"
        place.mkdir(exist_ok=True)
        program = place / "reliability"
        ours = f"{sys.executable} -m reliability --today {self.today}"
        program.write_text(f'#!/bin/sh\nexec {ours} "$@"\n')
        program.chmod(0o755)
        return place
