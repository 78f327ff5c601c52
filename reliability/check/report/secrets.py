"""Lines that are not shown, because a report must not contain secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from reliability.check.masking.masking import redacted
from reliability.check.masking.secrets import is_reference, is_secret_key
from reliability.finding import Finding
from reliability.model.kind import ABOUT_SECRETS

WRITTEN: Final = re.compile(r"""(?<![\w-])([\w-]{1,64})["']?[ \t]{0,9}:[ \t]+["']?([^\s"',}]+)""")
"""A key and the beginning of its value, in block and in flow style."""


SECRET_RULE: Final = "secret-plain"  # noqa: S105


def secret_lines(findings: Iterable[Finding]) -> frozenset[tuple[PurePosixPath, int]]:
    """Return the lines that contain a secret according to a finding."""
    return frozenset(
        (finding.problem.at.path, line)
        for finding in findings
        if finding.rule == SECRET_RULE or is_about_secret(finding.problem.message)
        for line in range(finding.problem.at.span.line, finding.problem.at.span.end_line + 1)
    )


def holds_secret(line: str) -> bool:
    """Return whether a line may contain a secret, regardless of findings."""
    return redacted(line) != line or any(
        is_secret_key(key) and not is_reference(value) for key, value in WRITTEN.findall(line)
    )


def is_about_secret(message: str) -> bool:
    """Return whether a message says that its location contains a secret."""
    return any(words in message for words in ABOUT_SECRETS)
