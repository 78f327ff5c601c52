"""Writes the locks of everything that is installed beside the tool: `python -m tools.lock`.

The action's lock holds the dependencies of the extra `all` and the build backend; that of the
project, also those of development, documentation and releases. Each has the versions of
constraints.txt and the hashes of all files, for every Python and system that we support. They name
no index, so a mirror serves. uv asks the index; tests/project/test_lock.py compares the locks with
pyproject.toml and constraints.txt without a network.
"""

import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCKS: Final = {
    ".github/actions/reliability/requirements.txt": ("What the action installs", "3.11", ("all",)),
    # The documentation needs 3.11.5.
    "requirements-dev.txt": ("What `make` installs", "3.11.5", ("dev", "release")),
}
"""Of each lock: who installs it, on which Python at least, and its extras."""
LEFT_OUT: Final = ("colorama", "pywin32", "pywin32-ctypes")
"""What only Windows needs, where nothing of ours runs."""
HEADER: Final = """\
# {who} before the tool itself, with hashes: `pip install --require-hashes`.
# Generated in the repository of the tool by `python -m tools.lock`; do not edit.
"""


def resolved(oldest: str, extras: tuple[str, ...]) -> str:
    """The requirements of extras with their hashes, as uv resolves them today.

    Raises:
        subprocess.CalledProcessError: uv cannot resolve them, or reaches no index.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = "\n".join(project["build-system"]["requires"])
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    command = (
        *(str(uv), "pip", "compile", "pyproject.toml", "-"),
        *(word for extra in extras for word in ("--extra", extra)),
        *("--universal", "--python-version", oldest, "--constraints", "constraints.txt"),
        *(word for name in LEFT_OUT for word in ("--no-emit-package", name)),
        *("--generate-hashes", "--no-header", "--no-annotate", "--no-config", "--quiet"),
    )
    done = subprocess.run(
        command, cwd=ROOT, input=build, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def main() -> int:
    """Write the locks; 1 if the requirements cannot be resolved."""
    for name, (who, oldest, extras) in LOCKS.items():
        try:
            text = HEADER.format(who=who) + resolved(oldest, extras)
        except subprocess.CalledProcessError as error:
            return int(error.returncode != 0)
        (ROOT / name).write_text(text, encoding="utf-8")
        print(f"{name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
