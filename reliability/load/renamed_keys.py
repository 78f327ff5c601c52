"""Documents with keys that were renamed: they are read under their new names, with a warning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reliability.finding import Problem
from reliability.load.document import Document, EntryPart
from reliability.load.rewrite import fix, renamed
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.renamed_keys import ITEMS, RENAMED_KEYS, RenamedKey


def with_new_keys(
    document: Document,
    values: Mapping[str, Any],
    pointer: Pointer,
    table: Iterable[RenamedKey] = RENAMED_KEYS,
) -> tuple[Mapping[str, Any], list[Problem]]:
    """Return the values under the new names of their keys, and a problem with a fix for each.

    A key stays as it is if its new name is there as well; then it is an unknown key.
    """
    problems: list[Problem] = []
    for entry in table:
        if entry.kind != values.get("kind"):
            continue
        for route in list(_routes(values, entry.path, entry.new)):
            values = _renamed(values, route, entry.new)
            problems.append(_problem(document, (*pointer, *route), entry))

    return values, problems


def _routes(values: Any, path: Sequence[str], new: str, above: Pointer = ()) -> Iterator[Pointer]:
    """Yield the routes to the old key that exist, if the new name is free."""
    step, *rest = path
    if step == ITEMS:
        for index, item in enumerate(values) if isinstance(values, list) else ():
            yield from _routes(item, rest, new, (*above, index))
    elif isinstance(values, dict) and step in values:
        if rest:
            yield from _routes(values[step], rest, new, (*above, step))
        elif new not in values:
            yield (*above, step)


def _renamed(values: Any, route: Sequence[str | int], new: str) -> Any:
    """Return a copy with one key renamed; the document's own values are shared and stay."""
    step, *rest = route
    if isinstance(values, list):
        return [_renamed(item, rest, new) if at == step else item for at, item in enumerate(values)]
    if rest:
        return {**values, str(step): _renamed(values[step], rest, new)}
    return {new if key == step else key: value for key, value in values.items()}


def _problem(document: Document, pointer: Pointer, entry: RenamedKey) -> Problem:
    old = entry.path[-1]
    at = document.locate(pointer, EntryPart.KEY)
    message = Message(
        "key {old} was renamed to {new}; the old name is read until version {version}",
        old=old,
        new=entry.new,
        version=entry.until,
    )
    return Problem(
        at,
        message,
        Message("rename it; `reliability check --fix` does"),
        fix=fix(f"rename the key to {entry.new}", renamed(document, at, old, new=entry.new)),
    )
