"""No test fails because a machine is slow: the wall clock gives no test an upper limit."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.repository import relative, tracked

CLOCKS = {"monotonic", "perf_counter", "time", "monotonic_ns", "perf_counter_ns", "time_ns"}
MODULES = tracked("tests/*.py", "tests/**/*.py")
LOWER_BOUNDS = {
    "tests/onboarding/demo/test_live_parts.py",
    "tests/forge/test_calls.py",
    "tests/http/test_bounds.py",
}
"""Tests that something takes at least so long; a slow machine only makes it longer."""
SHORTEST_GUARD = 300
"""Seconds after which a program that a test starts may be taken to hang, at the least."""


def clock_reads(tree: ast.AST) -> Iterator[ast.Call]:
    """Reads of a wall clock; `process_time` and `getrusage` count CPU, and are fine."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name("time"), name)) if name in CLOCKS:
                yield node
            case _:
                pass


def upper_limits(tree: ast.AST) -> Iterator[int]:
    """Lines that assert that something on a wall clock is less than something else."""
    for node in ast.walk(tree):
        match node:
            case ast.Assert(ast.Compare(left, [ast.Lt() | ast.LtE()], _)) if any(clock_reads(left)):
                yield node.lineno
            case ast.Assert(ast.Compare(_, [ast.Gt() | ast.GtE()], [right])) if any(
                clock_reads(right)
            ):
                yield node.lineno
            case _:
                pass


def short_guards(tree: ast.AST) -> Iterator[int]:
    """Lines that end a program so soon that a slow machine meets the limit."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(_, "run" | "communicate" | "wait" | "check_output")):
                yield from (each.value.lineno for each in node.keywords if is_short(each))
            case _:
                pass


def is_short(keyword: ast.keyword) -> bool:
    """Whether an argument is a time limit of few seconds."""
    value = keyword.value
    if keyword.arg != "timeout" or not isinstance(value, ast.Constant):
        return False
    return isinstance(value.value, int | float) and value.value < SHORTEST_GUARD


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def limits_in(path: Path) -> Iterator[str]:
    """The limits of a file, each with its line."""
    tree = tree_of(path)
    for line in (*upper_limits(tree), *short_guards(tree)):
        yield f"{relative(path)}:{line}"


def test_no_test_has_a_limit_on_a_wall_clock() -> None:
    limits = [limit for path in MODULES for limit in limits_in(path)]
    assert limits == [], "count CPU (time.process_time), or wait for what has to happen"


def test_only_tests_of_a_least_time_read_a_wall_clock() -> None:
    """A clock that is read into a variable is compared with a limit somewhere else."""
    tests = [path for path in MODULES if path.name.startswith("test_")]
    assert {relative(path) for path in tests if any(clock_reads(tree_of(path)))} == LOWER_BOUNDS


@pytest.mark.parametrize(
    "line",
    [
        "assert time.monotonic() - began < 5",
        "assert 5 > time.perf_counter() - began",
        "subprocess.run(['x'], timeout=60)",
        "process.communicate(timeout=2.5)",
    ],
)
def test_a_limit_is_found(line: str) -> None:
    tree = ast.parse(line)
    assert [*upper_limits(tree), *short_guards(tree)]


@pytest.mark.parametrize(
    "line",
    [
        "assert time.monotonic() - began >= 0.6",
        "assert time.process_time() - began < 5",
        "subprocess.run(['x'], timeout=600)",
    ],
)
def test_what_a_slow_machine_cannot_break_is_allowed(line: str) -> None:
    tree = ast.parse(line)
    assert not [*upper_limits(tree), *short_guards(tree)]
