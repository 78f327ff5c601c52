"""Promises of every form of OpenSLO, and the one series each of them records."""

from typing import Any

from tests.compile.repositories import Document, metric, policy, rules_of, shop, slo, windows
from tests.compile.scenarios import Value
from tests.compile.shop_scenarios import RATIO_5M


def gauges(*, good: str = "", bad: str = "", total: str, **more: Any) -> Document:
    """A ratio without `counter: true`."""
    events = {"good": metric(good)} if good else {"bad": metric(bad)}
    return of({"ratioMetric": {**events, "total": metric(total)}}, **more)


def raw(query: str, shows: str = "success", **more: Any) -> Document:
    """A query that is a ratio already."""
    return of({"ratioMetric": {"rawType": shows, "raw": metric(query)}}, **more)


def threshold(query: str, op: str = "lte", value: float = 0.5, **more: Any) -> Document:
    """A value with a limit, 99.9 % of the time."""
    objectives = [{"target": 0.999, "op": op, "value": value}]
    return of({"thresholdMetric": metric(query)}, **{"objectives": objectives, **more})


def of(spec: Document, **more: Any) -> Document:
    """An SLO with an SLI of its own."""
    return slo(**{"indicator": {"metadata": {"name": "sli"}, "spec": spec}, **more})


def timeslices(promise: Document, length: str = "5m", good_from: float = 0.95) -> Document:
    """The same promise, with slices of time that are each good or not."""
    return _sliced(promise, "Timeslices", timeSliceWindow=length, timeSliceTarget=good_from)


def ratio_timeslices(promise: Document, length: str = "5m") -> Document:
    """The same promise, with slices of time whose ratios are averaged."""
    return _sliced(promise, "RatioTimeslices", timeSliceWindow=length)


def _sliced(promise: Document, method: str, **keys: Any) -> Document:
    objectives = [{**each, **keys} for each in promise["spec"]["objectives"]]
    spec = {**promise["spec"], "budgetingMethod": method, "objectives": objectives}
    return {**promise, "spec": spec}


QUICK = windows("quick", "30d", [("1h", "5m", "2%")], [("6h", "30m", "1%")])
"""Factors 14.4 and 1.2, and no window of days: every step of a subquery is calculated."""


def rules(promise: Document, **entry: Any) -> Document:
    """The rules of one promise with alerts on hours, not days."""
    with_windows = {"slo": "shop-checkout", "windows": "quick", **entry}
    return rules_of(shop(QUICK, promise, policy(with_windows)))


def ratio(minute: int, value: float, record: str = RATIO_5M) -> Value:
    """A recorded ratio at a minute, to nine digits after the point."""
    return Value(minute, f"round({record} * 1e9)", {"{}": round(value * 1e9)})


def no_ratio(minute: int) -> Value:
    """No ratio is recorded for this minute."""
    return Value(minute, RATIO_5M)
