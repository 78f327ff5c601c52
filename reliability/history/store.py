"""The store: `<service>/<slo>/<family>/<year>-<month>.parquet` below one folder.

A family is one definition of the fetched data. If the old files cannot answer a changed SLI, it
gets a new family. The old one is kept, so that both sides of a change can be replayed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from reliability.errors import SourceError
from reliability.history.definition import IMPORTED, Definition
from reliability.history.family import Family, definition_in, files_of, has_files
from reliability.history.sli import Counters, SliHistory
from reliability.writing import ensure_no_link, make_folder, repository_of

LOCK: Final = ".lock"


class TooMuchRemovedError(SourceError):
    """A large part of a store would be removed."""


@dataclass(frozen=True, slots=True)
class Store:
    """The folder that `policies/history.yaml` names, in the repository `top`."""

    folder: Path
    top: Path | None = None

    @classmethod
    def of(cls, root: Path, folder: str) -> Store:
        """Return the store in a folder below the root."""
        return cls(root / folder, repository_of(root))

    @property
    def missing(self) -> Path:
        """The file beside it in which a failed restore says when something was stored last."""
        return self.folder.with_name(f"{self.folder.name}.missing")

    def family(self, service: str, slo: str, definition: Definition | None) -> Family:
        """Return the family of a definition, even if it has no files yet."""
        name = definition.checksum if definition else IMPORTED
        return Family(self.slo_folder(service, slo) / name, slo, definition)

    def family_for(
        self, sli: SliHistory, counters: Counters, labels: Iterable[str]
    ) -> tuple[Family, Definition]:
        """Return the family to pull an SLI into: one that already answers it, else a new one.

        Raises:
            SourceError: a file is damaged.
        """
        grouping_labels = {*labels, *sli.group_by}
        for family in self.families(sli.service, sli.slo):
            if family.definition and family.definition.answers(counters, grouping_labels):
                return family, family.definition

        definition = Definition.of(counters, grouping_labels)
        return self.family(sli.service, sli.slo, definition), definition

    def families(self, service: str, slo: str) -> Iterator[Family]:
        """Yield every family with a file of this SLO.

        Raises:
            SourceError: a file is damaged.
        """
        for folder in self.folders(service, slo):
            yield Family(folder, slo, definition_in(folder))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Lock the store against other writers; the lock ends with the process, even after a crash.

        Raises:
            SourceError: another process is writing.
            OSError: the folder cannot be written, or a link of the repository leads elsewhere.
        """
        make_folder(self.folder, self.top)
        for folder, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                ensure_no_link(Path(folder, name), self.top)

        with (self.folder / LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SourceError(
                    f"another process writes to {self.folder}; wait for it to end"
                ) from None
            yield

    def set_aside(self, service: str, slo: str) -> list[str]:
        """Rename the damaged files of an SLO, to fetch their data again.

        Raises:
            SourceError: a file is of a newer version.
        """
        families = [Family(folder, slo, None) for folder in self.folders(service, slo)]
        return [reason for family in families for reason in family.set_aside()]

    def set_aside_everywhere(self) -> Iterator[str]:
        """Rename the damaged files of every SLO with a file, including removed SLOs.

        Raises:
            SourceError: a file is of a newer version.
        """
        for folder in sorted(self.folder.glob("*/*/*/")):
            yield from Family(folder, "", None).set_aside()

    def every_family(self) -> Iterator[Family]:
        """Yield every family of every SLO, including removed SLOs.

        Raises:
            SourceError: a file is damaged.
        """
        for folder in sorted(self.folder.glob("*/*/*/")):
            if files_of(folder):
                yield Family(folder, unquote(folder.parent.name), definition_in(folder))

    def prune(self, before: date, *, allow: bool) -> Iterator[Path]:
        """Remove the months that ended before a day, and yield the path of each file.

        Raises:
            TooMuchRemovedError: these are more than half of all files, and `allow` is false.
        """
        families = [Family(folder, "", None) for folder in self.folder.glob("*/*/*/")]
        files = sum(len(family.files_before(date.max)) for family in families)
        old = sum(len(family.files_before(before)) for family in families)
        if 2 * old > files and not allow:
            # With a wrong clock, or a wrong --today, every month is old.
            raise TooMuchRemovedError(
                f"nothing is removed: {old:,} of {files:,} files are from before {before}, and "
                "that is more than half; pass --allow if the date is right"
            )
        for folder in sorted(self.folder.glob("*/*/*/")):
            yield from Family(folder, "", None).remove_before(before)
            if not any(folder.iterdir()):
                folder.rmdir()

    def folders(self, service: str, slo: str) -> list[Path]:
        """Return the folders of the families with a file of an SLO, in order of names."""
        above = self.slo_folder(service, slo)
        try:
            with os.scandir(above) as entries:
                names = sorted(entry.name for entry in entries)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [above / name for name in names if has_files(above / name)]

    def service_folder(self, service: str) -> Path:
        """Return the folder of a service; a name in a document cannot lead outside of the store."""
        return self.folder / _segment(service)

    def slo_folder(self, service: str, slo: str) -> Path:
        """Return the folder of an SLO."""
        return self.service_folder(service) / _segment(slo)


def _segment(name: str) -> str:
    return quote(name, safe="").replace(".", "%2E")
