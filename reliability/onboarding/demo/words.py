"""The texts of the demo between its commands; every number comes from a result."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reliability.onboarding.demo.before import Mentions
from reliability.onboarding.demo.change import Change
from reliability.render.numbers import column_percent

WIDTH: Final = 88
MANY: Final = 10


def paragraph(text: str) -> str:
    """Wrap a text to lines that fit on a terminal."""
    return textwrap.fill(
        " ".join(text.split()), WIDTH, break_on_hyphens=False, break_long_words=False
    )


def mentions_table(before: Mentions, after: Mentions, service: str) -> Iterator[str]:
    """Yield a table of both replays: an alert on every error, and the policy.

    Its incidents are those of one service; a backtest of the demo counts those of all.
    """
    yield f"  {'':26}  mentions a week  during an incident  incidents of {service} detected"
    for name, replay in (("an alert on every error", before), ("this repository's policy", after)):
        week = f"{replay.per_week:.0f}" if replay.per_week >= MANY else f"{replay.per_week:.1f}"
        more = f", {replay.as_tickets} more by a ticket" if replay.as_tickets else ""
        detected = f"{replay.detected} of {replay.incidents}{more}"
        yield f"  {name:26}  {week:>15}  {column_percent(replay.about_incidents):>18}  {detected}"


def changed_lines(changes: tuple[Change, ...], root: Path) -> Iterator[str]:
    """Yield each changed line as a diff; the changes must already be written."""
    for change in changes:
        yield f"{change.path}:{change.at.span.line}"
        text = (root / change.path).read_text(encoding="utf-8")
        after = text.splitlines()[change.at.span.line - 1]
        column = change.at.span.column - 1
        before = after[:column] + change.before + after[column + len(change.after) :]
        yield f"-{before}"
        yield f"+{after}"
