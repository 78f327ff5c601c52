"""Which spans are known already, and which are still missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from reliability.timespan import EPOCH, TimeSpan


def merged(spans: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """The same time as spans in order that neither touch nor overlap."""
    result: list[TimeSpan] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = TimeSpan(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def missing(wanted: TimeSpan, covered: Iterable[TimeSpan]) -> Iterator[TimeSpan]:
    """The parts of `wanted` that no covered span holds, in order."""
    start = wanted.start
    for span in merged(covered):
        if span.start > start and start < wanted.end:
            yield TimeSpan(start, min(span.start, wanted.end))
        start = max(start, span.end)
    if start < wanted.end:
        yield TimeSpan(start, wanted.end)


def chunks(span: TimeSpan, length: timedelta) -> Iterator[TimeSpan]:
    """A span cut at the multiples of a length, counted from 1970."""
    start = span.start
    while start < span.end:
        end = min(start + length - (start - EPOCH) % length, span.end)
        yield TimeSpan(start, end)
        start = end
