"""Runs programs for the steps of a release, and makes virtual environments."""

import os
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


def run(*command: str | Path, folder: Path = ROOT, **settings: str) -> str:
    """Run a program and return its output; its errors are shown.

    Raises:
        SystemExit: it fails; the message has its output.
    """
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **settings},  # noqa: TID251  # pip's settings, too
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def git(*arguments: str) -> str:
    """Return what git prints."""
    return run("git", *arguments).strip()


def new_environment(folder: Path, python: str | Path, *requirements: str | Path) -> Path:
    """Make a virtual environment and install into it from the index; return its folder."""
    run(python, "-m", "venv", folder)
    pip = (python_of(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "-c", ROOT / "constraints.txt", *requirements)
    return folder


def python_of(environment: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return environment / "bin/python"


def size_of(folder: Path) -> float:
    """Return the MiB of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
