"""The worksheet: a CSV that is written, filled in by the team, and read again.

The columns `decided`, `decided by` and `note`, and any added column, belong to the team: they are
read and written back unchanged. All other columns are computed in each run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reliability.errors import ReliabilityError
from reliability.onboarding.triage.alert import Decision, TriagedAlert
from reliability.onboarding.triage.verdict import DECISIONS

COMPUTED: Final = (
    *("id", "name", "severity", "distinction", "service", "team", "sources", "notifications"),
    *("per week", "mentions", "user impact", "urgency", "action", "proposed", "confidence"),
    *("reason", "flags"),
)
DECIDED, BY, NOTE = "decided", "decided by", "note"
TEAM_COLUMNS: Final = (DECIDED, BY, NOTE)
STEERING: Final = ("=", "+", "-", "@", "\t", "\r")
"""Characters that begin a formula in a spreadsheet.

OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection
"""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The team's cells by alert ID, the added columns, and the delimiter of the file."""

    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    delimiter: str = ","

    def decisions(self) -> Iterator[tuple[str, Decision]]:
        """Yield the ID and the decision of each decided alert."""
        for name, cells in self.cells.items():
            if cells.get(DECIDED):
                yield name, Decision(cells[DECIDED], cells.get(BY, ""), cells.get(NOTE, ""))


def read_worksheet(path: Path) -> Worksheet:
    """Read a worksheet; without a file, return an empty one.

    Raises:
        ReliabilityError: the file is not a worksheet, or contains an unknown decision.
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
            f"{path}:1: a worksheet requires the columns `id` and `decided`; "
            "use another file, or delete this one"
        )

    cells: dict[str, dict[str, str]] = {}
    for line, row in enumerate(rows, 2):
        values = dict(zip(names, map(_bare, row), strict=False))
        if not values.get("id"):
            continue
        if values["id"] in cells:
            raise ReliabilityError(f"{path}:{line}: duplicate id {values['id']}; keep one line")
        values[DECIDED] = _decision(values.get(DECIDED, ""), f"{path}:{line}")
        cells[values["id"]] = values

    added = tuple(cell for cell in head if cell.lower() not in (*COMPUTED, *TEAM_COLUMNS) and cell)
    return Worksheet(cells, added, delimiter)


def _decision(written: str, location: str) -> str:
    word = written.strip().lower()
    if word and word not in DECISIONS:
        known = ", ".join(DECISIONS)
        raise ReliabilityError(
            f"{location}: not a valid decision: {written[:40]!r}; expected {known}"
        )
    return word


def worksheet_text(alerts: Sequence[TriagedAlert], weeks: float, before: Worksheet) -> str:
    """Return the worksheet with the counts of this run; decided alerts stay if they are gone.

    Rates stay empty if less than a week is known.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=before.delimiter, lineterminator="\n")
    writer.writerow((*COMPUTED, *TEAM_COLUMNS, *before.added))
    team_columns = (*TEAM_COLUMNS, *(name.lower() for name in before.added))

    for alert in alerts:
        written = before.cells.get(alert.id, {})
        row = (*_row(alert, weeks), *(written.get(key, "") for key in team_columns))
        writer.writerow(map(_inert, row))

    for name in _gone(alerts, before):
        written = dict(before.cells[name]) | {
            "notifications": "0",
            "per week": "0",
            "mentions": "0",
        }
        writer.writerow(_inert(written.get(key, "")) for key in (*COMPUTED, *team_columns))

    return out.getvalue()


def _gone(alerts: Iterable[TriagedAlert], before: Worksheet) -> Iterator[str]:
    here = {alert.id for alert in alerts}
    kept = (*TEAM_COLUMNS, *(name.lower() for name in before.added))
    for name, cells in before.cells.items():
        if name not in here and any(cells.get(key) for key in kept):
            yield name


def _row(alert: TriagedAlert, weeks: float) -> tuple[str, ...]:
    figures, verdict = alert.figures, alert.verdict
    return (
        alert.id,
        alert.name,
        alert.severity,
        alert.distinction,
        alert.service,
        alert.team,
        ", ".join(alert.sources),
        str(figures.notifications),
        f"{figures.notifications / weeks:.1f}" if weeks >= 1 else "",
        str(figures.mentions),
        verdict.impact,
        verdict.urgency,
        verdict.action,
        verdict.tier,
        verdict.confidence,
        verdict.reason,
        "; ".join(f"{flag.word}: {flag.reason}" for flag in alert.flags),
    )


def _inert(text: str) -> str:
    """Return a cell that a spreadsheet does not read as a formula."""
    clean = "".join(
        character if character.isprintable() or character == "\n" else " " for character in text
    )
    return f"'{clean}" if text.startswith(STEERING) else clean


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(STEERING) else cell
