"""Incidents against which plain rules are scored: from a file of `Incidents`, or CSV.

An incident is caught by a page that fired meanwhile, of an alert that matches the labels which the
file gives (`service`, `team`, or any other). Without labels all that can be said is that a page
fired meanwhile.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.backtest.effects import PAGING, NotificationEffect, of_alert
from reliability.backtest.events import Event
from reliability.backtest.outcome import AlertFirings, Detection, EventVerdict, Outcome
from reliability.backtest.rule_files.comparing import PlacedRule
from reliability.backtest.rule_files.counting import RuleRoutes
from reliability.backtest.rule_files.result import AlertRow
from reliability.backtest.verdicts import touches
from reliability.convert.converter import mapping, sequence
from reliability.errors import ReliabilityError
from reliability.load.document import parse
from reliability.promql.evaluate.replay import ALERT_NAME
from reliability.scalars import ScalarError, read_moment
from reliability.timespan import TimeSpan

START: Final = ("start", "started_at", "created_on", "created_at", "reported_at")
END: Final = ("end", "resolved_at", "resolved_on", "closed_at", "ended_at")
NAME: Final = ("name", "title", "summary", "description", "id")
LABELS: Final = ("service", "team", "service_name")
"""Columns that an alert has to match; `service_name` is PagerDuty's `service`."""

MOST_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedIncident:
    """One incident, and the labels that an alert about it has."""

    name: str
    span: TimeSpan
    labels: Mapping[str, str]


def read_incidents(path: Path) -> tuple[RecordedIncident, ...]:
    """Read incidents from YAML (`kind: Incidents`) or from CSV with a header.

    CSV is what PagerDuty and incident.io export, or any with a start, an end and a name.

    Raises:
        ReliabilityError: the file cannot be read, or a row has no valid start and end.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReliabilityError(f"--incidents: {path}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise ReliabilityError(
            f"--incidents: {path} has {len(data):,} bytes, and the limit is {MOST_BYTES:,}"
        )
    if path.suffix.lower() == ".csv":
        try:
            return tuple(_csv(path, data.decode("utf-8-sig", "replace")))
        except csv.Error as error:
            raise ReliabilityError(f"--incidents: {path} cannot be read as CSV: {error}") from error
    return tuple(_yaml(path, data))


def _csv(path: Path, text: str) -> Iterator[RecordedIncident]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip().lower().replace(" ", "_") for name in rows.fieldnames or ()]
    rows.fieldnames = header
    missing = [names[0] for names in (START, END) if not set(names) & set(header)]
    if missing:
        raise ReliabilityError(
            f"--incidents: {path}:1: no column {' and none '.join(missing)}; "
            f"columns are {', '.join(header) or 'none'}"
        )

    for row in rows:
        at = f"--incidents: {path}:{rows.line_num}"
        if not _first(row, END):
            continue  # An incident that has not ended cannot be scored
        labels = {_label(name): row[name] for name in LABELS if row.get(name)}
        yield _incident(at, _first(row, NAME), (_first(row, START), _first(row, END)), labels)


def _label(column: str) -> str:
    return "service" if column == "service_name" else column


def _first(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name)), "")


def _yaml(path: Path, data: bytes) -> Iterator[RecordedIncident]:
    parsed = parse(PurePosixPath(path.as_posix()), data)
    for fault in parsed.faults:
        raise ReliabilityError(f"--incidents: {fault.location.text}: {fault.message}")
    for document in parsed.documents:
        values = mapping(document.values)
        top = ("spec",) if "spec" in values else ()
        spec = mapping(values.get("spec", values))
        if "incidents" not in spec:
            at = document.locate(("spec",)).text
            raise ReliabilityError(f"--incidents: {at}: expected the key incidents, with a list")
        shared = {"service": str(spec["service"])} if spec.get("service") else {}
        for index, entry in enumerate(sequence(spec.get("incidents"))):
            written = mapping(entry)
            at = f"--incidents: {document.locate((*top, 'incidents', index)).text}"
            labels = {
                **shared,
                **{name: str(value) for name, value in mapping(written.get("labels")).items()},
            }
            times = str(written.get("start") or ""), str(written.get("end") or "")
            yield _incident(at, str(written.get("name") or ""), times, labels)


def _incident(
    at: str, name: str, times: tuple[str, str], labels: Mapping[str, str]
) -> RecordedIncident:
    start, end = (_moment(at, text) for text in times)
    if end <= start:
        raise ReliabilityError(f"{at}: the incident does not end after its start")
    return RecordedIncident(
        name=name or f"{start:%Y-%m-%d}", span=TimeSpan(start, end), labels=labels
    )


def _moment(at: str, text: str) -> datetime:
    try:
        moment = read_moment(text.replace(" UTC", "Z").replace(" ", "T", 1))
    except ScalarError as error:
        raise ReliabilityError(f"{at}: {error}; write 2026-01-31T09:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def verdicts(
    incidents: Sequence[RecordedIncident],
    rows: Sequence[AlertRow],
    routes: tuple[RuleRoutes, RuleRoutes],
    span: TimeSpan,
    known: TimeSpan,
) -> tuple[EventVerdict, ...]:
    """Return the verdict on each incident of a span, in the order of their file.

    One outside of the `known` part is not scored, and without a replayed alert none is.
    """
    replayed = any(isinstance(row.new, AlertFirings) for row in rows)
    old = list(_fired([(row.change.old, row.old) for row in rows], routes[0]))
    new = list(_fired([(row.change.new, row.new) for row in rows], routes[1]))
    return tuple(
        EventVerdict(
            event=Event(
                kind="incident",
                service=incident.labels.get("service", ""),
                span=incident.span,
                name=incident.name,
                is_matched=bool(incident.labels),
            ),
            slo="",
            spent=None,
            known=replayed and incident.span.overlap(known) is not None,
            old=_detection(incident, old),
            new=_detection(incident, new),
        )
        for incident in incidents
        if incident.span.overlap(span)
    )


@dataclass(frozen=True, slots=True)
class _Fired:
    """One alert with its labels, the effect of its notifications, and when it fired."""

    name: str
    labels: Mapping[str, str]
    effect: NotificationEffect
    spans: Sequence[TimeSpan]


def _fired(
    sides: Iterable[tuple[PlacedRule | None, Outcome]], routes: RuleRoutes
) -> Iterator[_Fired]:
    for placed, outcome in sides:
        if placed is None or not isinstance(outcome, AlertFirings):
            continue
        spans: defaultdict[frozenset[tuple[str, str]], list[TimeSpan]] = defaultdict(list)
        for episode in outcome.episodes:
            spans[frozenset(episode.labels.items())].append(episode.span)
        for pairs, of_labels in spans.items():
            labels = {**dict(pairs), ALERT_NAME: placed.rule.name}
            effect = of_alert(labels, routes.routing, routes.mapping)
            if effect in (*PAGING, "ticket"):
                yield _Fired(placed.rule.name, labels, effect, of_labels)


def _detection(incident: RecordedIncident, fired: Iterable[_Fired]) -> Detection:
    during = [
        alert
        for alert in fired
        if all(alert.labels.get(name) == value for name, value in incident.labels.items())
        and any(touches(span, incident.span) for span in alert.spans)
    ]
    pages = [alert.name for alert in during if alert.effect in PAGING]
    tickets = [alert.name for alert in during if alert.effect == "ticket"]
    by = next(iter([*pages, *tickets]), "")
    return Detection(paged=bool(pages), ticketed=bool(tickets), by=by)
