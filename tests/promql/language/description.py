"""Series as the language tests describe them: `metric{a="b"} 0+10x3 _ stale {{schema:0 sum:1}}`.

Source: series_description in promql/parser/generated_parser.y of v3.5.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.lines import Labels, labels_of
from reliability.promql.evaluate.readable import readable
from reliability.promql.evaluate.stored import STALE
from reliability.promql.parser import parse

Sample = float | NativeHistogram | None
"""None where there is no sample."""

TEXT: Final = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)"""
METRIC: Final = re.compile(rf"[^\s{{]*(?:\{{(?:[^}}\"'`]|{TEXT})*\}})?")
NUMBER: Final = r"(?:(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[iI][nN][fF]|[nN][aA][nN])"
HISTOGRAM: Final = r"\{\{[^}]*\}\}"
FLOATS: Final = re.compile(
    rf"(?P<start>[-+]?{NUMBER}|stale)(?P<step>[-+]{NUMBER})?(?:x(?P<times>\d+))?"
)
HISTOGRAMS: Final = re.compile(
    rf"(?P<start>{HISTOGRAM})(?:(?P<sign>[-+])(?P<step>{HISTOGRAM}))?(?:x(?P<times>\d+))?"
)
BLANKS: Final = re.compile(r"_(?:x(?P<times>\d+))?")
ITEM: Final = re.compile(rf"(?:{HISTOGRAM}|[^\s{{])+")
FIELD: Final = re.compile(r"(\w+):(\[[^\]]*\]|\S+)")


def series(line: str) -> tuple[Labels, tuple[Sample, ...]]:
    """The labels and the samples of one line.

    Raises:
        ValueError: it is not a description of a series.
    """
    match = METRIC.match(line)
    assert match is not None
    samples = tuple(
        sample for item in ITEM.findall(line[match.end() :]) for sample in _samples(item)
    )
    return _labels(match[0]), samples


def number(line: str) -> float | None:
    """The number that a line is, if it is nothing else."""
    try:
        return float(int(line, 0))
    except ValueError:
        pass
    try:
        return float(line)
    except ValueError:
        return None


def _labels(metric: str) -> Labels:
    if metric in ("", "{}"):
        return ()
    selector = parse(readable(metric))
    labels = {matcher.name: matcher.value for matcher in selector.matchers.matchers}
    if selector.name:
        labels["__name__"] = selector.name
    return labels_of(labels)


def _samples(item: str) -> Iterator[Sample]:
    blanks = BLANKS.fullmatch(item)
    if blanks is not None:
        yield from [None] * int(blanks["times"] or 1)
        return
    floats, histograms = FLOATS.fullmatch(item), HISTOGRAMS.fullmatch(item)
    if floats is not None:
        yield from _floats(floats)
    elif histograms is not None:
        yield from _histograms(histograms)
    else:
        raise ValueError(f"not a value of a series: {item}")


def _floats(match: re.Match[str]) -> Iterator[float]:
    value = float(STALE) if match["start"] == "stale" else float(match["start"])
    for _ in range(int(match["times"] or 0) + 1):
        yield value
        value = value + float(match["step"] or 0) if match["step"] else value


def _histograms(match: re.Match[str]) -> Iterator[NativeHistogram]:
    histogram = _histogram(match["start"])
    step = _histogram(match["step"]) if match["step"] else None
    yield histogram
    for _ in range(int(match["times"] or 0)):
        if step is not None:
            plus = match["sign"] == "+"
            histogram = histogram.plus(step) if plus else histogram.minus(step)
        yield histogram


def _histogram(text: str) -> NativeHistogram:
    fields: dict[str, Any] = {}
    offsets = {"positive": 0, "negative": 0}
    for key, value in FIELD.findall(text[2:-2]):
        if key in ("offset", "n_offset"):
            offsets["positive" if key == "offset" else "negative"] = int(value)
        else:
            name, read = FIELDS[key]
            fields[name] = read(value)
    for side, offset in offsets.items():
        counts = fields.get(side, ())
        fields[side] = {offset + index: count for index, count in enumerate(counts)}
    return NativeHistogram(**fields)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text[1:-1].split())


FIELDS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "schema": ("schema", int),
    "sum": ("total", float),
    "count": ("count", float),
    "z_bucket": ("zero_count", float),
    "z_bucket_w": ("zero_threshold", float),
    "custom_values": ("bounds", _numbers),
    "buckets": ("positive", _numbers),
    "n_buckets": ("negative", _numbers),
    "counter_reset_hint": ("hint", ResetHint),
}
