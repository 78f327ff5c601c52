"""Loader of files into a catalog; a file that cannot be read is a finding."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.finding import Edit, Finding, Fix, Label, Problem, Severity
from reliability.load.annotations import annotation_problems
from reliability.load.catalog import BASE_ALERTMANAGER, Catalog
from reliability.load.code_owners import CODE_OWNERS
from reliability.load.document import (
    Document,
    DocumentFault,
    EntryPart,
    Located,
    Parsed,
    bug_fault,
    parse,
)
from reliability.load.named_place import ListNames, named_place
from reliability.load.other_openslo import OTHER_VERSIONS, steps
from reliability.load.renamed_keys import with_new_keys
from reliability.load.schema import MORE, RuleProblem, validate
from reliability.load.value_message import shortened
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.kind import Model
from reliability.model.kinds import KINDS
from reliability.model.rule_options import OPTIONS
from reliability.model.rule_policy import RulePolicy
from reliability.progress import stepped
from reliability.tuning import collector_paused

DOCUMENT_RULES: Final = {
    "document-unreadable": Severity.ERROR,
    "document-key-unknown": Severity.ERROR,
    "document-key-duplicate": Severity.ERROR,
    "document-key-missing": Severity.ERROR,
    "document-value": Severity.ERROR,
    "document-key-deprecated": Severity.WARNING,
    "document-yaml11": Severity.WARNING,
    "slo-objective-100": Severity.ERROR,
}
"""Rules of the loader. OpenSLO does not allow a target of 100 %, so it is not loaded either."""

SHOWN: Final = 1_000
"""Limit of reported findings per file; the others are counted."""
IMPORTED: Final = ("monitoring.coreos.com/", "sloth.slok.dev/", "pyrra.dev/", "backstage.io/")
"""Prefixes of the apiVersion of documents that `import` reads."""

SourceFile = tuple[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class LoadedDocuments:
    """Documents of known kinds and of other tools in the files read, and findings."""

    located: list[Located[Any]]
    raw: dict[PurePosixPath, Document]
    findings: list[Finding]


Parsing = Callable[[Sequence[SourceFile]], Iterable[Parsed]]
"""Function that parses files in their order, in this process or in several."""


def parse_all(files: Sequence[SourceFile]) -> Iterator[Parsed]:
    """Parse each file in this process."""
    return (parse(path, data) for path, data in files)


def load(
    files: Iterable[SourceFile],
    existing: Container[PurePosixPath] = frozenset(),
    parsing: Parsing = parse_all,
) -> tuple[Catalog, list[Finding]]:
    """Load files, passed as path and bytes, into a catalog.

    `existing` contains each path that exists in the repository (runbooks, postmortems). `parsing`
    may use several processes. The findings are those of DOCUMENT_RULES.
    """
    # By parts and not by text: `a-b/x` sorts after `a/x` then, as a listing of folders shows it.
    ordered = sorted(files, key=lambda file: file[0].parts)

    # Loading makes many objects and frees none, so each pass of the cyclic collector finds nothing;
    # `tuning` has the measured gain.
    with collector_paused():
        read = LoadedDocuments([], {}, [])
        documents = [pair for pair in ordered if pair[0] not in CODE_OWNERS]
        pairs = zip(documents, parsing(documents), strict=True)
        for (path, _), parsed in stepped("reading documents", pairs, len(documents)):
            try:
                _read_file(path, parsed, read)
            except Exception as error:
                read.findings.append(_fault(bug_fault(path, error)))

        known = {located.document.path: located.document.text for located in read.located}
        # Files that cannot be decoded still have a text, because messages quote the line of a
        # fault.
        texts = {path: known.get(path) or data.decode("utf-8", "replace") for path, data in ordered}
        catalog = Catalog.of(read.located, existing, read.raw, texts=texts)

    return catalog, read.findings


def _read_file(path: PurePosixPath, parsed: Parsed, into: LoadedDocuments) -> None:
    findings = [_fault(fault) for fault in parsed.faults]

    for document in parsed.documents:
        # This file belongs to Alertmanager, so its own validation reads it, and not a model here.
        if path == BASE_ALERTMANAGER:
            into.raw[path] = document
            continue

        locateds, pairs = read_document(document)
        into.located.extend(locateds)
        names: ListNames = {}
        for rule, problem in pairs:
            place = named_place(document.values, problem.at.pointer, names)
            findings.append(_finding(rule, problem, place))

    into.findings.extend(findings[:SHOWN])
    into.findings.extend(_rest(findings[SHOWN:]))


def _rest(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a finding that counts those not reported, with the severity of the worst of them."""
    if findings:
        worst = max(findings, key=lambda finding: finding.severity)
        message = Message.plural(
            "{count} more finding in this file; the first {limit} are shown",
            "{count} more findings in this file; the first {limit} are shown",
            len(findings),
            limit=f"{SHOWN:,}",
        )
        help_text = Message("fix those that are shown first")
        problem = Problem(worst.problem.at, message, help_text, subject=MORE)
        yield _finding(worst.rule, problem, worst.place)


def read_document(document: Document) -> tuple[list[Located[Any]], list[RuleProblem]]:
    """Validate the objects of a document, which is an object or a list of objects."""
    located: list[Located[Any]] = []
    pairs: list[RuleProblem] = []
    # The model holds every value that rules read; a second copy of each document would double
    # memory.
    kept = document.released()

    for pointer, values in _objects(document):
        model, problems = _kind(document, values, pointer)
        pairs.extend(problems)
        if model is None:
            continue

        values, deprecations = with_new_keys(document, values, pointer)
        pairs.extend(("document-key-deprecated", problem) for problem in deprecations)
        value, problems = validate(document, values, pointer, model=model)
        problems = [*problems, *annotation_problems(document, values, pointer)]
        if model is RulePolicy:
            problems = [*problems, *_options(document, values, pointer)]
        pairs.extend(problems)
        # A document with a wrong annotation is left out as a whole: half a document could compile
        # to half an alert.
        if value is not None and not problems:
            located.append(Located(value, kept, pointer))

    return located, pairs


def _objects(document: Document) -> Iterator[tuple[Pointer, Any]]:
    if isinstance(document.values, list):
        for index, values in enumerate(document.values):
            yield (index,), values
    else:
        yield (), document.values


def _kind(
    document: Document, values: Any, pointer: Pointer
) -> tuple[type[Model] | None, list[RuleProblem]]:
    if not isinstance(values, dict):
        problem = Problem(document.locate(pointer), Message("expected a mapping"))
        return None, [("document-value", problem)]

    missing = [key for key in ("apiVersion", "kind") if key not in values]
    if missing:
        at = document.locate(pointer, EntryPart.KEY)
        message = Message("the document has no {key}, which is required", key=missing[0])
        help_text = Message("add the key {key}", key=missing[0])
        if "groups" in values or values.get("version") == "prometheus/v1":
            help_text = Message(
                "if these are rules of Prometheus or Sloth, run `reliability import {path}`",
                path=document.path,
            )
        problem = Problem(at, message, help_text, subject=missing[0])
        return None, [("document-key-missing", problem)]

    empty = [key for key in ("apiVersion", "kind") if values[key] is None]
    if empty:
        at = document.locate((*pointer, empty[0]))
        message = Message("{key} must not be empty", key=empty[0])
        return None, [("document-value", Problem(at, message, subject=empty[0]))]

    model = KINDS.get((str(values["apiVersion"]), str(values["kind"])))
    if model is None:
        return None, [("document-value", _unknown_kind(document, values, pointer))]

    return model, []


def _unknown_kind(document: Document, values: dict[str, Any], pointer: Pointer) -> Problem:
    version, kind = str(values["apiVersion"]), str(values["kind"])
    kinds = sorted(known for of, known in KINDS if of == version)
    if not kinds:
        at = document.locate((*pointer, "apiVersion"))
        message = Message("unknown apiVersion {version}", version=shortened(version))
        if version in OTHER_VERSIONS:
            return Problem(at, message, steps(values))

        help_text = Message(
            "write one of {versions}", versions=", ".join(sorted({known for known, _ in KINDS}))
        )
        if version.startswith(IMPORTED):
            help_text = Message("run `reliability import {path}`", path=document.path)
        return Problem(at, message, help_text)

    at = document.locate((*pointer, "kind"))
    near = difflib.get_close_matches(kind, kinds)
    help_text = Message("known kinds: {kinds}", kinds=", ".join(kinds))
    if near:
        help_text = Message("did you mean {name}?", name=near[0])
    message = Message("{version} has no kind {kind}", version=version, kind=shortened(kind))

    return Problem(at, message, help_text)


def _options(
    document: Document, values: Mapping[str, Any], pointer: Pointer
) -> Iterator[RuleProblem]:
    """Yield the problems in the options of rules in a RulePolicy."""
    spec = values.get("spec")
    rules = spec.get("rules") if isinstance(spec, dict) else None
    for rule, setting in rules.items() if isinstance(rules, dict) else ():
        options = setting.get("options") if isinstance(setting, dict) else None
        if rule in OPTIONS and isinstance(options, dict):
            route = (*pointer, "spec", "rules", rule, "options")
            yield from validate(document, options, route, model=OPTIONS[rule])[1]


def unreadable_parts(findings: Iterable[Finding]) -> Iterator[Problem]:
    """Yield the problems that make documents missing from the catalog.

    A comparison would treat declarations of these documents as deleted.
    """
    yield from (finding.problem for finding in findings if finding.severity is Severity.ERROR)


def _fault(fault: DocumentFault) -> Finding:
    related = tuple(Label(at, message) for at, message in fault.related)
    same, at = fault.instead, fault.location
    edits = Fix(f"write {same}", (Edit(at.span, same),)) if same else None
    problem = Problem(
        at, fault.message, fault.help, related=related, fix=edits, subject=fault.subject
    )
    return _finding(fault.rule, problem)


def _finding(rule: str, problem: Problem, place: str = "") -> Finding:
    return Finding(rule=rule, severity=DOCUMENT_RULES[rule], problem=problem, place=place)
