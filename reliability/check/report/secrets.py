"""Lines that are not shown: a report goes where a secret must not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from reliability.finding import Finding
from reliability.model.kind import ABOUT_SECRETS


def secret_lines(findings: Iterable[Finding]) -> frozenset[tuple[PurePosixPath, int]]:
    """The lines on which a finding says that a secret stands."""
    return frozenset(
        (finding.problem.at.path, line)
        for finding in findings
        if is_about_secret(finding.problem.message)
        for line in range(finding.problem.at.span.line, finding.problem.at.span.end_line + 1)
    )


def is_about_secret(message: str) -> bool:
    """Whether a message says that a secret stands at its place."""
    return any(words in message for words in ABOUT_SECRETS)
