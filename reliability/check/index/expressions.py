"""Every hand-written PromQL expression, parsed once and indexed by the functions it uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.check.index.queries import SliQuery
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.promql.tree import Aggregation, Binary, Call, Node, VectorSelector, read, walk

MATCHES: Final = "=~"
"""The index entry of expressions with a regular-expression matcher."""


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One expression with its tree; `signal` is None for a query of an SLI."""

    tree: Node
    located: Located[Any]
    route: Pointer
    signal: Signal | None

    @property
    def at(self) -> Location:
        """The location of the expression."""
        return self.located.at(*self.route, "expr") if self.signal else self.located.at(*self.route)


@dataclass(frozen=True, slots=True, eq=False)
class Expressions:
    """Expressions in the order of their files, and by the functions and operators they use."""

    every: tuple[Expression, ...]
    by_word: Mapping[str, tuple[Expression, ...]]

    def using(self, *words: str) -> tuple[Expression, ...]:
        """Return the expressions that use any of these functions or operators, each once."""
        if len(words) == 1:
            return self.by_word.get(words[0], ())
        matching = (expression for word in words for expression in self.by_word.get(word, ()))
        return tuple(dict.fromkeys(matching))


def expressions(catalog: Catalog, queries: Iterable[SliQuery]) -> Expressions:
    """Index the expressions of signals, and SLI queries beyond a selector or its sum."""
    every = (*_of_signals(catalog), *_of_slis(queries))
    by_word: dict[str, list[Expression]] = {}
    for expression in every:
        for word in dict.fromkeys(words(expression.tree)):
            by_word.setdefault(word, []).append(expression)
    return Expressions(every, {word: tuple(of) for word, of in by_word.items()})


def words(tree: Node) -> Iterator[str]:
    """Yield the names of the functions, aggregations and operators of an expression."""
    for node in walk(tree):
        match node:
            case Call():
                yield node.function
            case Aggregation() | Binary():
                yield node.operator
            case VectorSelector() if any(matcher.sign in ("=~", "!~") for matcher in node.matchers):
                yield MATCHES
            case _:
                pass


def _of_signals(catalog: Catalog) -> Iterator[Expression]:
    for policy in catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            tree = read(signal.expr)
            if tree is not None:
                yield Expression(tree, policy, ("spec", "signals", index), signal=signal)


def _of_slis(queries: Iterable[SliQuery]) -> Iterator[Expression]:
    for query in queries:
        text = query.placed.text
        if text is None or query.is_rewritten:
            continue
        tree = read(text)
        if tree is not None:
            yield Expression(tree, query.placed.located, query.placed.route, signal=None)
