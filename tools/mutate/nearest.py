"""The tests nearest to a module: by name, then by how many imports lie between."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

RULES: Final = "reliability/check/rules/"
TESTS_OF_RULES: Final = ("tests/check/test_rule_pages.py", "tests/check/test_cases.py")
LEFT_OUT: Final = ("tests/project/", "tests/delivery/", "tests/benchmarks/")
"""Tests of the repository as a whole, which is no Git repository where mutations run."""


def importers(root: Path, files: Iterable[str]) -> dict[str, set[str]]:
    """For each Python file the files that import it, also inside of functions."""
    python = {file for file in files if file.endswith(".py")}
    found: dict[str, set[str]] = defaultdict(set)
    for file in python:
        for name in _imported(ast.parse((root / file).read_bytes())):
            path = name.replace(".", "/")
            for candidate in (f"{path}.py", f"{path}/__init__.py"):
                if candidate in python:
                    found[candidate].add(file)
    return found


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def nearest(module: str, known: dict[str, set[str]], files: Iterable[str], most: int) -> list[str]:
    """Test files for a module, the nearest first: same name, then importers, and theirs."""
    tests = sorted(file for file in files if _is_test(file))
    stem = PurePosixPath(module).stem
    parent = PurePosixPath(module).parent.name
    named = [
        file for file in tests if PurePosixPath(file).stem in (f"test_{stem}", f"test_{parent}")
    ]
    named.sort(key=lambda file: (PurePosixPath(file).stem != f"test_{stem}", file))
    ordered = [*(TESTS_OF_RULES if module.startswith(RULES) else ()), *named]
    seen, level = {module}, {module}
    while level and len(ordered) < most:
        level = {each for file in level for each in known.get(file, ())} - seen
        seen |= level
        importing = (file for file in level if _is_test(file))
        ordered += sorted(importing, key=lambda file: (_is_elsewhere(module, file), file))
    return list(dict.fromkeys(ordered))[:most]


def _is_test(file: str) -> bool:
    path = PurePosixPath(file)
    is_test = path.suffix == ".py" and path.name.startswith("test_") and path.parts[0] == "tests"
    return is_test and not file.startswith(LEFT_OUT)


def _is_elsewhere(module: str, test: str) -> bool:
    """Whether a test lies in no folder that is named like a part of the module's path."""
    parts = PurePosixPath(module).with_suffix("").parts
    return not set(parts).intersection(PurePosixPath(test).parent.parts)
