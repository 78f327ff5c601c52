"""Locations in documents by names, which stay the same when lines and list items move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reliability.location import Pointer

NAMING: Final = ("name", "slo", "displayName")
"""Keys that identify an item of a list."""


ListNames = dict[int, list[str]]
"""Numbered names of the items of lists, by the identity of a list that stays alive meanwhile."""


def named_place(values: Any, pointer: Pointer, names: ListNames | None = None) -> str:
    """Return a location as kind and name of its object, and the route in it.

    The result is empty for an object without a kind or a name. A document may be a list of objects.
    Pass the same `names` for all locations of a document: otherwise each counts the items again.
    """
    whole, first = values, pointer[0] if pointer else None
    if isinstance(values, list) and isinstance(first, int):
        whole, pointer = values[first], pointer[1:]

    metadata = whole.get("metadata") if isinstance(whole, Mapping) else None
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if not isinstance(name, str) or not isinstance(whole.get("kind"), str):
        return ""

    return "/".join(
        [f"{whole['kind']} {name}", *_steps(whole, pointer, {} if names is None else names)]
    )


def _steps(values: Any, pointer: Pointer, names: ListNames) -> Iterator[str]:
    for step in pointer:
        inner = None
        if isinstance(values, dict):
            inner = values.get(step)
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            inner = values[step]
        yield _item(values, step, names) if isinstance(step, int) else str(step)
        values = inner


def _item(values: Any, index: int, names: ListNames) -> str:
    """Return the name of a list item, numbered if an item before it has it, or else its index."""
    if not isinstance(values, list) or index >= len(values):
        return str(index)
    if id(values) not in names:
        names[id(values)] = [*_numbered(values)]
    return names[id(values)][index]


def _numbered(values: list[Any]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for index, name in enumerate(map(_name, values)):
        counts[name] += 1
        number = counts[name]
        yield str(index) if not name else f"{name}#{number}" if number > 1 else name


def _name(item: Any) -> str:
    """Return the name of a list item, or an empty string if it has none.

    An alert policy has an entry for each objective of an SLO, so the name consists of both.
    """
    if not isinstance(item, dict):
        return ""
    name = next((str(item[key]) for key in NAMING if isinstance(item.get(key), str)), "")
    objective = item.get("objective")
    return f"{name}/{objective}" if name and isinstance(objective, str) else name
