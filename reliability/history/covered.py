"""Computes the spans that are already known and those that are still missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from reliability.timespan import EPOCH, TimeSpan


def merged(spans: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """Merge spans that touch or overlap, and return them in order."""
    result: list[TimeSpan] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = TimeSpan(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def missing(wanted: TimeSpan, covered: Iterable[TimeSpan]) -> Iterator[TimeSpan]:
    """Yield the parts of `wanted` that no covered span contains, in order."""
    start = wanted.start
    for span in merged(covered):
        if span.start > start and start < wanted.end:
            yield TimeSpan(start, min(span.start, wanted.end))
        start = max(start, span.end)
    if start < wanted.end:
        yield TimeSpan(start, wanted.end)


def chunks(span: TimeSpan, length: timedelta) -> Iterator[TimeSpan]:
    """Split a span at the multiples of a length, counted from 1970."""
    start = span.start
    while start < span.end:
        end = min(start + length - (start - EPOCH) % length, span.end)
        yield TimeSpan(start, end)
        start = end
