"""Results of backtests of rule files that are made by hand, so that reports show every part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

from reliability.backtest.effects import NotificationEffect
from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.notified_sides import NotificationSides
from reliability.backtest.outcome import AlertFirings, Detection, EventVerdict, NoAlert
from reliability.backtest.rule_files.comparing import AlertChange, Aspect, PlacedRule
from reliability.backtest.rule_files.reading import SourceGroup, SourceRule
from reliability.backtest.rule_files.replaying import Firings
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.backtest.tally import NotificationTally, SideNotifications
from reliability.finding import Problem
from reliability.history.series import NoHistory
from reliability.location import Location, SourceSpan
from reliability.timespan import TimeSpan

START: Final = datetime(2026, 10, 1, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
SPAN: Final = TimeSpan(START, START + timedelta(days=14))
KNOWN: Final = TimeSpan(START + timedelta(days=3), SPAN.end)


def at(line: int) -> Location:
    return Location(PurePosixPath("rules/queue.yml"), SourceSpan(line, 9, line, 20))


def placed(name: str, line: int, **labels: str) -> PlacedRule:
    rule = SourceRule(
        location=at(line),
        kind="alert",
        name=name,
        expr="x > 1",
        labels=labels,
        after=timedelta(0),
        keep=timedelta(0),
    )
    path = PurePosixPath("rules/queue.yml")
    zero = timedelta(0)
    group = SourceGroup(path=path, name="q", every=MINUTE, offset=zero, limit=0, rules=(rule,))
    return PlacedRule(group, rule)


def fired(*begins: float, labels: Mapping[str, str] | None = None) -> AlertFirings:
    """An alert that fired for half an hour at each of these hours after the start."""
    minutes, shown = 30, labels or {}
    episodes = tuple(
        Episode(
            TimeSpan(START + hours * HOUR, START + hours * HOUR + minutes * MINUTE), shown, None
        )
        for hours in begins
    )
    return AlertFirings(episodes, len(begins) * minutes * MINUTE, 1.0)


def row(
    name: str,
    line: int,
    old: Firings,
    new: Firings,
    *aspects: Aspect,
    effects: tuple[NotificationEffect, NotificationEffect] = ("page", "page"),
    severity: str = "",
    is_rerouted: bool = False,
    evaluated_from: str = "remote read",
    computes: bool = False,
    may_differ: str = "",
    by_server: str = "",
) -> AlertRow:
    rule = placed(name, line, **({"severity": severity} if severity else {}))
    return AlertRow(
        service="",
        slo=f"{name} ({severity})" if severity else name,
        objective="",
        tier="",
        change=AlertChange(
            old=None if isinstance(old, NoAlert) else rule,
            new=None if isinstance(new, NoAlert) else rule,
            aspects=aspects,
        ),
        is_rerouted=is_rerouted,
        old=old,
        new=new,
        effects=effects,
        evaluated_from=evaluated_from,
        computes_recordings=computes,
        may_differ_because=may_differ,
        evaluated_by_server_because=by_server,
    )


def received(
    messages: int, repeats: int = 0, counted: int = 0, night: int = 0, weekend: int = 0
) -> NotificationTally:
    return NotificationTally(
        notifications=messages, repeats=repeats, counted=counted, night=night, weekend=weekend
    )


def verdict(name: str, hours: float, old: str, new: str, is_matched: bool = True) -> EventVerdict:
    """An incident, and the alerts that paged meanwhile, if any did."""
    span = TimeSpan(START + hours * HOUR, START + (hours + 1.5) * HOUR)
    return EventVerdict(
        event=Event(kind="incident", service="", span=span, name=name, is_matched=is_matched),
        slo="",
        spent=None,
        known=True,
        old=Detection(paged=bool(old), ticketed=False, by=old),
        new=Detection(paged=bool(new), ticketed=False, by=new),
    )


QUEUE: Final = {"queue": "mail", "pod": "a"}
MANY: Final = {f"label{number}": "x" for number in range(8)}
ROWS: Final = (
    row(
        "QueueLong",
        6,
        fired(100, 124, 148, labels=QUEUE),
        fired(100, labels=QUEUE),
        "expression",
        "for",
        severity="page",
        computes=True,
    ),
    row(
        "QueueNew", 9, NoAlert(), fired(80, 80.1, labels=MANY), "new", effects=("no one", "ticket")
    ),
    row(
        "QueueGone",
        12,
        fired(90),
        NoAlert(),
        "removed",
        effects=("chat", "no one"),
        evaluated_from="file",
    ),
    row(
        "QueueMoved",
        15,
        fired(200),
        fired(200),
        effects=("chat", "page"),
        is_rerouted=True,
        evaluated_from="query_range",
        may_differ="it reads a range of seconds",
        by_server="a function that is not computed here",
    ),
    row(
        "QueueAlso",
        18,
        fired(),
        fired(),
        "labels",
        effects=("mail", "mail"),
        may_differ="it reads a range of seconds",
    ),
    row("Unseen", 21, NoHistory("no series of other"), NoHistory("no series of other"), "for"),
    row("UnseenToo", 24, NoAlert(), NoHistory("no series of other"), "new"),
    row("TooMany", 27, NoHistory("x selects 9,000 series"), NoAlert(), "removed"),
)
KEYS: Final = tuple(row.key for row in ROWS)
RECEIVED: Final = (
    SideNotifications(
        effects={"page": received(9, counted=3), "chat": received(4, counted=4)},
        receivers={"pager": received(1234, 5, 3, night=2, weekend=1), "chat": received(4)},
        alerts={
            KEYS[0]: received(1234, 5, 3, night=2, weekend=1),
            KEYS[2]: received(1),
            KEYS[3]: received(3),
        },
        alert_receivers={KEYS[0]: {"pager": 1234}, KEYS[2]: {"chat": 1}, KEYS[3]: {"chat": 3}},
        receiver_effects={"pager": "page", "chat": "chat"},
    ),
    SideNotifications(
        effects={"page": received(3, counted=2), "ticket": received(2, counted=1)},
        receivers={"pager": received(3), "chat": received(2, 1)},
        alerts={
            KEYS[0]: received(1, counted=1),
            KEYS[1]: received(2, 1),
            KEYS[3]: received(2, counted=1),
        },
        alert_receivers={KEYS[0]: {"pager": 1}, KEYS[1]: {"chat": 2}, KEYS[3]: {"pager": 2}},
        receiver_effects={"pager": "page", "chat": "ticket"},
    ),
)
VERDICTS: Final = (
    verdict("mail is late", 100, "QueueLong", "QueueLong"),
    verdict("mail is lost", 124, "QueueLong", ""),
    verdict("search is down", 300, "", "", is_matched=False),
    verdict("login fails", 200, "", "QueueMoved", is_matched=False),
)


def backtest(
    *,
    base: str = "0123456789abcdef",
    known: TimeSpan = KNOWN,
    rules: tuple[int, int, int, int] = (3, 2, 2, 40),
    rows: tuple[AlertRow, ...] = ROWS,
    sides: tuple[SideNotifications, SideNotifications] = RECEIVED,
    verdicts: tuple[EventVerdict, ...] | None = VERDICTS,
    problems: tuple[Problem, ...] = (Problem(at(30), "not a valid expression"),),
    routes: str = "alertmanager.yml",
    notes: tuple[str, ...] = ("stored: 3 series of x",),
) -> RuleBacktest:
    """A change with a row of each kind; any part of it may be another one."""
    return RuleBacktest(
        terms=ReplayTerms(SPAN),
        known=known,
        source="http://prometheus",
        is_synthetic=False,
        base=base,
        objectives=(),
        rules=rules,
        alerts=rows,
        skipped=0,
        notifications=NotificationSides(*sides),
        verdicts=verdicts or (),
        has_incidents=verdicts is not None,
        problems=problems,
        routes=routes,
        notes=notes,
    )


WITHOUT_BASE: Final = backtest(
    base="",
    rules=(0, 0, 0, 3),
    rows=tuple(
        row(one.change.newest.rule.name, 3, NoAlert(), one.new, effects=("no one", one.effects[1]))
        for one in (ROWS[0], ROWS[3], ROWS[5])
    ),
    sides=(SideNotifications(), SideNotifications()),
    verdicts=(verdict("mail is late", 100, "", "QueueLong"), verdict("x", 9, "", "", False)),
    known=SPAN,
    routes="",
    problems=(),
    notes=(),
)
