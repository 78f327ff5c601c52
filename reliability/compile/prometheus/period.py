"""The error ratio over an SLO's period, summed up from recorded events."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.compile.prometheus.names import ERRORS, TOTAL, Names, Rule, ratio_record
from reliability.compile.prometheus.recordings import ratio_windows
from reliability.model.kind import duration_text
from reliability.resolve.objectives import Objective


def period_ratio(objective: Objective, names: Names) -> Iterator[Rule]:
    """The error ratio over the SLO's period, in which every event weighs the same.

    Sloth averages five-minute ratios instead, so that a quiet night weighs as much as a rush.
    """
    if objective.period in ratio_windows(objective):
        return
    period = duration_text(objective.period)
    errors = f"sum_over_time({names.select(ERRORS)}[{period}])"
    total = f"sum_over_time({names.select(TOTAL)}[{period}])"
    yield {
        "record": ratio_record(objective.period),
        "expr": f"{errors} / ({total} > 0)",
        "labels": names.labels(objective.period),
    }
