"""The verdicts on a commit as one commit status, which a branch rule can require."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reliability.forge.github.statuses import CommitStatus, State
from reliability.review.pull_request.headlines import verdict_text
from reliability.review.pull_request.shown import ReportView


@dataclass(frozen=True, slots=True)
class Judgment:
    """The review of one pull request."""

    number: int
    view: ReportView
    is_draft: bool = False

    @property
    def passes(self) -> bool:
        """Whether nothing blocks the change."""
        return self.view.reviewed.verdict.is_good

    @property
    def text(self) -> str:
        """The verdict in one line, without markup."""
        return verdict_text(self.view.reviewed.verdict, self.view.words)


def commit_status(judgments: Sequence[Judgment]) -> CommitStatus:
    """Return success only if every pull request with this commit passes.

    A draft is not judged yet: GitHub does not merge drafts, and their authors are not done.
    """
    failing = [judgment for judgment in judgments if not judgment.passes]
    state: State = "success"
    if failing:
        state = "pending" if all(judgment.is_draft for judgment in failing) else "failure"

    named = failing or list(judgments)
    if len(judgments) == 1:
        texts = [named[0].text]
    else:
        texts = [f"#{judgment.number}: {judgment.text}" for judgment in named]

    if state == "pending":
        texts.insert(0, "draft")
    return CommitStatus(state, " · ".join(texts))
