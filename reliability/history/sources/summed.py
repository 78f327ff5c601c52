"""Sums of one SLI of the store, made from its minutes once and kept beside them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.errors import SourceError
from reliability.history.family import SUMS, Family, definition_in
from reliability.history.group_sums import Cuts, GroupSums, minute_of, part_sums
from reliability.history.month import Month, month_span, months
from reliability.history.month_sums import (
    FileStamp,
    MonthSums,
    StoredSums,
    content_digest,
    read_sums,
    stamp_of,
    write_sums,
)
from reliability.history.roles import Roles, roles_of
from reliability.history.series import Series
from reliability.history.sli import NotCounted, SliHistory
from reliability.history.sources.stored import StoredHistory, family_series, month_reader
from reliability.timespan import TimeSpan

MOST_FILES: Final = 4
"""Number of files with sums that are kept for a family: one for each SLI that it answers."""
MOST_CUTS: Final = 400
"""Number of cuts of a month from which earlier ones are dropped when new ones are added."""
IN_MEMORY: Final = 3
"""Number of months whose minutes are kept while an SLI is summed."""


@dataclass(slots=True, eq=False, kw_only=True)
class SliSums:
    """The sums of an SLI, which reads minutes only if something is missing, and then keeps it.

    `known` are the months with valid sums; `files` are the present files of each month.
    """

    sli: SliHistory
    family: Family
    path: Path
    top: Path | None
    files: dict[date, tuple[FileStamp, ...]]
    known: dict[date, MonthSums] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    roles: Roles | None = None
    is_changed: bool = False
    read: dict[date, Month | None] = field(default_factory=dict)

    def groups(self, span: TimeSpan, cuts: Cuts) -> tuple[GroupSums, ...] | None:
        """Return the sums of each group over a span, whose ends are the outer cuts.

        Return None if they would differ from sums of the minutes: the months count different
        events. Empty if there is no data.

        Raises:
            SourceError: a file is damaged.
        """
        parts = [(part, self._month(first, part, cuts)) for first, part in months(span)]
        loaded = [(part, month) for part, month in parts if month is not None]
        counted = {month.counts for _, month in loaded}
        if len(counted) > 1:
            return None

        names = sorted({group for _, month in loaded for group in month.groups})
        sums = np.zeros((len(names), 3, len(cuts) - 1))
        for part, month in loaded:
            _fill(sums, names, cuts, part=part, month=month)
        labels = (dict(zip(self.sli.group_by, group, strict=True)) for group in names)
        return tuple(
            GroupSums.running(cuts, of_group, of_labels)
            for of_group, of_labels in zip(sums, labels, strict=True)
        )

    def interval(self, span: TimeSpan) -> timedelta | None:
        """Return the longest interval of samples in months with known sums of a span."""
        seconds = [month.interval for month in self._within(span) if month.interval is not None]
        return timedelta(seconds=max(seconds)) if seconds else None

    def has_negative(self, span: TimeSpan) -> bool:
        """Return whether a minute of the months of a span counts fewer than no failures."""
        return any(month.has_negative for month in self._within(span))

    def series(self, span: TimeSpan) -> tuple[Series, ...]:
        """Return the minutes of each group over a span.

        Raises:
            SourceError: a file is damaged.
        """
        return family_series(self._minutes, self._roles, self.sli, span)

    def groups_of(self, month: date) -> tuple[tuple[str, ...], ...]:
        """Return the values of the group-by labels of each group in a month with known sums."""
        return self.known[month].groups if month in self.known else ()

    def groups_within(self, span: TimeSpan) -> frozenset[tuple[str, ...]]:
        """Return the groups in any month of a span."""
        return frozenset(group for month in self._within(span) for group in month.groups)

    def array(self, month: date, name: str, state: str) -> FloatArray | None:
        """Return a further array of a month; None if it is not known for this state."""
        known = self.known.get(month)
        return known.arrays.get(f"{name}|{state}") if known else None

    def keep(self, month: date, name: str, state: str, array: FloatArray) -> None:
        """Keep a further array of a month with known sums.

        It is of the minutes of the month and of what `state` names; that of another state is
        dropped.
        """
        known = self.known.get(month)
        if known is None:
            return
        for other in [key for key in known.arrays if key.partition("|")[0] == name]:
            del known.arrays[other]
        known.arrays[f"{name}|{state}"] = array
        self.is_changed = True

    def text(self, name: str, state: str) -> str | None:
        """Return what was computed from the sums in a state; None if it is not known for it."""
        kept = self.texts.get(name, "")
        return kept.removeprefix(f"{state}|") if kept.startswith(f"{state}|") else None

    def keep_text(self, name: str, state: str, text: str) -> None:
        """Keep what was computed from the sums in a state, instead of that of another state."""
        self.texts[name] = f"{state}|{text}"
        self.is_changed = True

    def digests(self, span: TimeSpan) -> tuple[str, ...]:
        """Return the digests of the months of a span."""
        return tuple(self.digest(first) for first, _ in months(span))

    def digest(self, month: date) -> str:
        """Return the digest of a month's files; empty without known sums."""
        known = self.known.get(month)
        return known.digest if known else ""

    def save(self) -> None:
        """Write what changed; a store that cannot be written goes on without."""
        if not self.is_changed:
            return
        try:
            write_sums(self.path, StoredSums(self.known, self.texts), self.top)
            others = [path for path in self.path.parent.glob(SUMS) if path != self.path]
            latest = sorted(others, key=lambda path: (-path.stat().st_mtime_ns, path.name))
            for path in latest[MOST_FILES - 1 :]:
                path.unlink(missing_ok=True)
        except OSError:
            # A store may be mounted read-only; the figures are right, and only take longer.
            return
        self.is_changed = False

    def _within(self, span: TimeSpan) -> Iterator[MonthSums]:
        for first, _ in months(span):
            if first in self.known:
                yield self.known[first]

    def _month(self, first: date, part: TimeSpan, cuts: Cuts) -> MonthSums | None:
        """Return the sums of a month that has the cuts of a part; None without files."""
        if first not in self.files:
            return None
        start, end = minute_of(part.start), minute_of(part.end)
        wanted = cuts[np.searchsorted(cuts, start) : np.searchsorted(cuts, end) + 1]
        month = self.known.get(first)
        if month is not None and _rows(month.cuts, wanted) is not None:
            return month
        whole = month_span(first)
        ends = (minute_of(whole.start), minute_of(whole.end))
        together = np.union1d(wanted, ends)
        if month is not None and len(month.cuts) < MOST_CUTS:
            together = np.union1d(together, month.cuts)
        self.known[first] = self._summed(first, together, month)
        self.is_changed = True
        return self.known[first]

    def _summed(self, first: date, cuts: Cuts, before: MonthSums | None) -> MonthSums:
        """Add up the minutes of a month."""
        stamps = self.files[first]
        folder = self.family.folder
        digest = content_digest(folder / stamp.name for stamp in stamps)
        loaded = self._minutes(first)
        groups = self.series(month_span(first))
        explicit = {
            role.name
            for column in (loaded.columns if loaded else ())
            for role in self._roles(column)
        } - {"total"}
        return MonthSums(
            stamps=stamps,
            digest=digest,
            counts="good" if "good" in explicit else "bad" if explicit else self._default,
            interval=loaded.interval.total_seconds() if loaded and loaded.interval else None,
            has_negative=any(bool((series.bad < 0).any()) for series in groups),
            groups=tuple(
                tuple(series.labels[label] for label in self.sli.group_by) for series in groups
            ),
            cuts=cuts,
            sums=np.array([part_sums(series, cuts) for series in groups]).reshape(
                len(groups), 3, len(cuts) - 1
            ),
            arrays=before.arrays if before is not None and before.digest == digest else {},
        )

    @property
    def _default(self) -> str:
        counters = self.sli.counters
        return "bad" if isinstance(counters, NotCounted) else counters.counts

    def _minutes(self, first: date) -> Month | None:
        if first not in self.read:
            while len(self.read) >= IN_MEMORY:
                del self.read[next(iter(self.read))]
            self.read[first] = month_reader(self.family, self._roles)(first)
        return self.read[first]

    @property
    def _roles(self) -> Roles:
        if self.roles is None:
            self.roles = _roles_in(self.family.folder, self.sli)
        if self.roles is None:
            raise SourceError(f"{self.path} is of another query; remove it")
        return self.roles


def open_sums(source: StoredHistory, sli: SliHistory) -> SliSums | None:
    """Open the sums of an SLI; None if the minutes of several families, or of none, answer it.

    Raises:
        SourceError: a file is damaged.
    """
    store = source.store
    name = f"sums-{_key(sli)}.bin"
    answering: list[SliSums] = []
    for folder in store.folders(sli.service, sli.slo):
        path = folder / name
        # Sums of this SLI exist only in a family that answers it, and reading a definition takes
        # longer than reading sums.
        roles = None if path.is_file() else _roles_in(folder, sli)
        if roles is not None or path.is_file():
            answering.append(
                SliSums(
                    sli=sli,
                    family=Family(folder, sli.slo, None),
                    path=path,
                    top=store.top,
                    files=_files(folder),
                    roles=roles,
                )
            )
    if len(answering) != 1:
        return None
    (sums,) = answering
    _load(sums)
    return sums


def _roles_in(folder: Path, sli: SliHistory) -> Roles | None:
    return roles_of(definition_in(folder), sli)


def _load(sums: SliSums) -> None:
    """Take the months from the file whose minutes are the same as when they were added up."""
    stored = read_sums(sums.path)
    sums.texts = stored.texts
    for first, month in stored.months.items():
        stamps = sums.files.get(first)
        if stamps is None:
            sums.is_changed = True
            continue
        if stamps != month.stamps:
            sums.is_changed = True
            # A restored cache has other times and the same content.
            folder = sums.family.folder
            if content_digest(folder / stamp.name for stamp in stamps) != month.digest:
                continue
            month.stamps = stamps
        sums.known[first] = month


def _files(folder: Path) -> dict[date, tuple[FileStamp, ...]]:
    """Return the stamps of the files of each month and of its parts, by name."""
    by_month: dict[date, list[FileStamp]] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".parquet", ".part")) and not entry.name.startswith("."):
                first = date.fromisoformat(f"{entry.name[:7]}-01")
                by_month.setdefault(first, []).append(stamp_of(entry))
    return {first: tuple(sorted(stamps)) for first, stamps in by_month.items()}


def _fill(
    sums: FloatArray,
    names: Sequence[tuple[str, ...]],
    cuts: Cuts,
    *,
    part: TimeSpan,
    month: MonthSums,
) -> None:
    """Add up the parts of a month between the cuts of a span."""
    first = int(np.searchsorted(cuts, minute_of(part.start)))
    last = int(np.searchsorted(cuts, minute_of(part.end)))
    rows = _rows(month.cuts, cuts[first : last + 1])
    if rows is None:
        raise ValueError(f"a time of {part} is not a cut of the sums")
    added = np.add.reduceat(month.sums[:, :, : rows[-1]], rows[:-1], axis=2)
    for number, group in enumerate(month.groups):
        sums[names.index(group), :, first:last] = added[number]


def _rows(cuts: Cuts, wanted: Cuts) -> Cuts | None:
    """Return the indexes of wanted times in the cuts of a month; None if one is not a cut."""
    return _known_rows(cuts.tobytes(), wanted.tobytes())


@lru_cache(maxsize=512)
def _known_rows(cuts: bytes, wanted: bytes) -> Cuts | None:
    """Return `_rows`; most services of a fleet ask for the same times in the same months."""
    every, times = np.frombuffer(cuts, dtype=np.int64), np.frombuffer(wanted, dtype=np.int64)
    return np.searchsorted(every, times) if np.isin(times, every).all() else None


def _key(sli: SliHistory) -> str:
    return hashlib.sha256(repr((sli.counters, sli.group_by)).encode()).hexdigest()[:16]
