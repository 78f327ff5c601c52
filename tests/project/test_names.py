"""Names, calls and imports of the package stay within the limits of the style."""

import ast
from pathlib import Path
from typing import Final

import pytest

from tools.code_figures import (
    Module,
    class_count,
    figures,
    import_circles,
    modules,
    positional_calls,
    shared_class_names,
)

SHARED: Final[dict[str, str]] = {}
"""Names that several classes may have, with the reason: one concept in two wire formats."""

MOST_SHARED: Final = 5


@pytest.fixture(scope="module")
def package() -> list[Module]:
    return modules()


def source(name: str, text: str) -> Module:
    return Module(Path(name), text, ast.parse(text))


def test_the_package_is_read_as_a_whole(package: list[Module]) -> None:
    assert len(package) > 600
    assert class_count(package) > 800


def test_a_class_name_belongs_to_one_class(package: list[Module]) -> None:
    shared = shared_class_names(package)
    assert {name: places for name, places in shared.items() if name not in SHARED} == {}


def test_each_exception_is_a_shared_name_and_has_a_reason(package: list[Module]) -> None:
    assert set(SHARED) <= set(shared_class_names(package))
    assert [name for name, reason in SHARED.items() if not reason] == []
    assert len(SHARED) <= MOST_SHARED


def test_few_calls_have_six_or_more_positional_arguments(package: list[Module]) -> None:
    assert len(positional_calls(package)) < 15


def test_a_dataclass_of_over_four_fields_takes_them_by_keyword(package: list[Module]) -> None:
    large = [
        (f"{module.name}.{node.name}", node)
        for module in package
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and is_dataclass(node) and len(fields(node)) > 4
    ]
    assert len(large) > 150
    assert [name for name, node in large if not takes_keywords(node)] == []


def is_dataclass(node: ast.ClassDef) -> bool:
    return any(ast.unparse(decorator).startswith("dataclass") for decorator in node.decorator_list)


def fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    return [
        line
        for line in node.body
        if isinstance(line, ast.AnnAssign) and "ClassVar" not in ast.unparse(line.annotation)
    ]


def takes_keywords(node: ast.ClassDef) -> bool:
    """Whether all fields, or those behind the first three, are keyword only."""
    leading = fields(node)[:4]
    return any(
        "kw_only=True" in ast.unparse(decorator) for decorator in node.decorator_list
    ) or any(ast.unparse(line.annotation) == "KW_ONLY" for line in leading)


def test_no_module_imports_another_one_in_a_circle(package: list[Module]) -> None:
    assert import_circles(package) == []


def test_a_name_that_two_modules_define_is_found_with_both() -> None:
    first = source("reliability/a.py", "class Row: ...\nclass Column: ...\n")
    second = source("reliability/b/__init__.py", "def f():\n    class Row: ...\n")
    assert shared_class_names([first, second]) == {"Row": ["reliability.a", "reliability.b"]}


def test_a_circle_is_found_through_imports_inside_functions_and_for_types() -> None:
    circle = [
        source("reliability/a.py", "from reliability.b import f\n"),
        source("reliability/b.py", "def f():\n    import reliability.c\n"),
        source("reliability/c.py", "if TYPE_CHECKING:\n    from reliability import a, d\n"),
        source("reliability/d.py", "import os\n"),
    ]
    assert import_circles(circle) == [["reliability.a", "reliability.b", "reliability.c"]]


def test_the_table_tells_how_many_names_are_shared_and_how_many_calls_are_long() -> None:
    two = [
        source(
            "reliability/a.py", "class Row: ...\n\ndef f():\n" + "    g(1, 2, 3, 4, 5, 6)\n" * 12
        ),
        source("reliability/b.py", "# why\nclass Row: ...\n"),
    ]
    rows = dict(figures(two))
    assert rows["class names shared by two or more classes"] == "1 of 2"
    assert rows["calls with 6 or more positional arguments"] == "12, at most 6 arguments"
    assert rows["functions of 12+ lines without a blank line"] == "100 % of 1"
    assert rows["comment lines"] == "1 in 17 (5.9 %)"
