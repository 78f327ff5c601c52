"""The first lines of a review: the verdict, the two-sided headline, and a small timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from reliability.approval import MAX_NAMED
from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.headline import headline
from reliability.backtest.outcome import Backtest
from reliability.render.display import width
from reliability.render.markdown import code
from reliability.render.words import Words, worded
from reliability.review.pull_request.measured import (
    MeasuredChange,
    NotMeasured,
    changed_rows,
    is_known,
)
from reliability.review.pull_request.never_fired import never_fired_lines
from reliability.review.pull_request.phrases import message_text, roles, tier, value
from reliability.review.pull_request.shown import ReportView
from reliability.review.pull_request.timeline import (
    CAUGHT,
    MISSED,
    TICKET_ONLY,
    UNKNOWN,
    Timeline,
    drawn,
    timeline,
)
from reliability.review.pull_request.verdict import ReviewVerdict
from reliability.timespan import TimeSpan

NOT_APPROVED: Final = worded("approval by {whom} is missing")
NOT_RECORDED: Final = worded("the agreement of {whom} is not recorded")


def verdict_lines(shown: ReportView) -> Iterator[str]:
    """Yield the verdict as a heading."""
    words, verdict = shown.words, shown.reviewed.verdict
    scope = _scope(shown)
    if verdict.is_good:
        yield "### ✅ " + words("Nothing blocks this change") + scope
    else:
        reasons = words("; ").join(_reasons(verdict, words))
        yield "### ❌ " + words("Blocked: {reasons}", reasons=reasons) + scope


def reason_lines(shown: ReportView) -> Iterator[str]:
    """Yield a line for each finding that blocks; equal ones of several files share it."""
    words = shown.words
    alike: dict[str, list[str]] = {}
    for finding in shown.reviewed.verdict.blocking:
        problem = finding.problem
        sign = "❌" if problem.requires is None else "☐"
        text = f"{sign} {message_text(problem.message, words)} ({code(finding.rule)})"
        if problem.requires is None and problem.help:
            text = words("; ").join([text, message_text(problem.help, words)])
        alike.setdefault(text, []).append(shown.place(problem.at))
    for text, places in [*alike.items()][: shown.rows]:
        yield f"- {text}: {shown.some(places, ', ')}"
    yield from shown.left_out(len(alike) - len([*alike][: shown.rows]))


def _scope(shown: ReportView) -> str:
    """Return which environments the change affects, if it leaves others as they are."""
    only = shown.reviewed.affects_only
    if not only:
        return ""
    names = _list(only, shown.words)
    return " · " + shown.words("affects only {environments}", environments=names)


def verdict_text(verdict: ReviewVerdict, words: Words) -> str:
    """Return the verdict without markup, for a log."""
    if verdict.is_good:
        return words("Nothing blocks this change")
    reasons = words("; ").join(_reasons(verdict, words))
    return words("Blocked: {reasons}", reasons=reasons).replace("`", "")


def _reasons(verdict: ReviewVerdict, words: Words) -> Iterator[str]:
    if verdict.overlap:
        files = _list(verdict.overlap[:MAX_NAMED], words)
        yield words("{files} also changed on the base branch; update this branch", files=files)

    if verdict.missing:
        missing = NOT_RECORDED if verdict.is_recorded else NOT_APPROVED
        yield words(missing, whom=roles(verdict.missing, words))
    if verdict.unapproved:
        services = _list(verdict.unapproved, words)
        yield words("no approvers are declared for {services}", services=services)

    yield from _lost(verdict, words)

    if verdict.committed:
        yield words.many(
            "the change commits {count} file to the history store",
            "the change commits {count} files to the history store",
            verdict.committed,
        )

    if verdict.over:
        yield words("the page budget of {teams} is exceeded", teams=_list(verdict.over, words))
    if verdict.errors:
        yield words.many("{count} finding to fix", "{count} findings to fix", verdict.errors)


def _lost(verdict: ReviewVerdict, words: Words) -> Iterator[str]:
    """Yield how many events of the past would no longer page."""
    if verdict.missed:
        yield words.many(
            "{count} past incident would no longer page",
            "{count} past incidents would no longer page",
            verdict.missed,
        )
    if verdict.missed_events:
        yield words.many(
            "{count} significant event (derived) would no longer page",
            "{count} significant events (derived) would no longer page",
            verdict.missed_events,
        )


def _list(names: tuple[str, ...], words: Words) -> str:
    return words.listed(map(value, names))


def measured_lines(shown: ReportView) -> Iterator[str]:
    """Yield the backtest, before and after the change; or why there is none."""
    match shown.reviewed.measured:
        case NotMeasured(""):
            return
        case NotMeasured(why):
            yield shown.words("No backtest: {why}.", why=message_text(why, shown.words))
        case MeasuredChange() as measured:
            yield from _measured(measured, shown)


def _measured(measured: MeasuredChange, shown: ReportView) -> Iterator[str]:
    words, known = shown.words, [result for result in measured.results if is_known(result)]
    if known:
        yield from _headlines(known, shown)
        yield ""
        yield f"<sub>{words.paragraph(_replayed(known, shown))}</sub>"
        for result in known:
            yield from _drawn(result, words)
        yield from never_fired_lines(known, words)
    yield from _unknown(measured, shown)


def _headlines(results: Sequence[Backtest], shown: ReportView) -> Iterator[str]:
    """Yield the headline, or that of each environment; those that are as before come last."""
    words = shown.words
    same = [result.environment for result in results if not _is_changed(result, shown)]
    for result in results:
        if not result.environment:
            yield f"**{headline(result, words)}**"
        elif result.environment not in same:
            yield f"- {value(result.environment)}: **{headline(result, words)}**"
    if names := [name for name in same if name]:
        listed = _list(tuple(names), words)
        yield "- " + words("{environments}: every alert fires as before", environments=listed)


def _is_changed(result: Backtest, shown: ReportView) -> bool:
    return bool(changed_rows(result)) or result.environment in shown.reviewed.affected


def _replayed(results: Sequence[Backtest], shown: ReportView) -> Iterator[str]:
    """Yield sentences about what the figures cover and leave out."""
    words = shown.words
    days = round(results[0].span.length / timedelta(days=1))
    yield words(
        "Backtest of the burn-rate alerts of the changed services over the last {days} days, "
        "before -> after this change.",
        days=days,
    )
    if min(result.coverage for result in results) < MIN_COVERAGE:
        yield words(
            "Only a part of these days is known; is the workflow that pulls history running?"
        )
    if any(result.is_synthetic for result in results):
        yield words("The history is synthetic, so a changed query has no effect on these figures.")
    if any(change.source.speed == "signal" for change in shown.reviewed.notification_changes):
        yield words("Signals (alerting rules other than burn rates) are not replayed.")


def _drawn(result: Backtest, words: Words) -> Iterator[str]:
    """Yield the timeline, if the outcome of any alert differs."""
    changed = changed_rows(result)
    if not changed:
        return
    drawing = timeline(changed, result.scored, result.span)
    named = [result.environment] if result.environment else []
    yield from ("", "```text", *named, *_rows(drawing, words), "```")


def _rows(drawing: Timeline, words: Words) -> Iterator[str]:
    rows = [("", _days(drawing.span, len(drawing.incidents), words))]
    for bars in drawing.bars:
        most = max(*bars.old, *bars.new, 1)
        name = tier(bars.tier, words)
        rows.append((words("{tier} before", tier=name), drawn(bars.old, most, drawing.unknown)))
        rows.append((words("{tier} after", tier=name), drawn(bars.new, most, drawing.unknown)))

    if drawing.unknown:
        rows.append(("", words("{sign} not known", sign=UNKNOWN)))
    if drawing.incidents.strip():
        legend = words(
            "after: {caught} caught, {ticket} ticket only, {missed} missed",
            caught=CAUGHT,
            ticket=TICKET_ONLY,
            missed=MISSED,
        )
        rows.append((words("incidents"), f"{drawing.incidents}  {legend}"))

    most = max(width(name) for name, _ in rows)
    for name, row in rows:
        yield f"{name}{' ' * (most - width(name))}  {row}".rstrip()


def _days(span: TimeSpan, columns: int, words: Words) -> str:
    first, last = words.day(span.start), words.day(span.end - timedelta(days=1))
    return f"{first}{' ' * max(columns - width(first) - width(last), 1)}{last}"


def _unknown(measured: MeasuredChange, shown: ReportView) -> Iterator[str]:
    """Yield the objectives without history by reason; those beyond the limit are counted."""
    words = shown.words
    for why, names in measured.unknown.items():
        listed = [*map(value, names[: shown.rows])]
        if left := len(names) - len(listed):
            listed.append(words.many("and {count} more", "and {count} more", left))
        yield ""
        yield words(
            "No history for {names}: {why}.",
            names=", ".join(listed),
            why=message_text(why, words),
        )
