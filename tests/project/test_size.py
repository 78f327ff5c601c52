"""Files and functions stay small enough to be read at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.repository import relative, tracked

LINES_OF_A_FILE = 350
LINES_OF_A_FUNCTION = 45

MODULES = tracked("reliability/*.py", "reliability/**/*.py")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return lines
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_the_package_has_modules() -> None:
    assert MODULES


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_file_is_longer_than_350_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_FILE


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_function_is_longer_than_45_lines(path: Path) -> None:
    long = {f.name: length(f) for f in functions(path) if length(f) > LINES_OF_A_FUNCTION}
    assert long == {}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_every_module_says_in_its_first_line_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said, f"{relative(path)} has no docstring"
    assert said.splitlines()[0].endswith((".", ":")), said.splitlines()[0]
