"""Findings as one JSON object, for other programs; docs/reference/reports.md lists the keys."""

from __future__ import annotations

import json
from typing import Any, Final

from reliability.check.report.checked import Checked, RuleCount, statistics
from reliability.finding import Finding, Fix, Label, fingerprints
from reliability.location import SourceSpan, pointer_text
from reliability.render.display import inert_json

VERSION: Final = 1
"""Increased if a key is removed or changes its meaning; new keys do not increase it."""


def json_report(checked: Checked) -> str:
    r"""Return the findings, including waived ones, and the counts by rule.

    Paths are relative to the root with `/`; lines and columns count from 1, columns in code
    points, ends are exclusive. The output is ASCII, because a pipe may not be UTF-8; bytes of a
    file name that are not UTF-8 are surrogates as in Python, such as `\udcff` for 0xff.
    """
    report = {
        "version": VERSION,
        "findings": [*map(_finding, checked.findings, fingerprints(checked.findings))],
        "statistics": [_count(count) for count in statistics(checked.findings)],
        "services": checked.services,
        "documents": checked.documents,
    }
    return inert_json(json.dumps(report, indent=2))


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    problem = finding.problem
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "path": problem.at.path.as_posix(),
        **_span(problem.at.span),
        "message": whole(problem.message),
        "help": problem.help and whole(problem.help),
        "pointer": whole(pointer_text(problem.at.pointer)),
        "waiver": finding.waiver and whole(finding.waiver),
        "fingerprint": fingerprint,
        "related": [_related(label) for label in problem.related],
        "fix": _fix(problem.fix) if problem.fix else None,
    }


def _related(label: Label) -> dict[str, Any]:
    path = label.at.path.as_posix()
    return {"path": path, **_span(label.at.span), "message": whole(label.message)}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_span(edit.span), "text": whole(edit.text)} for edit in fix.edits]
    return {"title": whole(fix.title), "safe": fix.safe, "edits": edits}


def _span(span: SourceSpan) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _count(count: RuleCount) -> dict[str, str | int]:
    return {
        "rule": count.rule,
        "severity": count.severity.word,
        "findings": count.found,
        "waived": count.waived,
    }


def whole(text: str) -> str:
    r"""Return a text that all JSON parsers accept: half a surrogate pair becomes `\udcff`."""
    return text.encode("utf-8", "backslashreplace").decode()
