"""The worksheet: a CSV that goes out, is filled in together, and comes back.

The columns `decided`, `decided by` and `note`, and any that people add, are theirs: they are read,
and written again as they were. All other columns are written anew in each run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reliability.errors import ReliabilityError
from reliability.onboarding.triage.noise import Decision, NotificationSource
from reliability.onboarding.triage.verdict import DECISIONS

OURS: Final = (
    *("id", "name", "severity", "service", "team", "sources", "notifications", "per week"),
    *("mentions", "user impact", "urgency", "action", "proposed", "confidence", "reason", "flags"),
)
DECIDED, BY, NOTE = "decided", "decided by", "note"
THEIRS: Final = (DECIDED, BY, NOTE)
STEERING: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What people wrote: their cells by noise, the columns that they added, how cells are split."""

    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    delimiter: str = ","

    def decisions(self) -> Iterator[tuple[str, Decision]]:
        """Every noise that somebody decided."""
        for name, cells in self.cells.items():
            if cells.get(DECIDED):
                yield name, Decision(cells[DECIDED], cells.get(BY, ""), cells.get(NOTE, ""))


def read_worksheet(path: Path) -> Worksheet:
    """A worksheet that came back; an empty one where there is none yet.

    Raises:
        ReliabilityError: it is no worksheet, or a decision in it is no tier.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Worksheet()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "save it as CSV in UTF-8"
        raise ReliabilityError(f"{path} cannot be read as a worksheet: {why}") from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _read(path, rows, delimiter)
    except csv.Error as error:
        raise ReliabilityError(f"{path}:{rows.line_num}: {error}") from error


def _read(path: Path, rows: Iterator[list[str]], delimiter: str) -> Worksheet:
    head = [cell.strip() for cell in next(rows, [])]
    names = [cell.lower() for cell in head]
    if "id" not in names or DECIDED not in names:
        raise ReliabilityError(
            f"{path}:1: the columns `id` and `decided` are missing, and a worksheet has both; "
            "name another file, or delete this one"
        )
    cells: dict[str, dict[str, str]] = {}
    for line, row in enumerate(rows, 2):
        values = dict(zip(names, map(_bare, row), strict=False))
        if not values.get("id"):
            continue
        if values["id"] in cells:
            raise ReliabilityError(f"{path}:{line}: {values['id']} stands twice; keep one line")
        values[DECIDED] = _decision(values.get(DECIDED, ""), f"{path}:{line}")
        cells[values["id"]] = values
    added = tuple(cell for cell in head if cell.lower() not in (*OURS, *THEIRS) and cell)
    return Worksheet(cells, added, delimiter)


def _decision(written: str, place: str) -> str:
    word = written.strip().lower()
    if word and word not in DECISIONS:
        known = ", ".join(DECISIONS)
        raise ReliabilityError(f"{place}: decided is {written[:40]!r}, and can be {known}")
    return word


def worksheet_text(noises: Sequence[NotificationSource], weeks: float, before: Worksheet) -> str:
    """The worksheet with this run's figures; a noise that is gone stays while people decided it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=before.delimiter, lineterminator="\n")
    writer.writerow((*OURS, *THEIRS, *before.added))
    theirs = (*THEIRS, *(each.lower() for each in before.added))
    for source in noises:
        written = before.cells.get(source.id, {})
        row = (*_row(source, weeks), *(written.get(key, "") for key in theirs))
        writer.writerow(map(_inert, row))
    for name in _gone(noises, before):
        written = dict(before.cells[name]) | {
            "notifications": "0",
            "per week": "0",
            "mentions": "0",
        }
        writer.writerow(_inert(written.get(key, "")) for key in (*OURS, *theirs))
    return out.getvalue()


def _gone(noises: Iterable[NotificationSource], before: Worksheet) -> Iterator[str]:
    here = {source.id for source in noises}
    kept = (*THEIRS, *(each.lower() for each in before.added))
    for name, cells in before.cells.items():
        if name not in here and any(cells.get(key) for key in kept):
            yield name


def _row(noise: NotificationSource, weeks: float) -> tuple[str, ...]:
    figures, verdict = noise.figures, noise.verdict
    return (
        noise.id,
        noise.name,
        noise.severity,
        noise.service,
        noise.team,
        ", ".join(noise.sources),
        str(figures.notifications),
        f"{figures.notifications / weeks:.1f}" if weeks else "",
        str(figures.mentions),
        verdict.impact,
        verdict.urgency,
        verdict.action,
        verdict.tier,
        verdict.sure,
        verdict.reason,
        "; ".join(f"{flag.word}: {flag.reason}" for flag in noise.flags),
    )


def _inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    clean = "".join(
        character if character.isprintable() or character == "\n" else " " for character in text
    )
    return f"'{clean}" if text.startswith(STEERING) else clean


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(STEERING) else cell
