"""What the demo says between its commands; every number in it comes from a result."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reliability.onboarding.demo.before import Mentions
from reliability.onboarding.demo.change import Change

WIDTH: Final = 88
MANY: Final = 10


def paragraph(text: str) -> str:
    """Words of any shape as lines that fit on a terminal."""
    return textwrap.fill(
        " ".join(text.split()), WIDTH, break_on_hyphens=False, break_long_words=False
    )


def noise_table(before: Mentions, after: Mentions) -> Iterator[str]:
    """An alert on every error beside the policy, on the same history of the same SLI."""
    yield f"  {'':26}  mentions a week  about an incident  incidents found"
    for name, told in (("an alert on every error", before), ("this repository's policy", after)):
        week = f"{told.per_week:.0f}" if told.per_week >= MANY else f"{told.per_week:.1f}"
        more = f", {told.as_tickets} more as a ticket" if told.as_tickets else ""
        detected = f"{told.found} of {told.incidents}{more}"
        yield f"  {name:26}  {week:>15}  {told.about_incidents:>17.0%}  {detected}"


def changed_lines(changes: tuple[Change, ...], root: Path) -> Iterator[str]:
    """Each changed line before and after, as a diff shows it; the changes are written already."""
    for change in changes:
        yield f"{change.path}:{change.at.span.line}"
        text = (root / change.path).read_text(encoding="utf-8")
        after = text.splitlines()[change.at.span.line - 1]
        column = change.at.span.column - 1
        before = after[:column] + change.before + after[column + len(change.after) :]
        yield f"-{before}"
        yield f"+{after}"
