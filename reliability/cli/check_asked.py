"""What the command line asked of `reliability check`, as one value: a field for each option."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.finding import Severity

FAIL_ON: Final = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "never": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of one run, under the names that `cli/check.py` gives them."""

    paths: tuple[Path, ...]
    form: str
    fail_on: str
    base: str | None
    documents_only: bool

    @property
    def limit(self) -> Severity | None:
        """The least severity that ends with 1, or None where no finding does."""
        return FAIL_ON[self.fail_on]
