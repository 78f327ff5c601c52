"""Series for promtool: numbers of every kind, classic histograms, and native ones with resets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from reliability.promql.evaluate.bounds import CUSTOM
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import STALE
from tests.promql.evaluate.promtool_answers import described, described_histogram

MINUTES: Final = 60
NUMBERS: Final = ("counter", "gauge", "fraction", "constant", "infinite", "date", "small")
BOUNDS: Final = ("0.1", "0.5", "1", "+Inf")
CUSTOM_BOUNDS: Final = (0.1, 0.25, 1.0, 5.0)


def inputs(seed: int, how: Semantics) -> Mapping[str, str]:
    """Series as promtool reads them, by their names with labels."""
    random = np.random.default_rng(seed)
    series: dict[str, str] = {}
    for index, kind in enumerate(NUMBERS):
        values = described(_interrupted(random, _numbers(random, kind)))
        series[f'f{{kind="{kind}",i="{index}",job="{index % 3}"}}'] = values
    for instance in ("a", "b"):
        counts = np.cumsum(random.poisson(2.0, (len(BOUNDS), MINUTES)), axis=1)
        for bound, values in zip(BOUNDS, np.cumsum(counts, axis=0).astype(float), strict=True):
            series[f'lat_bucket{{le="{bound}",x="{instance}"}}'] = described(values)

    # Prometheus 2 has no custom bounds, and mixes up histograms that are reset again and again.
    newer = ("gauge", "mixed", "custom", "custom") if how.is_left_open else ()
    for index, kind in enumerate(("counter", "counter", *newer)):
        life = _Life(random=random, kind=kind, how=how)
        series[f'h{{kind="{kind}",i="{index}",job="{index % 2}"}}'] = " ".join(life.samples())
    return series


def _numbers(random: np.random.Generator, kind: str) -> np.ndarray:
    match kind:
        case "counter":
            values = np.cumsum(random.poisson(5, MINUTES)).astype(float)
            for at in random.integers(1, MINUTES, 3).tolist():
                values[at:] -= values[at]
            return values
        case "fraction":
            return np.cumsum(random.random(MINUTES) * 3.3)
        case "constant":
            return np.full(MINUTES, 3.7)
        case "date":
            days = random.integers(-(10**9), 4 * 10**9, MINUTES).astype(float)
            return days + random.random(MINUTES)
        case "small":
            return random.integers(0, 4, MINUTES).astype(float)
        case _:
            values = random.normal(0, 10, MINUTES)
            if kind == "infinite":
                values[random.integers(0, MINUTES, 5)] = np.inf
                values[random.integers(0, MINUTES, 2)] = -np.inf
            return values


def _interrupted(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    for at in random.integers(1, MINUTES - 2, 3).tolist():
        values[at : at + int(random.integers(1, 9))] = np.nan
        if random.random() < 0.5:
            values[at] = STALE
    return values


@dataclass(slots=True, kw_only=True)
class _Life:
    """One histogram, minute by minute."""

    random: np.random.Generator
    kind: str
    how: Semantics
    schema: int = 0
    threshold: float = 0.0
    total: float = 0.0
    positive: dict[int, float] = field(default_factory=dict)
    negative: dict[int, float] = field(default_factory=dict)

    def samples(self) -> Iterator[str]:
        """Each sample as it is described; some are missing, stale or a number."""
        self._begin()
        for minute in range(MINUTES):
            self._move()
            # Prometheus 2 mixes up histograms after a stale marker without a series.
            chance = self.random.random() if minute else 1.0
            if chance < 0.05:
                yield "_"
            elif chance < 0.07:
                yield "stale"
            elif chance < 0.1 and self.kind == "mixed":
                yield str(self.random.integers(0, 100))
            else:
                yield described_histogram(self._histogram())

    def _begin(self) -> None:
        self.schema = int(self.random.integers(-1, 4))
        if self.kind == "custom":
            self.schema = CUSTOM
        self._reset()

    def _reset(self) -> None:
        self.total = 0.0
        self.positive, self.negative = {}, {}

    def _move(self) -> None:
        chance = self.random.random()
        if self.kind == "gauge" or chance < 0.06:
            self._reset()
        elif chance < 0.1 and self.kind == "counter" and self.how.is_left_open:
            self._begin()
        elif chance < 0.13 and self.kind == "counter":
            self.threshold = max(self.threshold, float(self.random.choice([2.0**-26, 2.0**-24])))
        for _ in range(int(self.random.poisson(2))):
            lowest, highest = (0, 5) if self.kind == "custom" else (-6, 7)
            _put(self.random, self.positive, lowest, highest)
        if self.kind != "custom" and self.random.random() < 0.3:
            _put(self.random, self.negative, -3, 4)
        self.total += float(self.random.normal(5, 3))

    def _histogram(self) -> NativeHistogram:
        is_gauge = self.kind == "gauge" and self.how.is_left_open
        counts = [*self.positive.values(), *self.negative.values()]
        return NativeHistogram(
            schema=self.schema,
            count=float(sum(counts)),
            total=self.total,
            zero_threshold=0.0 if self.kind == "custom" else self.threshold,
            positive=dict(sorted(self.positive.items())),
            negative=dict(sorted(self.negative.items())),
            bounds=CUSTOM_BOUNDS if self.kind == "custom" else (),
            hint=ResetHint.GAUGE if is_gauge else ResetHint.UNKNOWN,
        )


def _put(random: np.random.Generator, buckets: dict[int, float], lowest: int, highest: int) -> None:
    index = int(random.integers(lowest, highest))
    more = float(random.integers(1, 6)) * (1.0 if random.random() < 0.7 else 0.7)
    buckets[index] = buckets.get(index, 0.0) + more
