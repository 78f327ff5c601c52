"""The documents of `policies/` that differ from the base, whatever their kind.

Comments, layout, descriptions and display names are not compared. A file that cannot be loaded as a
whole, or that has a document of an unknown kind, is compared by its text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.check.changes.change_text import changed_text, value_text
from reliability.load.catalog import BASE_ALERTMANAGER, Catalog
from reliability.load.document import Located, parse
from reliability.load.loader import read_document
from reliability.location import Location, Pointer
from reliability.message import Message, listed
from reliability.model.alert_policy import AlertPolicy
from reliability.model.baseline import Baseline
from reliability.model.corrections import Corrections
from reliability.model.incidents import Incidents
from reliability.model.kind import Model
from reliability.model.kinds import API_VERSION, KINDS
from reliability.model.ownership import Ownership
from reliability.model.rule_policy import Waivers

FOR_PEOPLE: Final = ("description", "display_name")
"""Fields of models that only people read."""
OF_SERVICES: Final = (AlertPolicy, Ownership, Incidents, Corrections)
OWN_RULES: Final = (Waivers, Baseline)
"""Kinds whose entries are compared, so that removing one needs no approval."""
GOVERNING: Final = tuple(
    kind
    for (version, _), kind in KINDS.items()
    if version == API_VERSION and kind not in (*OF_SERVICES, *OWN_RULES)
)
"""Kinds that have the same effect in a directory of a service as below `policies/`."""
REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
"""What the loader writes for bytes that are not UTF-8; such a file is not loaded."""
MAX_NAMED: Final = 3
"""The maximum number of changed keys that a message names."""
MAX_ITEMS: Final = 10
"""The maximum number of items of a list that a message repeats."""

Documents = Mapping[tuple[str, str, int], Located[Any]]
"""Documents of a file by kind, name, and a counter of those with the same kind and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """A document, or a whole file, that was added, changed or removed.

    `old` and `new` are None for a whole file, and where there is no such document.
    """

    at: Location
    message: Message
    subject: str = ""
    old: Located[Any] | None = None
    new: Located[Any] | None = None


def document_changes(base: Catalog, head: Catalog) -> Iterator[DocumentChange]:
    """Yield the changes of all files below `policies/`, then of policies in other folders."""
    for path in sorted({*base.texts, *head.texts}):
        was, now = base.texts.get(path), head.texts.get(path)
        if path.parts[0] != "policies" or was == now:
            continue
        if path == BASE_ALERTMANAGER:
            yield from _other_format(path, was, now)
            continue

        old, new = _loaded(path, was), _loaded(path, now)
        if old is None or new is None:
            yield DocumentChange(at=Location(path), message=_file_text(path, was, now))
        else:
            yield from _compared(path, old, new)

    misplaced = [_misplaced(side) for side in (base, head)]
    for path in sorted({*misplaced[0], *misplaced[1]}):
        yield from _compared(path, *(_keyed(side.get(path, ())) for side in misplaced))


def _misplaced(catalog: Catalog) -> Mapping[PurePosixPath, Sequence[Located[Any]]]:
    """Return the policies outside of `policies/`, by their files."""
    files: dict[PurePosixPath, list[Located[Any]]] = {}
    for kind in GOVERNING:
        for located in catalog.documents(kind):
            if located.document.path.parts[0] != "policies":
                files.setdefault(located.document.path, []).append(located)
    return files


def _other_format(
    path: PurePosixPath, was: str | None, now: str | None
) -> Iterator[DocumentChange]:
    """Compare a file that another tool reads by its values, or by its text if it has a fault."""
    sides = [parse(path, (text or "").encode()) for text in (was, now)]
    is_read = not any(side.faults for side in sides) and REPLACED not in f"{was}{now}"
    old, new = ([document.values for document in side.documents] for side in sides)
    if not is_read or old != new:
        yield DocumentChange(at=Location(path), message=_file_text(path, was, now))


def _loaded(path: PurePosixPath, text: str | None) -> Documents | None:
    """Load the documents of a file; None if one of them cannot be loaded."""
    if REPLACED in (text or ""):
        return None
    parsed = parse(path, (text or "").encode())
    read = [read_document(document) for document in parsed.documents]
    if parsed.faults or any(problems for _, problems in read):
        return None
    return _keyed(located for documents, _ in read for located in documents)


def _keyed(documents: Iterable[Located[Any]]) -> Documents:
    seen: Counter[tuple[str, str]] = Counter()
    keyed: dict[tuple[str, str, int], Located[Any]] = {}
    for located in documents:
        if not isinstance(located.value, OWN_RULES):
            key = (str(located.value.kind), str(located.value.metadata.name))
            keyed[*key, seen[key]] = located
            seen[key] += 1
    return keyed


def _compared(path: PurePosixPath, old: Documents, new: Documents) -> Iterator[DocumentChange]:
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        name, subject = Message("{kind} {name}", kind=key[0], name=key[1]), f"{key[0]} {key[1]}"
        if was is None and now is not None:
            message = Message("{document} was added", document=name)
            at = now.at("metadata", "name")
            yield DocumentChange(at=at, message=message, subject=subject, new=now)
        elif now is None:
            message = Message("{document} was removed", document=name)
            yield DocumentChange(at=Location(path), message=message, subject=subject, old=was)
        elif was is not None and (changes := [*_differences(was.value, now.value, ())]):
            message = Message("{document}: {changes}", document=name, changes=_texts(changes))
            at = now.at(*changes[0].pointer)
            yield DocumentChange(at=at, message=message, subject=subject, old=was, new=now)

    # Of several documents with one name or one effect, the first counts.
    kept = [[key for key in side if key in old and key in new] for side in (old, new)]
    if kept[0] != kept[1]:
        message = Message("the order of the documents in {path} changed", path=path)
        yield DocumentChange(at=Location(path), message=message, subject="order")


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs, and where it is in the document."""

    pointer: Pointer
    was: Any
    now: Any

    @property
    def text(self) -> Message:
        """Say what changed; long values are not repeated."""
        steps = self.pointer[1:] if self.pointer[:1] == ("spec",) else self.pointer
        key = ".".join(map(str, steps))
        values = [value_text(side) for side in (self.was, self.now) if _is_short(side)]
        if len(values) < 2:
            return Message("{key} changed", key=key)
        return changed_text(key, *values)


def _is_short(value: Any) -> bool:
    """Return whether a message can repeat a value: no part of a document, and no long list."""
    if isinstance(value, tuple):
        return len(value) <= MAX_ITEMS and all(map(_is_short, value))
    return not isinstance(value, Model | Mapping)


def _differences(was: Any, now: Any, pointer: Pointer) -> Iterator[Difference]:
    parts = _parts(was, now)
    if parts is None:
        if was != now:
            yield Difference(pointer, was, now)
        return
    for key, old, new in parts:
        yield from _differences(old, new, (*pointer, key))


def _parts(was: Any, now: Any) -> Iterable[tuple[str | int, Any, Any]] | None:
    """Return the parts of two values by key; None if they are compared as a whole."""
    match was, now:
        case Model(), Model() if type(was) is type(now):
            fields = type(was).model_fields.items()
            return [
                (field.alias or name, getattr(was, name), getattr(now, name))
                for name, field in fields
                if name not in FOR_PEOPLE
            ]
        case Mapping(), Mapping():
            return [(key, was.get(key, ...), now.get(key, ...)) for key in {**was, **now}]
        case tuple(), tuple() if len(was) == len(now) and not _is_short((*was, *now)):
            return [(index, *sides) for index, sides in enumerate(zip(was, now, strict=True))]
        case _:
            return None


def _texts(changes: Sequence[Difference]) -> str:
    texts = [change.text for change in changes[:MAX_NAMED]]
    if len(changes) > MAX_NAMED:
        texts.append(Message("{count} more changes", count=len(changes) - MAX_NAMED))
    return listed(texts)


def _file_text(path: PurePosixPath, was: str | None, now: str | None) -> Message:
    if was is None:
        return Message("{path} was added", path=path)
    if now is None:
        return Message("{path} was removed", path=path)
    return Message("{path} changed", path=path)
