"""Merge of two drafts of one document: alert policies are appended, gaps are filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from reliability.check.wording import NOBODY, UNDECIDED
from reliability.convert.writing import Block

LISTS: Final = ("objectives", "signals")
FILLED: Final = ("Team", "Ownership")
OPEN: Final[tuple[Any, ...]] = (UNDECIDED, NOBODY, [NOBODY])


@dataclass(frozen=True, slots=True)
class JoinedDocument:
    """The merged document, and the keys that differ; the first draft's value is kept."""

    document: Block
    differing: tuple[str, ...] = ()


def join(first: Block, second: Block) -> JoinedDocument | None:
    """Merge two documents; None if documents of this kind cannot be merged."""
    kind = first.body["kind"]
    one, other = first.body.get("spec"), second.body.get("spec")
    if not isinstance(one, Block) or not isinstance(other, Block):
        return None
    if kind == "AlertPolicy":
        return JoinedDocument(_with(first, _followed(one, other)))
    if kind in FILLED:
        spec, differing = _filled(one, other)
        return JoinedDocument(_with(first, spec), differing)

    return None


def _with(document: Block, spec: Block) -> Block:
    return replace(document, body={**document.body, "spec": spec})


def _followed(one: Block, other: Block) -> Block:
    body: dict[str, Any] = {**one.body}
    for key in LISTS:
        items = (*_items(one.body, key), *_items(other.body, key))
        if items:
            body.pop(key, None)
            body[key] = items
    return replace(one, body=body)


def _items(body: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    return tuple(body.get(key, ()))


def _filled(one: Block, other: Block) -> tuple[Block, tuple[str, ...]]:
    """Fill the gaps of the first draft from the other; return it and the keys that differ."""
    body: dict[str, Any] = {**one.body}
    comments = {**one.comments}
    differing: list[str] = []

    for key, value in other.body.items():
        if key not in body or (body[key] in OPEN and value not in OPEN):
            body[key] = value
            comments.pop(key, None)
            if key in other.comments:
                comments[key] = other.comments[key]
        elif isinstance(body[key], Mapping) and isinstance(value, Mapping):
            body[key] = {**value, **body[key]}
        elif body[key] != value and value not in OPEN:
            differing.append(key)

    return Block(body, comments), tuple(differing)
