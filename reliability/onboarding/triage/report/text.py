"""The triage for a terminal: the headline, shares, a table of noises, the SLOs to ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.onboarding.triage.flags import WITHOUT_OWNER
from reliability.onboarding.triage.noise import NotificationSource
from reliability.onboarding.triage.triaged import Triaged, headline, shares
from reliability.onboarding.triage.verdict import DECISIONS
from reliability.render.display import inert, safe, width

NAME: Final = 44
REASON: Final = 84
ASKED: Final = 12


def text_report(triaged: Triaged, most: int, *, is_whole: bool) -> Iterator[str]:
    """Every line of the report, with at most `most` noises; texts are cut unless it `is_whole`.

    A terminal has columns; who reads from a file or a pipe loses what is cut.
    """
    yield headline(triaged.totals)
    yield ""
    rows = [
        (word, f"{number:,}", f"{told:,}", f"{share:.0%}" if triaged.totals.days else "")
        for word, number, told, share in shares(triaged.totals)
    ]
    yield from table(("", "noises", "notifications", "share"), rows, right=(1, 2, 3))
    yield ""
    head = ("tier", "a week", "noise", "sure", "why")
    lines = [_row(source, triaged, is_whole=is_whole) for source in _shown(triaged, most)]
    yield from table(head, lines, right=(1,))
    left = len(triaged.noises) - len(_shown(triaged, most))
    if left > 0:
        yield f"{left:,} more; --top {len(triaged.noises)} shows all, --worksheet FILE holds all"
    yield from _asked(triaged, is_whole=is_whole)


def _shown(triaged: Triaged, most: int) -> list[NotificationSource]:
    """Tier by tier the loudest; each tier has its part, and what one leaves the next may take."""
    shown: list[NotificationSource] = []
    tiers = [tier for tier in DECISIONS if any(source.tier == tier for source in triaged.noises)]
    for number, tier in enumerate(tiers):
        room = (most - len(shown)) // (len(tiers) - number)
        shown += [source for source in triaged.noises if source.tier == tier][: max(room, 1)]
    return shown


def _row(noise: NotificationSource, triaged: Triaged, *, is_whole: bool) -> tuple[str, ...]:
    weeks = triaged.totals.weeks
    rate = f"{noise.figures.notifications / weeks:.1f}" if weeks else ""
    name = noise.name + (f" ({noise.severity})" if noise.severity else "")
    tier = f"{noise.tier}{'*' if noise.verdict.needs_slo and noise.tier == 'alert' else ''}"
    name, reason = safe(name), safe(why(noise))
    if not is_whole:
        name, reason = cut(name, NAME), cut(reason, REASON)
    return (tier, rate, name, _sure(noise), reason)


def _sure(noise: NotificationSource) -> str:
    return "people" if noise.decided else noise.verdict.sure


def why(noise: NotificationSource) -> str:
    """The reason of a tier, people's where they decided, and the flags."""
    decided = noise.decided
    text = noise.verdict.reason
    if decided is not None:
        by = f" by {decided.by}" if decided.by else ""
        text = f"decided{by}{f': {decided.note}' if decided.note else ''}"
        if decided.tier != noise.verdict.tier:
            text += f" (proposed: {noise.verdict.tier})"
    flags = ", ".join(flag.word for flag in noise.flags if flag.word != WITHOUT_OWNER)
    return f"{text} [{flags}]" if flags else text


def _asked(triaged: Triaged, *, is_whole: bool) -> Iterator[str]:
    if not triaged.asked:
        return
    yield ""
    yield "* an alert once an SLO stands for it. SLOs to ask for:"
    for question in triaged.asked[:ASKED]:
        noises = safe(", ".join(question.noises))
        noises = noises if is_whole else cut(noises, REASON)
        yield inert(f"  {safe(question.service)}: {question.question} ({noises})")
    if len(triaged.asked) > ASKED:
        yield f"  {len(triaged.asked) - ASKED:,} more; --format markdown or json tells them"


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> Iterator[str]:
    """Rows in columns as wide as their widest cell; the last column is not filled up."""
    lines = [tuple(head), *rows]
    widths = [max(width(line[index]) for line in lines) for index in range(len(head))]
    for line in lines:
        cells = []
        for index, cell in enumerate(line):
            space = " " * (widths[index] - width(cell))
            cells.append(space + cell if index in right else cell + space)
        yield inert("  ".join(cells).rstrip())


def cut(text: str, most: int) -> str:
    """A printable text of at most so many columns."""
    if width(text) <= most:
        return text
    kept, used = [], 1
    for character in text:
        used += width(character)
        if used > most:
            break
        kept.append(character)
    return "".join(kept) + "…"
