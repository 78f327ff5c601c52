"""What the loads of a language test have stored."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from reliability.promql.evaluate.bounds import CUSTOM
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.lines import NAME, Labels, labels_of
from reliability.promql.evaluate.stored import Storage, StoredSeries
from tests.promql.language.description import Sample
from tests.promql.language.script import Load

SUFFIXES: Final = ("_bucket", "_count", "_sum")


@dataclass(slots=True)
class Loaded:
    """The samples of every series by their time."""

    samples: dict[Labels, dict[int, float | NativeHistogram]] = field(default_factory=dict)

    def load(self, command: Load) -> None:
        """Add series, of which the last one of a command counts if it is there twice."""
        described: Mapping[Labels, tuple[Sample, ...]] = dict(command.series)
        for labels, samples in described.items():
            self._add(labels, {at * command.step: each for at, each in enumerate(samples)})
        if command.is_nhcb:
            for labels, histograms in _native(described, command.step):
                self._add(labels, histograms)

    def _add(self, labels: Labels, samples: Mapping[int, Sample]) -> None:
        stored = self.samples.setdefault(labels, {})
        stored.update({at: each for at, each in samples.items() if each is not None})

    @property
    def storage(self) -> Storage:
        """As the evaluator reads it."""
        return Storage([_stored(labels, self.samples[labels]) for labels in sorted(self.samples)])


def _stored(labels: Labels, samples: Mapping[int, float | NativeHistogram]) -> StoredSeries:
    times = sorted(samples)
    ordered = [samples[at] for at in times]
    values = [each if isinstance(each, float) else 0.0 for each in ordered]
    histograms = None
    if any(isinstance(each, NativeHistogram) for each in ordered):
        histograms = np.full(len(ordered), None, dtype=object)
        for chunk in _chunks(ordered):
            for at, each in _as_stored(chunk):
                histograms[at] = each
    return StoredSeries(labels, np.array(times, dtype=np.int64), np.array(values), histograms)


Chunk = list[tuple[int, NativeHistogram]]


def _chunks(samples: Sequence[float | NativeHistogram]) -> Iterator[Chunk]:
    """Histograms with their positions, as a server puts them together.

    Source: appendable and appendableGauge in tsdb/chunkenc/float_histogram.go of v3.5.0.
    """
    chunk: Chunk = []
    for at, sample in enumerate(samples):
        if not isinstance(sample, NativeHistogram):
            if chunk:
                yield chunk
            chunk = []
            continue
        if chunk and not _goes_with(chunk[-1][1], sample):
            yield chunk
            chunk = []
        chunk.append((at, sample))
    if chunk:
        yield chunk


def _goes_with(before: NativeHistogram, sample: NativeHistogram) -> bool:
    gauges = [each.hint is ResetHint.GAUGE for each in (before, sample)]
    same = (before.schema, before.zero_threshold, before.bounds) == (
        sample.schema,
        sample.zero_threshold,
        sample.bounds,
    )
    if any(gauges):
        return all(gauges) and same
    is_reset = sample.hint is ResetHint.RESET
    return same and not is_reset and not _falls(before, sample)


def _falls(before: NativeHistogram, sample: NativeHistogram) -> bool:
    """Whether any count is less than before, with a missing one as zero."""
    sides = ((before.positive, sample.positive), (before.negative, sample.negative))
    return (
        sample.count < before.count
        or sample.zero_count < before.zero_count
        or any(now.get(index, 0.0) < count for then, now in sides for index, count in then.items())
    )


def _as_stored(chunk: Chunk) -> Chunk:
    """With the buckets of the whole chunk, and without a reset after the first sample."""
    positive = sorted({index for _, each in chunk for index in each.positive})
    negative = sorted({index for _, each in chunk for index in each.negative})
    stored = []
    for at, each in chunk:
        hint = ResetHint.UNKNOWN if at == chunk[0][0] else ResetHint.NOT_RESET
        laid_out = replace(
            each,
            positive={index: each.positive.get(index, 0.0) for index in positive},
            negative={index: each.negative.get(index, 0.0) for index in negative},
            hint=ResetHint.GAUGE if each.hint is ResetHint.GAUGE else hint,
        )
        stored.append((at, laid_out))
    return stored


@dataclass(slots=True)
class _Classic:
    """A classic histogram at one moment."""

    buckets: dict[float, float] = field(default_factory=dict)
    count: float | None = None
    total: float = 0.0

    def native(self) -> NativeHistogram:
        """With custom bounds (TempHistogram in util/convertnhcb)."""
        bounds = sorted(self.buckets)
        count = self.count
        if count is None:
            count = self.buckets[bounds[-1]] if bounds else 0.0
        cumulative = [self.buckets[bound] for bound in bounds]
        if not bounds or bounds[-1] != math.inf:
            bounds.append(math.inf)
            cumulative.append(count)
        counts = np.diff(cumulative, prepend=0.0).tolist()
        return NativeHistogram(
            schema=CUSTOM,
            count=count,
            total=self.total,
            positive=dict(enumerate(counts)),
            bounds=tuple(bounds[:-1]),
        ).compact()


def _native(
    series: Mapping[Labels, tuple[Sample, ...]], step: int
) -> Iterator[tuple[Labels, dict[int, NativeHistogram]]]:
    """The classic histograms of a load as native ones."""
    found: dict[Labels, dict[int, _Classic]] = {}
    for labels, samples in series.items():
        named = dict(labels)
        name = named.get(NAME, "")
        suffix = next((each for each in SUFFIXES if name.endswith(each)), None)
        if suffix is None:
            continue
        bound = named.pop("le", "") if suffix == "_bucket" else ""
        named.pop("le", None)
        moments = found.setdefault(labels_of({**named, NAME: name.removesuffix(suffix)}), {})
        for at, sample in enumerate(samples):
            if isinstance(sample, float):
                _put(moments.setdefault(at * step, _Classic()), suffix, bound, sample)
    for labels, moments in found.items():
        yield labels, {at: classic.native() for at, classic in sorted(moments.items())}


def _put(classic: _Classic, suffix: str, bound: str, sample: float) -> None:
    match suffix:
        case "_bucket":
            classic.buckets.setdefault(float(bound), sample)
        case "_count":
            classic.count = sample
        case _:
            classic.total = sample
