"""The policies that a new repository starts with: the shipped ones, without our teams' names."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

STARTING: Final = ("burn-rates", "notification", "rules", "slo")
OWNER: Final = re.compile(r"^  owner: .*\n", re.MULTILINE)
"""Who answers for the shipped policies: a team that a new repository does not have."""


def starting_policies(shipped: Path) -> dict[PurePosixPath, str]:
    """The text of each by its path; `shipped` is the folder of the shipped repository."""
    return {
        PurePosixPath("policies", f"{name}.yaml"): OWNER.sub("", _text(shipped, name))
        for name in STARTING
    }


def _text(shipped: Path, name: str) -> str:
    return (shipped / "policies" / f"{name}.yaml").read_text(encoding="utf-8")
