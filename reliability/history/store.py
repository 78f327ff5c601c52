"""The store: `<service>/<slo>/<family>/<year>-<month>.parquet` below one folder.

A family is one definition of what was fetched. A changed SLI that the old files cannot answer
gets a family of its own, and the old one stays, so that both sides of a change can be replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from reliability.history.covered import merged
from reliability.history.definition import IMPORTED, Definition
from reliability.history.month import Month, months
from reliability.history.parquet import Header, read_header, read_month, write_month
from reliability.history.sli import Counters, SliHistory
from reliability.history.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Family:
    """The files of one definition of one SLO; `definition` is None for imported counts."""

    folder: Path
    slo: str
    definition: Definition | None

    def path(self, month: date) -> Path:
        """The file of a month."""
        return self.folder / f"{month:%Y-%m}.parquet"

    def header(self, month: date) -> Header | None:
        """What a month's file says about itself; None where there is no file.

        Raises:
            SourceError: the file is damaged.
        """
        path = self.path(month)
        return read_header(path) if path.is_file() else None

    def read(self, month: date) -> Month:
        """A month with all its columns; an empty one where nothing is stored.

        Raises:
            SourceError: the file is damaged.
        """
        header = self.header(month)
        if header is None:
            return Month(month)
        return read_month(self.path(month), month, header, header.names)

    def write(self, month: Month) -> None:
        """Put a month in the place of what is stored of it."""
        write_month(self.path(month.first), month, self.slo, self.definition)

    def covered(self, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """What is stored of a span, known or known to be empty."""
        found: list[TimeSpan] = []
        for month, _ in months(span):
            header = self.header(month)
            found.extend(header.covered if header else ())
        return merged(part for each in found if (part := each.overlap(span)))


@dataclass(frozen=True, slots=True)
class Store:
    """The folder that `policies/history.yaml` names."""

    folder: Path

    def family(self, service: str, slo: str, definition: Definition | None) -> Family:
        """The family of a definition, whether it holds something yet or not."""
        name = definition.checksum if definition else IMPORTED
        return Family(self._of(service, slo) / name, slo, definition)

    def family_for(
        self, sli: SliHistory, counters: Counters, labels: Iterable[str]
    ) -> tuple[Family, Definition]:
        """The family to pull an SLI into: one that already answers it, else its own.

        Raises:
            SourceError: a file is damaged.
        """
        told_apart = {*labels, *sli.group_by}
        for family in self.families(sli.service, sli.slo):
            if family.definition and family.definition.answers(counters, told_apart):
                return family, family.definition
        definition = Definition.of(counters, told_apart)
        return self.family(sli.service, sli.slo, definition), definition

    def families(self, service: str, slo: str) -> Iterator[Family]:
        """Every family that holds a file of this SLO.

        Raises:
            SourceError: a file is damaged.
        """
        for folder in sorted(self._of(service, slo).glob("*/")):
            files = sorted(folder.glob("*.parquet"))
            if files:
                yield Family(folder, slo, read_header(files[-1]).definition)

    def _of(self, service: str, slo: str) -> Path:
        """One folder below the other; a name of somebody's file leads nowhere else."""
        return self.folder / _segment(service) / _segment(slo)


def _segment(name: str) -> str:
    return quote(name, safe="").replace(".", "%2E")
