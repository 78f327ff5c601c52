"""Review the pull requests of a commit: the open ones with this head, or a merge queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from reliability.errors import ForgeError
from reliability.finding import Severity
from reliability.forge.event import WorkflowRun
from reliability.forge.github.calls import GoneError
from reliability.forge.github.forge import GitHubForge
from reliability.forge.github.statuses import QueueEntry, queue_entry
from reliability.forge.pull_request import PullRequest
from reliability.load.changes import Change, Changes
from reliability.load.merge import merge_commit
from reliability.review.pull_request.approvals import (
    ALL_BY_AUTHOR,
    approvals,
    possible_approvers,
)
from reliability.review.pull_request.commit_status import Judgment
from reliability.review.pull_request.gather import ReviewTerms
from reliability.review.pull_request.pushers import Pushers, pushers
from reliability.review.pull_request.run import ReviewResult, review_change
from reliability.review.workspace import Workspace

MERGE_GROUP: Final = "merge_group"
LONGEST_QUEUE: Final = 100
"""The maximum size of a merge group ("Managing a merge queue": between 1 and 100)."""


class UnidentifiedError(ForgeError):
    """A pull request of a merge queue cannot be identified, so its approvals are not known."""


@dataclass(frozen=True, slots=True)
class MergeStep:
    """A pull request, and the commit `after` that is to be merged into the commit `before`."""

    pull: PullRequest
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitJudge:
    """Reviews pull requests by the policies of their base branches.

    `limit` is the lowest severity that blocks, `report` the URL of the workflow run.
    """

    workspace: Workspace
    forge: GitHubForge
    changes: Changes
    limit: Severity | None
    days: int | None
    report: str

    def pull_request(self, pull: PullRequest) -> tuple[Judgment, ReviewResult]:
        """Review a pull request by itself: its head, merged into the tip of its base branch."""
        tip = self.changes.tip(pull.base_branch, pull.base)
        proposal = self.changes.proposal(tip, pull.head)
        result = self._judged(MergeStep(pull, tip, pull.head), self._proposes(tip, proposal))
        return Judgment(pull.number, result.view, pull.draft), result

    def queued(self, step: MergeStep) -> tuple[Judgment, ReviewResult]:
        """Review a pull request on top of those before it in the queue.

        Its approvals count if it makes the approved change there: from and to the same content.
        """
        tip = self.changes.tip(step.pull.base_branch, step.pull.base)
        proposal = self.changes.between(step.before, step.after)
        result = self._judged(step, self._proposes(tip, proposal))
        return Judgment(step.pull.number, result.view), result

    def _proposes(self, tip: str, proposal: Change) -> Callable[[str], bool | None]:
        changes = self.changes

        def proposes_the_same(commit: str) -> bool | None:
            return changes.proposes(tip, commit, proposal)

        return proposes_the_same

    def _judged(
        self, step: MergeStep, proposes_the_same: Callable[[str], bool | None]
    ) -> ReviewResult:
        pull = step.pull
        merge = merge_commit(self.workspace.root, step.before, step.after)
        base, head = merge.base, merge.head
        handles = possible_approvers(base.catalog, head.catalog, self.workspace.today)
        given = approvals(
            self.forge.reviews(pull.number),
            replace(pull, head=step.after),
            base.catalog,
            proposes_the_same=proposes_the_same,
            access=self.forge.access(handles),
            pushed=self._pushers(pull) if handles else ALL_BY_AUTHOR,
        )

        terms = ReviewTerms(
            branch=pull.base_branch,
            approvals=given,
            limit=self.limit,
            days=self.days,
            head=step.after,
        )
        return review_change(self.workspace, merge, terms, report=self.report)

    def _pushers(self, pull: PullRequest) -> Pushers:
        tip = self.changes.tip(pull.base_branch, pull.base)
        return pushers(self.forge.pushes(pull), self.changes, tip)


def judge_commit(
    workspace: Workspace,
    forge: GitHubForge,
    run: WorkflowRun,
    limit: Severity | None,
    *,
    days: int | None = None,
    report: str = "",
) -> Iterator[tuple[Judgment, ReviewResult]]:
    """Review the open pull requests of a commit, lazily; yield nothing if there are none.

    Raises:
        UnidentifiedError: a pull request of a merge queue cannot be identified.
        RevisionError: a commit is not in this clone.
    """
    judge = CommitJudge(
        workspace=workspace,
        forge=forge,
        changes=Changes.at(workspace.root),
        limit=limit,
        days=days,
        report=report,
    )
    if run.event == MERGE_GROUP:
        yield from map(judge.queued, _queue(judge, run))
    else:
        yield from map(judge.pull_request, forge.open_pull_requests(run.head_sha))


def _queue(judge: CommitJudge, run: WorkflowRun) -> list[MergeStep]:
    """Return the pull requests from the base branch to the head of a merge group, in order.

    GitHub makes each entry of a queue a branch on top of the entry before it. Unless "Only merge
    non-failing pull requests" is on, entries that failed are merged with the last one that passed
    ("Managing a merge queue"), so each is judged again.
    """
    entry = queue_entry(run.head_branch or "")
    if entry is None:
        raise UnidentifiedError(
            f"{run.head_branch} is not a merge queue branch with one pull request"
        )

    tip = f"refs/remotes/origin/{entry.base_branch}"
    _ensure_newest(judge, entry, tip, head=run.head_sha)
    steps = [_step(judge, entry, run.head_sha)]
    heads = judge.forge.queue_heads(entry.base_branch)

    while not judge.changes.is_ancestor(steps[-1].before, tip):
        before = next(_entries_at(heads, steps[-1].before), None)
        if before is None or len(steps) == LONGEST_QUEUE:
            raise UnidentifiedError(
                f"{steps[-1].before[:12]} is ahead of #{steps[-1].pull.number} in the merge queue, "
                "but does not belong to a known pull request"
            )
        steps.append(_step(judge, before, steps[-1].before))

    return steps[::-1]


def _ensure_newest(judge: CommitJudge, entry: QueueEntry, tip: str, head: str) -> None:
    """Refuse a group that was built on an older commit: older policies would apply."""
    changes = judge.changes
    if not (changes.is_ancestor(tip, head) or changes.is_ancestor(head, tip)):
        raise UnidentifiedError(
            f"{head[:12]} of the merge queue does not contain the latest commits of "
            f"{entry.base_branch}; remove the pull request from the queue and add it again"
        )


def _entries_at(heads: dict[str, str], commit: str) -> Iterator[QueueEntry]:
    for branch, head in sorted(heads.items()):
        if head == commit and (entry := queue_entry(branch)) is not None:
            yield entry


def _step(judge: CommitJudge, entry: QueueEntry, commit: str) -> MergeStep:
    try:
        pull = judge.forge.pull_request(entry.number)
    except GoneError as error:
        raise UnidentifiedError(
            f"#{entry.number} of the merge queue is not a pull request"
        ) from error

    if not pull.is_open or pull.base_branch != entry.base_branch:
        raise UnidentifiedError(f"#{entry.number} is no longer open against {entry.base_branch}")
    if not judge.changes.is_ancestor(entry.parent, commit):
        raise UnidentifiedError(f"{entry.parent[:12]} is not an ancestor of {commit[:12]}")

    return MergeStep(pull, entry.parent, commit)
