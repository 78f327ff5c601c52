"""Text of a burn-rate alert: failures, and their effect on the error budget.

A figure that Prometheus has only in part is left out, together with its words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from math import floor
from typing import Final

from reliability.burnrate import SLOW_EVERY, BurnRateAlert
from reliability.compile.prometheus.figures import COMPLETE, WindowFigures, figures, scoped
from reliability.compile.prometheus.formulas import failures
from reliability.compile.prometheus.names import ERRORS, TARGET, TOTAL, number
from reliability.compile.prometheus.period import STARTS
from reliability.compile.prometheus.period import elapsed as elapsed_share
from reliability.compile.prometheus.text_queries import TextScope, doubled, variable
from reliability.compile.prometheus.text_templates import FIRST, at_most, shown, with_result
from reliability.compile.prometheus.words import (
    adjective,
    budget_words,
    percent,
    window_words,
)
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

EVERY: Final = int(SLOW_EVERY.total_seconds())
BURNS: Final = "the error budget is burning too fast"
"""Text of a summary if the counters do not cover any of its windows completely."""
LATELY: Final = timedelta(hours=6)
"""Part of the recent past that must be recorded for the budget spent to be known.

Prometheus keeps the last two to three hours in its head block, which a backfill cannot fill.
"""
STORED: Final = "{{ $%s := . | first | value -}}"
"""Template that stores the value of a query in a variable."""


@dataclass(frozen=True)
class BurnText:
    """Text parts of one alert."""

    objective: Objective
    sli: AnySli
    alert: BurnRateAlert
    scope: TextScope

    @cached_property
    def windows(self) -> tuple[WindowFigures, ...]:
        """Windows that the text can use, in order of preference: the long one, then the short one.

        They belong to the pair with the shortest long window, which reacts first.
        """
        pair = min(self.alert.pairs, key=lambda pair: pair.long)
        longest = longest_window(self.objective)
        both = dict.fromkeys((pair.long, pair.short))
        return tuple(figures(self.sli, window, self.scope, longest=longest) for window in both)

    @property
    def failing(self) -> str:
        """Text on failures over the longest window that the counters cover completely."""
        # Built from the inside: each window falls back to the next one, and the last one to a text
        # without figures.
        text = BURNS
        for window in reversed(self.windows):
            text = self._counted(window, text) if window.failed else self._share(window, text)
        return text

    def _counted(self, window: WindowFigures, otherwise: str) -> str:
        """Return the text on failures, events and their ratio, from the same two whole numbers."""
        failing = "of events failed"
        if isinstance(self.sli, TimesliceSli):
            failing = f"of {duration_text(self.sli.length)} slices were bad"

        share = '(printf "100 * %f / %f" $failed $total | query | first | value)'
        most = (
            with_result(self.scope.query(f"round{window.most}"), at_most("failed", FIRST))
            if window.most
            else ""
        )
        text = (
            f"{STORED % 'failed'}{most}{at_most('failed', '$total')}"
            f"{shown('percent', share)} {failing} {self._before_now(window)} "
            f"({shown('count', '$failed')} of {shown('count', '$total')})"
        )
        of_total = with_result(self.scope.query(f"round{window.failed}"), text, BURNS)
        seen = f"round{window.total} > 0 {window.known}"

        return with_result(self.scope.query(seen), f"{STORED % 'total'}{of_total}", otherwise)

    def _share(self, window: WindowFigures, otherwise: str) -> str:
        """Return the text on the error ratio, for an SLI without counts."""
        text = f"the error ratio was {shown('percent')} {self._before_now(window)}"
        return with_result(self.scope.query(f"100 * {window.known_ratio}"), text, otherwise)

    def _before_now(self, window: WindowFigures) -> str:
        """Return the words on when it failed, with the time for those who read it later."""
        return f"in the {window_words(window.window)} before {shown('now', '.')}"

    @property
    def threshold_query(self) -> str:
        """Query of a threshold SLI as written; empty for any other SLI."""
        placed = self.objective.indicator.queries if self.objective.indicator else ()
        return next((query.text or "" for query in placed if query.role == "threshold"), "")

    @property
    def allowed(self) -> str:
        """Text on the failures that the SLO allows."""
        allowed = percent(1 - self.objective.target)
        match self.sli:
            case RatioSli() | GaugeRatioSli():
                return f"The SLO allows {allowed} of events to fail."
            case ThresholdSli():
                return f"The SLO allows {allowed} of samples to be beyond the limit."
            case TimesliceSli():
                return f"The SLO allows {allowed} of slices to be bad."
            case RawSli() | RatioTimesliceSli():
                return f"The SLO allows an error ratio of {allowed}."

    @property
    def budget(self) -> str:
        """Text on the budget spent, and how long the rest or a full budget lasts.

        The budget spent is shown only if nearly the whole period was recorded: failures before the
        first recording are not known.
        """
        budget = budget_words(self.objective)
        part = f"{shown('percent', '$spent')} of the {budget} is spent{self._rest}."
        over = (
            f"The {budget} is exhausted"
            "{{ if and (gt $spent 100.0) (lt $spent 999.5) }}"
            f": {shown('percent', '$spent')} is spent{{{{ end }}}}."
        )

        text = f"{{{{ if lt $spent 100.0 }}}}{part}{{{{ else }}}}{over}{{{{ end }}}}"
        return self._if_recorded(f"\n{STORED % 'spent'}{text}", self._full)

    def _if_recorded(self, text: str, otherwise: str) -> str:
        """Return the text if nearly all of the period was recorded; `$spent` is in percent."""
        if self.objective.calendar is None:
            spent = f"100 * {self._spent(duration_text(self.objective.period))}"
            # The series with the target has a sample at every evaluation, also without traffic, so
            # counting its samples tells how much of the period was recorded.
            least = floor(COMPLETE * self.objective.period.total_seconds() / EVERY)
            seen = f"{self._recorded(duration_text(self.objective.period))} >= {least}"
            return with_result(
                self.scope.query(f"{spent} and on () ({seen}) {self._lately}"), text, otherwise
            )

        elapsed, length = variable("elapsed"), f"{variable('elapsed')}s"
        share = elapsed_share(self.scope.names)
        share = doubled(share) if self.scope.by else share
        spent = f"100 * {self._spent(length)} * on () group_left () ({share})"
        seen = f"({self._recorded(length)} + 1) * {EVERY} >= {COMPLETE} * {elapsed}"
        within = with_result(
            self.scope.query(f"{spent} and on () ({seen}) {self._lately}"), text, otherwise
        )

        # A range of zero seconds is refused by Prometheus, so the text waits for the second
        # evaluation of a period.
        began = f"time() - {self.scope.of_objective(STARTS)} > {EVERY}"
        kept = '{{ $elapsed := . | first | value | printf "%.0f" -}}'
        return with_result(self.scope.query(began), f"{kept}{within}", otherwise)

    def _recorded(self, length: str) -> str:
        return f"count_over_time({self.scope.of_objective(TARGET)}[{length}])"

    def _spent(self, length: str) -> str:
        """Return PromQL for the share of the budget spent, from recorded events."""
        failed = summed(self.scope.series(ERRORS), length)
        every = summed(self.scope.series(TOTAL), length)
        return f"{failed} / ({every} > 0) / {number(self.alert.budget)}"

    @property
    def _lately(self) -> str:
        """Condition that the recordings include the failures of the last hours.

        An hour is a small gap in a month, but most of the budget may have been spent in it: after a
        backfill, the samples in the head block are missing. The counters of a ratio know whether
        anything failed in the gap.
        """
        lately = min(max(longest_window(self.objective), LATELY), self.objective.period)
        length = duration_text(lately)
        if isinstance(self.sli, RatioSli) and not self.objective.corrections:
            recorded = f"60 * {summed(self.scope.series(ERRORS), length)}"
            failed = self.scope.one(failures(scoped(self.sli, self.scope), lately, self.scope.by))
            on = self.scope.on
            return f"and {on} ({recorded} >= {on} {COMPLETE} * {failed} - 1)"

        least = floor(COMPLETE * lately.total_seconds() / EVERY)
        return f"and on () ({self._recorded(length)} >= {least})"

    @property
    def _rest(self) -> str:
        """Text on how long the remaining budget lasts."""
        remaining = f"(100 - {variable('spent')}) / 100 * {self._seconds}"
        window = self.windows[0]
        rest = f"{remaining} / ({window.ratio} > 0) {window.known}"
        text = f"; at this rate, the remaining budget lasts {shown('duration')}"
        return with_result(self.scope.query(rest), text)

    @property
    def _full(self) -> str:
        """Text on how long a full budget would last, if the budget spent is not known."""
        window = self.windows[0]
        full = f"{self._seconds} / ({window.ratio} > 0) {window.known}"
        length = adjective(self.objective.period)
        text = f"\nAt this rate, a full {length} error budget lasts {shown('duration')}."
        return with_result(self.scope.query(full), text)

    @property
    def _seconds(self) -> str:
        """Number of seconds that a budget lasts if everything fails, as PromQL."""
        return number(self.alert.budget * self.objective.period.total_seconds())


def longest_window(objective: Objective) -> timedelta:
    """Return the longest window that any text of an objective uses."""
    return max(min(pair.long for pair in alert.pairs) for alert in objective.alerts)


def summed(series: str, length: str) -> str:
    """Return the sum of five-minute rates, recorded once a minute, each as the events of a minute.

    Each rate averages the five minutes before it, so the sum holds only three fifths of the last
    five minutes. Adding the last rate twice compensates for the missing two minutes.
    """
    over = f"sum_over_time({series}[{length}])"
    return f"({over} + 2 * {series} or {over})"
