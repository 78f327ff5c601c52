"""Drafts of all converters -> the files of a repository; what two of them want is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from reliability.convert.converter import (
    Converted,
    CopiedFile,
    Draft,
    Origin,
    Remark,
    Wishes,
    decide,
    left_out,
)
from reliability.convert.documents import ownership
from reliability.convert.joining import join
from reliability.convert.names import slug
from reliability.convert.writing import Block, block_text
from reliability.load.catalog import service_directory


@dataclass(frozen=True, slots=True)
class Gathered:
    """The text of each file by its path, all remarks by their places, the drafted documents."""

    files: Mapping[PurePosixPath, str]
    remarks: tuple[Remark, ...]
    documents: tuple[Block, ...] = ()


def gather(converted: Iterable[Converted], wishes: Wishes) -> Gathered:
    """Put drafts into files; a service whose owner nobody names gets an undecided one."""
    drafts: dict[tuple[PurePosixPath, str, str], Draft] = {}
    copies: dict[PurePosixPath, CopiedFile] = {}
    remarks: list[Remark] = []
    for each in converted:
        match each:
            case Remark():
                remarks.append(each)
            case CopiedFile():
                if copies.setdefault(each.path, each) is not each:
                    remarks.append(_second(each.origin, str(each.path)))
            case Draft():
                remarks += _add(each, drafts)
    remarks += _add_owners(drafts, wishes)
    files = {path: copy.text for path, copy in copies.items()} | _texts(drafts.values())
    documents = tuple(draft.document for draft in drafts.values())
    return Gathered(dict(sorted(files.items())), tuple(sorted(remarks, key=_order)), documents)


def _order(remark: Remark) -> tuple[str, int, int, str, str]:
    return remark.sort_key


def _add(draft: Draft, drafts: dict[tuple[PurePosixPath, str, str], Draft]) -> list[Remark]:
    kind, name = identity(draft.document)
    key = (draft.path, kind, name)
    first = drafts.setdefault(key, draft)
    if first is draft or first.document == draft.document:
        return []
    joined = join(first.document, draft.document)
    if joined is None:
        return [_second(draft.origin, f"the {kind} {name}")]
    drafts[key] = replace(first, document=joined.document)
    return [_second(draft.origin, f"{each} of the {kind} {name}") for each in joined.differing]


def identity(document: Block) -> tuple[str, str]:
    """Kind and name of a drafted document."""
    metadata: Any = document.body["metadata"]
    return str(document.body["kind"]), str(metadata["name"])


def _second(origin: Origin, what: str) -> Remark:
    return left_out(
        origin, f"{what} comes from another place already", "keep one of the two, and import again"
    )


def _add_owners(
    drafts: dict[tuple[PurePosixPath, str, str], Draft], wishes: Wishes
) -> list[Remark]:
    first: dict[str, Draft] = {}
    owned = set(wishes.services)
    for (path, kind, _), draft in drafts.items():
        service = service_directory(path)
        if kind == "Ownership" and service:
            owned.add(service)
        elif service:
            first.setdefault(service, draft)
    remarks: list[Remark] = []
    for service in sorted(set(first) - owned):
        origin = first[service].origin
        draft = ownership(service, origin, slug(wishes.team) if wishes.team else None)
        drafts[draft.path, "Ownership", service] = draft
        if wishes.team is None:
            message = f"nothing says who answers for {service}"
            help_text = f"name its team in {draft.path}, or pass --team"
            remarks.append(decide(origin, message, help_text))
    return remarks


def _texts(drafts: Iterable[Draft]) -> dict[PurePosixPath, str]:
    files: dict[PurePosixPath, list[Draft]] = {}
    for draft in drafts:
        files.setdefault(draft.path, []).append(draft)
    return {path: _text(of) for path, of in files.items()}


def _text(drafts: Sequence[Draft]) -> str:
    """Each file says where it is from; of a path of one machine only the name is of use."""
    sources = dict.fromkeys(_source(draft.origin.original.path) for draft in drafts)
    named = ", ".join(list(sources)[:3]) + (", ..." if len(sources) > 3 else "")
    head = " ".join(f"# Imported from {named}".split())
    return f"{head}\n" + "---\n".join(block_text(draft.document) for draft in drafts)


def _source(path: PurePosixPath) -> str:
    return path.name if path.is_absolute() else path.as_posix()
