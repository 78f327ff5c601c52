"""Figures of a backtest as text, shared by all reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from typing import Final

from reliability.backtest.budget import LEAST_COVERAGE
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
from reliability.render.numbers import percent, significant_percent
from reliability.render.times import minute_text
from reliability.render.words import worded
from reliability.timespan import WEEK, TimeSpan

BARS: Final = "▁▂▃▄▅▆▇█"
MODES: Final = {
    "event": "event mode, one-minute steps",
    "sample": "sample mode, the compiled rules over raw samples",
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

FIGURES: Final[tuple[tuple[Callable[[NotificationTally], int], str], ...]] = (
    (lambda tally: tally.pages, "pages"),
    (lambda tally: tally.mentions, "mentions"),
    (lambda tally: tally.night, "at night"),
    (lambda tally: tally.weekend, "at a weekend"),
)


def cells(row: OutcomeRow, result: Backtest) -> list[str]:
    """Episodes, a week, minutes, budget spent before an episode (median, maximum), and weeks."""
    writers: tuple[Callable[[AlertFirings], str], ...] = (
        lambda fired: str(len(fired.episodes)),
        lambda fired: f"{fired.per_week:.1f}",
        lambda fired: str(fired.minutes),
        _spent_before,
    )
    written = [both(row.old, row.new, write, compares=result.compares) for write in writers]
    return [*written, weeks(row.new, result.span)]


def both(old: Outcome, new: Outcome, write: Callable[[AlertFirings], str], compares: bool) -> str:
    """`old -> new`, or one figure if nothing is compared or both are equal."""
    before, after = _figure(old, write), _figure(new, write)
    return f"{before} -> {after}" if compares and before != after else after


def _figure(outcome: Outcome, write: Callable[[AlertFirings], str]) -> str:
    match outcome:
        case AlertFirings():
            return write(outcome)
        case NoHistory():
            return "no history"
        case NoAlert():
            return "-"


def _spent_before(fired: AlertFirings) -> str:
    spent = [episode.spent for episode in fired.episodes]
    if not spent:
        return "-"
    usual, most = percent(median(spent)), percent(max(spent))
    return usual if usual == most else f"{usual} (max {most})"


def weeks(outcome: Outcome, span: TimeSpan) -> str:
    """One character a week: the number of episodes that began in it as a bar, a dot for none."""
    if not isinstance(outcome, AlertFirings):
        return ""
    counts = [0] * -(-span.length // WEEK)
    for episode in outcome.episodes:
        counts[max((episode.span.start - span.start) // WEEK, 0)] += 1
    most = max(counts, default=0)
    return "".join(_bar(count, most) for count in counts)


def _bar(count: int, most: int) -> str:
    return BARS[-(-count * len(BARS) // most) - 1] if count else "·"


def facts(result: Backtest) -> Iterator[str]:
    """What the figures rest on: source, span, coverage, mode, ranges, evaluation offset."""
    days = result.span.length / timedelta(days=1)
    last = result.span.end - timedelta(days=1)
    yield f"source {result.source}"
    yield (
        f"span {days:g} days, {result.span.start:%Y-%m-%d} to {last:%Y-%m-%d} UTC · "
        f"{significant_percent(result.coverage, 4)} covered, {result.coverage * days:.4g} days"
    )
    phase = result.terms.phase // timedelta(minutes=1)
    offset = f" · evaluations {phase} min later than by default" if phase else ""
    yield f"{MODES[result.mode]} · {result.terms.ranges.words}{offset}"
    if result.deviation.evaluations:
        yield _deviation(result.deviation)
    if result.compares:
        yield f"base {result.base[:12]} -> working tree"

    cold = [objective for objective in result.objectives if _is_cold(objective)]
    if cold:
        yield (
            f"history before the span is incomplete for {len(cold)} of "
            f"{len(result.objectives)} objectives: windows at its start are cut short, and alerts "
            "there may be wrong"
        )

    changed = [objective.slo for objective in result.objectives if objective.query_changed]
    if changed and result.is_synthetic:
        yield (
            "synthetic history does not depend on queries: the changed query of "
            f"{', '.join(changed)} has no effect"
        )

    yield from notified(result)


def _is_cold(replayed: Replayed) -> bool:
    """Whether history covers less than 90 % of the first lookback windows of its alerts."""
    known = replayed.history
    return isinstance(known, SliSummary) and bool(replayed.rows) and known.before < LEAST_COVERAGE


def _deviation(deviation: Deviation) -> str:
    return (
        f"event mode on the same samples: {deviation.by_events} episodes instead of "
        f"{deviation.by_samples}; {deviation.differing:,} of {deviation.evaluations:,} "
        "evaluations differ"
    )


def signal_cells(row: SignalRow, result: Backtest) -> list[str]:
    """Service, signal and tier, then episodes, a week, minutes, and the weeks; or why not."""
    about = [row.service, f"{row.name} {row.watched}".rstrip(), row.tier]
    if isinstance(row.new, NoHistory):
        return [*about, "-", "-", "-", f"no history: {row.new.reason}"]

    writers: tuple[Callable[[AlertFirings], str], ...] = (
        lambda fired: str(len(fired.episodes)),
        lambda fired: f"{fired.per_week:.1f}",
        lambda fired: str(fired.minutes),
    )
    written = [both(row.old, row.new, write, compares=result.compares) for write in writers]
    by = f" evaluated by {row.evaluated_by}, not in this replay" if row.evaluated_by else ""

    return [*about, *written, weeks(row.new, result.span) + by]


def objective_words(replayed: Replayed) -> str:
    """The objective, its target, and its measured attainment."""
    name = f"{replayed.slo} {replayed.objective}".rstrip()
    target = f"target {significant_percent(float(replayed.target), 5)}"
    match replayed.history:
        case NoHistory(reason):
            return f"{replayed.service}: {name}, {target}: no history: {reason}"
        case SliSummary(coverage=coverage, attainment=attainment):
            words = f"{replayed.service}: {name}, {target}{_measured(coverage, attainment)}"
            return words if replayed.rows else f"{words}: no burn-rate alert"


def _measured(coverage: float, attainment: float | None) -> str:
    covered = "" if coverage == 1 else f", {significant_percent(coverage, 4)} covered"
    return (
        covered
        if attainment is None
        else f", measured {significant_percent(attainment, 5)}{covered}"
    )


def verdict_cells(verdict: EventVerdict, result: Backtest) -> list[str]:
    """Start, length, budget spent, verdict, what it concerns, and its name."""
    event = verdict.event
    length = (event.span.end - event.span.start) // timedelta(minutes=1)
    what = event.name if event.kind == "incident" else f"significant event {event.name}".rstrip()
    return [
        minute_text(event.span.start, zone_of(result, event.service)),
        minutes_text(length),
        percent(verdict.spent),
        fate(verdict, result.compares),
        verdict.slo if event.kind == "significant event" else event.service,
        what,
    ]


def fate(verdict: EventVerdict, compares: bool) -> str:
    """Caught, ticket only or missed, before and after."""
    if not verdict.known:
        return "no history"
    new = verdict.new.word
    return f"{verdict.old.word} -> {new}" if compares else new


def notified(result: Backtest) -> Iterator[str]:
    """Notifications of each tier in a line, or the reason why they are not known."""
    after = result.notifications.new
    if isinstance(after, UnknownNotifications):
        if after is not NOT_SIMULATED:
            yield f"no notifications: {after.reason}"
        return

    for tier in (ALERT_TIER, TICKET_TIER):
        if any(
            tier in side.tiers
            for side in (after, result.notifications.old)
            if isinstance(side, SideNotifications)
        ):
            yield f"{tier}: {', '.join(_figures(result, tier))}"


def _figures(result: Backtest, tier: str) -> Iterator[str]:
    notified = _both(result, tier, lambda tally: tally.notifications)
    repeats = _both(result, tier, lambda tally: tally.repeats)
    yield f"{notified} notifications ({repeats} of them repeats)"
    for of, words in FIGURES:
        yield f"{_both(result, tier, of)} {words}"


def _both(result: Backtest, tier: str, of: Callable[[NotificationTally], int]) -> str:
    """`old -> new`, or the one where nothing is compared or both are the same."""
    old, new = map(of, result.notifications.tiers(tier))
    if not result.compares or old == new:
        return str(new)
    return f"{'-' if isinstance(result.notifications.old, UnknownNotifications) else old} -> {new}"
