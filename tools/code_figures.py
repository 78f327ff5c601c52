"""Prints figures about names, calls and modules of the package: `python -m tools.code_figures`.

tests/project/test_names.py holds those that must not grow again; the others are for readers.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = "reliability"
VAGUE_NAMES: Final = ("each", "found", "said")
LONG_FUNCTION: Final = 12
"""Lines from which a function needs paragraphs."""
MANY_POSITIONAL: Final = 6
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the package: its path from the root, text and tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name; a package has its folder's."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(root: Path = ROOT) -> list[Module]:
    """Every module of the package, in the order of the paths."""
    read = []
    for path in sorted((root / PACKAGE).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        read.append(Module(path.relative_to(root), text, ast.parse(text)))
    return read


def shared_class_names(package: list[Module]) -> dict[str, list[str]]:
    """Names of classes that several classes have, each with the modules that define one."""
    places: dict[str, list[str]] = {}
    for module in package:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module.name)
    return {name: defined for name, defined in sorted(places.items()) if len(defined) > 1}


def class_count(package: list[Module]) -> int:
    """How many classes the package defines."""
    return sum(
        isinstance(node, ast.ClassDef) for module in package for node in ast.walk(module.tree)
    )


def vague_names(package: list[Module]) -> Counter[str]:
    """How often each vague name stands in the code as an identifier."""
    names: Counter[str] = Counter()
    for module in package:
        for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
            if token.type == tokenize.NAME and token.string in VAGUE_NAMES:
                names[token.string] += 1
    return names


def comment_lines(package: list[Module]) -> int:
    """Lines that hold a comment alone."""
    return sum(
        line.lstrip().startswith("#") for module in package for line in module.text.splitlines()
    )


def dense_functions(package: list[Module]) -> tuple[int, int]:
    """How many functions of 12 lines or more have no blank line, and how many there are."""
    dense = total = 0
    for module in package:
        lines = module.text.splitlines()
        for function in _functions(module.tree):
            start, end = _body_lines(function)
            if end - start + 1 >= LONG_FUNCTION:
                total += 1
                dense += all(line.strip() for line in lines[start - 1 : end])
    return dense, total


def positional_calls(package: list[Module]) -> list[tuple[str, int, int]]:
    """Calls with six or more positional arguments: path, line, number of arguments."""
    return [
        (module.path.as_posix(), node.lineno, len(node.args))
        for module in package
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and len(node.args) >= MANY_POSITIONAL
        and not any(isinstance(argument, ast.Starred) for argument in node.args)
    ]


def inner_imports(package: list[Module]) -> tuple[int, int]:
    """How many imports stand inside of functions, and in how many files."""
    counts = [
        sum(
            isinstance(node, ast.Import | ast.ImportFrom)
            for function in _outer_functions(module.tree)
            for node in ast.walk(function)
        )
        for module in package
    ]
    return sum(counts), sum(count > 0 for count in counts)


def import_circles(package: list[Module]) -> list[list[str]]:
    """Groups of modules that import one another in a circle, imports in functions included.

    Imports for types alone count too: they are what hides a circle.
    """
    known = {module.name for module in package}
    imported = {module.name: _imported(module, known) for module in package}
    return [sorted(group) for group in _strongly_connected(imported) if len(group) > 1]


def mirrored(package: list[Module], root: Path = ROOT) -> tuple[int, int]:
    """Modules, rules left out, with a test file of the same place and name, and all of these."""
    paths = [
        module.path.relative_to(PACKAGE)
        for module in package
        if module.path.name != "__init__.py" and module.path.parent.name != "rules"
    ]
    held = sum((root / "tests" / path.parent / f"test_{path.name}").is_file() for path in paths)
    return held, len(paths)


def _functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def _outer_functions(tree: ast.AST) -> Iterator[Function]:
    """Functions that stand in no other one."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node
        else:
            yield from _outer_functions(node)


def _body_lines(function: Function) -> tuple[int, int]:
    """First and last line without the docstring."""
    body = function.body
    if ast.get_docstring(function) is not None and len(body) > 1:
        body = body[1:]
    return body[0].lineno, function.end_lineno or body[-1].lineno


def _imported(module: Module, known: set[str]) -> set[str]:
    """Modules of the package that a module imports: of `from a import b`, b if it is one."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = members & known
            names |= submodules or {node.module}
    return (names & known) - {module.name}


def _strongly_connected(graph: dict[str, set[str]]) -> list[set[str]]:
    """Groups of nodes that reach one another, after Kosaraju and Sharir."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        _visit(start, graph, seen, order)

    backwards: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets:
            backwards[target].add(name)

    groups, seen = [], set()
    for start in reversed(order):
        group: list[str] = []
        _visit(start, backwards, seen, group)
        if group:
            groups.append(set(group))
    return groups


def _visit(start: str, graph: dict[str, set[str]], seen: set[str], order: list[str]) -> None:
    """Append what is reached from a node, each after all that is reached from it."""
    if start in seen:
        return
    seen.add(start)
    stack = [(start, iter(graph[start]))]
    while stack:
        name, targets = stack[-1]
        unseen = next((target for target in targets if target not in seen), None)
        if unseen is None:
            order.append(name)
            stack.pop()
        else:
            seen.add(unseen)
            stack.append((unseen, iter(graph[unseen])))


def figures(package: list[Module]) -> list[tuple[str, str]]:
    """The rows of the table: what is measured, and its value."""
    lines = sum(len(module.text.splitlines()) for module in package)
    shared = len(shared_class_names(package))
    names = vague_names(package)
    comments = comment_lines(package)
    dense, functions = dense_functions(package)
    calls = [arguments for _, _, arguments in positional_calls(package)]
    inner, files = inner_imports(package)
    held, paths = mirrored(package)

    return [
        ("class names shared by two or more classes", f"{shared} of {class_count(package)}"),
        (
            f"identifiers {' / '.join(VAGUE_NAMES)}",
            " / ".join(f"{names[name]:,}" for name in VAGUE_NAMES),
        ),
        ("comment lines", f"{comments:,} in {lines:,} ({100 * comments / lines:.1f} %)"),
        (
            f"functions of {LONG_FUNCTION}+ lines without a blank line",
            f"{100 * dense / functions:.0f} % of {functions}",
        ),
        (
            f"calls with {MANY_POSITIONAL} or more positional arguments",
            f"{len(calls)}, at most {max(calls, default=0)} arguments",
        ),
        ("imports inside functions", f"{inner} in {files} files"),
        ("import circles (file level)", str(len(import_circles(package)))),
        ("modules with a test file of the same place and name", f"{held} of {paths}"),
    ]


def main() -> None:
    """Print the table."""
    for name, value in figures(modules()):
        print(f"{name:55} {value}")


if __name__ == "__main__":
    main()
