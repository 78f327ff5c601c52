"""Applies the safe fixes of findings to a file, without those that cause new faults."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from reliability.finding import Edit, Finding, Fix, Severity
from reliability.load.edit import apply_edits
from reliability.load.loader import load

MAX_TRIES: Final = 50
READ_AT_MOST: Final = 1_000_000
"""Bytes that are parsed at most to find out which fixes of a file are good together."""
ROUNDS: Final = 10
"""The maximum number of rounds of fixes and checks; one fix may allow another."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file after its fixes, and how many were applied."""

    content: bytes
    fixes: int


def safe_fixes(findings: Iterable[Finding]) -> dict[PurePosixPath, list[Fix]]:
    """Return the fixes to apply by file: the safe ones of findings that are not waived, once.

    If an error is at the same location as a warning, the fix of the warning is skipped: quotes
    around `yes` do not help if a boolean is required.
    """
    every = [finding for finding in findings if finding.waiver is None]
    wrong = {fixable.problem.at for fixable in every if fixable.severity is Severity.ERROR}
    by_path: dict[PurePosixPath, dict[Fix, None]] = {}

    for finding in every:
        at, fix = finding.problem.at, finding.problem.fix
        if fix and fix.safe and (finding.severity is Severity.ERROR or at not in wrong):
            by_path.setdefault(at.path, {})[fix] = None

    return {path: list(fixes) for path, fixes in by_path.items()}


def fixed(path: PurePosixPath, content: bytes, fixes: Iterable[Fix]) -> Fixed:
    """Return a file with the fixes that fit together and cause no new fault.

    Of fixes whose spans overlap, the first is applied, and a later round sees what is left. A file
    that is not UTF-8 stays as it is. Outside of the edits no byte changes.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return Fixed(content, 0)
    # A fix is accepted by its effect: the file is loaded again and may have no fault that it did
    # not have before. No fix has to predict what an edit does to YAML around it.
    before = _faults(path, content)
    tries = iter(range(max(2, min(MAX_TRIES, READ_AT_MOST // (len(content) + 1)))))

    def is_good(chosen: Sequence[Fix]) -> bool:
        # Counters compare by inclusion: fewer faults of one rule do not outweigh one of another.
        return next(tries, None) is not None and _faults(path, _edited(text, chosen)) <= before

    kept = _fitting([], list(_apart(fixes)), is_good)
    return Fixed(_edited(text, kept), len(kept))


def _fitting(
    kept: list[Fix], fixes: list[Fix], is_good: Callable[[Sequence[Fix]], bool]
) -> list[Fix]:
    """Return the kept fixes, and as many of the others as are good together.

    The others are halved until one is left.
    """
    if is_good([*kept, *fixes]):
        return [*kept, *fixes]
    if len(fixes) < 2:
        return kept
    # One bad fix among n costs about 2 log n loads of the file instead of n.
    half = len(fixes) // 2
    return _fitting(_fitting(kept, fixes[:half], is_good), fixes[half:], is_good)


def _apart(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """Yield the fixes whose edits overlap no earlier edit."""
    taken: list[Edit] = []
    # By position, so that the result does not depend on the order in which rules report.
    for fix in sorted(fixes, key=lambda fix: fix.edits):
        if not any(_overlaps(edit, taken) for edit in fix.edits):
            for edit in fix.edits:
                insort(taken, edit)
            yield fix


def _overlaps(edit: Edit, taken: Sequence[Edit]) -> bool:
    """Return whether an edit overlaps one of others, which are sorted and do not overlap."""
    at = bisect_left(taken, edit)
    # Only the neighbors can overlap, since the others are sorted and apart.
    near = [*taken[max(at - 1, 0) : at + 1], edit]
    return any(_overlap(one, other) for one, other in pairwise(sorted(near)))


def _overlap(one: Edit, other: Edit) -> bool:
    end = (one.span.end_line, one.span.end_column)
    return one.span == other.span or end > (other.span.line, other.span.column)


def _edited(text: str, fixes: Sequence[Fix]) -> bytes:
    return apply_edits(text, [edit for fix in fixes for edit in fix.edits]).encode()


def _faults(path: PurePosixPath, content: bytes) -> Counter[str]:
    """Count the loader's findings in a file by rule, without those that have a safe fix.

    A renamed key may reveal a wrong word in its value, which the next round fixes.
    """
    _, findings = load([(path, content)])
    fixes = ((finding.rule, finding.problem.fix) for finding in findings)
    return Counter(rule for rule, fix in fixes if fix is None or not fix.safe)
