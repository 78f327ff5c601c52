"""Small faults that can be made in a module: comparisons, constants, conditions, statements."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SWAPPED: Final[dict[type[ast.cmpop], tuple[str, str]]] = {
    ast.Lt: (r"<", "<="),
    ast.LtE: (r"<=", "<"),
    ast.Gt: (r">", ">="),
    ast.GtE: (r">=", ">"),
    ast.Eq: (r"==", "!="),
    ast.NotEq: (r"!=", "=="),
    ast.In: (r"\bin\b", "not in"),
    ast.NotIn: (r"\bnot\s+in\b", "in"),
    ast.Is: (r"\bis\b", "is not"),
    ast.IsNot: (r"\bis\s+not\b", "is"),
}
OTHER_NAMES: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
Part = tuple[int, int, str]
"""Bytes from, to, and the text in their place."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault: bytes `start` to `end` of a file, as UTF-8, are replaced by `text`."""

    path: str
    line: int
    start: int
    end: int
    text: str

    def apply(self, source: bytes) -> bytes:
        """The source with the fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def compiles(self, source: bytes) -> bool:
        """Whether the faulty module is still Python."""
        try:
            compile(self.apply(source), self.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
        return True

    def diff(self, source: bytes) -> str:
        """The changed lines, as a unified diff without context."""
        before, after = (each.decode().splitlines() for each in (source, self.apply(source)))
        lines = list(difflib.unified_diff(before, after, self.path, self.path, n=0, lineterm=""))
        return "\n".join(lines[2:])


def mutations(path: str, source: bytes) -> list[Mutation]:
    """Every fault of a module in the order of the lines; few of them do not compile."""
    tree = ast.parse(source)
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    places = _Places(source, offsets)
    found = []
    for node in _code(tree):
        for start, end, text in places.parts(node):
            found.append(Mutation(path, getattr(node, "lineno", 1), start, end, text))
    return sorted(found, key=lambda each: (each.start, each.end, each.text))


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes that run: no annotations, no imports for types only."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST):
                continue
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                continue
            yield node
            yield from _code(node)


@dataclass(frozen=True, slots=True)
class _Places:
    source: bytes
    offsets: list[int]

    def parts(self, node: ast.AST) -> Iterator[Part]:
        yield from self._operators(node)
        yield from self._conditions(node)
        yield from self._values(node)

    def _operators(self, node: ast.AST) -> Iterator[Part]:
        match node:
            case ast.Compare(left, [operator], [right]):
                pattern, text = SWAPPED[type(operator)]
                yield from self._between(left, right, pattern, text)
            case ast.BoolOp(operator, [first, second, *_]):
                pattern, text = (
                    (r"\band\b", "or") if isinstance(operator, ast.And) else (r"\bor\b", "and")
                )
                yield from self._between(first, second, pattern, text)
                yield self._end(node.values[-2]), self._end(node.values[-1]), ""
            case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right):
                is_sum = isinstance(operator, ast.Add)
                yield from self._between(left, right, r"\+" if is_sum else "-", "+-"[is_sum])
            case _:
                pass

    def _conditions(self, node: ast.AST) -> Iterator[Part]:
        match node:
            case ast.If(test) | ast.IfExp(test) | ast.While(test):
                yield self._start(test), self._end(test), "False"
            case ast.comprehension(ifs=[*_, test]):
                yield self._start(test), self._end(test), "True"
            case ast.UnaryOp(ast.Not(), operand):
                yield self._start(node), self._start(operand), ""
            case _:
                pass

    def _values(self, node: ast.AST) -> Iterator[Part]:
        match node:
            case ast.Constant(bool() as value):
                yield self._start(node), self._end(node), str(not value)
            case ast.Constant(int() as value):
                yield self._start(node), self._end(node), str(value + 1)
            case ast.Call(ast.Name(name) as called) if name in OTHER_NAMES:
                yield self._start(called), self._end(called), OTHER_NAMES[name]
            case ast.Delete(targets) if all(isinstance(each, ast.Name) for each in targets):
                pass  # What a name was for is over, so without it nothing changes
            case ast.Expr(ast.Call()) | ast.Delete() | ast.AugAssign():
                yield self._start(node), self._end(node), "pass"
            case _:
                pass

    def _between(self, left: ast.expr, right: ast.expr, pattern: str, text: str) -> Iterator[Part]:
        start, end = self._end(left), self._start(right)
        operator = re.compile(pattern.encode()).search(self.source, start, end)
        if operator:
            yield operator.start(), operator.end(), text

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self.offsets[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        return self.offsets[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
