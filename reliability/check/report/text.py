"""Findings for people: the message, the line with a mark under the span, and the help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from reliability.check.report.lines import SourceLines
from reliability.check.report.secrets import secret_lines
from reliability.finding import Finding, Problem, Severity
from reliability.location import Location
from reliability.render.display import BLUE, BOLD, PLAIN, RED, YELLOW, inert, marked, safe

MOST_RULES: Final = 8
SHOWN: Final = 3
"""Findings that are shown of a rule with too many."""
COLORS: Final = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.INFO: BLUE}


def text_report(
    findings: Iterable[Finding],
    texts: Mapping[PurePosixPath, str],
    *,
    color: bool = False,
    most: int | None = None,
) -> Iterator[str]:
    """Yield the lines of each finding that is not waived; `texts` are the files by path.

    A line that contains a secret is not shown. Equal helps of a rule are shown once, at its first
    finding. Rules with more than `most` findings come last, the rarest first, with SHOWN of each.
    """
    findings = tuple(findings)
    lines = SourceLines(texts, secret_lines(findings))
    helped: set[tuple[str, str | None]] = set()
    counts = Counter(finding.rule for finding in findings if finding.waiver is None)
    seen: Counter[str] = Counter()
    many = {rule: count for rule, count in counts.items() if most and count > most}
    for finding in sorted(findings, key=lambda finding: many.get(finding.rule, 0)):
        if finding.waiver is not None:
            continue
        rule = finding.rule
        seen[rule] += 1
        if rule not in many or seen[rule] <= SHOWN:
            key = rule, finding.problem.help
            if key in helped:
                finding = replace(finding, problem=replace(finding.problem, help=None))
            helped.add(key)
            yield from map(inert, _finding(finding, lines, color))
        elif seen[rule] == many[rule]:
            yield f"and {many[rule] - SHOWN:,} more {rule}; --report text=FILE lists all"


def summary(findings: Sequence[Finding], services: int, documents: int) -> str:
    """Return the counts: `4 services, 12 documents: 1 error, 2 warnings; 1 waived`."""
    counts = Counter(finding.severity for finding in findings if finding.waiver is None)
    parts = [
        _counted(counts[severity], severity.word)
        for severity in sorted(counts, reverse=True)
        if severity is not Severity.INFO
    ]
    parts += [f"{counts[Severity.INFO]:,} info"] if counts[Severity.INFO] else []
    waived = sum(finding.waiver is not None for finding in findings)
    findings_text = ", ".join(parts) or "no findings"
    more = f"; {waived:,} waived" if waived else ""

    return (
        f"{_counted(services, 'service')}, {_counted(documents, 'document')}: {findings_text}{more}"
    )


def by_rule(findings: Sequence[Finding]) -> str:
    """Return the most frequent rules: `by rule: 812 alert-for-cause, 3 name-differs`."""
    counts = Counter(finding.rule for finding in findings if finding.waiver is None)
    shown = counts.most_common(MOST_RULES)
    text = ", ".join(f"{count:,} {rule}" for rule, count in shown)
    rest = len(counts) - len(shown)
    more = f", and {_counted(rest, 'other rule')}; --statistics counts all" if rest else ""
    return f"by rule: {text}{more}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _finding(finding: Finding, lines: SourceLines, color: bool) -> Iterator[str]:
    problem = finding.problem
    kind = f"{finding.severity.word}[{finding.rule}]"
    message = safe(problem.message)
    if color:
        kind, message = f"{COLORS[finding.severity]}{kind}{PLAIN}", f"{BOLD}{message}{PLAIN}"
    yield f"{_place(problem.at)}: {kind}: {message}"
    margin = " " * (len(str(problem.at.span.line)) + 1)
    yield from _snippet(problem.at, lines, margin, paint=COLORS[finding.severity] if color else "")
    yield from _notes(problem, margin)


def _snippet(at: Location, lines: SourceLines, margin: str, paint: str) -> Iterator[str]:
    line = lines.line(at)
    if line is None or not line.strip():
        return
    span = at.span
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    cut = marked(line, span.column - 1, max(end, span.column - 1))
    mark = f"{paint}{cut.mark}{PLAIN}" if paint else cut.mark
    yield f" {span.line} | {cut.line}"
    yield f"{margin} | {mark}"


def _notes(problem: Problem, margin: str) -> Iterator[str]:
    for label in problem.related:
        yield f"{margin} = related: {_place(label.at)}: {safe(label.message)}"
    if problem.help:
        yield f"{margin} = help: {safe(problem.help)}"


def _place(at: Location) -> str:
    path = safe(at.path.as_posix())
    return f"{path if path[:1] != ':' else './' + path}:{at.span.line}:{at.span.column}"
