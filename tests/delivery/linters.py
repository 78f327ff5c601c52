"""zizmor and actionlint over a `.github/`, as findings."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def program(name: str) -> Path:
    """A development dependency's program; skips where it is not installed."""
    found = shutil.which(name, path=str(BIN)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; run make setup")
    return Path(found)


def zizmor(repository: Path) -> list[str]:
    """The ids of what its strictest persona finds, without asking GitHub."""
    ended = subprocess.run(
        (
            *(program("zizmor"), "--offline", "--no-progress", "--persona=auditor"),
            *("--format=json", ".github"),
        ),
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout, ended.stderr
    return sorted(f"{each['ident']}: {each['desc']}" for each in json.loads(ended.stdout))


def actionlint(repository: Path) -> list[str]:
    """Its messages about every workflow."""
    workflows = sorted((repository / ".github" / "workflows").glob("*.yml"))
    ended = subprocess.run(
        (program("actionlint"), "-format", "{{json .}}", *workflows),
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout, ended.stderr
    return [f"{each['filepath']}: {each['message']}" for each in json.loads(ended.stdout)]
