"""Findings as rdjson, reviewdog's diagnostic format: columns in UTF-8 bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from reliability.check.report.checked import Checked
from reliability.check.report.json import whole
from reliability.check.report.lines import SourceLines
from reliability.finding import Finding, Problem
from reliability.location import Location, SourceSpan
from reliability.render.display import inert_json, safe


def rdjson_report(checked: Checked) -> str:
    """Return the findings that are not waived, for reviewdog to comment on.

    A fix of one edit is a suggestion. A fix of several edits is left out because reviewdog treats
    several suggestions as alternatives.
    """
    lines = SourceLines(checked.texts)
    diagnostics = [_diagnostic(finding, lines) for finding in checked.counted]
    return inert_json(
        json.dumps({"source": {"name": "reliability"}, "diagnostics": diagnostics}, indent=2)
    )


def _diagnostic(finding: Finding, lines: SourceLines) -> dict[str, Any]:
    problem = finding.problem
    return {
        "message": "\n".join(_message_lines(problem)),
        "location": _location(problem.at, lines),
        "severity": finding.severity.name,
        "code": {"value": finding.rule},
        "suggestions": list(_suggestions(finding, lines)),
    }


def _message_lines(problem: Problem) -> Iterator[str]:
    """Yield message, help and related locations.

    Only the newest reviewdog has a field for related locations.
    """
    yield safe(problem.message)
    if problem.help:
        yield f"help: {safe(problem.help)}"
    for label in problem.related:
        span = label.at.span
        path = safe(label.at.path.as_posix())
        yield f"related: {path}:{span.line}:{span.column}: {safe(label.message)}"


def _suggestions(finding: Finding, lines: SourceLines) -> Iterator[dict[str, Any]]:
    fix = finding.problem.fix
    if fix and len(fix.edits) == 1:
        (edit,) = fix.edits
        path = finding.problem.at.path
        yield {"range": _range(path, edit.span, lines), "text": whole(edit.text)}


def _location(at: Location, lines: SourceLines) -> dict[str, Any]:
    return {"path": whole(at.path.as_posix()), "range": _range(at.path, at.span, lines)}


def _range(path: PurePosixPath, span: SourceSpan, lines: SourceLines) -> dict[str, Any]:
    return {
        "start": {
            "line": span.line,
            "column": lines.byte_column(path, span.line, span.column),
        },
        "end": {
            "line": span.end_line,
            "column": lines.byte_column(path, span.end_line, span.end_column),
        },
    }
