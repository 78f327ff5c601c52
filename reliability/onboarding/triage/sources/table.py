"""CSV tables: PagerDuty's incidents report, or any table with a time and a text column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from reliability.alertmanager.receivers import mentions_in
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources.moments import moment
from reliability.onboarding.triage.sources.trouble import UnreadError
from reliability.scalars import ScalarError, read_number

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "at": (
        *("created_on", "created_at", "created", "time", "timestamp", "date", "at", "start"),
        *("started", "fired_at", "starts_at"),
    ),
    "text": (
        *("description", "title", "message", "alertname", "alert", "name", "summary", "text"),
        *("subject", "incident", "content"),
    ),
    "end": ("resolved_on", "resolved_at", "resolved", "end", "ended", "ends_at"),
    "severity": ("severity", "priority_name", "priority", "level", "status"),
    "service": ("service_name", "service", "app", "application"),
    "team": ("team_name", "teams", "team", "owner", "escalation_policy_name"),
    "place": ("channel", "place", "host", "service_name"),
    "mentions": ("mentions", "mention", "paged"),
    "people": (
        *("acknowledged_by_user_names", "assigned_to_user_names", "assigned_user_names"),
        *("acknowledged_by", "assigned_to", "assignee", "resolved_by_user_name", "engineer"),
    ),
    "answered": ("answered", "acknowledge_count", "acknowledged", "acked"),
}
"""Accepted names of each column, the first match wins; case is ignored, spaces count as `_`."""

PAGERDUTY: Final = frozenset(("incident_number", "service_name", "created_on"))
YES: Final = frozenset(("yes", "true", "y", "t", "x"))
LONGEST: Final = 1_000_000
LARGEST_CELL: Final = 16 * 1024 * 1024
"""Characters; a mail or a stack trace may be longer than 131,072, Python's default limit."""


@dataclass(frozen=True, slots=True)
class Table:
    """A readable table: the meaning of its columns, and whether it is PagerDuty's."""

    path: Path
    delimiter: str
    columns: Mapping[str, str]
    is_pagerduty: bool

    @classmethod
    def at(cls, path: Path) -> Table | None:
        """Return the table in a file; None if its first line has no time or text column."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                head = file.readline(LONGEST)
        except (OSError, UnicodeDecodeError):
            return None

        delimiter = max(",;\t", key=head.count)
        names = {_plain(name): name for name in next(csv.reader([head], delimiter=delimiter), [])}
        columns = {
            key: next(alias for alias in known if alias in names)
            for key, known in COLUMNS.items()
            if any(alias in names for alias in known)
        }
        if "at" not in columns or "text" not in columns:
            return None

        return cls(path, delimiter, columns, names.keys() >= PAGERDUTY)


def messages(table: Table) -> Iterator[ReceivedMessage | UnreadError]:
    """Yield the rows of a table, one at a time."""
    with table.path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        csv.field_size_limit(LARGEST_CELL)
        lines = _CountedLines(file)
        rows = csv.reader(lines, delimiter=table.delimiter)
        try:
            names = [_plain(name) for name in next(rows, [])]
            start = rows.line_num + 1
            for row in rows:
                if lines.are_read:  # the reader asked for one more line, so the row is not whole
                    below = rows.line_num - start
                    why = f"a quote is not closed, so this row and {below:,} below are not read"
                    yield UnreadError(f"{table.path}:{start}", why)
                elif any(row):
                    yield _message(table, names, row, line=rows.line_num)
                start = rows.line_num + 1
        except csv.Error as error:
            yield UnreadError(f"{table.path}:{rows.line_num}", str(error))


class _CountedLines:
    """The lines of a file; `are_read` is set when a line is asked for after the last."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = file
        self.are_read = False

    def __iter__(self) -> Iterator[str]:
        yield from self._file
        self.are_read = True


def _message(
    table: Table, names: Sequence[str], row: Sequence[str], line: int
) -> ReceivedMessage | UnreadError:
    cells = dict(zip(names, row, strict=False))
    values = {key: cells.get(name, "").strip() for key, name in table.columns.items()}
    at = moment(values["at"])
    if at is None:
        shown = values["at"][:40]
        return UnreadError(f"{table.path}:{line}", f"not a valid time: {shown!r}")

    text = values["text"]
    source = "pagerduty" if table.is_pagerduty else table.path.stem
    return ReceivedMessage(
        source=source,
        location=values.get("place") or source,
        at=at,
        text=text,
        severity=values.get("severity", ""),
        service=values.get("service", ""),
        team=values.get("team", ""),
        mentions=_mentions(table, cells, values),
        answered=_answer(values.get("answered")),
        lasted=_lasted(at, values.get("end", "")),
        people=_people(values.get("people", "")),
    )


def _mentions(table: Table, cells: Mapping[str, str], values: Mapping[str, str]) -> bool:
    if table.is_pagerduty:
        return cells.get("urgency", "high").strip().lower() != "low"
    return _is_yes(values.get("mentions", "")) or any(mentions_in(values["text"]))


def _answer(written: str | None) -> bool | None:
    return None if written is None or written == "" else _is_yes(written)


def _people(written: str) -> tuple[str, ...]:
    names = (" ".join(name.split()) for name in re.split("[,;]", written))
    return tuple(name for name in names if name)


def _is_yes(written: str) -> bool:
    try:
        return read_number(written) > 0
    except ScalarError:
        return written.lower() in YES


def _lasted(at: datetime, written: str) -> timedelta | None:
    end = moment(written)
    return end - at if end is not None and end >= at else None


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")
