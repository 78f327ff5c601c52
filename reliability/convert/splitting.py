"""Division of drafts into files that are small enough for the loader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

from reliability.convert.converter import Draft
from reliability.convert.writing import Block, block_text
from reliability.load.values import FileLimits

T = TypeVar("T")
LARGEST: Final = FileLimits().bytes // 2
"""Bytes of a written file; half the loader's limit, to leave room for later additions."""

LONGEST_NAME: Final = 50
"""Characters of the service's name in the name of a part, so that the whole name is valid."""


def split(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Yield the drafts, with a large alert policy split into several policies and files.

    This is safe because a service may have several alert policies.
    """
    for draft in drafts:
        spec = draft.document.body.get("spec")
        if draft.document.body["kind"] != "AlertPolicy" or not isinstance(spec, Block):
            yield draft
            continue

        signals: Any = spec.body.get("signals", ())
        for number, part in enumerate(_packed(signals, _size), 1):
            yield _part(draft, spec, part, number=number)
        if not signals:
            yield draft


def files_of(drafts: Iterable[Draft]) -> Iterator[tuple[PurePosixPath, Sequence[Draft]]]:
    """Yield each file with its drafts."""
    by_path: dict[PurePosixPath, list[Draft]] = {}
    for draft in drafts:
        by_path.setdefault(draft.path, []).append(draft)
    for path, of_path in by_path.items():
        for number, part in enumerate(_packed(of_path, lambda draft: _size(draft.document)), 1):
            yield _numbered(path, number), part


def _part(draft: Draft, spec: Block, signals: Sequence[Any], number: int) -> Draft:
    """Return a policy with some of the signals; the first part keeps all other keys."""
    if number == 1:
        inner = replace(spec, body={**spec.body, "signals": tuple(signals)})
        return replace(draft, document=_with(draft.document, spec=inner))

    inner = Block({"service": spec.body["service"], "signals": tuple(signals)})
    service = str(spec.body["service"])[:LONGEST_NAME].rstrip("-")
    metadata: dict[str, Any] = {"name": f"{service}-part-{number}"}
    return replace(
        draft,
        path=_numbered(draft.path, number),
        document=_with(draft.document, metadata=metadata, spec=inner),
    )


def _with(document: Block, **body: Any) -> Block:
    return replace(document, body={**document.body, **body})


def _numbered(path: PurePosixPath, number: int) -> PurePosixPath:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _size(block: Block) -> int:
    return len(block_text(block).encode())


def _packed(items: Iterable[T], size: Callable[[T], int]) -> Iterator[Sequence[T]]:
    """Yield the items in order in lists of at most LARGEST bytes, or of one larger item."""
    held: list[T] = []
    room = LARGEST
    for item in items:
        taken = size(item)
        if held and taken > room:
            yield held
            held, room = [], LARGEST
        held.append(item)
        room -= taken

    if held:
        yield held
