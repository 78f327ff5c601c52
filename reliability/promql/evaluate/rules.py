"""Rule groups as they are compiled, with their expressions read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from textwrap import shorten
from typing import Any, Final

import promql_parser
import promql_parser as promql

from reliability.message import Message
from reliability.promql.evaluate.moments import fixed_time, offset
from reliability.promql.evaluate.readable import readable
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.semantics import milliseconds
from reliability.promql.parser import parse
from reliability.promql.syntax import parts
from reliability.resource import Json

ZERO: Final = re.compile(r"(0+(y|w|d|h|ms|m|s))+")
"""`for: 0m`, which Prometheus reads and promql-parser refuses."""
MOST_SHOWN: Final = 200
"""Characters of an expression in a message."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A rule that records series under a name."""

    name: str
    tree: Any
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """A rule that alerts; `after` is its `for`, `keep` its `keep_firing_for`."""

    name: str
    tree: Any
    labels: Mapping[str, str]
    after: timedelta = timedelta(0)
    keep: timedelta = timedelta(0)


Rule = Recording | Alerting


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are evaluated one after another, every so often.

    `offset` is its `query_offset`: expressions are evaluated so long before the evaluation.
    """

    name: str
    every: timedelta
    rules: tuple[Rule, ...]
    offset: timedelta = timedelta(0)

    @classmethod
    def of(cls, written: Mapping[str, Any], every: timedelta = timedelta(minutes=1)) -> RuleGroup:
        """From a group of a rule file; `every` where it has no interval of its own.

        Raises:
            CannotReplay: an expression or a duration is none, or a label depends on the value.
        """
        interval = written.get("interval")
        rules = tuple(_rule(rule) for rule in written["rules"])
        return cls(
            str(written["name"]),
            duration(interval) if interval else every,
            rules,
            offset=duration(written.get("query_offset")),
        )


def _rule(written: Mapping[str, Json]) -> Rule:
    labels = {name: str(value) for name, value in _mapping(written.get("labels")).items()}
    tree = read(str(written["expr"]))
    if "record" in written:
        return Recording(str(written["record"]), tree, labels)
    name = str(written["alert"])
    if any("$value" in value or ".Value" in value for value in labels.values()):
        raise CannotReplay(
            Message(
                "{alert} has its value among its labels: each value is another alert", alert=name
            )
        )
    after, keep = (duration(written.get(key) or 0) for key in ("for", "keep_firing_for"))
    return Alerting(name=name, tree=tree, labels=labels, after=after, keep=keep)


def _mapping(value: Any) -> Mapping[str, Json]:
    return value or {}


def read(expression: str) -> Any:
    """An expression as a tree.

    Raises:
        CannotReplay: it is not PromQL as promql-parser reads it.
    """
    try:
        return parse(readable(expression))
    except ValueError as error:
        raise CannotReplay(
            Message(
                "{expression}: {error}; modifiers and forms behind Prometheus's feature flags are "
                "not replayed",
                expression=shorten(expression, MOST_SHOWN),
                error=str(error),
            )
        ) from None


def duration(written: Any) -> timedelta:
    """A duration as Prometheus writes it."""
    if not written or ZERO.fullmatch(str(written)):
        return timedelta(0)
    try:
        length: timedelta = promql_parser.parse_duration(str(written))
    except ValueError as error:
        raise CannotReplay(
            Message("not a valid duration: {value}: {error}", value=str(written), error=str(error))
        ) from None
    return length


def selectors(tree: Any) -> Iterator[tuple[Any, int]]:
    """Each selector under a tree, and how far before an evaluation it looks, in milliseconds.

    The lookback of one without a range comes on top. One with `@` and a time does not depend on the
    evaluation: `reads` knows its moment.
    """
    for selector, earliest in reads(tree, 0):
        yield selector, max(-earliest, 0)


def reads(tree: Any, since: int) -> Iterator[tuple[Any, int]]:
    """Each selector under a tree, and from when on it looks if it is evaluated from `since` on.

    In milliseconds since 1970; the lookback of one without a range comes on top.
    """
    match tree:
        case promql.VectorSelector():
            yield tree, _moment(tree, since)
        case promql.MatrixSelector():
            selector = tree.vector_selector
            yield selector, _moment(selector, since) - _length(tree)
        case promql.SubqueryExpr():
            yield from reads(tree.expr, _moment(tree, since) - _length(tree))
        case _:
            for inner in parts(tree):
                yield from reads(inner, since)


def _length(tree: Any) -> int:
    length: timedelta = tree.range
    return milliseconds(length)


def _moment(tree: Any, since: int) -> int:
    """At which moment a selector or subquery looks first; one that looks ahead looks back, too."""
    fixed = fixed_time(tree.at)
    return (since if fixed is None else fixed) - max(offset(tree), 0)
