"""Figures of an objective from stored sums, from sums that were kept, and from minutes in memory.

All three are the same, whatever the SLO, its alerts and its traffic are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.backtest.events import recorded
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.slis import budget_history
from reliability.check.context import Context
from reliability.history.group_sums import GroupSums, cuts_of
from reliability.history.series import NoHistory, SeriesSource
from reliability.history.sli import NotCounted, SliHistory
from reliability.history.sources.summed import open_sums
from reliability.resolve.objectives import Objective
from reliability.review.gate.figures import figures
from reliability.site.counting import (
    CountTerms,
    ObjectiveCounts,
    StoredCounts,
    UnstoredCounts,
    counts_of,
)
from reliability.site.days import ObjectivePast, day_rows
from reliability.timespan import DAY, TimeSpan
from tests.site.worlds import (
    NOW,
    TODAY,
    WINDOWS,
    GroupTraffic,
    SiteWorld,
    WrittenHistory,
    at,
    document,
    slo,
)

SINCE: Final = at("2026-08-01")
REPLAY: Final = TimeSpan(NOW - 14 * DAY, NOW)
ONE: Final = slo("shop-one", "target: 0.999")
BY_REGION: Final = slo("shop-one", "target: 0.99", group_by="region")
WEEKLY: Final = slo(
    "shop-one",
    "target: 0.99",
    window='{duration: 1w, calendar: {startTime: "2026-08-31 00:00:00", timeZone: Asia/Tokyo}}',
)


def alerts(tiers: str = "fast: alert, slow: ticket", more: str = "") -> str:
    listed = f"  objectives: [{{slo: shop-one, tiers: {{{tiers}}}, runbook: docs/x.md{more}}}]\n"
    return document("AlertPolicy", "shop", f"  service: shop\n{listed}")


def incidents(*spans: tuple[str, str]) -> str:
    lines = "".join(
        f"    - {{name: i{number}, start: {start}:00Z, end: {end}:00Z, impact: Some}}\n"
        for number, (start, end) in enumerate(spans)
    )
    return document("Incidents", "shop", f"  service: shop\n  incidents:\n{lines}")


def corrections(*spans: tuple[str, str]) -> str:
    lines = "".join(
        f'    - {{start: {start}:00Z, end: {end}:00Z, reason: moved, approver: "@a"}}\n'
        for start, end in spans
    )
    return document("Corrections", "shop", f"  service: shop\n  corrections:\n{lines}")


@dataclass(frozen=True, kw_only=True)
class Form:
    """An SLO with its alerts, incidents or corrections, and its traffic."""

    slo: str = ONE
    alerts: str = field(default_factory=alerts)
    more: str = ""
    traffic: tuple[GroupTraffic, ...]
    windows: str = WINDOWS
    warm_up: timedelta = 3 * DAY
    stored: bool = True
    """Whether figures come from stored sums."""
    sparse: bool = True
    """Whether alerts are replayed only where they can fire."""

    @property
    def world(self) -> SiteWorld:
        parts = {"slo": self.slo, "alerts": self.alerts, "more": self.more}
        files = {f"services/shop/{name}.yaml": text for name, text in parts.items() if text}
        return SiteWorld(
            files={**files, "policies/burn.yaml": self.windows},
            traffic={"shop-one": self.traffic},
        )


def outage(start: str, minutes: int, failed: float) -> tuple[str, int, float]:
    return f"2026-{start}", minutes, failed


CALM: Final = GroupTraffic(since=SINCE)
RARE: Final = WINDOWS.replace("budget: 2%", "budget: 8%").replace("budget: 5%", "budget: 20%")
"""Windows that fire late: 2 % of the budget in an hour is an event, and no alert."""
EVENING: Final = outage("09-28T22:30", 150, 40.0)
EU: Final = {"region": "eu"}
US: Final = {"region": "us"}
FORMS: Final[Mapping[str, Form]] = {
    "nothing fails": Form(traffic=(CALM,)),
    "an outage over midnight": Form(traffic=(replace(CALM, failures=(EVENING,)),)),
    "two outages in the replay and one before": Form(
        traffic=(
            replace(
                CALM,
                failures=(
                    outage("09-10T10:00", 60, 50.0),
                    outage("09-21T00:00", 20, 50.0),
                    outage("10-04T23:30", 30, 50.0),
                ),
            ),
        )
    ),
    "failures that are spread over a day": Form(
        traffic=(replace(CALM, per_minute=1000.0, failures=(outage("09-25T00:00", 2000, 2.0),)),)
    ),
    "an event without an alert": Form(
        windows=RARE, traffic=(replace(CALM, failures=(outage("09-25T10:00", 30, 4.0),)),)
    ),
    "an event over midnight without an alert": Form(
        windows=RARE,
        traffic=(
            replace(
                CALM,
                failures=(outage("09-25T23:30", 60, 2.0), outage("10-01T23:30", 60, 1.0)),
            ),
        ),
    ),
    "an event that is recorded elsewhere": Form(
        windows=RARE,
        more=incidents(("2026-10-01T10:00", "2026-10-01T11:00")),
        traffic=(replace(CALM, failures=(outage("09-25T10:00", 30, 4.0),)),),
    ),
    "an event that no alert can notify about": Form(
        windows=RARE,
        alerts=alerts("fast: ticket, slow: log"),
        traffic=(replace(CALM, failures=(outage("09-25T10:00", 30, 4.0),)),),
    ),
    "only tickets": Form(
        alerts=alerts("fast: ticket, slow: log"),
        traffic=(replace(CALM, failures=(EVENING,)),),
    ),
    "at least some failures": Form(
        alerts=alerts(more=", minimumFailures: 700"),
        traffic=(replace(CALM, failures=(EVENING, outage("09-30T10:00", 10, 60.0))),),
    ),
    "recorded incidents": Form(
        more=incidents(
            ("2026-09-30T10:00", "2026-09-30T11:00"),
            ("2026-09-28T22:00", "2026-09-29T02:00"),
            ("2026-09-01T10:00", "2026-09-01T11:00"),
        ),
        traffic=(replace(CALM, failures=(EVENING, outage("09-24T10:00", 60, 50.0))),),
    ),
    "corrected time": Form(
        more=corrections(
            ("2026-09-28T23:00", "2026-09-29T00:30"), ("2026-09-12T00:00", "2026-09-13T12:00")
        ),
        traffic=(replace(CALM, failures=(EVENING, outage("09-12T10:00", 60, 50.0))),),
    ),
    "gaps": Form(
        traffic=(
            replace(
                CALM,
                failures=(EVENING,),
                gaps=(
                    *(("2026-09-28T23:00", 30), ("2026-09-02T00:00", 999)),
                    *(("2026-09-20T12:00", 300), ("2026-09-21T12:00", 30)),
                ),
            ),
        )
    ),
    "no alert": Form(alerts="", traffic=(replace(CALM, failures=(EVENING,)),)),
    "calendar weeks": Form(slo=WEEKLY, alerts="", traffic=(replace(CALM, failures=(EVENING,)),)),
    "a calendar that begins later": Form(
        slo=WEEKLY.replace("2026-08-31", "2027-01-04"),
        alerts="",
        traffic=(replace(CALM, failures=(EVENING,)),),
        stored=False,
        sparse=False,
    ),
    "regions that begin late": Form(
        slo=BY_REGION,
        traffic=(
            replace(CALM, group=EU, failures=(outage("09-28T22:30", 60, 60.0),)),
            GroupTraffic(
                since=at("2026-10-02"), group=US, failures=(outage("10-03T10:00", 60, 90.0),)
            ),
        ),
    ),
    "regions that fail together": Form(
        slo=BY_REGION,
        traffic=(
            replace(CALM, group=EU, failures=(outage("09-28T10:00", 60, 60.0),)),
            replace(CALM, group=US, failures=(outage("09-28T10:00", 60, 90.0),)),
        ),
    ),
    "no event": Form(traffic=(replace(CALM, per_minute=0.0),)),
    "minutes that count fewer than no failures": Form(
        traffic=(replace(CALM, failures=(EVENING, outage("09-20T10:00", 1, -1.0))),), sparse=False
    ),
    "a window of one and a half days": Form(
        windows=WINDOWS.replace("long: 1d", "long: 36h"),
        traffic=(replace(CALM, failures=(EVENING,), gaps=(("2026-09-19T14:00", 60),)),),
    ),
    "a window of four weeks": Form(
        windows=WINDOWS.replace("long: 1d", "long: 28d"),
        warm_up=28 * DAY,
        traffic=(replace(CALM, failures=(EVENING,)),),
    ),
    "a window that is too long": Form(
        windows=WINDOWS.replace("long: 1d", "long: 29d"),
        warm_up=29 * DAY,
        traffic=(replace(CALM, failures=(EVENING,)),),
        sparse=False,
    ),
    "samples that are just close enough": Form(
        traffic=(replace(CALM, failures=(EVENING,), interval=timedelta(seconds=65)),)
    ),
    "samples that are too far apart": Form(
        traffic=(replace(CALM, failures=(EVENING,), interval=timedelta(seconds=66)),), sparse=False
    ),
    "data that ended long ago": Form(
        traffic=(replace(CALM, since=at("2026-07-01"), gaps=(("2026-08-20", 100 * 1440),)),)
    ),
    "a history that begins in the replay": Form(
        traffic=(replace(CALM, since=at("2026-09-27"), failures=(EVENING,)),), sparse=False
    ),
    "a history that fills the windows": Form(
        traffic=(replace(CALM, since=REPLAY.start - 3 * DAY, failures=(EVENING,)),)
    ),
    "nothing": Form(traffic=(), stored=False, sparse=False),
}
EVENTS: Final = {
    **dict.fromkeys(("an outage over midnight", "at least some failures", "gaps"), 1),
    **dict.fromkeys(("an event without an alert", "corrected time"), 1),
    **dict.fromkeys(("an event over midnight without an alert", "a window that is too long"), 1),
    **dict.fromkeys(("a window of four weeks", "a window of one and a half days"), 1),
    **dict.fromkeys(("an event that is recorded elsewhere",), 1),
    **dict.fromkeys(("minutes that count fewer than no failures",), 1),
    **dict.fromkeys(("samples that are just close enough",), 1),
    **dict.fromkeys(("a history that begins in the replay", "a history that fills the windows"), 1),
    **dict.fromkeys(("two outages in the replay and one before", "recorded incidents"), 2),
    **dict.fromkeys(("regions that begin late", "regions that fail together"), 2),
}
"""The incidents, or significant events, in the replay of a form; none in the others."""


def terms_of(form: Form, world: SiteWorld, source: SeriesSource, shown: TimeSpan) -> CountTerms:
    return CountTerms(
        source=source,
        shown=shown,
        whole=shown.extended(34 * DAY),
        at=shown.end,
        replay=ReplayTerms(REPLAY),
        warm_up=form.warm_up,
        incidents=tuple(recorded((world.catalog(),), REPLAY)),
    )


def objective_of(world: SiteWorld) -> Objective:
    [objective] = Context(today=TODAY, catalog=world.catalog()).objectives
    return objective


def assert_equal(one: ObjectiveCounts, other: ObjectiveCounts, terms: CountTerms) -> None:
    assert figures(one.status) == figures(other.status)
    assert one.replayed == other.replayed
    assert [group.labels for group in one.groups] == [group.labels for group in other.groups]
    if not other.groups:
        return
    past, expected = (ObjectivePast.of(each.objective, each.groups) for each in (one, other))
    shown = terms.shown
    np.testing.assert_array_equal(past.days(shown).spent, expected.days(shown).spent)
    np.testing.assert_array_equal(past.days(shown).remaining, expected.days(shown).remaining)
    assert past.periods(shown) == expected.periods(shown)
    for text in ("09-28", "09-29", "10-03", "09-12"):
        day = date.fromisoformat(f"2026-{text}")
        np.testing.assert_array_equal(one.day(day), other.day(day))


@pytest.mark.parametrize("name", FORMS)
def test_sums_give_the_figures_of_minutes(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    world = form.world
    objective = objective_of(world)
    shown = TimeSpan(NOW - 40 * DAY, NOW)
    memory = counts_of(objective, terms_of(form, world, WrittenHistory(world.traffic), shown))
    assert isinstance(memory, UnstoredCounts)
    memory.save()

    source = WrittenHistory(world.traffic).stored(tmp_path, world.catalog())
    terms = terms_of(form, world, source, shown)
    for _ in range(2):
        counts = counts_of(objective, terms)
        assert isinstance(counts, StoredCounts) is form.stored
        assert_equal(counts, memory, terms)
        counts.save()
    assert len(memory.replayed.verdicts) == EVENTS.get(name, 0)
    sums = open_sums(source, budget_history(objective))
    assert (sums is not None and bool(sums.texts)) is form.sparse

    # The next day starts from the same sums.
    later = TimeSpan(shown.start + DAY, shown.end)
    terms = terms_of(form, world, source, later)
    expected = counts_of(objective, terms_of(form, world, WrittenHistory(world.traffic), later))
    assert_equal(counts_of(objective, terms), expected, terms)


OUTAGES: Final = (EVENING, outage("10-01T10:00", 30, 60.0))
CHANGED: Final = (
    Form(traffic=(replace(CALM, failures=OUTAGES),)),
    Form(
        more=corrections(("2026-09-28T23:00", "2026-09-28T23:30")),
        traffic=(replace(CALM, failures=OUTAGES),),
    ),
    Form(
        more=corrections(("2026-09-28T23:00", "2026-09-29T00:30")),
        traffic=(replace(CALM, failures=OUTAGES),),
    ),
    Form(
        more=corrections(("2026-09-29T00:30", "2026-09-29T00:45")),
        traffic=(replace(CALM, failures=OUTAGES),),
    ),
    Form(
        more=incidents(("2026-10-01T10:00", "2026-10-01T11:00")),
        traffic=(replace(CALM, failures=OUTAGES),),
    ),
    Form(
        more=incidents(("2026-09-28T22:00", "2026-09-29T02:00")),
        traffic=(replace(CALM, failures=OUTAGES),),
    ),
    Form(slo=slo("shop-one", "target: 0.99"), traffic=(replace(CALM, failures=OUTAGES),)),
    Form(alerts=alerts("fast: ticket, slow: log"), traffic=(replace(CALM, failures=OUTAGES),)),
    Form(windows=RARE, traffic=(replace(CALM, failures=OUTAGES),)),
    Form(warm_up=5 * DAY, traffic=(replace(CALM, failures=OUTAGES),)),
    Form(
        alerts=alerts(more=", minimumFailures: 2000"),
        traffic=(replace(CALM, failures=OUTAGES),),
    ),
)


def test_what_was_kept_for_another_declaration_is_not_used(tmp_path: Path) -> None:
    shown = TimeSpan(NOW - 40 * DAY, NOW)
    world = CHANGED[0].world
    source = WrittenHistory(world.traffic).stored(tmp_path, world.catalog())
    for form in (*CHANGED, *reversed(CHANGED)):
        world = form.world
        objective = objective_of(world)
        memory = counts_of(objective, terms_of(form, world, WrittenHistory(world.traffic), shown))
        terms = terms_of(form, world, source, shown)
        counts = counts_of(objective, terms)
        assert isinstance(counts, StoredCounts)
        assert_equal(counts, memory, terms)
        counts.save()


def test_days_need_a_cut_at_each_midnight() -> None:
    groups = WrittenHistory({"a": (CALM,)}).series(SliHistory("shop", "a", NotCounted("")), REPLAY)
    assert not isinstance(groups, NoHistory)
    [series] = groups
    sums = GroupSums.of(series, cuts_of((), REPLAY))
    assert day_rows(sums, REPLAY.start, 1).tolist() == [0]
    with pytest.raises(ValueError, match="the sums have no cut at each 10:00:00"):
        day_rows(sums, at("2026-10-02T10:00"), 1)
