"""The triage for a terminal: the headline, shares, a table of alerts, the suggested SLOs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.onboarding.triage.alert import TriagedAlert
from reliability.onboarding.triage.flags import WITHOUT_OWNER
from reliability.onboarding.triage.triaged import Triaged, headline, shares
from reliability.onboarding.triage.verdict import DECISIONS
from reliability.render.display import inert, safe, width
from reliability.render.numbers import column_percent

NAME: Final = 44
REASON: Final = 84
MAX_SLOS: Final = 12


def text_report(triaged: Triaged, most: int, *, is_whole: bool) -> Iterator[str]:
    """Yield the lines of the report, with at most `most` alerts.

    Long texts are cut for a terminal; a file or a pipe gets them whole (`is_whole`).
    """
    yield headline(triaged.totals)
    yield ""
    rows = [
        (
            word,
            f"{number:,}",
            f"{notifications:,}",
            column_percent(share) if triaged.totals.days else "",
        )
        for word, number, notifications, share in shares(triaged.totals)
    ]
    yield from table(("", "alerts", "notifications", "share"), rows, right=(1, 2, 3))
    yield ""
    head = ("tier", triaged.totals.frequency, "alert", "confidence", "reason")
    lines = [_row(alert, triaged, is_whole=is_whole) for alert in _shown(triaged, most)]
    yield from table(head, lines, right=(1,))
    left = len(triaged.alerts) - len(_shown(triaged, most))
    if left > 0:
        yield f"{left:,} more: use --top {len(triaged.alerts)} or --worksheet FILE to see all"

    yield from _suggested_slos(triaged, is_whole=is_whole)


def _shown(triaged: Triaged, most: int) -> list[TriagedAlert]:
    """Return the alerts to show by tier; a tier with few alerts leaves its room to the next."""
    shown: list[TriagedAlert] = []
    tiers = [tier for tier in DECISIONS if any(alert.tier == tier for alert in triaged.alerts)]
    for number, tier in enumerate(tiers):
        room = (most - len(shown)) // (len(tiers) - number)
        shown += [alert for alert in triaged.alerts if alert.tier == tier][: max(room, 1)]
    return shown


def _row(alert: TriagedAlert, triaged: Triaged, *, is_whole: bool) -> tuple[str, ...]:
    tier = f"{alert.tier}{'*' if alert.verdict.needs_slo and alert.tier == 'alert' else ''}"
    name, reason = safe(alert.title), safe(why(alert))
    if not is_whole:
        name, reason = cut(name, NAME), cut(reason, REASON)
    often = triaged.totals.often(alert.figures.notifications)
    return (tier, often, name, _confidence(alert), reason)


def _confidence(alert: TriagedAlert) -> str:
    return "decided" if alert.decided else alert.verdict.confidence


def why(alert: TriagedAlert) -> str:
    """Return the reason of the tier, or the decision, and the flags."""
    decided = alert.decided
    text = alert.verdict.reason
    if decided is not None:
        by = f" by {decided.by}" if decided.by else ""
        text = f"decided{by}{f': {decided.note}' if decided.note else ''}"
        if decided.tier != alert.verdict.tier:
            text += f" (proposed: {alert.verdict.tier})"
    flags = ", ".join(flag.word for flag in alert.flags if flag.word != WITHOUT_OWNER)
    return f"{text} [{flags}]" if flags else text


def _suggested_slos(triaged: Triaged, *, is_whole: bool) -> Iterator[str]:
    if not triaged.suggested_slos:
        return
    yield ""
    yield "* an alert once it has an SLO. Suggested SLOs:"

    for question in triaged.suggested_slos[:MAX_SLOS]:
        alerts = safe(", ".join(question.alerts))
        alerts = alerts if is_whole else cut(alerts, REASON)
        yield inert(f"  {safe(question.service)}: {question.question} ({alerts})")

    if len(triaged.suggested_slos) > MAX_SLOS:
        more = len(triaged.suggested_slos) - MAX_SLOS
        yield f"  {more:,} more: use --format markdown or json to list them"


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> Iterator[str]:
    """Yield rows in columns as wide as their widest cell; the last column is not padded."""
    lines = [tuple(head), *rows]
    widths = [max(width(line[index]) for line in lines) for index in range(len(head))]
    for line in lines:
        cells = []
        for index, cell in enumerate(line):
            space = " " * (widths[index] - width(cell))
            cells.append(space + cell if index in right else cell + space)
        yield inert("  ".join(cells).rstrip())


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` columns, with an ellipsis if it was cut."""
    if width(text) <= most:
        return text
    kept, used = [], 1
    for character in text:
        used += width(character)
        if used > most:
            break
        kept.append(character)
    return "".join(kept) + "…"
