"""Installs the wheel in clean environments and runs it as a user would: `make dist-trial`.

For each Python on this machine: `[history]` with demo, check, init and review; sizes of the default
install and of `[all]`; uvx and pipx where they are installed.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tools.release.build import sbom, wheel
from tools.release.programs import ROOT, git, new_environment, run, size_of

PYTHONS: Final = ("python3.11", "python3.12", "python3.13", "python3.14")
NAME: Final = "reliability"
MOST_MIB: Final = 250
"""The limit of what a hook installs."""


def main() -> int:
    """Try everything; 1 if the default install is too large."""
    pythons = [found for name in PYTHONS if (found := shutil.which(name)) and starts(found)]
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        base = Path(folder)
        for python in pythons:
            _try_python(base / Path(python).name, python)
        size = _sizes(base, pythons[0])
        _try_runners(base)
    return int(size > MOST_MIB)


def starts(python: str) -> bool:
    """Return whether an interpreter runs: pyenv leaves programs that only print a message."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def _try_python(folder: Path, python: str) -> None:
    """Install `[history]` and run the commands of the README."""
    started = time.monotonic()
    environment = new_environment(folder / "venv", python, f"{wheel()}[history]")
    program = environment / "bin/reliability"
    installed = time.monotonic()
    run(program, "demo", folder=folder)
    demo = time.monotonic()

    repository = folder / "repository"
    repository.mkdir()
    run(program, "init", "--team", "shop", "--no-github", folder=repository)
    run(program, "check", folder=repository)
    reviewed = _review(program, folder / "shipped")
    help_seconds = _seconds(program, "--help")
    version = run(program, "--version").strip()
    print(
        f"{Path(python).name}: {version}; install {installed - started:.0f} s, "
        f"demo {demo - installed:.1f} s, --help {help_seconds:.2f} s; init, check, "
        f"review --forge folder: {reviewed}"
    )


def _review(program: Path, repository: Path) -> str:
    """Review a lower target against the last commit with a folder as the forge."""
    for name in ("services", "policies", "docs/runbooks"):
        shutil.copytree(ROOT / name, repository / name)
    identity = ("-c", "user.name=trial", "-c", "user.email=trial@example.com")
    here = ("-C", str(repository))
    git(*here, "init", "--quiet", "-b", "main")
    git(*here, "add", "-A")
    git(*here, *identity, "commit", "--quiet", "-m", "Base")

    slo = repository / "services/attendance/slo.yaml"
    slo.write_text(slo.read_text().replace("target: 0.999 ", "target: 0.995 "))
    git(*here, "checkout", "--quiet", "-b", "lower")
    git(*here, *identity, "commit", "--quiet", "-am", "Lower the target")
    run(
        *(program, "review", "--base", "main", "--forge", "folder:forge"),
        *("--pull-request", "1", "--allow-pending-approval"),
        folder=repository,
    )
    return f"{len(list((repository / 'forge').rglob('*.md')))} files"


def _seconds(program: Path, *arguments: str) -> float:
    started = time.monotonic()
    run(program, *arguments)
    return time.monotonic() - started


def _refusal(program: Path, *arguments: str) -> str:
    """Return the line and the exit code of a command whose extra is not installed."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return f"{done.stderr.strip()} (exit code {done.returncode})"


def _sizes(base: Path, python: str) -> float:
    """Print the sizes of the default install and of `[all]`; return the first, in MiB."""
    empty = size_of(new_environment(base / "empty", python, "pip"))
    environment = new_environment(base / "default", python, wheel())
    default = size_of(environment) - empty
    print(f"demo without [history]: {_refusal(environment / 'bin/reliability', 'demo')}")
    complete = new_environment(base / "all", python, f"{wheel()}[all]")
    print(
        f"installed: default {default:.0f} MiB (limit {MOST_MIB}), "
        f"[all] {size_of(complete) - empty:.0f} MiB"
    )
    print(f"SBOM of [all]: {sbom(complete).relative_to(ROOT)}, valid CycloneDX 1.6")
    return default


def _try_runners(base: Path) -> None:
    """Run the program through uvx and pipx, if they are installed."""
    beside = Path(sys.executable).parent
    uvx, pipx = (shutil.which(name, path=f"{beside}:/usr/bin") for name in ("uvx", "pipx"))
    if uvx:
        source = f"{wheel()}[history]"
        shown = run(uvx, "--from", source, NAME, "--version")
        print(f"uvx: {shown.strip()}")
    if pipx:
        home, programs = str(base / "pipx"), str(base / "bin")
        run(pipx, "install", "--quiet", wheel(), PIPX_HOME=home, PIPX_BIN_DIR=programs)
        print(f"pipx: {run(base / 'bin/reliability', '--version').strip()}")


if __name__ == "__main__":
    sys.exit(main())
