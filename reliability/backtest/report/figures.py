"""Figures of a backtest as text, shared by all reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Final

from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.headline import zone_of
from reliability.backtest.outcome import (
    ALERT_TIER,
    NOT_SIMULATED,
    TICKET_TIER,
    AlertFirings,
    Backtest,
    Deviation,
    EventVerdict,
    NoAlert,
    Outcome,
    OutcomeRow,
    Replayed,
    SignalRow,
    SliSummary,
    UnknownNotifications,
)
from reliability.backtest.tally import NotificationTally, SideNotifications
from reliability.history.series import NoHistory
from reliability.render.durations import minutes_text
from reliability.render.numbers import percent, rate_text, significant_percent
from reliability.render.times import minute_text
from reliability.render.words import ENGLISH, Words, worded
from reliability.timespan import WEEK, TimeSpan

BARS: Final = "▁▂▃▄▅▆▇█"
MODES: Final = {
    "event": worded("event mode, one-minute steps"),
    "sample": worded("sample mode, the compiled rules over raw samples"),
}
SIGNAL_HEADS: Final = (
    worded("service"),
    worded("signal"),
    worded("tier"),
    worded("episodes"),
    worded("a week"),
    worded("minutes"),
    worded("weeks"),
)
HEADS: Final = (
    worded("episodes"),
    worded("a week"),
    worded("minutes"),
    worded("budget spent before"),
    worded("weeks"),
)
FATES: Final = {
    "caught": worded("caught"),
    "ticket only": worded("ticket only"),
    "missed": worded("missed"),
}
FIGURES: Final[tuple[tuple[Callable[[NotificationTally], int], str], ...]] = (
    (lambda tally: tally.pages, worded("{count} pages")),
    (lambda tally: tally.mentions, worded("{count} mentions")),
    (lambda tally: tally.night, worded("{count} at night")),
    (lambda tally: tally.weekend, worded("{count} at a weekend")),
)


def cells(row: OutcomeRow, result: Backtest, words: Words = ENGLISH) -> list[str]:
    """Return episodes, a week, minutes, budget spent before (median, maximum), and weeks."""
    writers: tuple[Callable[[AlertFirings], str], ...] = (
        lambda fired: str(len(fired.episodes)),
        lambda fired: rate_text(fired.per_week, words),
        lambda fired: str(fired.minutes),
        lambda fired: _spent_before(fired, words),
    )
    write_both = partial(both, row.old, row.new, words=words, compares=result.compares)
    written = [write_both(write) for write in writers]
    return [*written, weeks(row.new, result.span)]


def both(
    old: Outcome,
    new: Outcome,
    write: Callable[[AlertFirings], str],
    words: Words,
    *,
    compares: bool,
) -> str:
    """Return `old -> new`, or one figure if there is no comparison or both are equal."""
    before, after = figure(old, write, words), figure(new, write, words)
    return f"{before} -> {after}" if compares and before != after else after


def figure(outcome: Outcome, write: Callable[[AlertFirings], str], words: Words) -> str:
    """Return a figure of one side, or that it has no history or no such alert."""
    match outcome:
        case AlertFirings():
            return write(outcome)
        case NoHistory():
            return words("no history")
        case NoAlert():
            return "-"


def _spent_before(fired: AlertFirings, words: Words) -> str:
    spent = [episode.spent for episode in fired.episodes]
    if not spent:
        return "-"
    return with_most(percent(median(spent), words), percent(max(spent), words), words)


def with_most(usual: str, most: str, words: Words) -> str:
    """Return a median with the maximum, if they differ."""
    return usual if usual == most else words("{usual} (max {most})", usual=usual, most=most)


def weeks(outcome: Outcome, span: TimeSpan) -> str:
    """Return one character per week: a bar for the number of episodes, or a dot for none."""
    if not isinstance(outcome, AlertFirings):
        return ""
    counts = [0] * -(-span.length // WEEK)
    for episode in outcome.episodes:
        counts[max((episode.span.start - span.start) // WEEK, 0)] += 1
    most = max(counts, default=0)
    return "".join(_bar(count, most) for count in counts)


def _bar(count: int, most: int) -> str:
    return BARS[-(-count * len(BARS) // most) - 1] if count else "·"


def facts(result: Backtest, words: Words = ENGLISH) -> Iterator[str]:
    """Yield the basis of the figures: source, span, coverage, mode, ranges, evaluation offset."""
    yield words("source {source}", source=words.text(result.source))
    yield from _covered(result, words)
    yield " · ".join(_mode(result, words))
    if result.deviation.evaluations:
        yield _deviation(result.deviation, words)
    if result.compares:
        yield words("base {base} -> working tree", base=result.base[:12])

    cold = [objective for objective in result.objectives if _is_cold(objective)]
    if cold:
        yield words(
            "history before the span is incomplete for {count} of {all} objectives: windows at "
            "its start are cut short, and alerts there may be wrong",
            count=len(cold),
            all=len(result.objectives),
        )

    changed = [objective.slo for objective in result.objectives if objective.query_changed]
    if changed and result.is_synthetic:
        yield words(
            "synthetic history does not depend on queries: the changed query of {slos} has no "
            "effect",
            slos=words(", ").join(changed),
        )

    monitored = sum(bool(objective.monitors) for objective in result.objectives)
    if monitored:
        yield words(
            "{count} of {all} objectives: as Datadog evaluates its monitors; a monitor notifies "
            "when it alerts, and repeats nothing",
            count=monitored,
            all=len(result.objectives),
        )

    yield from notified(result, words)


def _covered(result: Backtest, words: Words) -> Iterator[str]:
    """Yield the span, and how much of it is in the history."""
    days = result.span.length / timedelta(days=1)
    last = result.span.end - timedelta(days=1)
    span = words(
        "span {days} days, {first} to {last} UTC",
        days=f"{days:g}",
        first=f"{result.span.start:%Y-%m-%d}",
        last=f"{last:%Y-%m-%d}",
    )
    covered = words(
        "{share} covered, {days} days",
        share=significant_percent(result.coverage, 4),
        days=f"{result.coverage * days:.4g}",
    )
    yield f"{span} · {covered}"


def _mode(result: Backtest, words: Words) -> Iterator[str]:
    """Yield the mode, range semantics, and the offset of evaluations if it is not the default."""
    yield words(MODES[result.mode])
    yield words.text(result.terms.ranges.words)
    if phase := result.terms.phase // timedelta(minutes=1):
        yield words("evaluations {minutes} min later than by default", minutes=phase)


def _is_cold(replayed: Replayed) -> bool:
    """Return whether history covers less than 90 % of the windows that precede the span."""
    known = replayed.history
    return isinstance(known, SliSummary) and bool(replayed.rows) and known.before < MIN_COVERAGE


def _deviation(deviation: Deviation, words: Words) -> str:
    return words.many(
        "event mode on the same samples: {count} episode instead of {by_samples}; "
        "{differing} of {evaluations} evaluations differ",
        "event mode on the same samples: {count} episodes instead of {by_samples}; "
        "{differing} of {evaluations} evaluations differ",
        deviation.by_events,
        by_samples=deviation.by_samples,
        differing=f"{deviation.differing:,}",
        evaluations=f"{deviation.evaluations:,}",
    )


def signal_cells(row: SignalRow, result: Backtest, words: Words = ENGLISH) -> list[str]:
    """Return service, signal and tier, then episodes, a week, minutes and weeks, or the reason."""
    about = [row.service, f"{row.name} {row.watched}".rstrip(), row.tier]
    if isinstance(row.new, NoHistory):
        return [*about, "-", "-", "-", _no_history(row.new, words)]

    writers: tuple[Callable[[AlertFirings], str], ...] = (
        lambda fired: str(len(fired.episodes)),
        lambda fired: rate_text(fired.per_week, words),
        lambda fired: str(fired.minutes),
    )
    write_both = partial(both, row.old, row.new, words=words, compares=result.compares)
    shown = [weeks(row.new, result.span)]
    if row.evaluated_by:
        shown.append(words("evaluated by {server}, not in this replay", server=row.evaluated_by))

    return [*about, *(write_both(write) for write in writers), " ".join(shown)]


def _no_history(unknown: NoHistory, words: Words) -> str:
    return words("no history: {why}", why=words.text(unknown.reason))


def objective_words(replayed: Replayed, words: Words = ENGLISH) -> str:
    """Return the objective, its target, and its measured attainment."""
    name = f"{replayed.slo} {replayed.objective}".rstrip()
    target = words("target {share}", share=significant_percent(float(replayed.target), 5))
    parts = [f"{replayed.service}: {name}", target]
    match replayed.history:
        case NoHistory() as unknown:
            return words(
                "{objective}: {why}",
                objective=words(", ").join(parts),
                why=_no_history(unknown, words),
            )
        case SliSummary(coverage=coverage, attainment=attainment):
            parts += _measured(coverage, attainment, words)
            if replayed.monitors:
                monitors = "; ".join(replayed.monitors)
                parts.append(words("monitors in Datadog: {monitors}", monitors=monitors))
            known = words(", ").join(parts)
            if replayed.rows:
                return known
            return words("{objective}: no burn-rate alert", objective=known)


def _measured(coverage: float, attainment: float | None, words: Words) -> Iterator[str]:
    if attainment is not None:
        yield words("measured {share}", share=significant_percent(attainment, 5))
    if coverage != 1:
        yield words("{share} covered", share=significant_percent(coverage, 4))


def verdict_cells(verdict: EventVerdict, result: Backtest, words: Words = ENGLISH) -> list[str]:
    """Return start, length, budget spent, verdict, what the event concerns, and its name."""
    event = verdict.event
    length = (event.span.end - event.span.start) // timedelta(minutes=1)
    what = words("significant event {name}", name=event.name).rstrip()
    return [
        minute_text(event.span.start, zone_of(result, event.service)),
        minutes_text(length, words),
        percent(verdict.spent, words),
        fate(verdict, result.compares, words),
        verdict.slo if event.kind == "significant event" else event.service,
        event.name if event.kind == "incident" else what,
    ]


def fate(verdict: EventVerdict, compares: bool, words: Words = ENGLISH) -> str:
    """Return caught, ticket only or missed, before and after."""
    if not verdict.known:
        return words("no history")
    new = words(FATES[verdict.new.word])
    return f"{words(FATES[verdict.old.word])} -> {new}" if compares else new


def notified(result: Backtest, words: Words) -> Iterator[str]:
    """Yield the notifications of each tier on a line, or why they are not known."""
    after = result.notifications.new
    if isinstance(after, UnknownNotifications):
        if after is not NOT_SIMULATED:
            yield words("no notifications: {why}", why=words.text(after.reason))
        return

    for tier in (ALERT_TIER, TICKET_TIER):
        if any(
            tier in side.tiers
            for side in (after, result.notifications.old)
            if isinstance(side, SideNotifications)
        ):
            yield f"{tier}: {words(', ').join(_figures(result, tier, words))}"


def _figures(result: Backtest, tier: str, words: Words) -> Iterator[str]:
    yield words(
        "{count} notifications ({repeats} of them repeats)",
        count=_both(result, tier, lambda tally: tally.notifications),
        repeats=_both(result, tier, lambda tally: tally.repeats),
    )
    for of, text in FIGURES:
        yield words(text, count=_both(result, tier, of))


def _both(result: Backtest, tier: str, of: Callable[[NotificationTally], int]) -> str:
    """Return `old -> new`, or one figure if there is no comparison or both are equal."""
    old, new = map(of, result.notifications.tiers(tier))
    if not result.compares or old == new:
        return str(new)
    return f"{'-' if isinstance(result.notifications.old, UnknownNotifications) else old} -> {new}"
