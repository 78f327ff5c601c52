"""Figures of pages equal those of `status`, of `backtest`, and a computation day by day."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.burn_state import WindowBurn, burn_state
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.replay import ObjectiveSide, by_day, group_series
from reliability.backtest.status import ObjectiveStatus, period_of, status_of
from reliability.history.group_sums import GroupSums, cuts_of
from reliability.history.series import Series
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo
from reliability.pipeline import load_repository
from reliability.resolve.objectives import Objective, objectives
from reliability.site.days import ObjectivePast, past_cuts
from reliability.timespan import DAY, MINUTE, TimeSpan
from tests.cli.copied import DAY as TODAY
from tests.cli.copied import copied
from tests.cli.program import in_process
from tests.project.repository import ROOT
from tests.site.built import Page

END = datetime(2026, 11, 25, tzinfo=UTC)
SHOWN = TimeSpan(END - 12 * DAY, END)
PERIOD = timedelta(days=4)


@pytest.fixture(scope="module")
def objective() -> Objective:
    found = next(iter(objectives(load_repository(ROOT).catalog)))
    return replace(found, slo=shorter(found.slo))


def shorter(located: Located[Slo]) -> Located[Slo]:
    """The SLO with a rolling period of four days."""
    window = located.value.spec.time_window[0].model_copy(update={"duration": PERIOD})
    spec = located.value.spec.model_copy(update={"time_window": (window,)})
    return replace(located, value=located.value.model_copy(update={"spec": spec}))


@st.composite
def histories(draw: st.DrawFn) -> Series:
    """Twenty days of traffic, with outages, quiet time and gaps anywhere."""
    minutes = 20 * DAY // MINUTE
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    total = dice.integers(0, 50, minutes).astype(np.float64)
    bad = np.zeros(minutes)
    known = np.ones(minutes, dtype=np.bool_)
    spans = st.tuples(st.integers(0, minutes), st.integers(1, 3 * 1440))
    for start, length in draw(st.lists(spans, max_size=5)):
        part = slice(start, start + length)
        bad[part] = np.minimum(total[part], dice.integers(0, 50, len(bad[part])))
    for start, length in draw(st.lists(spans, max_size=3)):
        total[start : start + length] = 0
        bad[start : start + length] = 0
    for start, length in draw(st.lists(spans, max_size=3)):
        known[start : start + length] = False
    bad[~known] = total[~known] = 0
    return Series(
        start=END - 20 * DAY, step=MINUTE, bad=bad, total=total, known=known, source="drawn"
    )


def past_of(objective: Objective, groups: list[Series]) -> ObjectivePast:
    """The past from the sums of each group."""
    cuts = cuts_of(past_cuts(objective, SHOWN), groups[0].span)
    return ObjectivePast.of(objective, [GroupSums.of(series, cuts) for series in groups])


@settings(max_examples=30)
@given(st.lists(histories(), min_size=1, max_size=3))
def test_days_equal_the_status_of_each_day_and_the_days_of_a_backtest(
    objective: Objective, groups: list[Series]
) -> None:
    days = past_of(objective, groups).days(SHOWN)

    for number, remaining in enumerate(days.remaining.tolist()):
        at = SHOWN.start + (number + 1) * DAY
        period = period_of(objective, at)
        assert period is not None
        status = status_of(objective, groups, period, at=at)
        so_far = TimeSpan(period.start, at)
        if any(group.coverage(so_far) < MIN_COVERAGE for group in groups):
            # The line of a chart has no mark, so it has a gap.
            assert np.isnan(remaining)
        elif isinstance(status, ObjectiveStatus):
            assert remaining == pytest.approx(status.remaining, rel=1e-9)
        else:
            assert np.isnan(remaining) or "nothing of the day before" in status.reason

    terms = ReplayTerms(SHOWN)
    side = ObjectiveSide(objective, group_series(objective, groups, terms, warm_up=8 * DAY), None)
    expected = [np.nan if spent is None else spent for spent in by_day(side, terms)]
    np.testing.assert_allclose(days.spent, expected, rtol=1e-9)


@settings(max_examples=30)
@given(histories())
def test_the_latest_period_is_that_of_the_status(objective: Objective, history: Series) -> None:
    period, *others = past_of(objective, [history]).periods(SHOWN)
    assert [each.span.end for each in others] == [period.span.start, others[0].span.start]
    status = status_of(objective, [history], period.span, at=END)
    if isinstance(status, ObjectiveStatus):
        assert period.attainment == pytest.approx(status.attainment)
        assert 1 - (period.spent or 0) == pytest.approx(status.remaining)
        assert status.attainment is not None
        assert period.part == status.coverage.part
        is_met = None if period.part else status.attainment >= float(objective.target)
        assert period.is_met(float(objective.target)) == is_met


def test_a_target_of_100_percent_has_no_budget_and_its_figures_are_no_numbers(
    objective: Objective,
) -> None:
    spec = objective.slo.value.spec
    whole = spec.objectives[0].model_copy(update={"target": Decimal(1), "target_percent": None})
    slo = objective.slo.value.model_copy(
        update={"spec": spec.model_copy(update={"objectives": (whole,)})}
    )
    perfect = replace(objective, slo=replace(objective.slo, value=slo))
    minutes = 20 * DAY // MINUTE
    history = Series(
        start=END - 20 * DAY,
        step=MINUTE,
        bad=np.ones(minutes),
        total=np.full(minutes, 10.0),
        known=np.ones(minutes, dtype=np.bool_),
        source="drawn",
    )
    days = past_of(perfect, [history]).days(SHOWN)
    assert {*days.remaining.tolist()} == {-float("inf")}
    assert {*days.spent.tolist()} == {0.0}


@pytest.mark.parametrize(
    ("long", "short", "state"),
    [
        (15.0, 15.0, "critical"),
        (15.0, 1.0, "recovering"),
        (1.0, 15.0, "increasing"),
        (14.4, 14.4, "acceptable"),
        (None, 15.0, "unknown"),
    ],
)
def test_the_burn_state_of_a_window_pair(
    long: float | None, short: float | None, state: str
) -> None:
    window = WindowBurn(
        tier="alert",
        long=timedelta(hours=1),
        short=timedelta(minutes=5),
        factor=14.4,
        long_burn=long,
        short_burn=short,
    )
    assert window.state == state
    calm = replace(window, long_burn=0.0, short_burn=0.0)
    assert burn_state([calm, window]) == state


def test_the_json_files_and_the_overview_show_what_status_prints(
    site: Path, tmp_path: Path
) -> None:
    folder = copied(tmp_path / "repository")
    printed = in_process("--today", TODAY, "status", "--format", "json", folder=folder).out
    shown = json.loads((site / "status.json").read_bytes())["slos"]
    rows = {(row["slo"], row["objective"]): row for row in json.loads(printed)["slos"]}
    assert len(rows) == len(shown)
    for mine in shown:
        theirs = rows[mine["slo"], mine["objective"]]
        assert {key: mine[key] for key in theirs} == theirs
        document = json.loads((site / f"services/{mine['service']}.json").read_bytes())
        of_slo = next(slo for slo in document["slos"] if slo["slo"] == mine["slo"])
        last = of_slo["days"]["remaining"][-1] * of_slo["days"]["unit"]
        assert last == pytest.approx(mine["budget_remaining"], abs=5.1e-5)

    table = in_process("--today", TODAY, "status", folder=folder).out.splitlines()[1:6]
    overview = Page.of(site / "en/index.html").text
    for line in table:
        cells = [cell.strip() for cell in line.split("  ") if cell.strip()]
        target, attainment, remaining, burn, _, exhausted = cells[4:10]
        row = f"{target} {attainment} {remaining} {burn} {exhausted.replace('-', '–')}"
        assert row in overview


def test_the_episodes_are_those_of_a_backtest(site: Path, tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    printed = in_process("--today", TODAY, "backtest", "--format", "json", folder=folder).out
    for row in json.loads(printed)["slos"]:
        document = json.loads((site / f"services/{row['service']}.json").read_bytes())
        of_slo = next(slo for slo in document["slos"] if slo["slo"] == row["slo"])
        mine = [each for each in of_slo["episodes"] if each["tier"] == row["tier"]]
        theirs = row["new"]["intervals"]
        assert [(each["start"], each["end"], each["spent"]) for each in mine] == [
            (each["start"], each["end"], each["budget_spent"]) for each in theirs
        ]
