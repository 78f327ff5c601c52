"""Findings as workflow commands of GitHub Actions, which it shows as annotations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.report.checked import Checked
from reliability.finding import Finding, Severity
from reliability.render.display import safe

COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY: Final = DATA | str.maketrans({":": "%3A", ",": "%2C"})


def github_report(checked: Checked) -> Iterator[str]:
    """Return a line for each finding that is not waived; GitHub shows ten of each kind per step."""
    return map(_command, checked.counted)


def _command(finding: Finding) -> str:
    problem = finding.problem
    span = problem.at.span
    path = safe(problem.at.path.as_posix())
    places: dict[str, str | int] = {"file": path, "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:  # GitHub takes columns on one line only
        places |= {"col": span.column, "endColumn": span.end_column}

    places |= {"title": finding.rule}
    properties = ",".join(f"{name}={str(of).translate(PROPERTY)}" for name, of in places.items())
    texts = [problem.message, *([f"help: {problem.help}"] if problem.help else [])]
    data = "\n".join(map(safe, texts)).translate(DATA)

    return f"::{COMMANDS[finding.severity]} {properties}::{data}"
