"""The closest of the known names to a misspelled one.

Comparing each misspelled name with each known one takes quadratic time, which is minutes at 10,000
services, so among many names an index of the names with one letter left out is used.
"""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from reliability.message import Message

FEW: Final = 60
SHOWN: Final = 8


def nearest(name: str, known: frozenset[str], what: str) -> Message:
    """Return a help text: the closest known name, or the known names if none is close."""
    closest = near(name, known)
    if closest is not None:
        return Message("did you mean {name}?", name=closest)
    if known:
        return Message("use one of {names}", names=_listed(known))
    return Message("add the {kind} first", kind=what)


@lru_cache(maxsize=4096)
def near(name: str, known: frozenset[str]) -> str | None:
    """Return the closest name, or None if none is close.

    Among a few names it is the most similar one, among many one that differs by a typo or two.
    """
    if len(known) <= FEW:
        return next(iter(difflib.get_close_matches(name, sorted(known), cutoff=0.6)), None)
    index = _index(known)
    return next((index[form] for form in _shortened(name) if form in index), None)


@lru_cache(maxsize=8)
def _index(known: frozenset[str]) -> Mapping[str, str]:
    """Index each name by itself and by each form with one letter left out.

    Two names that share a form differ by a letter that was omitted, added, changed or swapped.
    SymSpell calls this symmetric deletes.
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
