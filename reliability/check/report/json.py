"""Findings as a JSON array, for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from reliability.finding import Finding
from reliability.location import pointer_text


def json_report(findings: Iterable[Finding]) -> str:
    """One object a finding; paths relative to the root with `/`, lines and columns from 1.

    All of it is ASCII: a name of a file need not be text, and a pipe need not be UTF-8.
    """
    return json.dumps([_object(finding) for finding in findings], indent=2)


def _object(finding: Finding) -> dict[str, str | int | None]:
    problem = finding.problem
    span = problem.at.span
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "path": problem.at.path.as_posix(),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": problem.message,
        "help": problem.help,
        "pointer": pointer_text(problem.at.pointer),
        "waiver": finding.waiver,
    }
