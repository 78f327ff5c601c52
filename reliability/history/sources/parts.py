"""Series that were read in parts, put together again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from reliability.promql.evaluate.lines import HistogramArray, no_histograms
from reliability.promql.samples import Counter, Samples


def joined(parts: Iterable[Counter]) -> Iterator[Counter]:
    """Parts of the same series, in the order of time, as one."""
    by_labels: dict[tuple[tuple[str, str], ...], list[Samples]] = {}
    for part in parts:
        by_labels.setdefault(tuple(sorted(part.labels.items())), []).append(part.samples)
    for labels, samples in by_labels.items():
        yield Counter(dict(labels), samples[0] if len(samples) == 1 else _together(samples))


def _together(parts: list[Samples]) -> Samples:
    histograms = None
    if any(part.histograms is not None for part in parts):
        histograms = np.concatenate([_histograms(part) for part in parts])
    return Samples(
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.values for part in parts]),
        histograms,
    )


def _histograms(part: Samples) -> HistogramArray:
    return no_histograms(len(part.times)) if part.histograms is None else part.histograms
