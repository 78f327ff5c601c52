"""The comments that a review wants: one summary, and one for each finding on its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from reliability.check.report.markdown import code
from reliability.finding import Finding
from reliability.forge.diff import ChangedFile
from reliability.forge.inline import place
from reliability.forge.marker import Marker
from reliability.forge.notes import CommentDraft, ThreadDraft
from reliability.review.phrases import said
from reliability.review.reviewed import Found
from reliability.words import Words

SUMMARY: Final = "review"
FINDING: Final = "finding"


@dataclass(frozen=True, slots=True)
class OnLines:
    """Comments on lines; `fingerprints` are those of their findings."""

    drafts: tuple[ThreadDraft, ...]

    @property
    def fingerprints(self) -> frozenset[str]:
        """The findings that the summary need not say again."""
        return frozenset(draft.marker.key for draft in self.drafts)


def on_lines(
    found: Found, files: Iterable[ChangedFile], prefix: PurePosixPath, most: int, words: Words
) -> OnLines:
    """A comment for each finding on a line that the diff shows, the worst first, at most `most`.

    `prefix` is where the reliability repository lies in the Git repository.
    """
    drafts = [
        ThreadDraft(
            Marker(FINDING, fingerprint),
            (prefix / finding.problem.at.path).as_posix(),
            finding.problem.at.span.line,
            _text(finding, words),
        )
        for fingerprint, finding in found.counted
    ]
    return OnLines(place(drafts, files, most).inline)


def summary(number: int, text: str) -> CommentDraft:
    """The one comment below a pull request."""
    return CommentDraft(Marker(SUMMARY, str(number)), text)


def _text(finding: Finding, words: Words) -> str:
    problem = finding.problem
    lines = [f"**{finding.severity.word}** {code(finding.rule)}: {said(problem.message)}"]
    if problem.help:
        lines += ["", words("What to do: {help}", help=said(problem.help))]
    return "\n".join(lines)
