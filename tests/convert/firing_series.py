"""Series that make an alert fire: candidates from its expression, and promtool says which do."""

import dataclasses
import itertools
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from reliability.promql.tree import Number, VectorSelector, read
from tests.convert.active_alerts import InputSeries

LENGTH: Final = 60
"""Samples of each series, one a minute."""

MOST: Final = 48
"""Candidates of one alert."""

STRANGE: Final = {"team": "red", "tier": "gold", "kind": "StatefulSet"}
"""Labels that a series has of its own, with names that the plain label set has as well."""

STEADY: Final = ("0", "1", "0.5", "100", "-1", "1e9", "-1e9")
MOVING: Final = (f"0+60x{LENGTH}", f"0+60000x{LENGTH}", f"1e6-1e5x{LENGTH}")
JUMPING: Final = " ".join(["0 7"] * (LENGTH // 2))
PICKS: Final = re.compile(r"\b(?:topk|bottomk|limitk|limit_ratio)\b")
"""Aggregations that pick one of several equal series, another one in each run of Prometheus."""

BUCKETS: Final = (("0.1", 1), ("1", 2), ("10", 3), ("+Inf", 6000))


def candidates(expression: str, seed: int = 0) -> Iterator[InputSeries]:
    """Sets of series that may make an expression true, the likely ones first; at most MOST."""
    tree = read(expression)
    if tree is None:
        return
    selectors = list({str(each): each for each in _parts(tree, VectorSelector)}.values())
    pool = _values(expression)
    random_choice = random.Random(seed)
    if len(pool) ** len(selectors) <= MOST // 2:
        choices = list(itertools.product(pool, repeat=len(selectors)))
    else:
        alike = [(value,) * len(selectors) for value in pool]
        others = [tuple(random_choice.choices(pool, k=len(selectors))) for _ in range(MOST)]
        choices = [*alike, *others]
    services_of_series: Sequence[tuple[str, ...]] = (("orders", "mail"), ("orders",))
    if PICKS.search(expression):
        services_of_series = services_of_series[1:]
    for values in choices[: MOST // 2]:
        for services in services_of_series:
            series = [
                one
                for selector, value in zip(selectors, values, strict=True)
                if value is not None
                for service in services
                for one in _series(selector, value, service)
            ]
            yield list({str(one["series"]): one for one in series}.values())


def _values(expression: str) -> list[str | None]:
    """Values of a series: missing, steady ones around the numbers of the expression, counters."""
    tree = read(expression)
    numbers = sorted({abs(each.value) for each in _parts(tree, Number)})[:3]
    around = [f"{number * factor:g}" for number in numbers for factor in (1, 1.5, 0.5)]
    steady = list(dict.fromkeys([*STEADY[:3], *around, *STEADY[3:]]))
    return [f"{value}x{LENGTH}" for value in steady] + [*MOVING, JUMPING, None]


def _parts(tree: Any, kind: type) -> Iterator[Any]:
    if isinstance(tree, kind):
        yield tree
    if dataclasses.is_dataclass(tree):
        for field in dataclasses.fields(tree):
            yield from _parts(getattr(tree, field.name), kind)
    elif isinstance(tree, tuple | list | frozenset):
        for part in tree:
            yield from _parts(part, kind)


def _series(selector: VectorSelector, values: str, service: str) -> Iterator[dict[str, str]]:
    labels: dict[str, str] = {"instance": "i1", "job": "j", "namespace": "ns", **STRANGE}
    labels["service"] = service
    metric = selector.metric
    for matcher in selector.matchers:
        value = _matching(matcher.sign, matcher.value)
        if matcher.label == "__name__":
            metric = value or ""
        elif value is None or not value:
            labels.pop(matcher.label, None)
        else:
            labels[matcher.label] = value
    if not metric:
        return
    if metric.endswith("_bucket") and "le" not in labels:
        for bound, step in BUCKETS:
            yield _one(metric, {**labels, "le": bound}, f"0+{step}x{LENGTH}")
    else:
        yield _one(metric, labels, values)


def _one(metric: str, labels: dict[str, str], values: str) -> dict[str, str]:
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return {"series": f"{metric}{{{written}}}", "values": values}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _matching(sign: str, value: str) -> str | None:
    """A value that a matcher takes; None if the label has to be missing or is not known."""
    if sign == "=":
        return value
    if sign == "!=":
        return "other" if value != "other" else "another"
    guesses = [*_alternatives(value), "other", "x", "1", "500", "orders", "a-b", "prod"]
    for guess in guesses:
        try:
            matches = re.fullmatch(value, guess) is not None
        except re.error:
            return None
        if matches == (sign == "=~") and guess:
            return guess
    return None


def _alternatives(pattern: str) -> Sequence[str]:
    """Plain texts near a regular expression: its alternatives with the wildcards filled in."""
    bare = re.sub(r"\(\?[:i]\)?|[()^$?]", "", pattern)
    filled = (re.sub(r"\.[*+]|\[\^?[^\]]*\][*+]?", "0", part) for part in bare.split("|"))
    return [re.sub(r"\\(.)", r"\1", part).replace(".", "5") for part in filled] + [
        re.sub(r"\\(.)", r"\1", part) for part in bare.split("|")
    ]
