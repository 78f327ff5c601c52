"""`backtest --rules` and the backtest of SLOs have equal figures for the same rules.

SLOs are compiled to a rule file, and both backtests replay it on the same samples. What a person
reads of them has to agree: episodes, notifications, pages, nights, weekends, repeats, incidents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import pytest

from reliability.alertmanager.routing import parse
from reliability.alertmanager.simulate.times import time_intervals
from reliability.backtest.effects import EffectMapping
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.headline import figures_of
from reliability.backtest.notifications import team_zones, with_notifications
from reliability.backtest.outcome import AlertFirings, Backtest, Outcome
from reliability.backtest.pairs import Chosen
from reliability.backtest.rule_files.backtest import RuleBacktestInputs, rule_files_backtest
from reliability.backtest.rule_files.comparing import compare
from reliability.backtest.rule_files.counting import RuleRoutes
from reliability.backtest.rule_files.incidents import RecordedIncident
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import RuleReplayer
from reliability.backtest.rule_files.result import RuleBacktest
from reliability.backtest.samples.mode import sample_backtest
from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.prometheus.compilers import PrometheusCompiler, rule_file
from reliability.load.catalog import Catalog
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.samples import Counter, Samples
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource
from reliability.timespan import EPOCH, TimeSpan
from tests.backtest.replaying import START
from tests.backtest.repository import catalog, incident, policy, slo
from tests.backtest.rule_files.test_replaying import Memory
from tests.backtest.test_notifications import OWNED, TEAM, notifying

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAYS: Final = 12
SPAN: Final = TimeSpan(START + timedelta(days=4), START + timedelta(days=DAYS))
CALM: Final = 12 * 60
"""Quiet minutes at the beginning of the span, so that no episode is cut there."""


@dataclass(frozen=True, slots=True)
class Case:
    """Outages of random strength, an incident, and one of the ways to group notifications."""

    seed: int
    before: timedelta = timedelta(days=4)
    """Length of the history before the span."""

    @property
    def begins(self) -> datetime:
        """First sample."""
        return SPAN.start - self.before

    def series(self) -> list[Counter]:
        random = np.random.default_rng(self.seed)
        minutes = DAYS * 1440
        share = np.zeros(minutes)
        for _ in range(8):
            first = int(random.integers(4 * 1440 + CALM, minutes - 600))
            share[first : first + int(random.integers(2, 500))] = random.choice([0.01, 0.05, 0.5])
        total = random.poisson(200, minutes)
        failed = random.binomial(total, share)
        start = (START - EPOCH) // timedelta(milliseconds=1)
        times = np.arange(minutes, dtype=np.int64) * 60_000 + start
        there = times >= (self.begins - EPOCH) // timedelta(milliseconds=1)
        return [
            Counter(
                {"__name__": "requests_total", "code": code},
                Samples(times[there], np.cumsum(events)[there] * 1.0),
            )
            for code, events in (("200", total - failed), ("500", failed))
        ]

    @property
    def incident(self) -> TimeSpan:
        random = np.random.default_rng(self.seed + 100)
        start = SPAN.start + int(random.integers(CALM, 7 * 1440)) * MINUTE
        return TimeSpan(start, start + 6 * HOUR)

    def catalog(self) -> Catalog:
        return catalog(
            slo("checkout", "0.99" if self.seed % 2 else "0.999"),
            policy("checkout"),
            TEAM.replace("Asia/Tokyo", "America/New_York" if self.seed % 3 else "Asia/Tokyo"),
            OWNED,
            notifying(repeat="1h" if self.seed % 2 else "4h"),
            incident("People waited", self.incident),
        )


def of_slos(case: Case) -> Backtest:
    shop = case.catalog()
    reader = Memory(case.series())
    result = sample_backtest(shop, None, reader, ReplayTerms(SPAN), Chosen(frozenset()))
    return with_notifications(result, None, shop)


def of_rule_files(case: Case) -> RuleBacktest:
    shop = case.catalog()
    files = [
        (PurePosixPath("rules/shop.yml"), yaml_text(made.body).encode())
        for made in PrometheusCompiler((rule_file,)).compile(shop)
        if isinstance(made, Resource)
    ]
    [config] = [one.body for one in AlertmanagerConfig().compile(shop) if isinstance(one, Resource)]
    routes = RuleRoutes(
        routing=parse(config),
        intervals=time_intervals(config),
        mapping=EffectMapping.of([("ticket", 'tier="ticket"')]),
        zones=team_zones(shop),
    )
    labels = {"service": "shop"}
    inputs = RuleBacktestInputs(
        comparison=compare(None, RuleSet.of(files)),
        routes=(routes, routes),
        routes_from="alertmanager.yml",
        span=SPAN,
        base="",
        incidents=(RecordedIncident(name="People waited", span=case.incident, labels=labels),),
    )
    reader = Memory(case.series())
    replayer = RuleReplayer(
        reader=reader, span=SPAN, how=Semantics(), begins=case.begins, has_recorded=False
    )
    return rule_files_backtest(inputs, replayer)


def intervals(outcome: Outcome) -> list[TimeSpan]:
    assert isinstance(outcome, AlertFirings)
    return [episode.span for episode in outcome.episodes]


@pytest.mark.parametrize("seed", range(6))
def test_the_same_rules_have_the_same_figures(seed: int) -> None:
    slos, rules = of_slos(Case(seed)), of_rule_files(Case(seed))
    tiers = {
        row.change.newest.rule.labels["tier"]: row
        for row in rules.rows
        if row.change.newest.rule.name == "ErrorBudgetBurn"
    }
    assert {row.tier for row in slos.rows} == set(tiers) == {"alert", "ticket"}
    assert any(intervals(row.new) for row in slos.rows)
    for row in slos.rows:
        assert intervals(row.new) == intervals(tiers[row.tier].new)

    [first, second] = [result.notifications.simulated for result in (slos, rules)]
    assert first is not None
    assert second is not None
    for row in slos.rows:
        by_file = second[1].alerts.get(tiers[row.tier].key)
        assert first[1].alerts.get(row.key) == by_file
    assert asdict(first[1])["effects"] == asdict(second[1])["effects"]
    assert first[1].receivers == second[1].receivers
    assert [(one.new.paged, one.new.ticketed) for one in slos.verdicts] == [
        (one.new.paged, one.new.ticketed) for one in rules.verdicts
    ]
    # Not the rates: of the SLO, the last minute has no later sample and is unknown.
    names = [[name for name, *_ in figures_of(result)] for result in (slos, rules)]
    assert names == [["pages a week", "tickets a week"]] * 2


@pytest.mark.parametrize("replayed", [of_slos, of_rule_files])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_is_known_changes_with_more_history_before(
    replayed: Callable[[Case], Backtest], seed: int
) -> None:
    """A history that begins with the span leaves the windows of three days empty."""
    cold, whole = (replayed(Case(seed, timedelta(days=days))) for days in (0, 4))
    assert cold.alert_coverage < whole.alert_coverage - 0.1
    assert cold.known_weeks < whole.known_weeks == pytest.approx(SPAN.weeks, rel=1e-3)
    assert any(row.known_since for row in cold.rows)
    for row, complete in zip(cold.rows, whole.rows, strict=True):
        assert complete.known_since is None
        if row.known_since is None:
            continue
        known = TimeSpan(row.known_since, SPAN.end)
        parts = (span.overlap(known) for span in intervals(complete.new))
        assert intervals(row.new) == [part for part in parts if part]
