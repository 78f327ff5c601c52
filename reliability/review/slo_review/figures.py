"""The tables of a review issue: attainment and budget, and notifications by tier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol

from reliability.rates import UNKNOWN_RATE
from reliability.render.durations import length_words
from reliability.render.markdown import code, plain
from reliability.render.numbers import (
    attained,
    exact_percent,
    percent,
    percent_known,
    rate_text,
)
from reliability.render.words import Words
from reliability.review.figures import over_part, so_far, table
from reliability.review.slo_review.evidence import (
    NoEvidence,
    ObjectiveEvidence,
    ReviewEvidence,
    TierNotifications,
)


class FigureSource(Protocol):
    """The origin of figures, and the time that they cover."""

    @property
    def until(self) -> date:
        """The day before which the figures end."""

    @property
    def span(self) -> timedelta:
        """The length of the replay of alerts, which ends at `until`."""

    @property
    def source(self) -> str:
        """The description of the source."""

    @property
    def is_made_up(self) -> bool:
        """Whether the figures are synthetic."""


def measured(
    objectives: Iterable[ReviewEvidence], origin: FigureSource, words: Words
) -> Iterator[str]:
    """Yield the tables of attainment and of notifications, then what is not known."""
    every = tuple(objectives)
    known = [evidence for evidence in every if isinstance(evidence, ObjectiveEvidence)]
    if known and origin.is_made_up:
        yield ""
        yield words("**These figures are synthetic**: {source}.", source=plain(origin.source))

    replayed = [evidence for evidence in known if not evidence.not_replayed]
    if known:
        yield from _latest_period(known, words)
    if replayed:
        yield from _alerts(replayed, origin, words)

    for evidence in every:
        if isinstance(evidence, ObjectiveEvidence) and evidence.not_replayed:
            yield ""
            yield words(
                "The alerts of {name} could not be replayed: {why}.",
                name=named(evidence),
                why=plain(words.text(evidence.not_replayed)),
            )
        if isinstance(evidence, NoEvidence):
            yield ""
            yield words(
                "No history for {name}: {why}.",
                name=named(evidence),
                why=plain(words.text(evidence.why)),
            )


def headline(objectives: Iterable[ReviewEvidence], words: Words) -> str:
    """Return a summary in one line, of the objective that spent most of its budget."""
    known = [
        evidence
        for evidence in objectives
        if isinstance(evidence, ObjectiveEvidence) and evidence.period.spent is not None
    ]
    if not known:
        return words("This SLO is due for review and has no measurements")

    worst = max(known, key=lambda each: each.period.spent or 0.0)
    pages = _pages(known, words)
    part = worst.period.coverage.part
    reached = over_part(attained(worst.period.attainment or 0.0), part, words)
    spent = percent(worst.period.spent or 0.0, words)

    if part is not None:
        return words(
            "So far: attainment {reached}, {spent} of the error budget spent, {pages}",
            reached=reached,
            spent=spent,
            pages=pages,
        )
    if worst.is_met:
        return words(
            "Met: attainment {reached}, {spent} of the error budget spent, {pages}",
            reached=reached,
            spent=spent,
            pages=pages,
        )

    return words(
        "Missed: attainment {reached}, {spent} of the error budget spent, {pages}",
        reached=reached,
        spent=spent,
        pages=pages,
    )


def _latest_period(known: Iterable[ObjectiveEvidence], words: Words) -> Iterator[str]:
    heads = (
        words("objective"),
        words("target"),
        words("attainment"),
        words("failed"),
        words("budget spent"),
        words("coverage"),
    )
    yield from table(heads, (_row(evidence, words) for evidence in known), numbers=5)


def _row(evidence: ObjectiveEvidence, words: Words) -> tuple[str, ...]:
    objective, period = evidence.objective, evidence.period
    name = named(evidence)
    target = words(
        "{ratio} over {period}",
        ratio=exact_percent(objective.target),
        period=length_words(objective.period, words),
    )
    failed = words(
        "{failed} of {events}", failed=f"{period.failed:,.0f}", events=f"{period.events:,.0f}"
    )
    reached, spent, coverage = budget_cells(evidence, words)
    return (name, target, reached, failed, spent, coverage)


def budget_cells(evidence: ObjectiveEvidence, words: Words) -> tuple[str, str, str]:
    """Return attainment, budget spent and coverage; a missed target is bold."""
    period, unknown = evidence.period, words("not known")
    coverage = percent_known(period.coverage.share, words)
    if period.attainment is None or period.spent is None:
        return (unknown, unknown, coverage)

    part = period.coverage.part
    reached = over_part(attained(period.attainment), part, words)
    shown = f"**{reached}**" if evidence.is_met is False else reached
    return (shown, so_far(percent(period.spent, words), part, words), coverage)


def _alerts(
    known: Iterable[ObjectiveEvidence], origin: FigureSource, words: Words
) -> Iterator[str]:
    heads = (
        words("alerts"),
        words("count"),
        words("per week"),
        words("with user impact"),
        words("by week"),
    )

    every = list(known)
    rows = [
        (label, *_notifications(notifications, words))
        for evidence in every
        for label, notifications in (
            (_label(evidence, words("pages"), every), evidence.pages),
            (_label(evidence, words("tickets"), every), evidence.tickets),
        )
    ]

    yield from table(heads, rows, numbers=4)
    yield ""
    yield words(
        "<sub>Attainment covers the latest SLO period. The alerts are replayed as they are "
        "declared now, over {span} up to {day}, 00:00 UTC. User impact: during a recorded "
        "incident or, if the service has none, while 2 % of the error budget was spent in an "
        "hour or 5 % in six. Updated on Mondays.</sub>",
        span=length_words(origin.span, words),
        day=origin.until.isoformat(),
    )

    if not all(all(evidence.pages.known_weeks) for evidence in every):
        yield ""
        yield words(
            "<sub>`-`: less than 90 % of the week has data. `2+`: the same, and at least 2.</sub>"
        )


def _pages(known: Iterable[ObjectiveEvidence], words: Words) -> str:
    """Return the number of pages in words; not known unless it is known of every objective."""
    every = list(known)
    if any(evidence.not_replayed or not evidence.pages.is_known for evidence in every):
        return words("pages not known")
    pages = sum(evidence.pages.times for evidence in every)
    return words.many("{count} page", "{count} pages", pages)


def _label(evidence: ObjectiveEvidence, what: str, every: list[ObjectiveEvidence]) -> str:
    return f"{what} {named(evidence)}" if len(every) > 1 else what


def named(evidence: ReviewEvidence) -> str:
    """Return the name of an objective as code, and the environment if any is declared."""
    objective = evidence.objective
    name = code(objective.name or objective.slo_name)
    environment = objective.placement.name
    return f"{name} {code(environment)}" if environment else name


def _notifications(notifications: TierNotifications, words: Words) -> tuple[str, ...]:
    weekly = " ".join(map(_week, notifications.weekly, notifications.known_weeks))
    if not notifications.is_known:
        unknown = words("not known")
        return (unknown, unknown, unknown, weekly)
    times, impact = notifications.times, notifications.with_impact
    share = f"{impact} ({percent(impact / times, words)})" if times else "-"
    is_known = any(notifications.known_weeks)
    rate = rate_text(notifications.per_week if is_known else UNKNOWN_RATE, words)
    return (str(notifications.times), rate, share, weekly)


def _week(times: int, is_known: bool) -> str:
    """Return a week's number; an unknown one is shown as `-` or as a lower bound, not as 0."""
    if is_known:
        return str(times)
    return f"{times}+" if times else "-"
