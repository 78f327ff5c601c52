"""How sure sample mode is: ties, other phases, what goes by unseen, and what it costs to ask."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pytest

from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, Backtest, Confidence
from reliability.backtest.pairs import Chosen
from reliability.backtest.report import json as json_report
from reliability.backtest.report import text
from reliability.backtest.report.slos import slo_report
from reliability.backtest.samples.mode import sample_backtest
from reliability.load.catalog import Catalog
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import Storage
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan
from tests.backtest.repository import catalog, policy, slo

MINUTE: Final = timedelta(minutes=1)
DAYS: Final = 6
SPAN: Final = TimeSpan(EPOCH + timedelta(days=4), EPOCH + timedelta(days=DAYS))
SCRAPE_MS: Final = 15_000


@dataclass(frozen=True, slots=True)
class Scraped:
    """A `SampleReader` of one server every 15 seconds (NaN: not scraped), and what it was asked."""

    failed: np.ndarray
    asked: list[Selector] = field(default_factory=list)
    description: str = "a test"

    def counters(self, selector: Selector, _span: TimeSpan) -> Iterable[Counter]:
        self.asked.append(selector)
        times = np.arange(len(self.failed), dtype=np.int64) * SCRAPE_MS
        for code, events in (("200", 100 - self.failed), ("500", self.failed)):
            labels = {"__name__": "requests_total", "job": "checkout", "code": code}
            if selector.matches(labels):
                known = ~np.isnan(events)
                yield Counter(labels, Samples(times[known], np.nancumsum(events)[known]))


def quiet() -> np.ndarray:
    return np.zeros(DAYS * 1440 * 4)


def replayed(
    reader: Scraped, *, with_confidence: bool = True, declared: Catalog | None = None
) -> Backtest:
    shop = declared or catalog(slo("checkout"), policy("checkout"))
    terms = ReplayTerms(SPAN, with_confidence=with_confidence)
    return sample_backtest(shop, None, reader, terms, Chosen(frozenset()))


def sure(result: Backtest) -> list[Confidence]:
    found = [row.new for row in result.rows]
    return [each.confidence for each in found if isinstance(each, AlertFirings) and each.confidence]


def burst(failed: np.ndarray, minute: float, minutes: float, share: float) -> np.ndarray:
    """So many of the hundred requests of each scrape fail, from a minute of the span on."""
    first = int((4 * 1440 + minute) * 4)
    failed[first : first + int(minutes * 4)] = share * 100
    return failed


def test_what_is_quiet_hangs_on_nothing() -> None:
    alert, ticket = sure(replayed(Scraped(quiet())))
    assert (alert.near_threshold, ticket.near_threshold, alert.unseen, ticket.unseen) == (
        0,
        0,
        0.0,
        0.0,
    )
    assert (alert.evaluations, ticket.evaluations) == (2 * 1440, 1440)
    assert [count for _, count in (*alert.phases, *ticket.phases)] == [0] * 6


def test_other_phases_are_quarters_of_an_interval_seconds_too() -> None:
    alert, ticket = sure(replayed(Scraped(quiet())))
    assert [late / MINUTE for late, _ in alert.phases] == [0.25, 0.5, 0.75]
    assert [late / MINUTE for late, _ in ticket.phases] == [0.5, 1, 1.5]


def half_a_minute() -> np.ndarray:
    """Failures for which the alert is true at 10:05:00 and 10:05:15, and at no other scrape.

    346 of an hour's 23,900 are more than 1.44 %; of five minutes' 1,900 the last 26 are less.
    """
    failed = quiet()
    first = (4 * 1440 + 600) * 4
    failed[first : first + 4] = (100, 100, 100, 20)
    failed[first + 20] = 26
    return failed


def test_an_alert_of_half_a_minute_hangs_on_the_phase_and_the_report_says_so() -> None:
    result = replayed(Scraped(half_a_minute()))
    [alert, ticket] = [row.new for row in result.rows]
    assert isinstance(alert, AlertFirings)
    assert isinstance(ticket, AlertFirings)
    assert [each.span.start for each in alert.episodes] == [EPOCH + (4 * 1440 + 605) * MINUTE]
    assert alert.confidence is not None
    assert [count for _, count in alert.confidence.phases] == [1, 0, 0]
    said = text.text(slo_report(result, verbose=True))
    assert (
        "with shifted evaluations: checkout alert 1 -> 0 episodes, 30 s later; "
        "checkout alert 1 -> 0 episodes, 45 s later" in said
    )
    assert "failure more or less, or with values a billionth larger or smaller" in said
    assert ticket.confidence is not None
    assert ticket.confidence.unseen == pytest.approx(346 / (0.001 * 400 * 30 * 1440), rel=0.001)
    assert alert.confidence.unseen == pytest.approx(320 / (0.001 * 400 * 30 * 1440), rel=0.001)


def test_a_window_one_failure_away_from_its_threshold_is_on_the_edge() -> None:
    alert, ticket = sure(replayed(Scraped(burst(quiet(), 600, 90, 0.0144))))
    assert 10 <= alert.near_threshold <= 100
    assert ticket.near_threshold <= 2


def test_nothing_of_it_where_nobody_asks() -> None:
    result = replayed(Scraped(half_a_minute()), with_confidence=False)
    assert sure(result) == []
    assert "with shifted evaluations" not in text.text(slo_report(result, verbose=True))
    rows: list[dict[str, Any]] = json.loads(json_report.text(result))["slos"]
    assert [row["new"]["confidence"] for row in rows] == [None, None]


def test_how_sure_it_is_costs_the_server_no_request() -> None:
    asked, unasked = Scraped(quiet()), Scraped(quiet())
    replayed(asked)
    replayed(unasked, with_confidence=False)
    assert asked.asked == unasked.asked


def test_what_is_asked_is_a_billionth_easier_or_harder() -> None:
    """0.0144 is above 14.4 * 0.001 by a rounding's breadth or not at all; 0.01440001 is clear."""
    for value, sign, is_on_edge in (
        (0.0144, ">", True),
        (0.0144, "<=", True),
        (0.01440001, ">", False),
        (0.01439999, "<", False),
        (0.0144, "!=", False),
    ):
        samples = Samples(np.array([0]), np.array([value]))
        storage = Storage.of([Counter({"__name__": "x"}, samples)])
        tree = read(f"x {sign} (14.4 * 0.001)")
        there = [
            Evaluator(storage, np.array([1000]), Semantics(slack=slack)).vector(tree)[0].there[0]
            for slack in (1e-9, -1e-9)
        ]
        assert (there[0] != there[1]) == is_on_edge, (value, sign)
