"""The options of `reliability import` as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options; `only` is a format, and `into` is None to use `--root`."""

    paths: tuple[Path, ...]
    only: str | None
    into: Path | None
    service: str | None
    team: str | None
    plain_labels: bool
    all_messages: bool
    dry_run: bool
    diff: bool
    form: str

    @property
    def writes(self) -> bool:
        """Whether files are written."""
        return not (self.dry_run or self.diff)
