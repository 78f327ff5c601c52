"""Rows of counts in a digest: of each period, and of each environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reliability.render.markdown import code
from reliability.render.numbers import percent
from reliability.render.words import Words
from reliability.review.digest.counts import DigestCounts
from reliability.review.figures import section, table

NamedCounts = tuple[str, DigestCounts]
"""The counts of a period, or of an environment, by its name."""


def environment_lines(
    counts: Sequence[NamedCounts], are_measured: bool, words: Words
) -> Iterator[str]:
    """Yield the counts of each environment, of which the headline has the sum.

    Logs are counted only if they are measured and not replayed.
    """
    if not counts:
        return
    yield from section(words("Notifications by environment"))
    heads = [words("environment"), words("pages"), words("with user impact"), words("tickets")]
    if are_measured:
        heads.append(words("logs"))
    rows = ((code(row[0]), *row[1:]) for row in (period_row(each, words) for each in counts))
    yield from table(heads, (row[: len(heads)] for row in rows), numbers=len(heads) - 1)


def period_row(row: NamedCounts, words: Words) -> tuple[str, ...]:
    """Return the cells of a row: name, pages, pages with user impact, tickets, logs."""
    name, counts = row
    with_impact = (
        f"{counts.with_impact} ({percent(counts.with_impact / counts.pages, words)})"
        if counts.pages
        else "-"
    )
    if counts.unknown:
        with_impact = impact_words(counts, words)
    return (name, str(counts.pages), with_impact, str(counts.tickets), str(counts.logs))


def impact_words(counts: DigestCounts, words: Words) -> str:
    """Return in words how many pages had user impact."""
    if not counts.unknown:
        return words("{count} with user impact", count=counts.with_impact)
    if counts.unknown == counts.pages:
        return words("user impact not known")
    return words(
        "{count} with user impact, {unknown} not known",
        count=counts.with_impact,
        unknown=counts.unknown,
    )
