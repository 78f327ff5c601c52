"""Findings as Markdown, for a comment or a job summary; no text in it has effects on GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reliability.check.report.checked import Checked, statistics
from reliability.check.report.text import summary
from reliability.finding import Finding, Severity
from reliability.render.markdown import code, plain

LIMIT: Final = 60_000
"""Characters; GitHub limits a comment to 65,536."""


def markdown_report(checked: Checked) -> Iterator[str]:
    """Yield a heading, a table of counts, and a table of findings.

    Findings of severity info and waived ones are folded.
    """
    yield f"### Reliability: {summary(checked.findings, checked.services, checked.documents)}"
    if not checked.findings:
        return

    yield from _counts(checked)
    urgent = [finding for finding in checked.counted if finding.severity > Severity.INFO]
    rest = [finding for finding in checked.counted if finding.severity <= Severity.INFO]
    room = LIMIT

    for title, findings in (("", urgent), ("info", rest), ("waived", checked.waived)):
        for line in _section(title, findings, room):
            room -= len(line) + 1
            yield line


def _counts(checked: Checked) -> Iterator[str]:
    yield from ("", "| rule | severity | findings | waived |", "|---|---|--:|--:|")
    for count in statistics(checked.findings):
        severity = count.severity.word
        yield f"| {code(count.rule)} | {severity} | {count.found:,} | {count.waived:,} |"


def _section(title: str, findings: Iterable[Finding], room: int) -> Iterator[str]:
    rows = [_row(finding) for finding in findings]
    if not rows:
        return
    if title:
        yield from ("", f"<details><summary>{len(rows):,} {title}</summary>")

    third = "reason" if title == "waived" else "help"
    yield from ("", f"| location | finding | {third} |", "|---|---|---|")
    for number, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            yield from ("", f"{len(rows) - number:,} more are in the log of the check.")
            break
        yield row

    if title:
        yield from ("", "</details>")


def _row(finding: Finding) -> str:
    problem = finding.problem
    at = problem.at
    location = code(f"{at.path.as_posix()}:{at.span.line}:{at.span.column}")
    text = f"{finding.severity.word} {code(finding.rule)}: {plain(problem.message)}"
    reason_or_help = finding.waiver or problem.help or ""
    return f"| {location} | {text} | {plain(reason_or_help)} |"
