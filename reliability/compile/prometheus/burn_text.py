"""The text of a burn-rate alert: what failed, of how much, and what that does to the budget.

A figure that is not known as a whole is left out, with the words around it.
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
from reliability.compile.prometheus.words import in_the_last, percent, period_words, words
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import AnySli, RatioSli, ThresholdSli, TimesliceSli
from reliability.scalars import duration_text

EVERY: Final = int(SLOW_EVERY.total_seconds())
BURNS: Final = "the error budget burns too fast"
LATELY: Final = timedelta(hours=6)
"""At least so much of the last hours has to be recorded; a head holds three of them at most."""
KEPT: Final = "{{ $%s := . | first | value -}}"


@dataclass(frozen=True)
class BurnText:
    """The parts of the texts of one alert."""

    objective: Objective
    sli: AnySli
    alert: BurnRateAlert
    scope: TextScope

    @cached_property
    def windows(self) -> tuple[WindowFigures, ...]:
        """The windows that the text may be about, best first: the long one, then the short."""
        pair = min(self.alert.pairs, key=lambda pair: pair.long)
        longest = longest_window(self.objective)
        both = dict.fromkeys((pair.long, pair.short))
        return tuple(figures(self.sli, window, self.scope, longest) for window in both)

    @property
    def failing(self) -> str:
        """How much failed, over the longest of the windows that was seen as a whole."""
        text = BURNS
        for window in reversed(self.windows):
            text = self._counted(window, text) if window.failed else self._share(window, text)
        return text

    def _counted(self, window: WindowFigures, otherwise: str) -> str:
        """Failures, events and their share: all three from the same two whole numbers."""
        what, failed = "", "failed"
        if isinstance(self.sli, TimesliceSli):
            what, failed = f" slices of {duration_text(self.sli.length)}", "were bad"
        share = '(printf "100 * %f / %f" $failed $total | query | first | value)'
        most = (
            with_result(self.scope.query(f"round{window.most}"), at_most("failed", FIRST))
            if window.most
            else ""
        )
        text = (
            f"{KEPT % 'failed'}{most}{at_most('failed', '$total')}"
            f"{shown('count', '$failed')} of {shown('count', '$total')}{what} "
            f"({shown('percent', share)}) {failed} {self._in(window)}"
        )
        of_total = with_result(self.scope.query(f"round{window.failed}"), text, BURNS)
        seen = f"round{window.total} > 0 {window.known}"
        return with_result(self.scope.query(seen), f"{KEPT % 'total'}{of_total}", otherwise)

    def _share(self, window: WindowFigures, otherwise: str) -> str:
        text = f"{shown('percent')} failed {self._in(window)}"
        return with_result(self.scope.query(f"100 * {window.known_ratio}"), text, otherwise)

    def _in(self, window: WindowFigures) -> str:
        return f"{in_the_last(window.window)} {shown('now', '.')}"

    @property
    def threshold_query(self) -> str:
        """The query of a threshold as it was written; empty for any other SLI."""
        placed = self.objective.indicator.queries if self.objective.indicator else ()
        return next((query.text or "" for query in placed if query.role == "threshold"), "")

    @property
    def allowed(self) -> str:
        """What the SLO allows to fail."""
        what = " of samples beyond the limit" if isinstance(self.sli, ThresholdSli) else ""
        return f"The SLO allows {percent(1 - self.objective.target)}{what}."

    @property
    def budget(self) -> str:
        """What is spent of the period's budget, and how long the rest or a full one lasts.

        Only if nearly the whole period was recorded: what was spent before is not known.
        """
        period = period_words(self.objective)
        part = f"{shown('percent', '$spent')} of the error budget of {period} is spent{self._rest}."
        over = (
            f"The error budget of {period} is used up"
            "{{ if and (gt $spent 100.0) (lt $spent 999.5) }}"
            f": {shown('percent', '$spent')} of it is spent{{{{ end }}}}."
        )
        text = f"{{{{ if lt $spent 100.0 }}}}{part}{{{{ else }}}}{over}{{{{ end }}}}"
        return self._if_recorded(f"\n{KEPT % 'spent'}{text}", self._full)

    def _if_recorded(self, text: str, otherwise: str) -> str:
        """The text if nearly all of the period was recorded; `$spent` is in percent."""
        if self.objective.calendar is None:
            spent = f"100 * {self._spent(duration_text(self.objective.period))}"
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
        began = f"time() - {self.scope.of_objective(STARTS)} > {EVERY}"
        kept = '{{ $elapsed := . | first | value | printf "%.0f" -}}'
        return with_result(self.scope.query(began), f"{kept}{within}", otherwise)

    def _recorded(self, length: str) -> str:
        return f"count_over_time({self.scope.of_objective(TARGET)}[{length}])"

    def _spent(self, length: str) -> str:
        """The spent share of a budget, from recorded events."""
        failed = summed(self.scope.series(ERRORS), length)
        every = summed(self.scope.series(TOTAL), length)
        return f"{failed} / ({every} > 0) / {number(self.alert.budget)}"

    @property
    def _lately(self) -> str:
        """The condition that the recordings hold the failures of the last hours.

        A gap of an hour is nothing in a month, and may hold most of what was spent: after a
        backfill, the samples in the head are missing. Counters say whether any failed in it.
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
        left = f"(100 - {variable('spent')}) / 100 * {self._seconds}"
        window = self.windows[0]
        rest = f"{left} / ({window.ratio} > 0) {window.known}"
        return with_result(
            self.scope.query(rest), f"; at this rate the rest lasts {shown('duration')}"
        )

    @property
    def _full(self) -> str:
        ratio = self.windows[0]
        full = f"{self._seconds} / ({ratio.ratio} > 0) {ratio.known}"
        period = words(self.objective.period)
        text = f"\nAt this rate a full error budget of {period} lasts {shown('duration')}."
        return with_result(self.scope.query(full), text)

    @property
    def _seconds(self) -> str:
        """How long a budget lasts if everything fails."""
        return number(self.alert.budget * self.objective.period.total_seconds())


def longest_window(objective: Objective) -> timedelta:
    """The longest window that a text of an objective is about."""
    return max(min(pair.long for pair in alert.pairs) for alert in objective.alerts)


def summed(series: str, length: str) -> str:
    """The sum of five-minute rates, one a minute, each as the events of a minute.

    Each rate is about the five minutes before it, so that the last five minutes are in the sum by
    three fifths only: two times the last rate are missing.
    """
    over = f"sum_over_time({series}[{length}])"
    return f"({over} + 2 * {series} or {over})"
