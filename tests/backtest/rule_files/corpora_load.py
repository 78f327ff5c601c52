"""Load for real alerting rules: series of every metric that they read, at changing levels.

Each series holds a level for a while and then another one; the levels are taken from the numbers
that the alerts compare with. So most alerts begin and end firing. Some series end for a while, with
a stale marker.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final

import httpx
import numpy as np
import promql_parser as promql
import pyarrow as pa

from reliability.backtest.rule_files.comparing import PlacedRule
from reliability.backtest.rule_files.reading import RuleSet
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.stored import STALE
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import METRIC_NAME, Selector
from reliability.promql.syntax import parts
from reliability.timespan import EPOCH, TimeSpan
from tests.servers.remote_write import HEADERS, label
from tests.servers.remote_write import field as message

MINUTE: Final = timedelta(minutes=1)
COUNTERS: Final = ("_total", "_count", "_sum", "_bucket", "_seconds_total")
RATES: Final = frozenset(("rate", "irate", "increase", "resets"))
BOUNDS: Final = ("0.1", "0.5", "1", "5", "+Inf")
BATCH: Final = 30
"""Minutes of one request, below the hour within which a server takes samples in any order."""

Labels = tuple[tuple[str, str], ...]


def alerts_of(folder: Path) -> Iterator[PlacedRule]:
    """Every alert of the corpora that reads raw series, in the order of the files."""
    files = sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")])
    rules = RuleSet.of((PurePosixPath(path.name), path.read_bytes()) for path in files)
    recorded = {rule.name for group in rules.groups for rule in group.rules}
    for group, rule in rules.alerts:
        try:
            names = {_metric(selector) for selector in _selectors(read(rule.expr))}
        except CannotReplay:
            continue
        if all(names) and not names & recorded:
            yield PlacedRule(group, rule)


@dataclass(slots=True)
class MetricNeeds:
    """What the alerts want of one metric: label sets, levels, and whether it counts."""

    labels: dict[Labels, None] = field(default_factory=dict)
    levels: set[float] = field(default_factory=lambda: {0.0, 1.0})
    counts: bool = False


def needs_of(alerts: Iterable[PlacedRule]) -> dict[str, MetricNeeds]:
    """What has to be there for each metric."""
    needs: defaultdict[str, MetricNeeds] = defaultdict(MetricNeeds)
    for placed in alerts:
        tree = read(placed.rule.expr)
        shared = {name: "v" for name in _grouped_by(tree) if name != "le"}
        levels = {factor * number for number in _numbers(tree) for factor in (0.3, 1, 1.7)}
        for selector, is_rate in _places(tree, is_rate=False):
            labels = _matching(Selector.of_tree(selector))
            if labels is None:
                continue
            need = needs[_metric(selector)]
            need.counts |= is_rate or _metric(selector).endswith(COUNTERS)
            need.levels |= levels
            for instance in ("a", "b"):
                whole = {"instance": instance, "job": "v", **shared, **labels}
                for bound in BOUNDS if _metric(selector).endswith("_bucket") else ("",):
                    own = {**whole, "le": bound} if bound else whole
                    need.labels[tuple(sorted(own.items()))] = None
    return dict(needs)


@dataclass(frozen=True, slots=True)
class MadeLoad:
    """A `SampleReader` of what was made, a sample a minute."""

    series: tuple[Counter, ...]
    description: str = "made"

    def counters(self, selector: Selector, _span: TimeSpan) -> Iterator[Counter]:
        """The series that match, whole."""
        return (counter for counter in self.series if selector.matches(counter.labels))


def load_of(needs: dict[str, MetricNeeds], span: TimeSpan, seed: int) -> MadeLoad:
    """Make the series of all metrics."""
    random = np.random.default_rng(seed)
    first = (span.start - EPOCH) // timedelta(milliseconds=1)
    times = first + np.arange(span.steps(MINUTE), dtype=np.int64) * 60_000
    made = []
    for metric, need in sorted(needs.items()):
        levels = sorted(need.levels)
        cumulative: dict[Labels, np.ndarray] = {}
        for labels in sorted(need.labels, key=_by_bound):
            values = _levels(random, levels, len(times))
            if need.counts:
                values = np.cumsum(values * 60)
                without = tuple(pair for pair in labels if pair[0] != "le")
                cumulative[without] = values = values + cumulative.get(without, 0.0)
            made.append(
                _ending(
                    random, Counter({METRIC_NAME: metric, **dict(labels)}, Samples(times, values))
                )
            )
    return MadeLoad(tuple(made))


def push(url: str, load: MadeLoad) -> int:
    """Write all samples in the order of time, and return how many there are."""
    codec = pa.Codec("snappy")
    count = 0
    named = [
        b"".join(message(1, label(name, value)) for name, value in sorted(one.labels.items()))
        for one in load.series
    ]
    times = np.unique(np.concatenate([one.samples.times for one in load.series]))
    with httpx.Client(headers=HEADERS, trust_env=False, timeout=120) as client:
        for begin in range(0, len(times), BATCH):
            first, last = times[begin], times[min(begin + BATCH, len(times)) - 1]
            body = bytearray()
            for labels, one in zip(named, load.series, strict=True):
                at, until = np.searchsorted(one.samples.times, [first, last + 1])
                if at < until:
                    encoded = _encoded(one.samples.times[at:until], one.samples.values[at:until])
                    body += message(1, labels + encoded)
                    count += int(until - at)
            content = codec.compress(bytes(body), asbytes=True)
            reply = client.post(f"{url}/api/v1/write", content=content)
            assert reply.is_success, reply.text
    return count


def _encoded(times: np.ndarray, values: np.ndarray) -> bytes:
    """The fields of samples, each of 18 bytes: times of today have six bytes."""
    table = np.zeros((len(times), 18), dtype=np.uint8)
    table[:, 0], table[:, 1], table[:, 2] = 2 << 3 | 2, 16, 1 << 3 | 1
    table[:, 3:11] = np.ascontiguousarray(values).view(np.uint8).reshape(-1, 8)
    table[:, 11] = 2 << 3
    for byte in range(6):
        part = (times >> (7 * byte)) & 0x7F
        table[:, 12 + byte] = part | (0x80 if byte < 5 else 0)
    return table.tobytes()


def _levels(random: np.random.Generator, levels: Sequence[float], count: int) -> np.ndarray:
    """Levels that each last from a quarter of an hour to half a day."""
    lengths: list[int] = []
    while sum(lengths) < count:
        lengths.append(int(random.choice([15, 45, 120, 400, 720])))
    chosen = random.choice(levels, len(lengths))
    return np.repeat(chosen, lengths)[:count].astype(float)


def _ending(random: np.random.Generator, counter: Counter) -> Counter:
    """One series in eight is away for some hours, after a stale marker."""
    if random.random() > 1 / 8:
        return counter
    times, values = counter.samples.times, counter.samples.values.copy()
    begin = int(random.integers(len(times) // 4, len(times) // 2))
    end = begin + min(int(random.integers(60, 400)), len(times) // 4)
    values[begin] = STALE
    keep = np.ones(len(times), dtype=bool)
    keep[begin + 1 : end] = False
    return Counter(counter.labels, Samples(times[keep], values[keep]))


def _by_bound(labels: Labels) -> tuple[Labels, float]:
    bound = dict(labels).get("le", "0")
    is_number = re.fullmatch(r"[0-9.]+", bound) is not None
    rest = tuple(pair for pair in labels if pair[0] != "le")
    return rest, float(bound) if is_number else math.inf


def _selectors(tree: Any) -> Iterator[Any]:
    yield from (selector for selector, _ in _places(tree, is_rate=False))


def _places(tree: Any, *, is_rate: bool) -> Iterator[tuple[Any, bool]]:
    """Every selector, and whether a function of counters reads it."""
    if isinstance(tree, promql.VectorSelector):
        yield tree, is_rate
        return
    is_rate |= isinstance(tree, promql.Call) and tree.func.name in RATES
    for inner in parts(tree):
        yield from _places(inner, is_rate=is_rate)


def _metric(selector: Any) -> str:
    return next(
        (
            matcher.value
            for matcher in Selector.of_tree(selector).matchers
            if (matcher.label, matcher.operator) == (METRIC_NAME, "=")
        ),
        "",
    )


def _numbers(tree: Any) -> Iterator[float]:
    if isinstance(tree, promql.NumberLiteral):
        yield abs(float(tree.val))
    for inner in parts(tree):
        yield from _numbers(inner)


def _grouped_by(tree: Any) -> Iterator[str]:
    """The labels that aggregations and joins name."""
    modifier = getattr(tree, "modifier", None)
    if modifier is not None:
        for named in (modifier, getattr(modifier, "matching", None)):
            yield from getattr(named, "labels", None) or ()
        yield from getattr(modifier, "group_labels", None) or ()
    for inner in parts(tree):
        yield from _grouped_by(inner)


def _matching(selector: Selector) -> dict[str, str] | None:
    """Labels that a selector matches; None if none were found."""
    labels: dict[str, str] = {}
    for matcher in selector.matchers:
        if matcher.label == METRIC_NAME:
            continue
        if matcher.operator == "=":
            candidates = [matcher.value]
        elif matcher.operator == "=~":
            alternatives = re.sub(r"[()^$?:]", "", matcher.value).split("|")
            candidates = [re.sub(r"\.[+*]|\\.|\[[^]]*\]\+?", "x", one) for one in alternatives]
        else:
            candidates = [labels.get(matcher.label, "v"), "w", ""]
        found = next((value for value in candidates if matcher.matches(value)), None)
        if found is None:
            return None
        if found:
            labels[matcher.label] = found
    return labels if selector.matches({METRIC_NAME: _name(selector), **labels}) else None


def _name(selector: Selector) -> str:
    return next(m.value for m in selector.matchers if m.label == METRIC_NAME)


def end_of_today() -> datetime:
    """The last whole hour."""
    return datetime.now(tz=EPOCH.tzinfo).replace(minute=0, second=0, microsecond=0)
