"""Collection of all drafts into the files of a repository, with diagnostics on conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.alert_labels import PLAIN
from reliability.check.wording import NOBODY
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    CopiedFile,
    Diagnostic,
    Draft,
    LabelCollision,
    OriginalLocation,
    RoutedLabel,
    decide,
    left_out,
)
from reliability.convert.documents import DECIDE_MEMBERS, ownership, team
from reliability.convert.joining import join
from reliability.convert.names import slug
from reliability.convert.prometheus_rules.collisions import colliding_group
from reliability.convert.splitting import files_of, split
from reliability.convert.writing import Block, block_text
from reliability.load.catalog import service_directory
from reliability.resource import Json

NO_TEAM: Final = "a service without a team"
STATUS: Final = "reliability/status"
REVIEWED: Final = "reliability/reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredFiles:
    """Text of each file by path, diagnostics in order of location, and the documents."""

    files: Mapping[PurePosixPath, str]
    diagnostics: tuple[Diagnostic, ...]
    documents: tuple[Block, ...] = ()
    collision: LabelCollision | None = None
    routed: RoutedLabel | None = None


def gather(converted: Iterable[Converted], options: ConversionOptions) -> GatheredFiles:
    """Collect drafts into files; a service without an owner gets a placeholder team."""
    drafts: dict[tuple[PurePosixPath, str, str], Draft] = {}
    copies: dict[PurePosixPath, CopiedFile] = {}
    diagnostics: list[Diagnostic] = []
    labels: list[LabelCollision | RoutedLabel] = []

    for item in converted:
        match item:
            case LabelCollision() | RoutedLabel():
                labels.append(item)
            case Diagnostic():
                diagnostics.append(item)
            case CopiedFile():
                if copies.setdefault(item.path, item) is not item:
                    diagnostics.append(_second(item.origin, str(item.path)))
            case Draft():
                diagnostics += _add(item, drafts)

    diagnostics += _add_owners(drafts, options)
    if options.today is not None:
        drafts = {key: _with_first_review(draft, options.today) for key, draft in drafts.items()}

    written = tuple(split(drafts.values()))
    texts = {path: _text(of_file) for path, of_file in files_of(written)}
    files = {path: copy.text for path, copy in copies.items()} | texts
    documents = tuple(draft.document for draft in written)
    labels += _grouped(written)

    return GatheredFiles(
        files=dict(sorted(files.items())),
        diagnostics=tuple(sorted(diagnostics, key=attrgetter("sort_key"))),
        documents=documents,
        collision=next((entry for entry in labels if isinstance(entry, LabelCollision)), None),
        routed=next((entry for entry in labels if isinstance(entry, RoutedLabel)), None),
    )


def _grouped(drafts: Iterable[Draft]) -> list[LabelCollision]:
    """Return the collision of SLOs that group by a label of the plain set, or an empty list.

    The plain set overwrites that label, so the alerts of two groups would have the same labels.
    """
    slos = [draft for draft in drafts if draft.document.body["kind"] == "SLO"]
    concerned = [(draft, label) for draft in slos if (label := colliding_group(draft, PLAIN))]
    return [
        LabelCollision(draft.origin, label, count=len(concerned), alerts=len(slos))
        for draft, label in concerned[:1]
    ]


def _add(draft: Draft, drafts: dict[tuple[PurePosixPath, str, str], Draft]) -> list[Diagnostic]:
    kind, name = identity(draft.document)
    key = (draft.path, kind, name)
    first = drafts.setdefault(key, draft)
    if first is draft or first.document == draft.document:
        return []
    joined = join(first.document, draft.document)
    if joined is None:
        return [_second(draft.origin, f"the {kind} {name}")]
    drafts[key] = replace(first, document=joined.document)
    return [_second(draft.origin, f"{key_} of the {kind} {name}") for key_ in joined.differing]


def identity(document: Block) -> tuple[str, str]:
    """Return kind and name of a drafted document."""
    metadata: Any = document.body["metadata"]
    return str(document.body["kind"]), str(metadata["name"])


def _second(origin: OriginalLocation, what: str) -> Diagnostic:
    return left_out(
        origin, f"{what} is already imported from another file", "keep one of them and import again"
    )


def _add_owners(
    drafts: dict[tuple[PurePosixPath, str, str], Draft], options: ConversionOptions
) -> list[Diagnostic]:
    first: dict[str, Draft] = {}
    owned = set(options.services)
    for (path, kind, _), draft in drafts.items():
        service = service_directory(path)
        if kind == "Ownership" and service:
            owned.add(service)
        elif service:
            first.setdefault(service, draft)

    diagnostics: list[Diagnostic] = []
    ownerless = sorted(set(first) - owned)
    if ownerless:
        diagnostics += _add_team(drafts, options, first[ownerless[0]].origin)

    for service in ownerless:
        origin = first[service].origin
        draft = ownership(service, origin, slug(options.team) if options.team else None)
        drafts[draft.path, "Ownership", service] = draft
        if options.team is None:
            message = f"no team is named for service {service}"
            help_text = f"set team in {draft.path}, or pass --team"
            diagnostics.append(decide(origin, message, help_text, reason=NO_TEAM))

    return diagnostics


def _add_team(
    drafts: dict[tuple[PurePosixPath, str, str], Draft],
    options: ConversionOptions,
    origin: OriginalLocation,
) -> list[Diagnostic]:
    """Draft the team named by `--team`, unless it is already declared."""
    name = slug(options.team or "")
    declared = {team for _, kind, team in drafts if kind == "Team"} | options.teams
    if not name or name in declared:
        return []

    members: list[Json] = [NOBODY]
    draft = team(name, Block({"members": members}, {"members": DECIDE_MEMBERS}), origin)
    drafts[draft.path, "Team", name] = draft
    message = f"team {name} has no members, on-call schedule or channels yet"

    return [decide(origin, message, f"set members, onCall and channels in {draft.path}")]


def _with_first_review(draft: Draft, today: date) -> Draft:
    """Set the review date of a provisional SLO to the import, so that its review is not overdue."""
    body = draft.document.body
    metadata: Any = body.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if body["kind"] != "SLO" or not isinstance(annotations, Mapping):
        return draft
    if annotations.get(STATUS) != "provisional" or REVIEWED in annotations:
        return draft
    reviewed = {**metadata, "annotations": {**annotations, REVIEWED: today.isoformat()}}
    return replace(draft, document=replace(draft.document, body={**body, "metadata": reviewed}))


def _text(drafts: Sequence[Draft]) -> str:
    """Return the text of a file, with the paths it was imported from in its first line."""
    sources = dict.fromkeys(_source(draft.origin.original.path) for draft in drafts)
    named = ", ".join(list(sources)[:3]) + (", ..." if len(sources) > 3 else "")
    head = " ".join(f"# Imported from {named}".split())
    return f"{head}\n" + "---\n".join(block_text(draft.document) for draft in drafts)


def _source(path: PurePosixPath) -> str:
    # An absolute path only exists on the machine of the import.
    return path.name if path.is_absolute() else path.as_posix()
