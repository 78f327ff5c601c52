"""The comments of a review: one summary, and one for each finding on its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from reliability.finding import Finding
from reliability.forge.diff import ChangedFile
from reliability.forge.inline import place
from reliability.forge.marker import ROOM, Marker, marker_of, with_marker
from reliability.forge.notes import CommentDraft, ThreadDraft
from reliability.load.edit import apply_edits
from reliability.render.markdown import code
from reliability.render.words import Words
from reliability.review.pull_request.phrases import message_text, severity_word
from reliability.review.pull_request.report import short_report
from reliability.review.pull_request.reviewed import FindingChanges
from reliability.review.pull_request.shown import ReportView

SUMMARY: Final = "review"
FINDING: Final = "finding"
REQUESTED: Final = "requested"

MAX_LINES: Final = 20
FENCE: Final = 3
"""The minimum number of backticks of a fence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineComments:
    """The inputs of comments on lines.

    `prefix` is the path of the reliability repository in the Git repository; `texts` are its files.
    """

    finding_changes: FindingChanges
    files: Mapping[str, ChangedFile]
    prefix: PurePosixPath
    texts: Mapping[PurePosixPath, str]
    words: Words

    def drafts(self) -> Iterator[ThreadDraft]:
        """Yield a comment for each finding, the most severe first."""
        for fingerprint, finding in self.finding_changes.counted:
            yield self._suggesting(fingerprint, finding) or ThreadDraft(
                marker=Marker(FINDING, fingerprint),
                path=self._path(finding),
                line=finding.problem.at.span.line,
                text=_text(finding, self.words),
            )

    def _suggesting(self, fingerprint: str, finding: Finding) -> ThreadDraft | None:
        """Return a comment on the lines that a fix replaces, if the diff shows all of them.

        GitHub cannot move a thread to other lines, so its key has their offsets from the finding:
        a fix that replaces other lines gets a new thread.
        """
        lines = suggested_lines(finding, self.texts)
        file = self.files.get(self._path(finding))
        if lines is None or file is None or not file.takes_together(lines.first, lines.last):
            return None

        line = finding.problem.at.span.line
        offsets = line - lines.first, lines.last - line
        key = fingerprint if offsets == (0, 0) else f"{fingerprint}@{offsets[0]},{offsets[1]}"
        return ThreadDraft(
            marker=Marker(FINDING, key),
            path=self._path(finding),
            line=lines.last,
            text=f"{_text(finding, self.words)}\n\n{lines.block}",
            first=lines.first if lines.first < lines.last else 0,
        )

    def _path(self, finding: Finding) -> str:
        return (self.prefix / finding.problem.at.path).as_posix()


def on_lines(lines: LineComments, most: int) -> tuple[ThreadDraft, ...]:
    """Return comments for the findings on lines that the diff shows, at most `most`."""
    return place(lines.drafts(), lines.files.values(), most).inline


def summary(number: int, shown: ReportView, asked: frozenset[str]) -> CommentDraft:
    """Return the summary comment of a pull request; it remembers the `asked` reviewers."""
    line = Marker(REQUESTED, ",".join(sorted(asked))) if asked else None
    text = short_report(shown, ROOM - len(f"{line}\n"))
    return CommentDraft(Marker(SUMMARY, str(number)), with_marker(line, text) if line else text)


def requested(text: str) -> frozenset[str]:
    """Return the handles that a summary remembers as requested by it, in lower case."""
    marker = marker_of(text)
    return frozenset(marker.key.split(",") if marker and marker.kind == REQUESTED else ())


def _text(finding: Finding, words: Words) -> str:
    problem = finding.problem
    severity = severity_word(finding.severity, words)
    lines = [f"**{severity}** {code(finding.rule)}: {message_text(problem.message, words)}"]
    if problem.help:
        lines += ["", words("How to fix: {help}", help=message_text(problem.help, words))]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SuggestedLines:
    """The text that replaces the lines from `first` to `last`, both inclusive, from 1."""

    first: int
    last: int
    text: str

    @property
    def block(self) -> str:
        """The suggestion block of GitHub; its fence is longer than any backticks in the text."""
        longest = max(map(len, re.findall(r"`+", self.text)), default=0)
        fence = "`" * max(FENCE, longest + 1)
        return f"{fence}suggestion\n{self.text}\n{fence}"


def suggested_lines(finding: Finding, texts: Mapping[PurePosixPath, str]) -> SuggestedLines | None:
    """Return the fixed lines; None without a fix, or if it has more than `MAX_LINES` lines.

    GitHub replaces the lines of the comment by the content of the block, so the comment has to be
    on exactly these lines:
    https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/commenting-on-a-pull-request

    Files with CRLF line ends get no suggestion: GitHub would write LF.
    """
    problem = finding.problem
    text = texts.get(problem.at.path)
    if problem.fix is None or text is None or "\r" in text:
        return None

    first = min(edit.span.line for edit in problem.fix.edits)
    last = max(edit.span.end_line for edit in problem.fix.edits)
    before = text.split("\n")
    after = apply_edits(text, problem.fix.edits).split("\n")
    lines = after[first - 1 : len(after) - (len(before) - last)]
    if max(last - first + 1, len(lines)) > MAX_LINES:
        return None

    return SuggestedLines(first, last, "\n".join(lines))
