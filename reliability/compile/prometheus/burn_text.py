"""Texts of a burn-rate alert: what fails, and figures that are recorded.

`$value` is the error ratio of the short window of the pair that holds, so the first sentence needs
no query and cannot fail. If data are missing, `$value` is the time since when (`condition.py`).
Every figure is an annotation of its own: a query that fails replaces all of its text.
"""

from __future__ import annotations

from typing import Final

from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus.names import (
    BUDGET_REMAINING,
    PERIOD_BURN,
    RECORDED,
    events_record,
)
from reliability.compile.prometheus.recordings import counted_window, has_counts
from reliability.compile.prometheus.text_queries import TextScope
from reliability.compile.prometheus.threshold_text import beyond_words
from reliability.compile.prometheus.words import budget_words, percent, window_words
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
from reliability.scalars import duration_text

COMPLETE: Final = 0.98
"""Share of a period that is recorded, from which its budget is stated."""
SMALLEST: Final = 1e-5
"""Smallest ratio that `humanizePercentage` writes without an exponent: 0.001%."""
VALUE: Final = (
    "{{ if and (gt $value 0.9999) (lt $value 1.0) }}over 99.99%"
    "{{ else }}{{ humanizePercentage $value }}{{ end }}"
)
VALUE_OF_FEW: Final = VALUE.replace(
    "{{ else }}", "{{ else if and (gt $value 0.0) (lt $value 0.00001) }}under 0.001%{{ else }}"
)
MISSING: Final = (
    "{{ if gt $value 1.0 }}no data since {{ humanizeTimestamp $value }}, and the budget burned too "
    "fast{{ else }}%s{{ end }}"
)


def failing(objective: Objective, sli: AnySli, alert: BurnRateAlert) -> str:
    """Return the first sentence: the error ratio when the alert was last evaluated, in words.

    It is in the past tense, because a resolved alert keeps the text of its last evaluation.
    """
    least = min(pair.factor(alert.period) for pair in alert.pairs) * alert.budget
    value = VALUE if least >= SMALLEST else VALUE_OF_FEW
    match sli:
        case RatioSli() | GaugeRatioSli():
            text = f"{value} of events failed"
        case TimesliceSli():
            text = f"{value} of {duration_text(sli.length)} slices were bad"
        case ThresholdSli():
            text = f"{value} of samples were {beyond_words(objective, sli)}"
        case RawSli() | RatioTimesliceSli():
            text = f"the error ratio was {value}"
    text = f"{text} when this was last evaluated"
    return MISSING % text if alert.outlasts_data else text


def allowed(objective: Objective, sli: AnySli) -> str:
    """Return the text on the failures that the SLO allows."""
    share = percent(1 - objective.target)
    match sli:
        case RatioSli() | GaugeRatioSli():
            return f"The SLO allows {share} of events to fail."
        case ThresholdSli():
            return f"The SLO allows {share} of samples to be beyond the limit."
        case TimesliceSli():
            return f"The SLO allows {share} of slices to be bad."
        case RawSli() | RatioTimesliceSli():
            return f"The SLO allows an error ratio of {share}."


def events(objective: Objective, sli: AnySli, alert: BurnRateAlert, scope: TextScope) -> str:
    """Return the text on how many events failed; empty for an alert on longer windows."""
    window = counted_window(objective)
    if not has_counts(sli) or all(pair.long != window for pair in alert.pairs):
        return ""
    what = "slices were bad" if isinstance(sli, TimesliceSli) else "events failed"
    # Sorted by value: what failed is never more than all. vmalert may have stored one of them only,
    # and evaluates no alert whose text fails.
    return (
        f"{{{{ with {scope.query(f'sort({scope.of_group(events_record(window))})')} }}}}"
        "{{ if slice . 1 }}"
        "{{ humanize (index . 0).Value }} of {{ humanize (index . 1).Value }} "
        f"{what} in the {window_words(window)} before.{{{{ end }}}}{{{{ end }}}}"
    )


def budget(objective: Objective, scope: TextScope) -> str:
    """Return the text on the budget spent, if nearly all of the period is recorded."""
    # In a rolling period, the burn rate is the share that is spent (`metadata.period_burn`).
    spent = scope.of_group(PERIOD_BURN)
    if objective.calendar is not None:
        spent = f"(1 - {scope.of_group(BUDGET_REMAINING)})"
    recorded = f"{scope.of_objective(RECORDED)} >= {COMPLETE}"
    # Rounded down, so that 100% is said of a budget that is spent.
    return (
        f"{{{{ range {scope.query(f'floor(1e4 * {spent}) / 1e4 and on() {recorded}')} }}}}"
        "{{ humanizePercentage .Value }} "
        f"of the {budget_words(objective)} was spent.{{{{ end }}}}"
    )
