"""Results of backtests of rule files that are made by hand, so that reports show every part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings, NoAlert
from reliability.backtest.rule_files.comparing import AlertChange, Aspect, PlacedRule
from reliability.backtest.rule_files.reach import Reach
from reliability.backtest.rule_files.reading import SourceGroup, SourceRule
from reliability.backtest.rule_files.replaying import Firings
from reliability.backtest.rule_files.result import (
    AlertRow,
    Received,
    RuleBacktest,
    RuleVerdict,
    SideReceived,
)
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
        Episode(TimeSpan(START + hours * HOUR, START + hours * HOUR + minutes * MINUTE), shown, 0)
        for hours in begins
    )
    return AlertFirings(episodes, len(begins) * minutes * MINUTE, 1.0)


def row(
    name: str,
    line: int,
    old: Firings,
    new: Firings,
    *aspects: Aspect,
    reach: tuple[Reach, Reach] = ("page", "page"),
    severity: str = "",
    is_routed: bool = False,
    way: str = "remote read",
    computes: bool = False,
    differs: str = "",
    not_here: str = "",
) -> AlertRow:
    rule = placed(name, line, **({"severity": severity} if severity else {}))
    return AlertRow(
        change=AlertChange(
            old=None if isinstance(old, NoAlert) else rule,
            new=None if isinstance(new, NoAlert) else rule,
            aspects=aspects,
        ),
        is_routed_otherwise=is_routed,
        old=old,
        new=new,
        reach=reach,
        way=way,
        computes=computes,
        differs=differs,
        not_here=not_here,
    )


def received(
    messages: int, repeats: int = 0, counted: int = 0, night: int = 0, weekend: int = 0
) -> Received:
    return Received(
        messages=messages, repeats=repeats, counted=counted, night=night, weekend=weekend
    )


def verdict(name: str, hours: float, old: str, new: str, is_matched: bool = True) -> RuleVerdict:
    span = TimeSpan(START + hours * HOUR, START + (hours + 1.5) * HOUR)
    return RuleVerdict(name=name, span=span, old=old, new=new, is_matched=is_matched)


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
    row("QueueNew", 9, NoAlert(), fired(80, 80.1, labels=MANY), "new", reach=("nobody", "ticket")),
    row("QueueGone", 12, fired(90), NoAlert(), "removed", reach=("chat", "nobody"), way="file"),
    row(
        "QueueMoved",
        15,
        fired(200),
        fired(200),
        reach=("chat", "page"),
        is_routed=True,
        way="query_range",
        differs="it reads a range of seconds",
        not_here="a function that is not computed here",
    ),
    row(
        "QueueAlso",
        18,
        fired(),
        fired(),
        "labels",
        reach=("mail", "mail"),
        differs="it reads a range of seconds",
    ),
    row("Unseen", 21, NoHistory("no series of other"), NoHistory("no series of other"), "for"),
    row("UnseenToo", 24, NoAlert(), NoHistory("no series of other"), "new"),
    row("TooMany", 27, NoHistory("x selects 9,000 series"), NoAlert(), "removed"),
)
RECEIVED: Final = (
    SideReceived(
        reaches={"page": received(9, counted=3), "chat": received(4, counted=4)},
        receivers={"pager": received(1234, 5, night=2, weekend=1), "chat": received(4)},
        alerts={0: received(1234, 5, 3, night=2, weekend=1), 2: received(1), 3: received(3)},
        by_receiver={(0, "pager"): 1234, (2, "chat"): 1, (3, "chat"): 3},
        receiver_reaches={"pager": "page", "chat": "chat"},
    ),
    SideReceived(
        reaches={"page": received(3, counted=2), "ticket": received(2, counted=1)},
        receivers={"pager": received(3), "chat": received(2, 1)},
        alerts={0: received(1, counted=1), 1: received(2, 1), 3: received(2, counted=1)},
        by_receiver={(0, "pager"): 1, (1, "chat"): 2, (3, "pager"): 2},
        receiver_reaches={"pager": "page", "chat": "ticket"},
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
    sides: tuple[SideReceived, SideReceived] = RECEIVED,
    verdicts: tuple[RuleVerdict, ...] | None = VERDICTS,
    problems: tuple[Problem, ...] = (Problem(at(30), "not a valid expression"),),
    routes: str = "alertmanager.yml",
    notes: tuple[str, ...] = ("stored: 3 series of x",),
) -> RuleBacktest:
    """A change with a row of each kind; any part of it may be another one."""
    return RuleBacktest(
        span=SPAN,
        known=known,
        source="http://prometheus",
        base=base,
        rules=rules,
        rows=rows,
        skipped=0,
        received=sides,
        verdicts=verdicts,
        problems=problems,
        routes=routes,
        notes=notes,
    )


ONLY_NEW: Final = (SideReceived(), RECEIVED[1])
WITHOUT_BASE: Final = backtest(
    base="",
    rules=(0, 0, 0, 3),
    rows=tuple(
        row(each.change.newest.rule.name, 3, NoAlert(), each.new, reach=("nobody", each.reach[1]))
        for each in (ROWS[0], ROWS[3], ROWS[5])
    ),
    sides=ONLY_NEW,
    verdicts=(verdict("mail is late", 100, "", "QueueLong"), verdict("x", 9, "", "", False)),
    known=SPAN,
    routes="",
    problems=(),
    notes=(),
)
