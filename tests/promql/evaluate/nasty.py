"""Samples with a hard life: resets, gaps, stale markers, jitter, NaN, counters near zero."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.stored import STALE, Storage, StoredSeries
from reliability.timespan import EPOCH
from tests.environment import seed_asked_for
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import HEADERS, field, snappy, time_series, varint

START: Final = datetime(2026, 9, 1, tzinfo=UTC)
FIRST: Final = (START - EPOCH) // timedelta(milliseconds=1)
PUSHED_AT_ONCE: Final = timedelta(hours=6) // timedelta(milliseconds=1)


def free_seed() -> int:
    """Another one in every run, unless RELIABILITY_SEED asks for one that failed."""
    asked = seed_asked_for()
    return asked if asked is not None else secrets.randbelow(2**32)


@dataclass(frozen=True, slots=True)
class Life:
    """How one series lives: its scrapes in seconds, how it counts, and what befalls it."""

    scrape: int
    per_second: float
    whole: bool
    begins_near_zero: bool
    resets: int
    gaps: int
    nans: int


LIVES: Final = (
    Life(15, 40.0, True, False, 40, 10, 0),
    Life(30, 0.01, True, True, 90, 10, 0),
    Life(30, 3.7, False, True, 150, 30, 0),
    Life(60, 0.2, False, False, 25, 60, 15),
)


def series(seed: int, length: timedelta, copies: int) -> Storage:
    """`copies` of each life under the names `events_total`, told apart by job and instance."""
    random = np.random.default_rng(seed)
    found = []
    for job, life in enumerate(LIVES):
        for instance in range(copies):
            labels = {"__name__": "events_total", "job": str(job), "instance": str(instance)}
            times, values = _lived(random, life, length)
            found.append(StoredSeries(labels_of(labels), times, values))
    return Storage(sorted(found, key=lambda each: each.labels))


BOUNDS: Final = ("0.05", "0.1", "0.25", "1", "2.5", "+Inf")


def histograms(seed: int, length: timedelta, copies: int) -> Storage:
    """Buckets under the name `lasted_bucket`, scraped together, some of which come late or fall."""
    random = np.random.default_rng(seed)
    steps = length // timedelta(seconds=30)
    times = FIRST + 30_000 * np.arange(steps, dtype=np.int64) + random.integers(0, 30_000)
    found = []
    for instance in range(copies):
        events = random.poisson(random.uniform(0.02, 20), (len(BOUNDS), steps)).astype(float)
        events[:, random.random(steps) < 0.2] = 0
        for bound, counted in zip(BOUNDS, events.cumsum(axis=0).cumsum(axis=1), strict=True):
            counted[random.integers(1, steps, 20)] -= 3
            there = np.arange(steps) > random.integers(0, 60) * (random.random() < 0.4)
            there[random.integers(1, steps)] = False
            labels = {"__name__": "lasted_bucket", "le": bound, "instance": str(instance)}
            found.append(StoredSeries(labels_of(labels), times[there], counted[there]))
    return Storage(sorted(found, key=lambda each: each.labels))


def _lived(
    random: np.random.Generator, life: Life, length: timedelta
) -> tuple[np.ndarray, np.ndarray]:
    times = _scraped(random, life, length)
    rises = random.poisson(life.per_second * life.scrape, len(times)).astype(float)
    if not life.whole:
        rises *= random.uniform(0.001, 3.3, len(times))
    values = np.cumsum(rises) + (0 if life.begins_near_zero else 1e6)
    for at in np.sort(random.integers(1, len(times), life.resets)).tolist():
        left = random.uniform(0, 5) if random.random() < 0.3 and not life.whole else 0.0
        values[at:] -= values[at] - left
    values[random.integers(0, len(values), life.nans)] = np.nan
    return _interrupted(random, life, times, values)


def _scraped(random: np.random.Generator, life: Life, length: timedelta) -> np.ndarray:
    """Most scrapes come to the millisecond, others up to two seconds beside it."""
    every = life.scrape * 1000
    times = np.arange(int(random.integers(0, every)), length // timedelta(milliseconds=1), every)
    if random.random() < 0.3:
        times -= times[0]
    late = random.random(len(times)) < 0.4
    times = times + np.where(late, random.integers(-2000, 2000, len(times)), 0)
    times = times[random.random(len(times)) > 0.03]
    return FIRST + np.unique(times[times >= 0])


def _interrupted(
    random: np.random.Generator, life: Life, times: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gaps of minutes to hours; half of them begin with a stale marker."""
    there = np.ones(len(times), dtype=bool)
    for at in random.integers(1, len(times) - 1, life.gaps).tolist():
        there[at : at + int(random.integers(2, 3000 // life.scrape * 3))] = False
        if random.random() < 0.5:
            there[at], values[at] = True, STALE
    return times[there], values[there]


@contextmanager
def serving(generation: Generation, folder: Path, storage: Storage) -> Iterator[Prometheus]:
    """A Prometheus that was sent these samples, stale markers and all."""
    config = prometheus_config(out_of_order=timedelta(days=400))
    with run_prometheus(generation, folder, config) as server:
        push(server.url, storage)
        yield server


def push(url: str, storage: Storage) -> None:
    """Samples in the order of time, so that a server takes them as they would be scraped."""
    import httpx

    first = min(int(each.times[0]) for each in storage.series)
    last = max(int(each.times[-1]) for each in storage.series)
    with httpx.Client(headers=HEADERS, trust_env=False, timeout=120) as client:
        for start in range(first, last + 1, PUSHED_AT_ONCE):
            end = start + PUSHED_AT_ONCE
            body = b"".join(field(1, _message(each, start, end)) for each in storage.series)
            reply = client.post(f"{url}/api/v1/write", content=snappy(body))
            assert reply.is_success, reply.text


def _message(series: StoredSeries, start: int, end: int) -> bytes:
    """The protobuf message TimeSeries of what lies in [start, end)."""
    begin, until = np.searchsorted(series.times, [start, end])
    values = series.values[begin:until].view(np.uint64)
    encoded = bytearray(time_series(dict(series.labels), ()))
    for at, bits in zip(series.times[begin:until].tolist(), values.tolist(), strict=True):
        sample = b"\x09" + bits.to_bytes(8, "little") + b"\x10" + varint(at)
        encoded += b"\x12" + bytes((len(sample),)) + sample
    return bytes(encoded)
