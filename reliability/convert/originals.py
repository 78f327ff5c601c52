"""Reader of the files to import: documents of YAML files, and CODEOWNERS."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reliability.bugs import contained
from reliability.convert.alertmanager.converter import Alertmanager
from reliability.convert.codeowners import CODEOWNERS
from reliability.convert.converter import (
    Diagnostic,
    DiagnosticKind,
    Original,
    OriginalLocation,
    PlainFile,
    left_out,
)
from reliability.convert.free_text import masked_addresses, masked_values
from reliability.convert.unrendered import (
    JSONNET,
    NAMES,
    is_importable,
    template_diagnostic,
    template_kind,
    unreadable_kind,
)
from reliability.finding import Problem
from reliability.load.document import DocumentFault, Parsed, parse
from reliability.load.faults import MERGES_NOTHING, UNREADABLE, YAML11, merge_key
from reliability.load.files import documents_in, read_files
from reliability.load.listing import SUFFIXES
from reliability.load.values import FileLimits, ValueReader

TEMPLATES: Final = ".tmpl"
"""Suffix of template files of Alertmanager, of which only what they read is looked at."""
NOT_YAML: Final = "the document is not valid YAML 1.2 and is not imported"
AGAIN: Final = "change it and import again, if it holds something to import"
OF_FORGES: Final = (".github", ".gitlab")
OWNED: Final = frozenset((".", "docs", *OF_FORGES))
"""Folders, from the root, in which GitHub or GitLab reads CODEOWNERS."""
VENDORED: Final = frozenset(["vendor", "node_modules", "third_party", "site-packages"])
"""Folders with copies of other projects' code."""
CATALOG: Final = re.compile(r"catalog[\w.-]*\.ya?ml")
COPIES: Final = "CODEOWNERS and catalogs of copied code"
BY_PATH: Final = (
    "pass the path of a file to import it; in folders, YAML, JSON, CODEOWNERS and rule files are "
    "read, without copied code"
)
BEGINNING: Final = 256 * 1024
"""Bytes of a file without a YAML suffix that are searched for rules."""

HEAD: Final = re.compile(
    rb"(?:\s*(?:#[^\n]*|---[^\n]*|\{\{[^\n]*|\{%[^\n]*)\n)*\s*"
    rb"(?:groups|apiVersion|kind|(?:-\s+)?(?:alert|record)\s*:[\s\S]*?\n[ \t]*expr)\s*:"
)
RULE: Final = re.compile(
    rb"(?:^|[\s{,])['\"]?(?:alert|record)['\"]?\s*:|^apiVersion: *['\"]?(?:openslo|sloth|pyrra)",
    re.MULTILINE,
)
LIMITS: Final = FileLimits(aliases=10_000)
"""Limits for hand-written rule files, which use aliases for labels; their expansion is limited."""
MERGE: Final = "<<"
MERGED: Final = "merge-key"
"""Fault rule of an expanded merge key."""

DIAGNOSTIC_KINDS: Final = {YAML11: DiagnosticKind.DECIDE, MERGED: DiagnosticKind.CHANGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOriginals:
    """The originals of some files, and diagnostics on what could not be read.

    `doubtful` are diagnostics on values that YAML 1.1 reads differently, on removed secrets and on
    hidden folders. `skipped` counts, by suffix or reason, the files that were not read and the
    templates that contain nothing to import. `files` is the number of files read.
    """

    originals: tuple[Original, ...]
    unreadable: tuple[Diagnostic, ...]
    doubtful: tuple[Diagnostic, ...]
    files: int
    skipped: Mapping[str, int] = field(default_factory=dict)


def read_originals(here: Path, paths: Iterable[Path]) -> ReadOriginals:
    """Read every original in files and folders; paths below `here` become relative to it."""
    skipped: Counter[str] = Counter()
    hidden: Counter[Path] = Counter()
    chosen = dict.fromkeys(file for path in paths for file in _files(path, skipped, hidden))
    files, unread = read_files(here, chosen)
    unreadable = [Diagnostic(DiagnosticKind.LEFT_OUT, finding.problem) for finding in unread]
    doubtful = [_hidden_folder(folder, count) for folder, count in hidden.items()]
    originals: list[Original] = []

    for path, data in files:
        with contained(path):
            text = data.decode("utf-8", "replace")
            is_template = path.suffix == TEMPLATES and not is_importable(text)
            if path.name == CODEOWNERS or is_template:
                originals.append(PlainFile(path, text))
                continue
            kind = template_kind(path, text)
            parsed = _parsed(path, data, doubtful) if kind is None else None
            if parsed is not None and any(fault.rule == UNREADABLE for fault in parsed.faults):
                kind = unreadable_kind(path, text)
            if kind is not None and is_importable(text):
                unreadable.append(template_diagnostic(path, kind))
            elif kind is not None:
                skipped[NAMES[kind][0]] += 1
            elif parsed is not None:
                originals.extend(parsed.documents)
                for fault in parsed.faults:
                    is_doubt = fault.rule in (YAML11, MERGED)
                    (doubtful if is_doubt else unreadable).append(fault_diagnostic(fault))

    return ReadOriginals(
        originals=tuple(originals),
        unreadable=tuple(unreadable),
        doubtful=tuple(doubtful),
        files=len(files),
        skipped=skipped,
    )


def _files(path: Path, skipped: Counter[str], hidden: Counter[Path]) -> Iterator[Path]:
    """Yield the files to read; count the others by suffix, and rule files by hidden folder."""
    if not path.is_dir():
        yield path
        return

    for document in sorted(documents_in(path)):
        if CATALOG.fullmatch(document.name) and VENDORED & {*document.relative_to(path).parts}:
            skipped[COPIES] += 1
        else:
            yield document
    for parent, folders, names in os.walk(path):
        unseen = [Path(parent, name) for name in folders if name.startswith(".")]
        hidden.update(_hidden_rules(unseen))
        seen = (name for name in folders if not name.startswith(".") or name in OF_FORGES)
        folders[:] = sorted(seen)
        others = (Path(parent, name) for name in sorted(names) if not name.endswith(SUFFIXES))
        for file in others:
            if reason := _unread(file, path):
                skipped[reason] += 1
            else:
                yield file


def _unread(file: Path, top: Path) -> str:
    """Return the reason or suffix by which a file is counted that is not read, or nothing."""
    if file.name == CODEOWNERS:
        return "" if file.parent.relative_to(top).as_posix() in OWNED else COPIES
    is_read = file.name.endswith((*JSONNET, TEMPLATES)) or _holds_rules(file)
    return "" if is_read else file.suffix or "without a suffix"


def what_to_do(reason: str) -> str:
    """Return the help text for files that `skipped` counts by a suffix or reason."""
    render = dict(NAMES.values()).get(reason)
    return f"if it makes rules or SLOs, {render}" if render else BY_PATH


def _hidden_rules(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the folder of each file to import in or below hidden folders, except Git's own."""
    for folder in folders:
        for parent, _, names in os.walk(folder) if folder.name != ".git" else ():
            files = [Path(parent, name) for name in names if name.endswith(SUFFIXES)]
            yield from (file.parent for file in files if _holds_rules(file))


def _hidden_folder(folder: Path, count: int) -> Diagnostic:
    place = PlainFile(PurePosixPath(folder.as_posix()), "")
    message = f"a hidden folder with {count} file{'s' * (count > 1)} of rules or SLOs is not read"
    return left_out(OriginalLocation(place), message, f"run `reliability import {folder}`")


def _holds_rules(file: Path) -> bool:
    """Return whether a file has rules or SLOs, which may be one without a YAML suffix.

    Rule files may have any name: `rule_files` of Prometheus takes patterns such as `*.rules`.
    """
    try:
        with file.open("rb") as opened:
            beginning = opened.read(BEGINNING)
    except OSError:
        return False
    return HEAD.match(beginning) is not None and RULE.search(beginning) is not None


def _parsed(path: PurePosixPath, data: bytes, diagnostics: list[Diagnostic]) -> Parsed:
    """Return the documents of a file, with secrets removed.

    An Alertmanager configuration keeps its secrets: its converter moves them into files.
    """
    parsed = parse_merging(path, data)
    if not parsed.documents or any(
        Alertmanager().recognizes(document) for document in parsed.documents
    ):
        return parsed

    values = masked_values(parsed.documents, parsed.documents[0].text)
    addresses = masked_addresses(path, values.text)
    if not (values.diagnostics or addresses.diagnostics):
        return parsed

    diagnostics += [*values.diagnostics, *addresses.diagnostics]
    return parse_merging(path, addresses.text.encode())


def fault_diagnostic(fault: DocumentFault) -> Diagnostic:
    """Return the diagnostic on a fault of an original's text."""
    if fault.rule == UNREADABLE:
        message = f"{fault.message}; the document is not imported"
        problem = Problem(fault.location, message, fault.help or AGAIN)
        return Diagnostic(DiagnosticKind.LEFT_OUT, problem, NOT_YAML)

    kind = DIAGNOSTIC_KINDS.get(fault.rule, DiagnosticKind.LEFT_OUT)
    return Diagnostic(kind, Problem(fault.location, fault.message, fault.help))


class MergingReader(ValueReader):
    """Reader that expands `<<` as YAML 1.1 does: it adds keys that the mapping does not have."""

    def mapping(self, start: Any, depth: int) -> dict[str, Any]:
        """Read to the end of a mapping and add the keys that it merges."""
        values = super().mapping(start, depth)
        if MERGE not in values:
            return values

        merged = values.pop(MERGE)
        others: dict[str, Any] = {}
        # Earlier mappings of a list override later ones, https://yaml.org/type/merge.html
        for source in reversed(merged if isinstance(merged, list) else [merged]):
            others.update(source if isinstance(source, dict) else {})
        self.count(2 * len(others), start)

        return {**others, **values}

    def check_key(self, event: Any) -> None:
        """Report a merge key as expanded, and check any other key as usual."""
        if event.value == MERGE and event.tag is None and not event.style:
            message = "`<<` is expanded, since YAML 1.2 has no merge keys"
            self.faults.append(replace(merge_key(event), rule=MERGED, message=message, help=None))
        else:
            super().check_key(event)


def parse_merging(path: PurePosixPath, data: bytes) -> Parsed:
    """Parse a file and expand its merge keys.

    An Alertmanager configuration is not expanded, since its text is copied as it is.
    """
    parsed = parse(path, data, LIMITS)
    if all(fault.message != MERGES_NOTHING for fault in parsed.faults):
        return parsed
    merged = parse(path, data, LIMITS, reader=MergingReader)
    stays = any(Alertmanager().recognizes(document) for document in merged.documents)
    return parsed if stays else merged
