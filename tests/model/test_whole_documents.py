"""A document of each kind, with one value changed: what is read and found, in golden files.

`pytest tests/model/test_whole_documents.py --update-golden` rewrites them; read what has changed.
"""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest

from reliability.load.document import parse
from reliability.load.loader import load
from reliability.model.openslo.slo import Slo
from tests.golden import Golden

PATH: Final = PurePosixPath("services/shop/all.yaml")
WHOLE: Final = (Path(__file__).parent / "whole_documents.yaml").read_bytes()
GOLDEN: Final = Path(__file__).parent / "golden" / "one-other-value"
DOCUMENTS: Final = [document.values for document in parse(PATH, WHOLE).documents]
ABSENT: Final = object()
SHARED: Final = re.compile(
    r"apiVersion|kind|metadata|metadata\.name|spec\.targets\.\d+\.(name|provider)"
)
"""Routes of which one document is enough."""
FIRST: Final = "slo-shop-checkout"
Route = tuple[str | int, ...]


def name_of(document: Any) -> str:
    return f"{document['kind']}-{document['metadata']['name']}".lower()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_one_other_value(golden: Golden, document: Any) -> None:
    whole = read(document)
    assert isinstance(whole, dict), whole
    lines = [
        line
        for route in routes(document)
        if name_of(document) == FIRST or not SHARED.fullmatch(".".join(map(str, route)))
        for line in outcomes(document, whole, route)
    ]
    golden.check(GOLDEN / f"{name_of(document)}.txt", "".join(f"{line}\n" for line in lines))


def outcomes(document: Any, whole: dict[str, Any], route: Route) -> Iterator[str]:
    """Yield the route, and for each other value there what is found, or else read instead."""
    yield ".".join(map(str, route))
    by_result: dict[tuple[str, ...], list[str]] = {}
    for name, value in others(at(document, route)).items():
        result = read(changed(document, route, value))
        if isinstance(result, dict):
            result = [", ".join(differences(whole, result)) or "the same"]
        by_result.setdefault(tuple(result), []).append(name)

    for lines, names in by_result.items():
        yield f"  {', '.join(names)} -> {lines[0]}"
        yield from (f"    {line}" for line in lines[1:])


def read(document: Any) -> dict[str, Any] | list[str]:
    """Return the fields of the model and of its annotations, or what is found in the document."""
    catalog, findings = load([(PATH, json.dumps(document).encode())])
    problems = [(finding.rule, finding.problem) for finding in findings]
    if problems:
        return [
            f"{rule}: {problem.message}" + (f" = {problem.help}" if problem.help else "")
            for rule, problem in problems
        ]
    [located] = catalog.everything()
    fields: dict[str, Any] = located.value.model_dump()
    if isinstance(located.value, Slo):
        fields["review"] = located.value.review.model_dump()
    return fields


def differences(before: Any, after: Any, route: str = "") -> Iterator[str]:
    """Yield the fields that differ, with their new values."""
    match before, after:
        case dict(), dict() if set(before) == set(after):
            for key in before:
                yield from differences(before[key], after[key], f"{route}.{key}")
        case tuple(), tuple() if len(before) == len(after):
            for index, values in enumerate(zip(before, after, strict=True)):
                yield from differences(*values, f"{route}.{index}")
        case _ if before != after:
            yield f"{route.removeprefix('.')}: {shown(before, after)}"


def shown(before: Any, after: Any) -> str:
    """Return a new value, shortened if it is one of several items."""
    if isinstance(before, tuple) and after == before * 2:
        return "twice"
    if isinstance(after, tuple) and len(after) > 1:
        return f"{len(after)} items"
    if isinstance(before, dict) and isinstance(after, dict) and after:
        return f"only {', '.join(after)}"
    return str(after)


def others(value: Any) -> dict[str, Any]:
    """Return other values for a value, by their names."""
    absent = {"absent": ABSENT, "null": None}
    match value:
        case bool():
            return {**absent, "opposite": not value, '"true"': "true", "1": 1}
        case int() | float():
            numbers = (0, -1, 1.5, 1e13, 1e40)
            return {**absent, **{f"{number:g}": number for number in numbers}, '"1"': "1"}
        case str():
            return {**absent, '""': "", '"x y"': "x y", "0": 0}
        case dict():
            return {**absent, "[]": [], "{}": {}, "x y: 1 added": {**value, "x y": 1}}
        case _:
            return {**absent, '"x"': "x", "{}": {}, "[]": [], "twice": [*value, *value]}


def routes(value: Any, route: Route = ()) -> Iterator[Route]:
    """Yield the route to every value inside a value."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        yield (*route, step)
        if isinstance(inner, dict | list):
            yield from routes(inner, (*route, step))


def at(value: Any, route: Route) -> Any:
    for step in route:
        value = value[step]
    return value


def changed(document: Any, route: Route, value: Any) -> Any:
    """Return a copy with another value at a route, or without one."""
    document = copy.deepcopy(document)
    parent = at(document, route[:-1])
    if value is ABSENT:
        del parent[route[-1]]
    else:
        parent[route[-1]] = value
    return document
