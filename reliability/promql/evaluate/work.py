"""`EvaluationWork`: limits of what the evaluation of one rule may take, in memory and time.

A pull request may bring any rule file, and the size of the file limits neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from reliability.message import Message
from reliability.promql.evaluate.lines import Times
from reliability.promql.evaluate.refused import CannotReplay

MOST_EVALUATIONS: Final = 3_000_000
"""Evaluations of a rule, or steps of a subquery: 90 days at intervals of 3 seconds are 2.6 million.
"""
MOST_VALUES: Final = 40_000_000
"""Values of all selectors and calls of a rule; each takes about 25 bytes while it is evaluated."""
MOST_SAMPLES: Final = 4_000_000_000
"""Samples that functions such as `deriv` look at one by one: about 30 seconds."""
LONGEST_LABEL: Final = 4_096
"""Characters of a label value; Grafana Mimir refuses more than 2,048 by default
(`-validation.max-length-label-value`)."""
OF_HISTOGRAM: Final = 50
"""A native histogram takes as much time and memory as so many numbers."""


@dataclass(slots=True)
class EvaluationWork:
    """Values and samples that one rule has taken so far."""

    values: int = 0
    samples: int = 0

    def add_values(self, count: int) -> None:
        """Count values, before they are computed.

        Raises:
            CannotReplay: the rule takes more than MOST_VALUES.
        """
        self.values += count
        if self.values > MOST_VALUES:
            raise CannotReplay(
                Message(
                    "it takes more than {limit} values (series times evaluations or steps)",
                    limit=f"{MOST_VALUES:,}",
                )
            )

    def add_samples(self, count: int) -> None:
        """Count samples that are looked at one by one, before that is done.

        Raises:
            CannotReplay: the rule takes more than MOST_SAMPLES.
        """
        self.samples += count
        if self.samples > MOST_SAMPLES:
            raise CannotReplay(
                Message(
                    "its ranges hold more than {limit} samples in all evaluations together",
                    limit=f"{MOST_SAMPLES:,}",
                )
            )


def grid_times(first: int, end: int, step: int) -> Times:
    """Return the times from the first to before the end, in milliseconds since 1970.

    Raises:
        CannotReplay: these are more than MOST_EVALUATIONS.
    """
    count = max(-(-(end - first) // step), 0)
    if count > MOST_EVALUATIONS:
        raise CannotReplay(
            Message(
                "it is evaluated {count} times, and the limit is {limit}; use a longer interval",
                count=f"{count:,}",
                limit=f"{MOST_EVALUATIONS:,}",
            )
        )
    return np.arange(first, end, step, dtype=np.int64)
