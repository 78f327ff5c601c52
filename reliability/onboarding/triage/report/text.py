"""The triage for a terminal: the headline, shares, a table of alerts, the suggested SLOs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.onboarding.triage.alert import TriagedAlert
from reliability.onboarding.triage.flags import WITHOUT_OWNER
from reliability.onboarding.triage.triaged import Triaged, headline, shares
from reliability.onboarding.triage.verdict import DECISIONS
from reliability.render.display import inert, safe
from reliability.render.numbers import column_percent
from reliability.render.tables import PIPE, TextView, text_table

MAX_SLOS: Final = 12
MAX_ALERTS: Final = 5
"""Alerts of a suggested SLO that a terminal lists; a file or a pipe has all."""


def text_report(triaged: Triaged, most: int, view: TextView = PIPE) -> Iterator[str]:
    """Yield the lines of the report, with at most `most` alerts."""
    yield headline(triaged.totals)
    yield ""
    rows = [
        (
            word,
            f"{number:,}",
            f"{notifications:,}" if triaged.totals.days else "",
            column_percent(share) if triaged.totals.days else "",
        )
        for word, number, notifications, share in shares(triaged.totals)
    ]
    heads = ("", "alerts", "notifications", "share")
    yield from text_table([heads, *rows], view, numbers={1, 2, 3})
    yield ""
    head = ("tier", triaged.totals.frequency, "alert", "confidence", "reason")
    shown = _shown(triaged, most)
    lines = [_row(alert, triaged) for alert in shown]
    yield from text_table([head, *lines], view, numbers={1})
    left = len(triaged.alerts) - len(shown)
    if left > 0:
        yield f"{left:,} more: use --top {len(triaged.alerts)} or --worksheet FILE to see all"

    yield from _suggested_slos(triaged, view)


def _shown(triaged: Triaged, most: int) -> list[TriagedAlert]:
    """Return the alerts to show by tier; a tier with few alerts leaves its room to the next."""
    shown: list[TriagedAlert] = []
    tiers = [tier for tier in DECISIONS if any(alert.tier == tier for alert in triaged.alerts)]
    for number, tier in enumerate(tiers):
        room = (most - len(shown)) // (len(tiers) - number)
        shown += [alert for alert in triaged.alerts if alert.tier == tier][: max(room, 1)]
    return shown


def _row(alert: TriagedAlert, triaged: Triaged) -> tuple[str, ...]:
    tier = f"{alert.tier}{'*' if alert.verdict.needs_slo and alert.tier == 'alert' else ''}"
    often = triaged.totals.often(alert.figures.notifications)
    return (tier, often, alert.title, _confidence(alert), why(alert))


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


def _suggested_slos(triaged: Triaged, view: TextView) -> Iterator[str]:
    if not triaged.suggested_slos:
        return
    yield ""
    yield "* an alert once it has an SLO. Suggested SLOs:"

    for question in triaged.suggested_slos[:MAX_SLOS]:
        most = len(question.alerts) if view.width is None else MAX_ALERTS
        alerts = ", ".join(question.alerts[:most])
        if (rest := len(question.alerts) - most) > 0:
            alerts += f" and {rest} more"
        yield inert(safe(f"  {question.service}: {question.question} ({alerts})"))

    if len(triaged.suggested_slos) > MAX_SLOS:
        more = len(triaged.suggested_slos) - MAX_SLOS
        yield f"  {more:,} more: use --format markdown or json to list them"
