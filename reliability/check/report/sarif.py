"""Findings as SARIF 2.1.0, which code scanning and editors read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from reliability import __version__
from reliability.check.report.checked import Checked
from reliability.check.report.json import whole
from reliability.check.rule import Custom, Rule
from reliability.documentation import ADDRESS, rule_page_url
from reliability.finding import FINGERPRINT_FORMAT, Finding, Fix, Severity, fingerprints
from reliability.location import Location, SourceSpan, pointer_text
from reliability.render.display import inert_json, safe

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT: Final = "SRCROOT"
FINGERPRINT: Final = f"reliability/v{FINGERPRINT_FORMAT}"

Json = dict[str, Any]

LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif_report(checked: Checked) -> str:
    """Return one run with every rule and every finding; waived findings are suppressed.

    All of it is ASCII. Paths are relative to the repository's root.
    """
    rules = descriptors(checked)
    run = {
        "tool": {"driver": {"name": "reliability", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {ROOT: {"description": {"text": "the root of the repository"}}},
        "results": _results(checked.findings, {rule["id"]: at for at, rule in enumerate(rules)}),
    }
    return inert_json(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2))


def _results(findings: Iterable[Finding], order: Mapping[str, int]) -> list[Json]:
    every = list(findings)
    return [
        _result(finding, order[finding.rule], mark)
        for finding, mark in zip(every, fingerprints(every), strict=True)
    ]


def _result(finding: Finding, index: int, fingerprint: str) -> Json:
    problem = finding.problem
    texts = [problem.message, *([f"help: {problem.help}"] if problem.help else [])]
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": "\n".join(map(plain, texts))},
        "locations": [_location(problem.at) | _logical(problem.at)],
        "relatedLocations": [
            {"id": number, "message": {"text": plain(label.message)}, **_location(label.at)}
            for number, label in enumerate(problem.related, 1)
        ],
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "suppressions": _suppressions(finding),
    }

    if problem.fix:
        result["fixes"] = [_fix(problem.fix, problem.at.path)]
    return result


def _suppressions(finding: Finding) -> list[Json]:
    """Return the waiver; without one, the empty list says that nothing is suppressed."""
    if finding.waiver is None:
        return []
    justification = whole(safe(finding.waiver))
    return [{"kind": "external", "status": "accepted", "justification": justification}]


def _location(at: Location) -> Json:
    return {"physicalLocation": {"artifactLocation": artifact(at.path), "region": _region(at.span)}}


def _logical(at: Location) -> Json:
    if not at.pointer:
        return {}
    return {"logicalLocations": [{"fullyQualifiedName": safe(pointer_text(at.pointer))}]}


def artifact(path: PurePosixPath) -> Json:
    """Return a file's address: percent-encoded, relative to the root unless it is outside."""
    name = quote(os.fsencode(path.as_posix()), safe="/")
    if path.is_absolute():
        return {"uri": f"file://{name}"}
    return {"uri": name, "uriBaseId": ROOT}


def _region(span: SourceSpan) -> Json:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix, path: PurePosixPath) -> Json:
    replacements = [
        {"deletedRegion": _region(edit.span), "insertedContent": {"text": whole(edit.text)}}
        for edit in fix.edits
    ]
    change = {"artifactLocation": artifact(path), "replacements": replacements}
    return {"description": {"text": plain(fix.title)}, "artifactChanges": [change]}


def plain(text: str) -> str:
    """Return a text without control characters and without what viewers show as a link."""
    return safe(text).replace("](", "] (")


def descriptors(checked: Checked, documentation: str = ADDRESS) -> list[dict[str, Any]]:
    """Return every active rule, which distinguishes a clean rule from an absent one; then others.

    Others are rules with findings but without a page in this project: custom rules, a crash.
    """
    known = {rule.id for rule in checked.rules}
    others = dict.fromkeys(
        finding.rule for finding in checked.findings if finding.rule not in known
    )
    described = [_described(rule, documentation) for rule in checked.rules]
    return [*described, *({"id": name} for name in others)]


def _described(rule: Rule, documentation: str) -> dict[str, Any]:
    page = rule.page
    shipped = not isinstance(rule.visit, Custom)
    url = rule_page_url(rule.id, documentation) if shipped else None
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title}."},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        **({"helpUri": url} if url else {}),
    }
