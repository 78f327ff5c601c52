"""What a woken person needs to read: what users feel, how much failed, what is left, what to do.

Prometheus fills the templates in when the alert fires, with the numbers of that moment.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Final

from reliability.burnrate import FAST_EVERY, BurnRateAlert
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import (
    BUDGET_LEFT,
    PERIOD_BURN,
    TOTAL,
    Labels,
    number,
    ratio_record,
)
from reliability.model.kind import duration_text
from reliability.resolve.objectives import Objective

WORDS: Final = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
CALENDAR_WORDS: Final = {"d": "day", "w": "week", "M": "month", "Q": "quarter", "Y": "year"}


def burn_annotations(objective: Objective, alert: BurnRateAlert, directory: Directory) -> Labels:
    """The annotations of a burn-rate alert."""
    window = min(pair.long for pair in alert.pairs)
    numbers = numbers_of(objective.group_by, window)
    spent = numbers.spent if objective.calendar is None else numbers.spent_by_now
    last = _last(window)
    return {
        "summary": (
            f"{numbers.slo}\n"
            f"{felt(objective)}: {numbers.failed} of {numbers.total} failed in the last {last}"
        ),
        "description": (
            f"{numbers.slo}\n"
            f"{numbers.failing} failed in the last {last}, and {_percent(alert.budget)} may.\n"
            f"Of the error budget of {_period(objective)} {spent} is spent and "
            f"{numbers.left} is left.\n"
            f"At the rate of the last {last} {numbers.lasts(alert)}."
        ),
        **_for_people(objective.runbook, objective.team, directory),
    }


def no_data_annotations(objective: Objective, directory: Directory) -> Labels:
    """The annotations of the alert that nothing is measured."""
    return {
        "summary": f"{felt(objective)}: nobody knows, there has been no data "
        f"for {_words(objective.no_data.after)}",
        "description": (
            "The SLI's total has no series: nothing is exported or scraped, or the query finds "
            "nothing. Until that is mended no burn-rate alert of this objective can fire."
        ),
        **_for_people(objective.runbook, objective.team, directory),
    }


def signal_annotations(
    texts: tuple[str, str | None, str | None], team: str, directory: Directory
) -> Labels:
    """The annotations of a signal: its own summary, description and runbook."""
    summary, description, runbook = texts
    own: Labels = {"summary": summary}
    if description is not None:
        own["description"] = description
    return own | _for_people(runbook, team, directory)


def felt(objective: Objective) -> str:
    """What users feel, in the words of the SLO, safe inside a template."""
    slo = objective.slo.value
    name = slo.metadata.display_name or objective.identity
    text = f"{slo.review.journey} ({name})" if slo.review.journey else name
    return text.replace("{{", '{{ "{{" }}')


class Numbers:
    """Template texts for the numbers of one objective over one window.

    They ask for the series of the alert at hand, by the labels that its expression left on it.
    """

    def __init__(self, by: tuple[str, ...], window: timedelta) -> None:
        self.window = duration_text(window)
        self.ratio = f"{ratio_record(window)}%[1]s"
        labels = ("sloth_service", "sloth_slo", *by)
        matchers = ", ".join(f"{label}=%q" for label in labels)
        values = " ".join(f"$labels.{label}" for label in labels)
        self.slo = f'{{{{ $slo := printf "{{{matchers}}}" {values} -}}}}'
        """What comes first in a template that uses any of the others."""

        seconds = int(FAST_EVERY.total_seconds())
        self.events = f"sum_over_time({TOTAL}%[1]s[{self.window}]) * {seconds}"

    @cached_property
    def total(self) -> str:
        """How many events there were in the window, from their recorded rates a second."""
        return _ask(self.events, 'printf "%.0f"', "0")

    @cached_property
    def failed(self) -> str:
        """How many of them failed, so that it agrees with the share that is shown beside it."""
        expression = f"{self.events} * ignoring (sloth_window) {self.ratio}"
        return _ask(expression, 'printf "%.0f"', "an unknown number")

    @cached_property
    def failing(self) -> str:
        """The share of events that failed in the window."""
        return _share(self.ratio)

    @cached_property
    def spent(self) -> str:
        """How much of the period's budget is spent; more than all of it is possible."""
        return _share(f"{PERIOD_BURN}%[1]s")

    @cached_property
    def spent_by_now(self) -> str:
        """The same where the period is one of the calendar and not over."""
        return _share(f"1 - {BUDGET_LEFT}%[1]s")

    @cached_property
    def left(self) -> str:
        """How much of the period's budget is left, never under nothing."""
        return _share(f"clamp_min({BUDGET_LEFT}%[1]s, 0)")

    def lasts(self, alert: BurnRateAlert) -> str:
        """How long the rest of the budget lasts, if failing goes on at the window's rate.

        0 s where it is spent; unknown where the period has not been recorded yet.
        """
        seconds = f"{number(alert.budget)} * {int(alert.period.total_seconds())}"
        ways = f"clamp_min({BUDGET_LEFT}%[1]s, 0) / ignoring (sloth_window) ({self.ratio} > 0)"
        words = ("the rest lasts ", "the rest lasts an unknown time")
        return _ask(f"{ways} * {seconds}", "humanizeDuration", words[1], words[0])


@lru_cache(maxsize=64)
def numbers_of(by: tuple[str, ...], window: timedelta) -> Numbers:
    """The template texts, which are the same for all objectives: few windows serve thousands."""
    return Numbers(by, window)


def _share(expression: str) -> str:
    return _ask(expression, "humanizePercentage", "an unknown share")


def _ask(expression: str, shown: str, otherwise: str, before: str = "") -> str:
    """A template that shows the first value of a query, or other words where it has none.

    `%[1]s` in the expression stands for the matchers, `$slo`.
    """
    value = f"{before}{{{{ . | first | value | {shown} }}}}"
    call = f'{{{{ with printf "{expression}" $slo | query }}}}'
    return f"{call}{value}{{{{ else }}}}{otherwise}{{{{ end }}}}"


def _for_people(runbook: str | None, team: str, directory: Directory) -> Labels:
    found: Labels = {}
    if runbook is not None:
        found["runbook_url"] = directory.runbook_url(runbook)
    if team:
        found["owner"] = directory.owner(team)
    return found


def _period(objective: Objective) -> str:
    """The period as people say it: 30 days, this month, these 2 weeks."""
    calendar = objective.calendar
    if calendar is None:
        return _words(objective.period)
    unit = CALENDAR_WORDS[calendar.unit]
    return f"this {unit}" if calendar.amount == 1 else f"these {calendar.amount} {unit}s"


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.4g}%"


def _words(duration: timedelta) -> str:
    """A duration as people say it: 30 days, 1 hour."""
    text = duration_text(duration)
    amount = int(text[:-1])
    return f"{amount} {WORDS[text[-1]]}{'' if amount == 1 else 's'}"


def _last(duration: timedelta) -> str:
    """A duration behind "the last": hour, 6 hours, day."""
    return _words(duration).removeprefix("1 ")
