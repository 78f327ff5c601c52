"""Compiled rule groups with parsed expressions."""

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

ZERO: Final = re.compile(r"0|(0+(y|w|d|h|ms|m|s))+")
"""`for: 0` or `for: 0m`, which Prometheus accepts and promql-parser does not."""
LONGEST: Final = timedelta(microseconds=2**63 // 1000)
"""Longest duration of Prometheus, which counts nanoseconds in 64 bits: about 292 years."""
MAX_EXPRESSION_LENGTH: Final = 200
"""Limit of characters of an expression in a message."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Recording rule."""

    name: str
    tree: Any
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Alerting rule; `after` is its `for`, `keep` its `keep_firing_for`."""

    name: str
    tree: Any
    labels: Mapping[str, str]
    after: timedelta
    keep: timedelta


Rule = Recording | Alerting


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated one after another, at an interval.

    `offset` is the `query_offset`: expressions are evaluated this long before the evaluation time.
    `limit` is the number of series or alerts that a rule may have at an evaluation; 0 is unlimited.
    """

    name: str
    every: timedelta
    rules: tuple[Rule, ...]
    offset: timedelta = timedelta(0)
    limit: int = 0

    @classmethod
    def of(cls, written: Mapping[str, Any], every: timedelta = timedelta(minutes=1)) -> RuleGroup:
        """Parse a group of a rule file; `every` is the interval of a group without one.

        Raises:
            CannotReplay: an expression or duration is not valid, or a label contains the value.
        """
        interval = written.get("interval")
        rules = tuple(_rule(rule) for rule in written["rules"])
        return cls(
            name=str(written["name"]),
            every=duration(interval) if interval else every,
            rules=rules,
            offset=duration(written.get("query_offset")),
            limit=int(written.get("limit") or 0),
        )


def _rule(written: Mapping[str, Json]) -> Rule:
    labels = {name: str(value) for name, value in _mapping(written.get("labels")).items()}
    tree = read(str(written["expr"]))
    if "record" in written:
        return Recording(str(written["record"]), tree, labels)
    name = str(written["alert"])
    # With the value among the labels, every change of the value resolves one alert and starts
    # another, which no `for` ever survives.
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
    """Parse an expression.

    Raises:
        CannotReplay: promql-parser does not accept it, or it reads too far before or after.
    """
    shown = shorten(expression, MAX_EXPRESSION_LENGTH)
    try:
        tree = parse(readable(expression))
        reaches = [reach for _, reach in selectors(tree)]
    # promql-parser reads any time of `@`, and has no date for one after the year 9999.
    except (ValueError, OverflowError) as error:
        raise CannotReplay(
            Message(
                "{expression}: {error}; modifiers and forms behind Prometheus's feature flags are "
                "not replayed",
                expression=shown,
                error=str(error),
            )
        ) from None

    ensure_near(shown, max(reaches, default=0))
    return tree


def ensure_near(reader: str, reach: int) -> None:
    """Refuse an expression or a rule that reads more than LONGEST back; `reach` in milliseconds.

    Raises:
        CannotReplay: it does.
    """
    if reach > milliseconds(LONGEST):
        raise CannotReplay(
            Message(
                "{reader} reads samples of more than 292 years before the evaluation",
                reader=reader,
            )
        )


def duration(written: Any) -> timedelta:
    """Parse a duration as Prometheus writes it; an empty one is zero.

    Raises:
        CannotReplay: it is not a valid duration, or longer than LONGEST.
    """
    if not written or ZERO.fullmatch(str(written)):
        return timedelta(0)
    try:
        length: timedelta = promql_parser.parse_duration(str(written))
    except ValueError as error:
        raise CannotReplay(
            Message("not a valid duration: {value}: {error}", value=str(written), error=str(error))
        ) from None
    if length > LONGEST:
        raise CannotReplay(
            Message("the duration {value} is longer than 292 years", value=str(written))
        )
    return length


def selectors(tree: Any) -> Iterator[tuple[Any, int]]:
    """Yield each selector of a tree, and how far before an evaluation it reads, in milliseconds.

    The lookback of an instant selector comes on top. A selector with `@` and a time does not depend
    on the evaluation: `reads` returns its time.
    """
    for selector, earliest in reads(tree, 0):
        yield selector, max(-earliest, 0)


def reads(tree: Any, since: int) -> Iterator[tuple[Any, int]]:
    """Yield each selector of a tree, and the earliest time it reads if evaluated from `since` on.

    Times are in milliseconds since 1970; the lookback of an instant selector comes on top.
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
    """Return the first time at which a selector or subquery looks.

    A negative offset is ignored, so that the evaluation time itself is read, too.
    """
    fixed = fixed_time(tree.at)
    return (since if fixed is None else fixed) - max(offset(tree), 0)
