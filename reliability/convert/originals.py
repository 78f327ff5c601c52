"""Files that somebody has today -> originals: documents of YAML files, and CODEOWNERS."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reliability.convert.alertmanager.converter import Alertmanager
from reliability.convert.converter import Matter, Original, PlainFile, Remark
from reliability.convert.free_text import masked_addresses, masked_values
from reliability.convert.unrendered import (
    JSONNET,
    NAMES,
    TemplateKind,
    is_importable,
    template_kind,
    template_remarks,
    unreadable_kind,
)
from reliability.finding import Problem
from reliability.load.document import DocumentFault, Parsed, parse
from reliability.load.files import documents_in, read_files
from reliability.load.listing import SUFFIXES
from reliability.load.trouble import MERGES_NOTHING, UNREADABLE, YAML11, merge_key
from reliability.load.values import FileLimits, ValueReader

CODEOWNERS: Final = "CODEOWNERS"
NOT_YAML: Final = "the document cannot be read as YAML 1.2, and is left out"
BEGINNING: Final = 256 * 1024
"""Bytes of a file of another suffix that are looked at."""

HEAD: Final = re.compile(
    rb"(?:\s*(?:#[^\n]*|---[^\n]*|\{\{[^\n]*|\{%[^\n]*)\n)*\s*(?:groups|apiVersion|kind)\s*:"
)
RULE: Final = re.compile(rb"(?:^|[\s{,])['\"]?(?:alert|record)['\"]?\s*:", re.MULTILINE)
LIMITS: Final = FileLimits(aliases=10_000)
"""People's rule files share labels by aliases; what these stand for is counted in any case."""
MERGE: Final = "<<"
MERGED: Final = "merge-key"
"""What the fault of a merge is called that was written out."""

MATTERS: Final = {YAML11: Matter.DECIDE, MERGED: Matter.CHANGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOriginals:
    """The originals of some files, a remark for what cannot be read of them, how many there are.

    `doubtful` is what was read, and other readers of YAML take otherwise, or what held a secret.
    `skipped` counts the files that were not looked at, by suffix, and the templates that hold
    nothing to import.
    """

    originals: tuple[Original, ...]
    unreadable: tuple[Remark, ...]
    doubtful: tuple[Remark, ...]
    files: int
    skipped: Mapping[str, int] = field(default_factory=dict)


def read_originals(here: Path, paths: Iterable[Path]) -> ReadOriginals:
    """Every original in files and folders; paths are shown relative to `here`, if below it."""
    skipped: Counter[str] = Counter()
    chosen = dict.fromkeys(file for path in paths for file in _files(path, skipped))
    files, unread = read_files(here, chosen)
    unreadable = [Remark(Matter.LEFT_OUT, finding.problem) for finding in unread]
    doubtful: list[Remark] = []
    originals: list[Original] = []
    templates: list[tuple[PurePosixPath, TemplateKind]] = []
    for path, data in files:
        text = data.decode("utf-8", "replace")
        if path.name == CODEOWNERS:
            originals.append(PlainFile(path, text))
            continue
        kind = template_kind(path, text)
        parsed = _parsed(path, data, doubtful) if kind is None else None
        if parsed is not None and any(fault.rule == UNREADABLE for fault in parsed.faults):
            kind = unreadable_kind(path, text)
        if kind is not None and is_importable(text):
            templates.append((path, kind))
        elif kind is not None:
            skipped[NAMES[kind][0]] += 1
        elif parsed is not None:
            originals.extend(parsed.documents)
            for fault in parsed.faults:
                is_doubt = fault.rule in (YAML11, MERGED)
                (doubtful if is_doubt else unreadable).append(_fault(fault))
    return ReadOriginals(
        originals=tuple(originals),
        unreadable=(*unreadable, *template_remarks(templates)),
        doubtful=tuple(doubtful),
        files=len(files),
        skipped=skipped,
    )


def _files(path: Path, skipped: Counter[str]) -> Iterator[Path]:
    """The files to read; the others of a folder are counted by suffix."""
    if not path.is_dir():
        yield path
        return
    yield from documents_in(path)
    for parent, folders, names in os.walk(path):
        folders[:] = [
            folder for folder in folders if not folder.startswith(".") or folder == ".github"
        ]
        for name in sorted(names):
            file = Path(parent) / name
            if name.endswith(SUFFIXES):
                continue
            if name == CODEOWNERS or name.endswith(JSONNET) or _holds_rules(file):
                yield file
            else:
                skipped[file.suffix or "without a suffix"] += 1


def _holds_rules(file: Path) -> bool:
    """Whether a file of another suffix begins as a rule file and holds a rule.

    Rule files may have any name: `rule_files` of Prometheus takes patterns such as `*.rules`.
    """
    try:
        with file.open("rb") as opened:
            beginning = opened.read(BEGINNING)
    except OSError:
        return False
    return HEAD.match(beginning) is not None and RULE.search(beginning) is not None


def _parsed(path: PurePosixPath, data: bytes, remarks: list[Remark]) -> Parsed:
    """The documents of a file without the secrets in their texts.

    An Alertmanager configuration keeps them here: its converter moves them into files.
    """
    parsed = parse_merging(path, data)
    if not parsed.documents or any(
        Alertmanager().recognizes(document) for document in parsed.documents
    ):
        return parsed
    values = masked_values(parsed.documents, parsed.documents[0].text)
    addresses = masked_addresses(path, values.text)
    if not (values.remarks or addresses.remarks):
        return parsed
    remarks += [*values.remarks, *addresses.remarks]
    return parse_merging(path, addresses.text.encode())


def _fault(fault: DocumentFault) -> Remark:
    message = fault.message
    if fault.rule == UNREADABLE:
        message += ", so the document is left out"
    matter = MATTERS.get(fault.rule, Matter.LEFT_OUT)
    reason = NOT_YAML if fault.rule == UNREADABLE else ""
    return Remark(matter, Problem(fault.location, message, fault.help), reason)


class MergingReader(ValueReader):
    """Reads `<<` as YAML 1.1 does: keys of a mapping, or of several, that are not there already."""

    def mapping(self, start: Any, depth: int) -> dict[str, Any]:
        """Read on to the end of a mapping, and put in what it merges."""
        values = super().mapping(start, depth)
        if MERGE not in values:
            return values
        merged = values.pop(MERGE)
        others: dict[str, Any] = {}
        for each in reversed(merged if isinstance(merged, list) else [merged]):
            others.update(each if isinstance(each, dict) else {})
        self.count(2 * len(others), start)
        return {**others, **values}

    def check_key(self, event: Any) -> None:
        """Note a merge as what was written out, and any other key as ever."""
        if event.value == MERGE and event.tag is None and not event.style:
            message = "`<<` is written out: YAML 1.2, which is read here, has no merging"
            self.troubles.append(replace(merge_key(event), rule=MERGED, message=message, help=None))
        else:
            super().check_key(event)


def parse_merging(path: PurePosixPath, data: bytes) -> Parsed:
    """The documents of a file with their merges, but where a file stays as it is written."""
    parsed = parse(path, data, LIMITS)
    if all(each.message != MERGES_NOTHING for each in parsed.faults):
        return parsed
    merged = parse(path, data, LIMITS, MergingReader)
    stays = any(Alertmanager().recognizes(each) for each in merged.documents)
    return parsed if stays else merged
