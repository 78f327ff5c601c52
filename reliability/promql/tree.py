"""A PromQL expression as a small tree of our own: typed, cheap to walk, without parentheses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from reliability.promql import syntax
from reliability.promql.query import WINDOW

STAND_IN: Final = "7919s"
"""A range that nobody writes, in place of `{{.window}}`."""
STAND_IN_RANGE: Final = timedelta(seconds=7919)
COMPARISONS: Final = frozenset(("==", "!=", ">", "<", ">=", "<="))
SET_OPERATORS: Final = frozenset(("and", "or", "unless"))


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher: `=`, `!=`, `=~` or `!~`."""

    label: str
    sign: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSelector:
    """Series by name and matchers; with a range it is a range vector.

    `alternatives` is whether it has matchers joined by `or`, which only VictoriaMetrics reads.
    """

    metric: str
    matchers: tuple[Matcher, ...]
    range: timedelta | None
    offset: timedelta
    alternatives: bool

    @property
    def written(self) -> str:
        """The metric as a person wrote it, who may have the window in a recorded name."""
        return self.metric.replace(STAND_IN, "{{.window}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """`sum`, `topk` and the like over an expression; `grouping` is None where none is written."""

    operator: str
    inner: Node
    grouping: Literal["by", "without"] | None
    labels: frozenset[str]
    parameter: Node | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorMatching:
    """How the sides of a binary operation find each other.

    `on` is whether `labels` are those that count or those that do not; `many` is the side of
    `group_left` (left) or `group_right` (right), which takes `taken` from the other.
    `is_filled` is whether a side without a partner gets one.
    """

    on: bool
    labels: frozenset[str]
    many: Literal["left", "right"] | None
    taken: frozenset[str]
    is_filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """Two sides and an operator; `returns_bool` is the modifier `bool` of a comparison."""

    operator: str
    left: Node
    right: Node
    returns_bool: bool
    matching: VectorMatching


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is called with."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Subquery:
    """An expression evaluated over a range."""

    inner: Node
    range: timedelta
    offset: timedelta


@dataclass(frozen=True, slots=True)
class Negative:
    """An expression with a minus before it."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    value: float


@dataclass(frozen=True, slots=True)
class StringLiteral:
    """A text, such as a label's name that a function takes."""

    text: str


Node = VectorSelector | Aggregation | Binary | Call | Subquery | Negative | Number | StringLiteral
PLAIN: Final = VectorMatching(
    on=False, labels=frozenset(), many=None, taken=frozenset(), is_filled=False
)


@lru_cache(maxsize=65536)
def read(text: str) -> Node | None:
    """The tree of an expression or of an SLI query; None if it is not PromQL."""
    tree = syntax.parse(WINDOW.sub(STAND_IN, text) if "{{" in text else text)
    return None if isinstance(tree, str) else _node(tree)


def children(node: Node) -> tuple[Node, ...]:
    """The expressions directly inside of one, as they are written."""
    match node:
        case Aggregation():
            return (node.inner,) if node.parameter is None else (node.parameter, node.inner)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Subquery() | Negative():
            return (node.inner,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """An expression and everything inside of it, outermost first."""
    yield node
    for inner in children(node):
        yield from walk(inner)


def selectors(node: Node) -> Iterator[VectorSelector]:
    """Every selector of an expression."""
    return (inner for inner in walk(node) if isinstance(inner, VectorSelector))


def is_scalar(node: Node) -> bool:
    """Whether an expression is one number without labels."""
    match node:
        case Number():
            return True
        case Call():
            return node.function in ("scalar", "time", "pi")
        case Negative():
            return is_scalar(node.inner)
        case Binary():
            return is_scalar(node.left) and is_scalar(node.right)
        case _:
            return False


def _node(tree: Any) -> Node:
    """What the parser made, as a node of ours."""
    return MAKERS[type(tree).__name__](tree)


def _selector(tree: Any, length: timedelta | None) -> VectorSelector:
    return VectorSelector(
        metric=syntax.metric(tree),
        matchers=tuple(Matcher(*matcher) for matcher in syntax.matchers(tree)),
        range=length,
        offset=tree.offset or timedelta(),
        alternatives=bool(tree.matchers.or_matchers),
    )


def _aggregation(tree: Any) -> Aggregation:
    modifier, parameter = tree.modifier, tree.param
    grouping: Literal["by", "without"] | None = None
    if modifier is not None:
        grouping = "by" if str(modifier.type).endswith("By") else "without"

    return Aggregation(
        operator=str(tree.op).lower(),
        inner=_node(tree.expr),
        grouping=grouping,
        labels=frozenset(modifier.labels) if modifier is not None else frozenset(),
        parameter=None if parameter is None else _node(parameter),
    )


def _binary(tree: Any) -> Binary:
    modifier = tree.modifier
    matching = PLAIN if modifier is None else _matching(modifier)
    returns_bool = modifier is not None and bool(modifier.return_bool)
    return Binary(
        operator=str(tree.op),
        left=_node(tree.lhs),
        right=_node(tree.rhs),
        returns_bool=returns_bool,
        matching=matching,
    )


def _matching(modifier: Any) -> VectorMatching:
    written, card = modifier.matching, str(modifier.card)
    many: Literal["left", "right"] | None = None
    if card.endswith("ManyToOne"):
        many = "left"
    elif card.endswith("OneToMany"):
        many = "right"

    return VectorMatching(
        on=written is not None and str(written.type).endswith("Include"),
        labels=frozenset(written.labels) if written is not None else frozenset(),
        many=many,
        taken=frozenset(modifier.group_labels or ()),
        is_filled=_is_filled(modifier.fill_values),
    )


def _is_filled(values: Any) -> bool:
    return any(getattr(values, side, None) is not None for side in ("lhs", "rhs"))


MAKERS: Final[Mapping[str, Callable[[Any], Node]]] = {
    "VectorSelector": lambda tree: _selector(tree, None),
    "MatrixSelector": lambda tree: _selector(tree.vector_selector, tree.range),
    "AggregateExpr": _aggregation,
    "BinaryExpr": _binary,
    "Call": lambda tree: Call(str(tree.func.name), tuple(map(_node, tree.args))),
    "SubqueryExpr": lambda tree: Subquery(_node(tree.expr), tree.range, tree.offset or timedelta()),
    "ParenExpr": lambda tree: _node(tree.expr),
    "UnaryExpr": lambda tree: Negative(_node(tree.expr)),
    "NumberLiteral": lambda tree: Number(float(tree.val)),
    "StringLiteral": lambda tree: StringLiteral(str(tree.val)),
}
