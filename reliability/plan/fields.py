"""Field-by-field comparison of two bodies, with readable paths.

Items of a list are identified by a name, not by their index:
`groups[attendance].rules[ErrorBudgetBurn{tier="alert"}].expr`. A removed item and an added one that
are similar are one renamed item: `groups[pay -> payment]`.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeGuard

from reliability.resource import Json


class Absent(enum.Enum):
    """Value of a missing field."""

    ABSENT = enum.auto()


ABSENT: Final = Absent.ABSENT
Value = Json | Mapping[str, Json] | Absent
Item = Mapping[str, Json]

NAMING: Final = ("name", "alert", "record", "matchers", "receiver", "source_matchers")
"""Keys that identify an item of a list, the best first; routes have `matchers`."""

LIKE: Final = 0.6
"""Minimum similarity of two names, 0 to 1, for a removed and an added item to be a rename."""


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that differs; `before` or `after` is ABSENT if the field is missing.

    `keys` are the keys on its path, with an empty text for each list.
    """

    path: str
    before: Value
    after: Value
    keys: tuple[str, ...] = field(default=(), compare=False)


def differences(
    before: Mapping[str, Json], after: Mapping[str, Json]
) -> tuple[FieldDifference, ...]:
    """Return the differences of two bodies, in the order of `before`, then of what `after` adds."""
    return tuple(_compare("", (), dict(before), after=dict(after)))


Keys = tuple[str, ...]


def _compare(path: str, keys: Keys, before: Value, after: Value) -> Iterator[FieldDifference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _compare_mappings(path, keys, before, after=after)
    elif _are_items(before) and _are_items(after):
        yield from _compare_items(path, keys, before, after=after)
    elif not _is_same(before, after):
        yield FieldDifference(path, before, after, keys=keys)


def _compare_mappings(
    path: str, keys: Keys, before: Item, after: Item
) -> Iterator[FieldDifference]:
    for key in dict.fromkeys((*before, *after)):
        inner = f"{path}.{key}" if path else key
        inner_keys = (*keys, key)
        yield from _compare(
            inner, inner_keys, before.get(key, ABSENT), after=after.get(key, ABSENT)
        )


def _compare_items(
    path: str, keys: Keys, before: Sequence[Item], after: Sequence[Item]
) -> Iterator[FieldDifference]:
    distinguishing = _distinguishing_labels(before) | _distinguishing_labels(after)
    old, new = _named(before, distinguishing), _named(after, distinguishing)
    renamed, item_keys = _renamed(old, new), (*keys, "")
    fresh = (name for name in new if name not in renamed.values())

    for name in dict.fromkeys((*old, *fresh)):
        if name in renamed:
            later = renamed[name]
            yield FieldDifference(
                f"{path}[{name} -> {later}]", dict(old[name]), dict(new[later]), keys=item_keys
            )
        else:
            one, other = old.get(name, ABSENT), new.get(name, ABSENT)
            yield from _compare(f"{path}[{name}]", item_keys, one, after=other)

    # The order of routes and rules has a meaning: the first matching route wins, and a rule reads
    # what the rules before it recorded.
    stayed = [name for name in old if name in new]
    order = [name for name in new if name in old]
    if stayed != order:
        yield FieldDifference(f"{path} (order)", list(stayed), list(order), keys=(*keys, "name"))


def _renamed(old: Mapping[str, Item], new: Mapping[str, Item]) -> dict[str, str]:
    """Match each removed item with the most similar added one that has the same form.

    The diff of a renamed item is one line; a removal and an addition can be hundreds of lines.
    """
    renamed: dict[str, str] = {}
    added = [name for name in new if name not in old]
    for name in (name for name in old if name not in new):
        alike = {
            other: _likeness(name, other)
            for other in added
            if _form(old[name]) == _form(new[other])
        }
        # Greedy and in the order of the file: the best assignment overall would cost more than a
        # diff is worth.
        best = max(alike, key=alike.__getitem__, default=None)
        if best is not None and alike[best] >= LIKE:
            renamed[name] = best
            added.remove(best)

    return renamed


def _likeness(name: str, other: str) -> float:
    # `autojunk` ignores characters that are frequent in texts over 200 characters, such as
    # matchers.
    return difflib.SequenceMatcher(None, name, other, autojunk=False).ratio()


def _form(value: Value) -> object:
    """Return the keys of an item and the names of the items in it, which a rename keeps."""
    if isinstance(value, Mapping):
        return tuple((key, _form(inner)) for key, inner in sorted(value.items()))
    if _is_list(value) and value and _are_items(value):
        return tuple((item.get("alert"), item.get("record"), _form(item)) for item in value)
    return None


def _are_items(value: Value) -> TypeGuard[Sequence[Item]]:
    """Return whether a value is a list of mappings; an empty list counts as one."""
    return _is_list(value) and all(isinstance(item, Mapping) for item in value)


def _is_list(value: Value) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_same(before: Value, after: Value) -> bool:
    """Return whether values are equal; 1, 1.0 and true differ, as they do in a digest."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(
            _is_same(before[key], after[key]) for key in before
        )
    if _is_list(before) and _is_list(after):
        return len(before) == len(after) and all(map(_is_same, before, after))
    # In Python `1 == True == 1.0`, but YAML writes them differently, and servers read them so.
    return type(before) is type(after) and before == after


def _named(items: Sequence[Item], distinguishing: frozenset[tuple[str, str]]) -> dict[str, Item]:
    """Return items by name; items without a name, or with the same name, are numbered."""
    named: dict[str, Item] = {}
    for item in items:
        name = _full_name(item, distinguishing)
        number = 1
        while (unique := name if name and number == 1 else f"{name}#{number}") in named:
            number += 1
        named[unique] = item
    return named


def _full_name(item: Item, distinguishing: frozenset[tuple[str, str]]) -> str:
    name = _name(item)
    labels = _labels(item)
    shown = [f'{key}="{labels[key]}"' for key in sorted(labels) if (name, key) in distinguishing]
    return f"{name}{{{','.join(shown)}}}" if shown else name


def _distinguishing_labels(items: Sequence[Item]) -> frozenset[tuple[str, str]]:
    """Return the labels, by item name, whose values differ among items with the same name."""
    values: dict[tuple[str, str], set[str]] = {}
    for item in items:
        for key, value in _labels(item).items():
            values.setdefault((_name(item), key), set()).add(str(value))
    return frozenset(label for label, texts in values.items() if len(texts) > 1)


def _labels(item: Item) -> Mapping[str, Json]:
    labels = item.get("labels")
    return labels if isinstance(labels, Mapping) else {}


def _name(item: Item) -> str:
    for key in NAMING:
        match item.get(key):
            case str(name):
                return name
            case [*parts] if parts:
                return ",".join(str(part) for part in parts)
    return ""
