"""Figures, times and tables of issues, in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from math import isinf
from typing import Final

from reliability.backtest.status import ObjectiveStatus
from reliability.message import Message
from reliability.render.display import safe
from reliability.render.markdown import LINKED, SPLIT
from reliability.render.numbers import attained, percent
from reliability.render.times import clock
from reliability.render.words import ENGLISH, Words

LONGEST_TITLE: Final = 200


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> Iterator[str]:
    """Yield a table after an empty line; its last `numbers` columns are right-aligned."""
    texts = len(heads) - numbers
    yield from ("", f"| {' | '.join(heads)} |", f"|{'---|' * texts}{'--:|' * numbers}")
    for row in rows:
        yield f"| {' | '.join(row)} |"


def section(heading: str, *below: str) -> tuple[str, ...]:
    """Return a heading after an empty line, and `below`; `heading` must already be safe."""
    return ("", f"### {heading}", *below)


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that are folded until a click; `summary` must already be safe."""
    yield from ("", f"<details><summary>{summary}</summary>")
    yield from lines
    yield from ("", "</details>")


def title(text: str) -> str:
    """Return a text as a title: one line without mentions."""
    line = LINKED.sub(rf"\1{SPLIT}", safe(" ".join(text.split())))
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


def attainment(status: ObjectiveStatus, words: Words = ENGLISH) -> str:
    """Return the attainment of a period, of the known part if it is partial; or why there is none.

    It reads `99.86 % over 14 of 30 days`, or `no events yet`.
    """
    if status.attainment is None:
        return words("no events yet")
    return over_part(attained(status.attainment), status.coverage.part, words)


def over_part(attained_words: str, part: Message | None, words: Words = ENGLISH) -> str:
    """Add the known part of a period to its attainment, if it is partial."""
    if part is None:
        return attained_words
    return words("{attainment} over {part}", attainment=attained_words, part=words.text(part))


def so_far(budget: str, part: Message | None, words: Words = ENGLISH) -> str:
    """Mark a share of the error budget if only a part of the period is known."""
    return budget if part is None else words("{share} so far", share=budget)


def budget_remaining(share: float, words: Words = ENGLISH) -> str:
    """Return the remaining share of an error budget, or the overspent share if it is negative.

    `-0.25` reads `overspent (125 % spent)`. A target of 100 % has no budget, so a single failure is
    minus infinity: `overspent`.
    """
    if share >= 0:
        return percent(share, words)

    spent = 1 - share
    if isinf(spent):
        return words("overspent")

    return words("overspent ({share} spent)", share=percent(spent, words))


def moment(when: datetime, words: Words, zone: tzinfo = UTC) -> str:
    """Return a time by the clock of a zone, in words: `24 November 10:05`."""
    there = when.astimezone(zone)
    return f"{words.day(there.date())} {clock(when, zone)}"
