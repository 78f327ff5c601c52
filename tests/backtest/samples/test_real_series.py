"""Real series with what experts said of them: what each kind of alert would have made of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from reliability.arrays import runs
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.pairs import Chosen
from reliability.backtest.samples.mode import sample_backtest
from reliability.promql.evaluate.replay import EvaluationGrid, replay
from reliability.promql.evaluate.rules import RuleGroup
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.render.tables import text_table
from reliability.timespan import EPOCH, TimeSpan
from tests.backtest.repository import catalog, policy, slo
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parents[1] / "golden"
MINUTE: Final = timedelta(minutes=1)
MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A column of values a minute, and where experts marked it."""

    start: datetime
    values: np.ndarray
    marked: np.ndarray

    @property
    def span(self) -> TimeSpan:
        return TimeSpan(self.start, self.start + len(self.values) * MINUTE)

    @property
    def events(self) -> list[tuple[int, int]]:
        return list(runs(self.marked))


def recorded(path: Path) -> Recorded:
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    start = datetime.fromisoformat(rows[0]["TimeStamp"]).astimezone(UTC)
    values = np.array([float(row["Value"]) for row in rows])
    return Recorded(start, values, np.array([row["Label"] == "1" for row in rows]))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A `SampleReader` of series of one value a minute."""

    start: datetime
    series: Mapping[str, np.ndarray]
    description: str = "corpora"

    def counters(self, selector: Selector, _span: TimeSpan) -> Iterator[Counter]:
        first = (self.start - EPOCH) // MILLISECOND
        for written, values in self.series.items():
            labels = dict(_equal(written))
            if selector.matches(labels):
                times = first + 60_000 * np.arange(len(values), dtype=np.int64)
                yield Counter(labels, Samples(times, values))


def _equal(written: str) -> Iterable[tuple[str, str]]:
    return ((each.label, each.value) for each in Selector.parse(written).matchers)


def episodes(expression: str, held: Held, span: TimeSpan, **rule: Any) -> list[tuple[int, int]]:
    """In which minutes an alert on an expression fires."""
    group = RuleGroup.of({"name": "g", "rules": [{"alert": "A", "expr": expression, **rule}]})
    found = replay((group,), held, span, Semantics(), EvaluationGrid()).alerts
    return [each for alert in found for each in runs(alert.states.firing)]


def test_two_errors_in_eleven_days_are_two_mentions_by_count_and_none_by_burn_rate(
    corpora: Path, golden: Golden
) -> None:
    """The experts: isolated events are no reason to call anybody."""
    real = recorded(corpora / "series/service-unavailable/unavail-01.csv")
    assert (int(real.values.sum()), len(real.events)) == (2, 0)
    held = Held(real.start, {"errors": real.values})
    counted = episodes("errors > 0", held, real.span)
    lines = [("alert", "assumed traffic", "pages", "tickets"), ("errors > 0", "", "2", "-")]
    assert len(counted) == 2
    for a_second in (10, 50, 200):
        for target in ("0.999", "0.995", "0.99"):
            pages, tickets = burned(real, a_second, target)
            lines.append((f"burn rate of {target}", f"{a_second} a second", pages, tickets))
            assert (pages, tickets) == ("0", "0")
    golden.check(GOLDEN / "service-unavailable.txt", "\n".join(text_table(lines)) + "\n")


def burned(real: Recorded, a_second: int, target: str) -> tuple[str, str]:
    """Pages and tickets of the usual windows, were there so much traffic beside the errors."""
    total = np.full(len(real.values), 60.0 * a_second)
    held = Held(
        real.start,
        {
            'requests_total{code="200"}': np.cumsum(total - real.values),
            'requests_total{code="503"}': np.cumsum(real.values),
        },
    )
    promised = catalog(slo("checkout", target), policy("checkout"))
    result = sample_backtest(promised, None, held, ReplayTerms(real.span), Chosen(frozenset()))
    return str(result.new("alert").episodes), str(result.new("ticket").episodes)


RPS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("rps > 1500", {}),
    ("rps > 1500", {"for": "2m"}),
    ("rps > 1500", {"for": "2m", "keep_firing_for": "15m"}),
    ("avg_over_time(rps[5m]) > 1300", {}),
    ("avg_over_time(rps[5m]) > 1300", {"keep_firing_for": "30m"}),
    ("avg_over_time(rps[5m]) > 1.5 * avg_over_time(rps[1d] offset 1h)", {}),
)


def test_thresholds_on_a_server_s_rate_against_what_experts_marked(
    corpora: Path, golden: Golden
) -> None:
    real = recorded(corpora / "series/mongodb-machine-rps/machine-01.csv")
    assert len(real.events) == 25
    held = Held(real.start, {"rps": real.values})
    lines = [("alert", "for", "kept", "episodes", "marked events caught", "of no event", "minutes")]
    for expression, rule in RPS:
        fired = episodes(expression, held, real.span, **rule)
        caught = sum(any(_touch(event, each) for each in fired) for event in real.events)
        alone = sum(not any(_touch(event, each) for event in real.events) for each in fired)
        minutes = sum(last - first for first, last in fired)
        waits = (rule.get("for", ""), rule.get("keep_firing_for", ""))
        counts = (str(len(fired)), f"{caught} of 25", str(alone), str(minutes))
        lines.append((expression, *waits, *counts))
    golden.check(GOLDEN / "machine-rps.txt", "\n".join(text_table(lines)) + "\n")


def _touch(event: tuple[int, int], episode: tuple[int, int]) -> bool:
    return event[0] < episode[1] and episode[0] < event[1]
