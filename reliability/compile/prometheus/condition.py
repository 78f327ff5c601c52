"""Conditions of burn-rate alerts in PromQL."""

from __future__ import annotations

from reliability.compile.prometheus.corrections import Corrections, unless_corrected
from reliability.compile.prometheus.names import SeriesNames, failures_record, number, ratio_record
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast, leaves


def render(condition: Condition, names: SeriesNames, corrections: Corrections = ()) -> str:
    """Return a condition over recorded series that no pair of windows meets in corrected time.

    A pair is active again once its short window contains nothing of that time. Its long window may
    still contain it, and counts all that happened.

    The windows have different labels and `and` requires equal ones, so `sloth_window` is removed;
    that also keeps the identity of an alert while another of its window pairs takes over.
    """
    match condition:
        case BurnAbove(window, factor, budget, inclusive):
            ratio = names.select(ratio_record(window))
            above = ">=" if inclusive else ">"
            return _without_window(f"{ratio} {above} ({number(factor)} * {number(budget)})")
        case FailuresAtLeast(window, count):
            # Prometheus extrapolates `increase` to the ends of the window, so that it is rarely a
            # whole number: three failures may read as 2.9.
            return _without_window(f"{names.select(failures_record(window))} > {count - 0.5}")
        case AllOf(conditions):
            shortest = min(leaf.window for leaf in leaves(condition))
            return unless_corrected(_joined("and", conditions, names), corrections, shortest)
        case AnyOf(conditions):
            return _joined("or", conditions, names, corrections=corrections)


def _without_window(comparison: str) -> str:
    return f"max without (sloth_window) ({comparison})"


def _joined(
    operator: str,
    conditions: tuple[Condition, ...],
    names: SeriesNames,
    corrections: Corrections = (),
) -> str:
    if len(conditions) == 1:
        return render(conditions[0], names, corrections)
    return f"\n{operator}\n".join(_side(condition, names, corrections) for condition in conditions)


def _side(condition: Condition, names: SeriesNames, corrections: Corrections) -> str:
    text = render(condition, names, corrections)
    if "\n" not in text:
        return text
    inner = text.replace("\n", "\n  ")
    return f"(\n  {inner}\n)"
