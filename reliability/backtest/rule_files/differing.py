"""Why a replay from samples of the query API may differ from the server's own evaluation.

Prometheus writes a stale marker when a series ends, and an instant selector then has no value. The
query API does not return the markers, so that the last value counts for the lookback of 5 minutes.
Source: "Staleness" in https://prometheus.io/docs/prometheus/latest/querying/basics/.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import promql_parser as promql

from reliability.history.sources.origins import QUERY_API
from reliability.promql.evaluate.rules import RuleGroup
from reliability.promql.evaluate.semantics import milliseconds
from reliability.promql.evaluate.stored import Storage, StoredSeries
from reliability.promql.syntax import parts
from reliability.render.durations import length_text
from reliability.timespan import EPOCH


@dataclass(frozen=True, slots=True)
class SeenSpan:
    """When the replay ends, and for how long a value counts."""

    end: datetime
    lookback: timedelta


def why_it_may_differ(
    groups: Iterable[RuleGroup], storage: Storage, origins: frozenset[str], seen: SeenSpan
) -> str:
    """The reason, with the number of series that ended or paused; empty if there is none."""
    if QUERY_API not in origins:
        return ""
    if not any(_has_instant(rule.tree) for group in groups for rule in group.rules):
        return ""
    ended = sum(_pauses(series, seen) for series in storage.series)
    if not ended:
        return ""
    count = "1 series ended or paused" if ended == 1 else f"{ended:,} series ended or paused"
    return (
        f"{count}; the query API returns no stale markers, so that their last value counts for up "
        f"to {length_text(seen.lookback)} longer than on the server"
    )


def _has_instant(tree: Any) -> bool:
    """Whether an expression has a selector without a range."""
    if isinstance(tree, promql.VectorSelector):
        return True
    return not isinstance(tree, promql.MatrixSelector) and any(map(_has_instant, parts(tree)))


def _pauses(series: StoredSeries, seen: SeenSpan) -> bool:
    """Whether a series has no sample for longer than the lookback, before the span's end.

    What a rule recorded here has stale markers.
    """
    lookback = milliseconds(seen.lookback)
    end = milliseconds(seen.end - EPOCH)
    times = np.append(series.times, end)
    is_paused = len(times) > 1 and int(np.diff(times).max()) > lookback
    return is_paused and not series.stale.any()
