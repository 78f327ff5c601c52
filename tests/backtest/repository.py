"""A small repository as a catalog, and sources of history that hold what a test says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.engine import backtest
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import Backtest
from reliability.backtest.pairs import Chosen
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.replaying import START

WARM_UP = timedelta(days=3)
DAYS = 28
SPAN = TimeSpan(START + WARM_UP, START + WARM_UP + timedelta(days=DAYS))

WINDOWS = """
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: google-30d}
spec:
  period: 30d
  fast:
    - {long: 1h, short: 5m, budget: 2%}
    - {long: 6h, short: 30m, budget: 5%}
  slow:
    - {long: 1d, short: 2h, budget: 10%}
    - {long: 3d, short: 6h, budget: 10%}
"""


def slo(name: str, target: str = "0.999", service: str = "shop", code: str = "5..") -> str:
    """An SLO on the requests of a service."""
    good = f"query: 'requests_total{{code!~\"{code}\"}}'"
    return f"""
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: {service}
  indicator:
    metadata: {{name: {name}}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: Prometheus, spec: {{{good}}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: 'requests_total'}}}}}}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{displayName: served, target: {target}}}]
"""


def policy(name: str, tiers: str = "fast: alert, slow: ticket", service: str = "shop") -> str:
    """The alerts of one SLO."""
    return f"""
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {{name: {service}}}
spec:
  service: {service}
  objectives: [{{slo: {name}, tiers: {{{tiers}}}, runbook: docs/runbook.md}}]
"""


def incident(name: str, span: TimeSpan, slos: Iterable[str] = ("checkout",)) -> str:
    """One incident on record."""
    failed = ", ".join(f"{{slo: {each}, failed: 5%}}" for each in slos)
    return f"""
apiVersion: reliability/v1
kind: Incidents
metadata: {{name: shop}}
spec:
  service: shop
  incidents:
    - name: {name}
      start: {span.start.isoformat()}
      end: {span.end.isoformat()}
      impact: people could not pay
      slos: [{failed}]
"""


def catalog(*documents: str) -> Catalog:
    """The documents, each in a file of its own, with the usual window set."""
    files = [
        (PurePosixPath(f"services/shop/{number}.yaml"), text.encode())
        for number, text in enumerate(documents)
    ]
    loaded, findings = load([*files, (PurePosixPath("policies/burn.yaml"), WINDOWS.encode())])
    assert findings == []
    return loaded


@dataclass(frozen=True, slots=True)
class Held:
    """A `SeriesSource` that holds failures a minute by SLO; every minute has as many events."""

    bad: Mapping[str, FloatArray]
    known: Mapping[str, FloatArray]
    events: float = 1000.0
    description: str = "a test"
    is_made_up: bool = False

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        if sli.slo not in self.bad:
            return NoHistory("nothing is stored")
        minutes = span.steps(MINUTE)
        offset = (span.start - START) // MINUTE
        part = slice(offset, offset + minutes)
        known = self.known[sli.slo][part] > 0 if sli.slo in self.known else np.ones(minutes, bool)
        total = np.where(known, self.events, 0.0)
        bad = np.where(known, self.bad[sli.slo][part], 0.0)
        return (
            Series(
                start=span.start, step=MINUTE, bad=bad, total=total, known=known, source="a test"
            ),
        )


def quiet() -> FloatArray:
    """No failure in any minute of the span and the days before it."""
    return np.zeros((WARM_UP + SPAN.length) // MINUTE)


def burst(bad: FloatArray, span: TimeSpan, share: float) -> None:
    """Let a share of each minute's 1,000 events fail during a span."""
    first, last = ((each - START) // MINUTE for each in (span.start, span.end))
    bad[first:last] = 1000 * share


def day(number: int, hour: int = 10, minutes: int = 30) -> TimeSpan:
    """Some minutes of the span's so-manieth day."""
    start = SPAN.start + timedelta(days=number, hours=hour)
    return TimeSpan(start, start + timedelta(minutes=minutes))


def replay(
    new: Catalog, bad: Mapping[str, FloatArray], old: Catalog | None = None, **known: FloatArray
) -> Backtest:
    """The backtest of a working tree, against a base where one is given, and how sure it is."""
    base = Base("c0ffee" * 6 + "abcd", old) if old else None
    terms = ReplayTerms(SPAN, with_confidence=True)
    return backtest(new, base, Held(bad, known), terms, Chosen(frozenset()))
