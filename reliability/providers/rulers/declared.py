"""Declared rules as a ruler can store them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from reliability.providers.loaded_rules import groups_of
from reliability.providers.rulers.groups import has_rules
from reliability.resource import Json, Resource


def storable(resources: Iterable[Resource], most_rules: int | None = None) -> Iterator[Resource]:
    """Yield rule files without their empty groups, which a ruler refuses; leave out empty files.

    A group of more than `most_rules` is split into several, with the rules in their order.
    """
    for resource in resources:
        full = [group for group in groups_of(resource.body) if has_rules(group)]
        if full:
            groups: list[Json] = [*_split(full, most_rules)] if most_rules else [*full]
            yield replace(resource, body={**resource.body, "groups": groups})


def _split(groups: list[dict[str, Any]], most: int) -> Iterator[dict[str, Any]]:
    """Yield groups of at most `most` rules: `shop-pay-slow`, `shop-pay-slow part 2`.

    A rule then may read what a rule of another part recorded one interval ago.
    """
    taken = {group["name"] for group in groups}
    for group in groups:
        rules, names = group["rules"], _names(group["name"], taken)
        for start in range(0, len(rules), most):
            name = next(names) if start else group["name"]
            yield {**group, "name": name, "rules": rules[start : start + most]}


def _names(name: str, taken: set[str]) -> Iterator[str]:
    return (part for number in count(2) if (part := f"{name} part {number}") not in taken)
