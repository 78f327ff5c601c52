"""Compiled rules with samples made for them, played by promtool and by ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any, Final

import numpy as np
import promql_parser as promql

from reliability.promql.evaluate.lines import NAME, Labels, labels_of
from reliability.promql.evaluate.order import Order
from reliability.promql.evaluate.replay import EvaluationGrid, Replay, replay
from reliability.promql.evaluate.rules import Alerting, RuleGroup
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import STALE, is_stale
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector, SelectorMatcher
from reliability.timespan import EPOCH, TimeSpan
from tests.environment import is_exact

SCRAPE: Final = timedelta(seconds=30)
MINUTE: Final = timedelta(minutes=1)
MILLISECOND: Final = timedelta(milliseconds=1)
LENGTH: Final = timedelta(hours=5 if is_exact() else 2)
COUNTER: Final = ("_total", "_count", "_bucket")
BOUNDS: Final = {"0.5", "2", "+Inf"}
MOST_SERIES: Final = 12
ABSENT: Final = np.nan


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A `SampleReader` of series by their labels, a value a scrape from 1970 on; NaN for none."""

    series: Mapping[Labels, np.ndarray]
    description: str = "a test"
    scrape: timedelta = SCRAPE

    @property
    def minutes(self) -> int:
        """How many minutes the series last."""
        longest = max((len(each) for each in self.series.values()), default=LENGTH // self.scrape)
        return (longest - 1) * self.scrape // MINUTE

    def counters(self, selector: Selector, _span: TimeSpan) -> Iterator[Counter]:
        for labels, values in self.series.items():
            if selector.matches(dict(labels)):
                there = ~np.isnan(values) | is_stale(values)
                times = np.arange(len(values), dtype=np.int64) * (self.scrape // MILLISECOND)
                yield Counter(dict(labels), Samples(times[there], values[there]))

    @property
    def inputs(self) -> list[dict[str, str]]:
        """As promtool's unit tests have them."""
        return [
            {"series": _series(labels), "values": " ".join(_written(values))}
            for labels, values in self.series.items()
        ]


def _series(labels: Labels) -> str:
    named = dict(labels)
    name = named.pop(NAME)
    matchers = ",".join(f'{key}="{value}"' for key, value in named.items())
    return f"{name}{{{matchers}}}"


def _written(values: np.ndarray) -> Iterator[str]:
    for value, stale in zip(values.tolist(), is_stale(values).tolist(), strict=True):
        yield "stale" if stale else "_" if np.isnan(value) else repr(value)


def groups_of(body: Mapping[str, Any]) -> tuple[RuleGroup, ...]:
    """All groups of a rule file, every minute, as promtool evaluates them."""
    return tuple(RuleGroup.of({**group, "interval": "1m"}) for group in body["groups"])


def made_for(groups: tuple[RuleGroup, ...], seed: int) -> Made:
    """Samples of every series that a selector of the rules may match."""
    random = np.random.default_rng(seed)
    order = Order.of(groups, lambda rule: isinstance(rule, Alerting), 0, 0)
    by_metric: dict[str, dict[str, set[str]]] = {}
    for selector in order.raw:
        named = {each.label: each.value for each in selector.matchers}
        labels = by_metric.setdefault(named[NAME], {"instance": {"a", "b"}})
        for matcher in selector.matchers:
            if matcher.label != NAME:
                labels.setdefault(matcher.label, {"other"}).add(_example(matcher))
    for label in _grouped(each.rule.tree for each in order.rules):
        for labels in by_metric.values():
            labels.setdefault(label, set()).update(BOUNDS if label == "le" else {"x", "y"})
    trouble = _trouble(random)
    return Made(
        {
            labels: _lived(random, dict(labels), trouble)
            for metric, values in by_metric.items()
            for labels in _combined(metric, values)
        }
    )


def _example(matcher: SelectorMatcher) -> str:
    return re.sub(r"\.[+*]?", "0", matcher.value.split("|")[0].replace("\\.", "~")).replace(
        "~", "."
    )


def _grouped(trees: Iterable[Any]) -> set[str]:
    found = {name for tree in trees for name in _by(tree)}
    return {each for each in found if not each.startswith("sloth")}


def _by(tree: Any) -> Iterator[str]:
    if isinstance(tree, promql.AggregateExpr) and tree.modifier is not None:
        yield from tree.modifier.labels
    for inner in ("expr", "lhs", "rhs"):
        if not isinstance(getattr(tree, inner, None), (str, type(None))):
            yield from _by(getattr(tree, inner))
    for argument in getattr(tree, "args", ()):
        yield from _by(argument)


def _combined(metric: str, values: Mapping[str, set[str]]) -> list[Labels]:
    names = sorted(values)
    every = product(*(sorted(values[name]) for name in names))
    found = [labels_of({**dict(zip(names, each, strict=True)), NAME: metric}) for each in every]
    return found[:: -(-len(found) // MOST_SERIES)]


def _trouble(random: np.random.Generator) -> np.ndarray:
    """How much fails at each scrape: nothing, little or all, for minutes to an hour."""
    steps = LENGTH // SCRAPE + 1
    shares: list[float] = []
    while len(shares) < steps:
        share = float(random.choice([0, 0, 0.002, 0.02, 0.3, 1]))
        shares += [share] * int(random.integers(4, 120))
    return np.array(shares[:steps])


def _lived(
    random: np.random.Generator, labels: Mapping[str, str], trouble: np.ndarray
) -> np.ndarray:
    steps = len(trouble)
    fails = any(value in ("other", "500", "5xx", "lost", "bounced") for value in labels.values())
    if labels[NAME].endswith(COUNTER):
        values = np.cumsum(random.poisson(200 * np.abs((not fails) - trouble), steps)).astype(float)
        for at in random.integers(1, steps, 6).tolist():
            values[at:] -= values[at]
    else:
        values = np.where(random.random(steps) < trouble, 0.0, 1.0) * random.choice([1.0, 0.9713])
        values *= 1 + 999 * ("depth" in labels[NAME] or "mails" in labels[NAME])
    for at in random.integers(1, steps - 1, 3).tolist():
        values[at : at + int(random.integers(1, 60))] = ABSENT
        values[at] = STALE if random.random() < 0.5 else ABSENT
    return values


def ours(groups: tuple[RuleGroup, ...], made: Made, how: Semantics) -> Replay:
    """Every alert over all of it."""
    span = TimeSpan(EPOCH, EPOCH + (made.minutes + 1) * MINUTE)
    return replay(groups, made, span, how, EvaluationGrid())


def firing(found: Replay, last: int) -> dict[str, list[list[dict[str, str]]]]:
    """The label sets that fire at each minute, by the alert's name."""
    names: dict[str, list[list[dict[str, str]]]] = {}
    for alert in found.alerts:
        minutes = names.setdefault(alert.rule.name, [[] for _ in range(last + 1)])
        labels = {name: value for name, value in alert.labels if name != "alertname"}
        for at in alert.times[alert.states.firing].tolist():
            minutes[at // 60_000].append(labels)
    return names


def unit_test(body: Mapping[str, Any], made: Made, found: Replay) -> dict[str, Any]:
    """A file for `promtool test rules` that expects what ours found, at every minute."""
    names = {
        rule["alert"] for group in body["groups"] for rule in group["rules"] if "alert" in rule
    }
    seen = firing(found, made.minutes)
    expected = [
        {
            "eval_time": f"{minute}m",
            "alertname": name,
            "exp_alerts": [{"exp_labels": each} for each in seen[name][minute]]
            if name in seen
            else [],
        }
        for name in sorted(names)
        for minute in range(made.minutes + 1)
    ]
    interval = f"{made.scrape // timedelta(seconds=1)}s"
    test = {"interval": interval, "input_series": made.inputs, "alert_rule_test": expected}
    return {
        "rule_files": ["rules.json"],
        "evaluation_interval": "1m",
        "group_eval_order": [group["name"] for group in body["groups"]],
        "tests": [test],
    }


def without_annotations(body: Mapping[str, Any]) -> dict[str, Any]:
    """The groups as promtool is given them: what people read is left out."""
    return {
        "groups": [
            {
                "name": group["name"],
                "rules": [
                    {key: value for key, value in rule.items() if key != "annotations"}
                    for rule in group["rules"]
                ],
            }
            for group in body["groups"]
        ]
    }
