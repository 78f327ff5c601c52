"""Writes the lock of everything that a workflow installs beside the tool: `python -m tools.lock`.

The lock holds the dependencies of the extra `all` and the build backend, each with the version of
constraints.txt and the hashes of its files, for every Python and Linux that we support. It names
no index, so a mirror serves. uv asks the index; tests/project/test_lock.py compares the lock with
pyproject.toml and constraints.txt without a network.
"""

import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = ROOT / ".github/actions/reliability/requirements.txt"
OLDEST: Final = "3.11"
HEADER: Final = """\
# What the action installs before the tool itself, with hashes: `pip install --require-hashes`.
# Generated in the repository of the tool by `python -m tools.lock`; do not edit.
"""


def resolved() -> str:
    """The requirements with their hashes, as uv resolves them today.

    Raises:
        subprocess.CalledProcessError: uv cannot resolve them, or reaches no index.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = "\n".join(project["build-system"]["requires"])
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    command = (
        *(str(uv), "pip", "compile", "pyproject.toml", "-", "--extra", "all"),
        *("--universal", "--python-version", OLDEST, "--constraints", "constraints.txt"),
        *("--generate-hashes", "--no-header", "--no-annotate", "--no-config", "--quiet"),
    )
    done = subprocess.run(
        command, cwd=ROOT, input=build, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def main() -> int:
    """Write the lock; 1 if the requirements cannot be resolved."""
    try:
        LOCK.write_text(HEADER + resolved(), encoding="utf-8")
    except subprocess.CalledProcessError as error:
        return int(error.returncode != 0)
    print(f"{LOCK.relative_to(ROOT)}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
