"""The triage for a team's meeting: what to agree on, as Markdown in which no message has markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.onboarding.triage.flags import WITHOUT_OWNER
from reliability.onboarding.triage.noise import NotificationSource
from reliability.onboarding.triage.report.text import why
from reliability.onboarding.triage.triaged import Triaged, headline, shares
from reliability.onboarding.triage.verdict import DECISIONS
from reliability.render.markdown import code, plain

MEANING: Final = {
    "alert": "users feel it now, and somebody can mend it; it may mention or page",
    "ticket": "somebody has to act within days; it goes to a queue, and calls nobody",
    "log": "nobody has to look; it is there at the retrospective",
    "remove": "decided: nothing should make this noise",
}
LONGEST: Final = 160


def markdown_report(triaged: Triaged, most: int) -> Iterator[str]:
    """The page; at most `most` noises for each tier."""
    yield "# What makes a noise, and who has to act"
    yield f"\n**{plain(headline(triaged.totals))}**"
    yield from _span(triaged)
    yield "\n| | noises | notifications | share |\n|---|--:|--:|--:|"
    for word, number, told, share in shares(triaged.totals):
        shown = f"{share:.0%}" if triaged.totals.days else ""
        yield f"| {word} | {number:,} | {told:,} | {shown} |"
    for tier in DECISIONS:
        noises = [source for source in triaged.noises if source.tier == tier]
        if noises:
            yield from _tier(tier, noises, triaged, most)
    yield from _asked(triaged)
    yield from _agenda(triaged)


def _span(triaged: Triaged) -> Iterator[str]:
    if triaged.span is None:
        return
    read = ", ".join(f"{number:,} of {plain(name)}" for name, number in triaged.read.items())
    start, end = triaged.span.start.date(), triaged.span.end.date()
    yield f"\nRead: {read}; from {start} until before {end} (UTC)."


def _tier(
    tier: str, noises: Sequence[NotificationSource], triaged: Triaged, most: int
) -> Iterator[str]:
    yield f"\n## {tier.capitalize()}: {len(noises):,}\n\n{MEANING[tier].capitalize()}.\n"
    yield "| noise | a week | mentions | sure | why |\n|---|--:|--:|---|---|"
    weeks = triaged.totals.weeks
    for source in noises[:most]:
        rate = f"{source.figures.notifications / weeks:.1f}" if weeks else ""
        sure = "people" if source.decided else source.verdict.sure
        name = code(source.name[:LONGEST]) + (
            f" {plain(source.severity)}" if source.severity else ""
        )
        cells = (
            name,
            rate,
            f"{source.figures.mentions:,}",
            sure,
            plain(why(source)[: 2 * LONGEST]),
        )
        yield f"| {' | '.join(cells)} |"
    if len(noises) > most:
        yield f"\n{len(noises) - most:,} more are in the worksheet."


def _asked(triaged: Triaged) -> Iterator[str]:
    if not triaged.asked:
        return
    yield "\n## SLOs to ask for\n"
    yield "What is proposed as an alert becomes one when an SLO stands for it."
    yield "\n| service | question | notifications | noises | metrics |\n|---|---|--:|---|---|"
    for question in triaged.asked:
        noises = ", ".join(code(name[:LONGEST]) for name in question.noises[:8])
        metrics = ", ".join(code(name) for name in question.metrics[:8])
        told = f"{question.notifications:,}"
        yield f"| {plain(question.service)} | {question.question} | {told} | {noises} | {metrics} |"


def _agenda(triaged: Triaged) -> Iterator[str]:
    unsure = sum(
        1 for source in triaged.noises if not source.decided and source.verdict.sure == "low"
    )
    yield "\n## To agree on\n"
    yield f"- [ ] {len(triaged.asked):,} SLOs: which journeys matter, and what is good enough?"
    yield f"- [ ] {unsure:,} noises of which triage is not sure: write `decided` in the worksheet."
    ownerless = triaged.totals.by_flag[WITHOUT_OWNER]
    yield f"- [ ] {ownerless:,} noises without an owner: who answers?"
