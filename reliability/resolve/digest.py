"""Digest of what an objective and its alerts mean, which links measurements to definitions.

The names in it are stable: results of backtests are stored, and compared with it later. If a field
or class is renamed in Python, its name in the digest stays.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from reliability.burnrate import BurnRateAlert, SingleWindow, WindowPair
from reliability.canonical import digest
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.query import SelectorQuery, WindowedQuery
from reliability.promql.sampled_query import Query, SampledQuery
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import (
    AnySli,
    GaugeRatioSli,
    RatioSli,
    RatioTimesliceSli,
    RawSli,
    ThresholdSli,
    TimesliceSli,
)
from reliability.resource import Json

FORMAT: Final = 1
"""Version of the digest's input; an increase makes earlier measurements stale."""


def definition_digest(objective: Objective) -> str:
    """Return 16 hex digits that identify what a backtest replays.

    They cover SLI, target, period, groups and alerts, but not names of documents, prose or review
    data.
    """
    sli = objective.sli
    return digest(
        {
            "format": FORMAT,
            "target": _number(objective.target),
            "period": _length(objective.period),
            "groupBy": list(objective.group_by),
            "sli": None if sli is None else _sli(sli),
            "alerts": [_alert(alert) for alert in objective.alerts],
            "metrics": [{"role": role, "query": query} for role, query in objective.metrics],
        }
    )


def _sli(sli: AnySli) -> dict[str, Json]:
    match sli:
        case RatioSli(counts, events, total):
            return _ratio("ratio", counts, events, total=total)
        case GaugeRatioSli(counts, samples, every):
            return _ratio("gauge-ratio", counts, samples, total=every)
        case RawSli(shows, query):
            return {"form": "raw", "shows": shows, "query": _query(query)}
        case ThresholdSli(op, limit, query):
            return {"form": "threshold", "op": op, "limit": _number(limit), "query": _query(query)}
        case TimesliceSli(of, length, good_from):
            return {
                "form": "time-slices",
                "of": _sli(of),
                "slice": _length(length),
                "goodFrom": _number(good_from),
            }
        case RatioTimesliceSli(of, length):
            return {"form": "ratio-time-slices", "of": _sli(of), "slice": _length(length)}


def _ratio(form: str, counts: str, events: Query, total: Query) -> dict[str, Json]:
    return {"form": form, "counts": counts, "events": _query(events), "total": _query(total)}


def _query(query: Query) -> dict[str, Json]:
    match query:
        case SelectorQuery(selector, by):
            return {"form": "selector", "selector": selector, "by": list(by)}
        case HistogramQuery(selector, bounds, by):
            within: list[Json] = [*(bounds or ())]
            return {"form": "histogram", "selector": selector, "within": within, "by": list(by)}
        case WindowedQuery(text):
            return {"form": "windowed", "text": text}
        case SampledQuery(text):
            return {"form": "sampled", "text": text}


def _alert(alert: BurnRateAlert) -> dict[str, Json]:
    return {
        "tier": alert.tier,
        "target": _number(alert.target),
        "period": _length(alert.period),
        "windows": [_window(pair) for pair in alert.pairs],
        "minimumFailures": alert.minimum_failures,
        "after": _length(alert.after),
    }


def _window(pair: WindowPair | SingleWindow) -> dict[str, Json]:
    """Return a window pair with its exact share, or a window with the digits of its double."""
    match pair:
        case WindowPair(long, short, share):
            return {"long": _length(long), "short": _length(short), "share": str(share)}
        case SingleWindow(window, burn, inclusive):
            burn_rate = _number(Decimal(repr(burn)))
            return {"window": _length(window), "burnRate": burn_rate, "inclusive": inclusive}


def _number(value: Decimal) -> str:
    """Return all digits, with equal text for equal numbers: 0.9990 is 0.999."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _length(length: timedelta) -> str:
    """Return a duration in exact seconds."""
    microseconds = length // timedelta(microseconds=1)
    return f"{_number(Decimal(microseconds).scaleb(-6))}s"
