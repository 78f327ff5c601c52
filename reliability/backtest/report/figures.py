"""Figures of a backtest as text, shared by all reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import Final

from reliability.backtest.events import Event
from reliability.backtest.headline import zone_of
from reliability.backtest.outcome import (
    AlertFirings,
    Backtest,
    Detection,
    Deviation,
    EventVerdict,
    NoAlert,
    Outcome,
    OutcomeRow,
    Replayed,
    ReplayedAlert,
    SignalRow,
    SliSummary,
)
from reliability.backtest.report.confidence import confidence_lines
from reliability.backtest.report.notified import notified
from reliability.history.series import NoHistory
from reliability.render.durations import minutes_text
from reliability.render.numbers import percent, rate_text, significant_percent
from reliability.render.times import minute_text, utc_minute
from reliability.render.words import ENGLISH, Words, worded
from reliability.timespan import WEEK, TimeSpan

BARS: Final = "▁▂▃▄▅▆▇█"
UNKNOWN: Final = "?"
SELDOM: Final = timedelta(hours=1)
"""Time without samples at the beginning of a history that is not worth a line."""
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


def cells(row: OutcomeRow, result: Backtest, words: Words = ENGLISH) -> list[str]:
    """Return episodes, a week, minutes, budget spent before (median, maximum), and weeks."""

    def write(fired: AlertFirings) -> Sequence[str]:
        return *_counts(fired, words), _spent_before(fired, words)

    return [*both_sides(row, result, write, words, size=4), weeks(row, result.span)]


def both_sides(
    row: ReplayedAlert,
    result: Backtest,
    write: Callable[[AlertFirings], Sequence[str]],
    words: Words,
    *,
    size: int,
    plain: Collection[int] = (),
) -> list[str]:
    """Return each figure that `write` returns as `old -> new`.

    It is one figure if there is no comparison, if both sides are equal, and for those of `plain`.
    """

    def figures(outcome: Outcome) -> Sequence[str]:
        match outcome:
            case AlertFirings():
                return write(outcome)
            case NoHistory():
                return [words("not known")] * size
            case NoAlert():
                return ["-"] * size

    sides = zip(figures(row.old), figures(row.new), strict=True)
    return [
        f"{old} -> {new}" if result.compares and old != new and number not in plain else new
        for number, (old, new) in enumerate(sides)
    ]


def _counts(fired: AlertFirings, words: Words) -> tuple[str, str, str]:
    return str(len(fired.episodes)), rate_text(fired.per_week, words), str(fired.minutes)


def _spent_before(fired: AlertFirings, words: Words) -> str:
    spent = [episode.spent for episode in fired.episodes if episode.spent is not None]
    if not spent:
        return "-"
    return with_most(percent(median(spent), words), percent(max(spent), words), words)


def with_most(usual: str, most: str, words: Words) -> str:
    """Return a median with the maximum, if they differ."""
    return usual if usual == most else words("{usual} (max {most})", usual=usual, most=most)


def weeks(row: ReplayedAlert, span: TimeSpan) -> str:
    """Return one character per week: a bar for the number of episodes, or a dot for none.

    A week without history has a question mark.
    """
    outcome = row.new
    if not isinstance(outcome, AlertFirings):
        return ""
    counts = [0] * -(-span.length // WEEK)
    for episode in outcome.episodes:
        counts[max((episode.span.start - span.start) // WEEK, 0)] += 1
    most = max(counts, default=0)
    unknown = [row.is_unknown(range(7 * number, 7 * number + 7)) for number in range(len(counts))]
    return "".join(
        UNKNOWN if is_unknown and not count else _bar(count, most)
        for count, is_unknown in zip(counts, unknown, strict=True)
    )


def _bar(count: int, most: int) -> str:
    return BARS[-(-count * len(BARS) // most) - 1] if count else "·"


def compared(result: Backtest, words: Words) -> str:
    """Return both sides of the comparison: commits, or the working tree."""
    head = result.head[:12] or words("working tree")
    return words("base {base} -> {head}", base=result.base[:12], head=head)


def facts(result: Backtest, words: Words = ENGLISH) -> Iterator[str]:
    """Yield the basis of the figures: source, span, coverage, base, and what limits them."""
    yield words("source {source}", source=words.text(result.source))
    yield from _covered(result, words)
    if result.compares:
        yield compared(result, words)

    yield from filling(result, words)
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


def evaluation(result: Backtest, words: Words) -> Iterator[str]:
    """Yield how alerts were evaluated, and how much depends on that."""
    yield " · ".join(_mode(result, words))
    if result.deviation.evaluations:
        yield _deviation(result.deviation, words)
    yield from confidence_lines(result, words)


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


def filling(result: Backtest, words: Words = ENGLISH) -> Iterator[str]:
    """Yield how long the windows of alerts are not filled after the beginning of a history."""
    alerts = [*result.rows, *result.signals]
    replayed = [alert for alert in alerts if isinstance(alert.new, AlertFirings)]
    since = [alert.known_since for alert in replayed if alert.known_since]
    # A pull begins with the first sample, and not at the very beginning of the windows.
    if since and max(since) > result.span.start + SELDOM:
        yield words(
            "not known before their windows are filled: {count} of {all} alerts, the last at "
            "{moment}",
            count=len(since),
            all=len(alerts),
            moment=utc_minute(max(since)),
        )


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

    shown = [weeks(row, result.span)]
    if row.evaluated_by:
        shown.append(words("evaluated by {server}, not in this replay", server=row.evaluated_by))

    figures = both_sides(row, result, lambda fired: _counts(fired, words), words, size=3)
    return [*about, *figures, " ".join(shown)]


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
        case SliSummary() as history:
            parts += _measured(history, words)
            if replayed.monitors:
                monitors = "; ".join(replayed.monitors)
                parts.append(words("monitors in Datadog: {monitors}", monitors=monitors))
            known = words(", ").join(parts)
            if replayed.rows:
                return known
            return words("{objective}: no burn-rate alert", objective=known)


def _measured(history: SliSummary, words: Words) -> Iterator[str]:
    if history.attainment is not None:
        yield words("measured {share}", share=attained_words(history.attainment, history, words))
    if history.coverage != 1 and (history.part is None or history.attainment is None):
        yield words("{share} covered", share=significant_percent(history.coverage, 4))


def attained_words(share: float, history: SliSummary, words: Words) -> str:
    """Return the attainment of an SLI, with the known part of the span if it is partial."""
    attained = significant_percent(share, 5)
    if history.part is None:
        return attained
    part = words.text(history.part)
    return words("{attainment} over {part}", attainment=attained, part=part)


def verdict_cells(verdict: EventVerdict, result: Backtest, words: Words = ENGLISH) -> list[str]:
    """Return start, length, budget spent, verdict, what the event concerns, and its name."""
    event = verdict.event
    length = (event.span.end - event.span.start) // timedelta(minutes=1)
    what = words("significant event {name}", name=event.name).rstrip()
    return [
        minute_text(event.span.start, zone_of(result, event.service)),
        minutes_text(length, words),
        "-" if verdict.spent is None else percent(verdict.spent, words),
        fate(verdict, result.compares, words),
        verdict.slo if event.kind == "significant event" else event.service,
        event.name if event.kind == "incident" else what,
    ]


def fate(verdict: EventVerdict, compares: bool, words: Words = ENGLISH) -> str:
    """Return caught, ticket only or missed, before and after, and by which rule if it is known."""
    if not verdict.known:
        return words("not known")
    old, new = (_detected(side, verdict.event, words) for side in (verdict.old, verdict.new))
    return f"{old} -> {new}" if compares else new


def _detected(side: Detection, event: Event, words: Words) -> str:
    if not event.is_matched:
        # The alert may be about something else, so it did not catch the incident.
        if not side.by:
            return words("no page fired meanwhile")
        kind = worded("{alert} paged meanwhile") if side.paged else worded("{alert} ticket only")
        return words(kind, alert=side.by)
    word = words(FATES[side.word])
    return words("{word} by {alert}", word=word, alert=side.by) if side.by else word
