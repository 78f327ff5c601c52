"""The program's entry point, outside of the package `reliability`, which may not be ours.

The distribution `reliability` (statistics of life data) has a package of the same name. Whichever
of the two is installed last overwrites the other's `__init__.py`, so nothing of the package may be
imported before this is known.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path


def run() -> None:
    """Run the program; exit with 2 if another distribution has files in its package."""
    if (other := other_distribution()) is not None:
        print(
            f"reliability: the distribution {other} is installed in the same environment, and "
            "both own the package reliability; install reliability-as-code into an environment of "
            "its own, with pipx, uvx or venv, and install the other again where it is needed",
            file=sys.stderr,
        )
        sys.exit(2)

    from reliability.cli.main import run as run_program

    run_program()


def other_distribution() -> str | None:
    """Return the name and version of a distribution `reliability` beside the package, or None.

    Only the names of the folder are read, which takes a fraction of a millisecond.
    """
    spec = find_spec("reliability")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))).parent
    found = next(folder.glob("reliability-*-info"), None)
    return found.stem.replace("-", " ") if found else None
