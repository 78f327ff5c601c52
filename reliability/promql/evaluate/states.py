"""What an alert rule makes of its expression: pending, firing, and firing on for a while.

Source: AlertingRule.Eval in rules/alerting.go, the same in v2.53.3 and v3.5.0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reliability.arrays import BoolArray, runs
from reliability.promql.evaluate.lines import Times


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """At which evaluations an alert was pending, and at which it fired."""

    pending: BoolArray
    firing: BoolArray


def states(true: BoolArray, times: Times, after: int, keep: int) -> States:
    """The states that follow from where an expression was true, at the evaluations there were.

    `after` is the rule's `for` and `keep` its `keep_firing_for`, in milliseconds. An evaluation
    that was missed is not among `times`, so that it neither ends nor begins anything.
    """
    firing = np.zeros(len(true), dtype=bool)
    kept_until = -1
    for first, last in runs(true):
        began = first if kept_until >= first else _matured(times, first, after)
        if began >= last:
            continue
        firing[began:last] = True
        kept_until = last
        if keep and last < len(times):
            kept_until = int(np.searchsorted(times, times[last] + keep, "left"))
            firing[last:kept_until] = True
        if not keep:
            kept_until = -1
    return States(true & ~firing, firing)


def _matured(times: Times, first: int, after: int) -> int:
    """The evaluation at which what began at `first` has been true for long enough."""
    return int(np.searchsorted(times, times[first] + after, "left"))
