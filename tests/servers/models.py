"""Validators of Kubernetes objects and Backstage entities; `tests/servers/install` fetched them."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.environment import cache_folder

SCRIPT = Path(__file__).parent / "models.mjs"


def models() -> Path:
    """The folder that has them in `node_modules`; skips where there is none."""
    servers = cache_folder() / "servers"
    if (servers / "models" / "complete").is_file():
        return servers / "models"
    why = servers / "models.unavailable"
    pytest.skip(why.read_text().strip() if why.is_file() else "run tests/servers/install")


def problems(folder: Path, objects: Sequence[Any], work: Path) -> list[str]:
    """What the validators say of each object; an empty text is a valid one."""
    (work / "node_modules").symlink_to(folder / "node_modules")
    script = work / SCRIPT.name
    script.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        ["node", script],
        input=json.dumps([*objects]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found
