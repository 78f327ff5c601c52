"""Every value of some documents, changed one at a time."""

import copy
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

Route = tuple[str | int, ...]
NUMBER: Final = re.compile(r"\d+")


def documents(text: str) -> list[Any]:
    """The documents of a YAML file."""
    return list(yaml.safe_load_all(text))


def leaves(value: Any, route: Route = ()) -> Iterator[Route]:
    """The route to each value that is neither a mapping nor a list."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*route, step))
        else:
            yield (*route, step)


def with_value(found: Any, route: Route, value: Any) -> Any:
    """A copy with another value at a route."""
    found = copy.deepcopy(found)
    _inner(found, route)[route[-1]] = value
    return found


def without(found: Any, route: Route) -> Any:
    """A copy without what is at a route."""
    found = copy.deepcopy(found)
    del _inner(found, route)[route[-1]]
    return found


def _inner(found: Any, route: Route) -> Any:
    for step in route[:-1]:
        found = found[step]
    return found


def others(value: Any) -> Iterator[Any]:
    """Values like this one: next to it, far from it, and of another type."""
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (value + 1, value / 2, -value)
        case str() if NUMBER.search(value):
            yield NUMBER.sub(lambda match: str(int(match[0]) + 1), value, count=1)
            yield NUMBER.sub(lambda match: str(int(match[0]) * 10), value, count=1)
        case _:
            yield f"{value}-x"


def variations(found: Any) -> Iterator[tuple[str, Any]]:
    """Each change by its name, and what the documents are then."""
    for route in leaves(found):
        name = ".".join(map(str, route))
        value = _inner(found, route)[route[-1]]
        for other in others(value):
            yield f"{name}: {other}", with_value(found, route, other)
        yield f"{name} missing", without(found, route)
