"""The repository of rule files in which commands are tested."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import Ended, in_process
from tools.rule_files_copy import (
    ALERTMANAGER,
    END,
    INCIDENTS,
    RULES,
    START,
    STEP,
    TODAY,
    RuleFilesCopy,
    length,
    samples,
)

__all__ = [
    "ALERTMANAGER",
    "END",
    "INCIDENTS",
    "RULES",
    "START",
    "STEP",
    "TODAY",
    "RuleRepository",
    "length",
    "samples",
]


@dataclass(frozen=True, slots=True)
class RuleRepository(RuleFilesCopy):
    """The folder, in which commands run."""

    @classmethod
    def at(cls, folder: Path, files: Mapping[str, str]) -> RuleRepository:
        """Commit the files, and write samples beside the folder."""
        return cls(RuleFilesCopy.at(folder, files).root)

    def backtest(self, *options: str, source: tuple[str, ...] | None = None) -> Ended:
        """Run the command on the samples, or on another source."""
        given = source or ("--samples", "../samples.txt", "--days", "7")
        command = ("--today", TODAY, "backtest", *given)
        return in_process(*command, *options, folder=self.root)


def columns(text: str) -> str:
    """A table with two spaces between its cells, however wide its columns are."""
    return re.sub("  +", "  ", text)
