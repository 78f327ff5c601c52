"""The triage as a Markdown page for a team's meeting; messages are escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.onboarding.triage.alert import TriagedAlert
from reliability.onboarding.triage.flags import WITHOUT_OWNER
from reliability.onboarding.triage.report.text import why
from reliability.onboarding.triage.triaged import Triaged, counted, headline, shares
from reliability.onboarding.triage.verdict import DECISIONS
from reliability.render.markdown import code, plain
from reliability.render.numbers import column_percent

MEANING: Final = {
    "alert": "user impact now, and the on-call engineer can fix it; it may mention people or page",
    "ticket": "needs action within days; it goes to a queue and pages no one",
    "log": "needs no action; kept for retrospectives",
    "remove": "decided: delete the rule or stop the message",
}
LONGEST: Final = 160


def markdown_report(triaged: Triaged, most: int) -> Iterator[str]:
    """Yield the lines of the page, with at most `most` alerts per tier."""
    yield "# What notifies people today, and who has to act"
    yield f"\n**{plain(headline(triaged.totals))}**"
    yield from _span(triaged)
    yield "\n| | alerts | notifications | share |\n|---|--:|--:|--:|"
    for word, number, notifications, share in shares(triaged.totals):
        counted = f"{notifications:,} | {column_percent(share)}" if triaged.totals.days else " | "
        yield f"| {word} | {number:,} | {counted} |"

    for tier in DECISIONS:
        alerts = [alert for alert in triaged.alerts if alert.tier == tier]
        if alerts:
            yield from _tier(tier, alerts, triaged, most=most)

    yield from _suggested_slos(triaged)
    yield from _agenda(triaged)


def _span(triaged: Triaged) -> Iterator[str]:
    if triaged.span is None:
        return
    read = ", ".join(f"{number:,} of {plain(name)}" for name, number in triaged.read.items())
    start, end = triaged.span.start.date(), triaged.span.end.date()
    yield f"\nRead: {read}; from {start} until before {end} (UTC)."


def _tier(tier: str, alerts: Sequence[TriagedAlert], triaged: Triaged, most: int) -> Iterator[str]:
    yield f"\n## {tier.capitalize()}: {len(alerts):,}\n\n{MEANING[tier].capitalize()}.\n"
    frequency = triaged.totals.frequency
    yield f"| alert | {frequency} | mentions | confidence | reason |\n|---|--:|--:|---|---|"

    for alert in alerts[:most]:
        confidence = "decided" if alert.decided else alert.verdict.confidence
        details = ", ".join(filter(None, (alert.severity, alert.distinction)))
        name = f"{code(alert.name[:LONGEST])} {plain(details)}".rstrip()
        cells = (
            name,
            triaged.totals.often(alert.figures.notifications),
            f"{alert.figures.mentions:,}",
            confidence,
            plain(why(alert)[: 2 * LONGEST]),
        )
        yield f"| {' | '.join(cells)} |"

    if len(alerts) > most:
        yield f"\n{len(alerts) - most:,} more are in the worksheet."


def _suggested_slos(triaged: Triaged) -> Iterator[str]:
    if not triaged.suggested_slos:
        return
    yield "\n## Suggested SLOs\n"
    yield "A proposed alert becomes an alert once it has an SLO."
    yield "\n| service | question | notifications | alerts | metrics |\n|---|---|--:|---|---|"

    for question in triaged.suggested_slos:
        alerts = ", ".join(code(name[:LONGEST]) for name in question.alerts[:8])
        metrics = ", ".join(code(name) for name in question.metrics[:8])
        cells = (
            plain(question.service),
            question.question,
            f"{question.notifications:,}",
            alerts,
            metrics,
        )
        yield f"| {' | '.join(cells)} |"


def _agenda(triaged: Triaged) -> Iterator[str]:
    unsure = sum(
        1 for alert in triaged.alerts if not alert.decided and alert.verdict.confidence == "low"
    )
    yield "\n## Open decisions\n"
    slos = counted(len(triaged.suggested_slos), "suggested SLO")
    yield f"- [ ] {slos}: which user journeys matter, and which target is good enough?"
    low = counted(unsure, "alert")
    yield f"- [ ] {low} with low confidence: fill in `decided` in the worksheet."
    ownerless = counted(triaged.totals.by_flag[WITHOUT_OWNER], "alert")
    yield f"- [ ] {ownerless} without an owner: which team owns them?"
