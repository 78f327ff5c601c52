"""Files -> Catalog: what cannot be read is a finding, and the rest goes on."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.finding import Edit, Finding, Fix, Label, Problem, Severity
from reliability.load.annotations import annotation_problems
from reliability.load.catalog import BASE_ALERTMANAGER, Catalog
from reliability.load.code_owners import CODE_OWNERS
from reliability.load.document import Document, DocumentFault, EntryPart, Located, Parsed, parse
from reliability.load.named_place import named_place
from reliability.load.other_openslo import OPENSLO, OTHER_VERSIONS, steps
from reliability.load.schema import MORE, Said, validate
from reliability.location import Pointer
from reliability.model.kind import Model
from reliability.model.kinds import KINDS
from reliability.model.rule_options import OPTIONS
from reliability.model.rule_policy import RulePolicy
from reliability.tuning import collector_paused

DOCUMENT_RULES: Final = {
    "document-unreadable": Severity.ERROR,
    "document-key-unknown": Severity.ERROR,
    "document-key-duplicate": Severity.ERROR,
    "document-key-missing": Severity.ERROR,
    "document-value": Severity.ERROR,
    "document-yaml11": Severity.WARNING,
    "slo-objective-100": Severity.ERROR,
}
"""What the loader says: the `document-*` rules, and the one whose value OpenSLO has no room for."""

SHOWN: Final = 1_000
"""How many findings of one file are told one by one."""
IMPORTED: Final = ("monitoring.coreos.com/", "sloth.slok.dev/", "pyrra.dev/", "backstage.io/")
"""What documents of other tools begin their apiVersion with."""

SourceFile = tuple[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class LoadedDocuments:
    """What files hold: documents of our kinds, of other tools, and findings."""

    located: list[Located[Any]]
    raw: dict[PurePosixPath, Document]
    findings: list[Finding]


Parsing = Callable[[Sequence[SourceFile]], Iterable[Parsed]]
"""Parses files, each in its turn, in this process or in several."""


def parse_all(files: Sequence[SourceFile]) -> Iterator[Parsed]:
    """What is written in each file."""
    return (parse(path, data) for path, data in files)


def load(
    files: Iterable[SourceFile],
    existing: Container[PurePosixPath] = frozenset(),
    parsing: Parsing = parse_all,
) -> tuple[Catalog, list[Finding]]:
    """Read files, given by path and bytes, into a catalog.

    `existing` answers whether a path of the repository is there (runbooks, postmortems);
    `parsing` may parse in several processes. The findings are those of DOCUMENT_RULES.
    """
    ordered = sorted(files, key=lambda file: file[0].parts)
    with collector_paused():
        read = LoadedDocuments([], {}, [])
        written = [pair for pair in ordered if pair[0] not in CODE_OWNERS]
        for (path, _), parsed in zip(written, parsing(written), strict=True):
            _read_file(path, parsed, read)
        known = {located.document.path: located.document.text for located in read.located}
        texts = {path: known.get(path) or data.decode("utf-8", "replace") for path, data in ordered}
        catalog = Catalog.of(read.located, existing, read.raw, texts)

    return catalog, read.findings


def _read_file(path: PurePosixPath, parsed: Parsed, into: LoadedDocuments) -> None:
    findings = [_fault(fault) for fault in parsed.faults]
    for document in parsed.documents:
        if path == BASE_ALERTMANAGER:
            into.raw[path] = document
            continue
        locateds, pairs = read_document(document)
        into.located.extend(locateds)
        for rule, problem in pairs:
            place = named_place(document.values, problem.at.pointer)
            findings.append(_finding(rule, problem, place))

    into.findings.extend(findings[:SHOWN])
    into.findings.extend(_rest(findings[SHOWN:]))


def _rest(findings: Sequence[Finding]) -> Iterator[Finding]:
    """That a file has more findings than are shown one by one, as severe as the worst of them."""
    if findings:
        worst = max(findings, key=lambda finding: finding.severity)
        message = f"{len(findings):,} more findings in this file, and {SHOWN:,} of a file are shown"
        help_text = "fix those that are shown first"
        problem = Problem(worst.problem.at, message, help_text, subject=MORE)
        yield _finding(worst.rule, problem, worst.place)


def read_document(document: Document) -> tuple[list[Located[Any]], list[Said]]:
    """A document's objects (one, or a list of them) as their kinds, and what is wrong."""
    located: list[Located[Any]] = []
    pairs: list[Said] = []
    kept = document.released()

    for pointer, values in _objects(document):
        model, problems = _kind(document, values, pointer)
        pairs.extend(problems)
        if model is None:
            continue
        value, problems = validate(document, values, pointer, model)
        problems = [*problems, *annotation_problems(document, values, pointer)]
        if model is RulePolicy:
            problems = [*problems, *_options(document, values, pointer)]
        pairs.extend(problems)
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
) -> tuple[type[Model] | None, list[Said]]:
    if not isinstance(values, dict):
        problem = Problem(document.locate(pointer), "a document is a mapping, and here is none")
        return None, [("document-value", problem)]

    missing = [key for key in ("apiVersion", "kind") if key not in values]
    if missing:
        at = document.locate(pointer, EntryPart.KEY)
        message = f"the document has no {missing[0]}, and it is required"
        help_text = f"add the key {missing[0]}"
        if "groups" in values or values.get("version") == "prometheus/v1":
            help_text = f"`reliability import {document.path}` reads rules of Prometheus and Sloth"
        problem = Problem(at, message, help_text, subject=missing[0])
        return None, [("document-key-missing", problem)]

    model = KINDS.get((str(values["apiVersion"]), str(values["kind"])))
    if model is None:
        return None, [("document-value", _unknown_kind(document, values, pointer))]

    return model, []


def _unknown_kind(document: Document, values: dict[str, Any], pointer: Pointer) -> Problem:
    version, kind = str(values["apiVersion"]), str(values["kind"])
    kinds = sorted(known for of, known in KINDS if of == version)
    if not kinds:
        at = document.locate((*pointer, "apiVersion"))
        if version in OTHER_VERSIONS:
            return Problem(at, f"{version} is not read here, {OPENSLO} is", steps(values))
        help_text = f"write one of {', '.join(sorted({of for of, _ in KINDS}))}"
        if version.startswith(IMPORTED):
            help_text = f"`reliability import {document.path}` reads it"
        return Problem(at, f"apiVersion {version} is not read here", help_text)

    at = document.locate((*pointer, "kind"))
    near = difflib.get_close_matches(kind, kinds, n=1)
    help_text = f"the nearest is {near[0]}" if near else f"known: {', '.join(kinds)}"
    return Problem(at, f"{version} has no kind {kind}", help_text)


def _options(document: Document, values: dict[str, Any], pointer: Pointer) -> Iterator[Said]:
    """What is wrong with the options of rules that take some."""
    spec = values.get("spec")
    rules = spec.get("rules") if isinstance(spec, dict) else None
    for rule, setting in rules.items() if isinstance(rules, dict) else ():
        options = setting.get("options") if isinstance(setting, dict) else None
        if rule in OPTIONS and isinstance(options, dict):
            where = (*pointer, "spec", "rules", rule, "options")
            yield from validate(document, options, where, OPTIONS[rule])[1]


def unreadable_parts(findings: Iterable[Finding]) -> Iterator[Problem]:
    """What of a repository was not loaded, as the findings of its loading say.

    What is declared there is in no catalog, and would look deleted to whoever compares.
    """
    yield from (finding.problem for finding in findings if finding.severity is Severity.ERROR)


def _fault(fault: DocumentFault) -> Finding:
    related = tuple(Label(at, message) for at, message in fault.related)
    same = fault.instead
    mended = Fix(f"write {same}", (Edit(fault.location.span, same),)) if same else None
    at, subject = fault.location, fault.subject
    problem = Problem(at, fault.message, fault.help, related, mended, subject=subject)
    return _finding(fault.rule, problem)


def _finding(rule: str, problem: Problem, place: str = "") -> Finding:
    return Finding(rule, DOCUMENT_RULES[rule], problem, place=place)
