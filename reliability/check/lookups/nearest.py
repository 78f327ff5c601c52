"""The nearest of the names that are there, in time that does not grow with their number squared."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

FEW: Final = 60
SHOWN: Final = 8


def nearest(name: str, known: frozenset[str], what: str) -> str:
    """A help text: the nearest of the names that are there, or what to do where none is near."""
    found = near(name, known)
    if found is not None:
        return f"the nearest is {found}"
    return f"name one that is there: {_listed(known)}" if known else f"write the {what} first"


@lru_cache(maxsize=4096)
def near(name: str, known: frozenset[str]) -> str | None:
    """The nearest name, if any is near.

    By similarity among a few names; among many, one that is a slip of a finger or two away.
    """
    if len(known) <= FEW:
        return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)), None)
    index = _index(known)
    return next((index[form] for form in _shortened(name) if form in index), None)


@lru_cache(maxsize=8)
def _index(known: frozenset[str]) -> Mapping[str, str]:
    """Every name by itself and by each form with a letter left out.

    Two names that share a form differ by a letter left out, added, changed or swapped (the
    symmetric deletes of SymSpell).
    """
    index: dict[str, str] = {}
    for name in sorted(known):
        for form in _shortened(name):
            index.setdefault(form, name)
    return index


def _shortened(name: str) -> Iterator[str]:
    yield name
    for position in range(len(name)):
        yield name[:position] + name[position + 1 :]


@lru_cache(maxsize=64)
def _listed(known: frozenset[str]) -> str:
    more = ", ..." if len(known) > SHOWN else ""
    return ", ".join(heapq.nsmallest(SHOWN, known)) + more
