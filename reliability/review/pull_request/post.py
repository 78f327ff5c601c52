"""Writes the comments of a review to the forge, and collects what could not be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from reliability.errors import ForgeError
from reliability.forge.keep import NoteFailed, Outcome, Unchecked, Unwritten, keep
from reliability.review.pull_request.comments import (
    FINDING,
    SUMMARY,
    LineComments,
    on_lines,
    requested,
    summary,
)
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
    ) -> None:
        """Write comments on lines."""
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
            self._record(keep(wanted, board))
        except ForgeError as error:
            self.failed.append(str(error))

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

    def summary(
        self, shown: ReportView, asked: Sequence[str] = (), *, is_judged: bool = True
    ) -> None:
        """Write the summary comment, or remove it if the change is unrelated.

        `asked` are the handles that will be requested as reviewers. A hidden line of the comment
        has all that were requested, so that requests which are not needed any more are taken back,
        and never those of a person. A change that is not judged as a whole takes none back.
        """
        try:
            board = self.forge.comments(self.pull.number, SUMMARY)
            present = board.present()
            ours = frozenset().union(*(requested(note.text) for note in present))
            ours &= self.pull.requested
            if is_judged:
                ours = self._withdrawn(ours, shown)
            names = ours | {handle.lower() for handle in asked}
            is_wanted = not shown.reviewed.touched.is_nothing
            drafts = [summary(self.pull.number, shown, names)] if is_wanted else []
            self._record(keep(drafts, board, present=present))
        except ForgeError as error:
            self.failed.append(str(error))

    def _withdrawn(self, ours: frozenset[str], shown: ReportView) -> frozenset[str]:
        """Take back our requests that are not needed any more, and return those that stay."""
        missing = {handle.lower() for role in shown.reviewed.verdict.missing for handle in role}
        # The forge itself ends the request of who has reviewed.
        ours -= {handle.lower() for handle in shown.reviewed.approvals.given}
        if over := sorted(ours - missing):
            failed = self.forge.withdraw_requests(self.pull.number, over)
            self.not_requested += failed
            return ours if failed else ours & missing
        return ours

    def _record(self, outcomes: Iterable[Outcome[Any, Any]]) -> None:
        for outcome in outcomes:
            match outcome:
                case Unwritten(why=why):
                    self.unwritten.append(why)
                case NoteFailed(why=why) | Unchecked(why=why):
                    self.failed.append(why)
                case _:
                    pass
