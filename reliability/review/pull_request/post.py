"""Writes the comments of a review to the forge, and collects what could not be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from reliability.errors import ForgeError
from reliability.forge.keep import NoteFailed, Outcome, Unchecked, Unwritten, keep
from reliability.forge.marker import ROOM
from reliability.forge.reconcile import CreateNote, Reopen, UpdateNote
from reliability.review.pull_request.comments import (
    FINDING,
    SUMMARY,
    LineComments,
    fingerprint_of,
    on_lines,
    summary,
)
from reliability.review.pull_request.report import short_report
from reliability.review.pull_request.shown import ReportView

if TYPE_CHECKING:
    from reliability.forge.forge import Forge
    from reliability.forge.pull_request import PullRequest
    from reliability.render.words import Words
    from reliability.review.pull_request.reviewed import Reviewed


@dataclass(slots=True, kw_only=True)
class Posting:
    """The comments of one run, and what could not be written.

    `unwritten` has the reasons why comments may not be written, `failed` the errors of other
    writes, and `not_requested` the reasons why reviewers could not be requested.
    """

    forge: Forge
    pull: PullRequest
    prefix: PurePosixPath
    most: int
    unwritten: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    not_requested: list[str] = field(default_factory=list)

    def findings(
        self, reviewed: Reviewed, words: Words, texts: Mapping[PurePosixPath, str]
    ) -> frozenset[str]:
        """Write comments on lines; return the fingerprints of the findings that have one now."""
        try:
            files = {file.path: file for file in self.forge.changed_files(self.pull.number)}
            lines = LineComments(
                finding_changes=reviewed.finding_changes,
                files=files,
                prefix=self.prefix,
                texts=texts,
                words=words,
            )
            wanted = on_lines(lines, self.most)
            board = self.forge.threads(self.pull.number, self.pull.head, FINDING)
            lost = set(self._lost(keep(wanted.drafts, board)))
        except ForgeError as error:
            self.failed.append(str(error))
            return frozenset()
        # A finding whose comment could not be written must appear in the summary instead.
        return wanted.fingerprints - lost

    def ask(self, handles: Sequence[str]) -> None:
        """Request reviewers; the review goes on if that fails.

        Nothing is requested if comments may not be written: the same token may not request
        reviewers either.
        """
        if handles and not self.unwritten:
            try:
                self.not_requested += self.forge.request_reviewers(self.pull.number, handles)
            except ForgeError as error:
                self.not_requested.append(str(error))

    def summary(self, shown: ReportView) -> None:
        """Write the summary comment, or remove it if the change is unrelated."""
        is_wanted = not shown.reviewed.touched.is_nothing
        text = short_report(shown, ROOM)
        drafts = [summary(self.pull.number, text)] if is_wanted else []
        try:
            for _ in self._lost(keep(drafts, self.forge.comments(self.pull.number, SUMMARY))):
                pass
        except ForgeError as error:
            self.failed.append(str(error))

    def _lost(self, outcomes: Iterable[Outcome[Any, Any]]) -> Iterator[str]:
        """Record what was not written, and yield the fingerprints of these drafts."""
        for outcome in outcomes:
            match outcome:
                case Unwritten(change, why):
                    self.unwritten.append(why)
                case NoteFailed(change, why):
                    self.failed.append(why)
                case Unchecked(why):
                    self.failed.append(why)
                    continue
                case _:
                    continue
            if isinstance(change, CreateNote | UpdateNote | Reopen):
                yield fingerprint_of(change.draft.marker.key)
