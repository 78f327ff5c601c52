"""What is said of each value of each kind if it is another, in one golden file for each kind.

`pytest tests/load/test_faults.py --update-golden` rewrites them; read what has changed.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest

from reliability.load.document import parse
from reliability.load.loader import load
from tests.check.custom.test_worlds import repository
from tests.golden import Golden
from tests.project.repository import ROOT

GOLDEN: Final = Path(__file__).parent / "golden" / "faults"
OTHERS: Final[tuple[Any, ...]] = (None, [], {}, True, 0, -1, "", "x y", "x" * 90, ["x"])
"""Values that are put in place of each that is written."""


def documents() -> dict[str, tuple[str, Any]]:
    """A document of each kind: of a small repository, or else of the shipped one."""
    shipped = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("policies", "services")
        for path in sorted((ROOT / folder).rglob("*.yaml"))
    }
    kinds: dict[str, tuple[str, Any]] = {}
    for path, text in [*repository().items(), *shipped.items()]:
        if path.endswith(".yaml"):
            for document in parse(PurePosixPath(path), text.encode()).documents:
                kinds.setdefault(document.values["kind"], (path, document.values))
    return kinds


KINDS: Final = documents()


@pytest.mark.parametrize("kind", KINDS)
def test_each_value_that_cannot_be_is_told(golden: Golden, kind: str) -> None:
    path, values = KINDS[kind]
    lines = [line for route in routes(values) for line in told(path, values, route)]
    golden.check(GOLDEN / f"{kind}.txt", "".join(f"{line}\n" for line in lines))


def routes(values: Any) -> Iterator[tuple[Any, ...]]:
    """The ways to every value of a document, of lists to the first."""
    inner = values.items() if isinstance(values, dict) else enumerate(values[:1])
    for key, value in inner:
        if key in ("apiVersion", "kind"):
            continue
        yield (key,)
        if isinstance(value, dict | list):
            yield from ((key, *rest) for rest in routes(value))


def told(path: str, values: Any, route: tuple[Any, ...]) -> Iterator[str]:
    """What the loader says if a value is taken out, its key is misspelled, or it is another."""
    name = ".".join(map(str, route))
    if isinstance(route[-1], str):
        yield from said(f"{name} gone", path, changed(values, route, remove=True))
        renamed = changed(values, route, remove=True)
        place = at(renamed, route[:-1])
        place[f"{route[-1]}z"] = at(values, route)
        yield from said(f"{name}z", path, renamed)
    for other in OTHERS:
        shown = json.dumps(other) if len(str(other)) < 20 else "a long text"
        yield from said(f"{name} = {shown}", path, changed(values, route, other))


def changed(values: Any, route: tuple[Any, ...], value: Any = None, *, remove: bool = False) -> Any:
    copied = copy.deepcopy(values)
    inner = at(copied, route[:-1])
    if remove:
        del inner[route[-1]]
    else:
        inner[route[-1]] = value
    return copied


def at(values: Any, route: tuple[Any, ...]) -> Any:
    for step in route:
        values = values[step]
    return values


def said(name: str, path: str, values: Any) -> Iterator[str]:
    text = json.dumps(values, indent=1)
    _, findings = load([(PurePosixPath(path), text.encode())])
    for finding in findings:
        problem = finding.problem
        helped = f"; {problem.help}" if problem.help else ""
        fixed = f"; {problem.fix.title}" if problem.fix else ""
        spot = f"{problem.at.span.line}:{problem.at.span.column}"
        yield f"{name}: {spot} {finding.rule}: {problem.message}{helped}{fixed}"
