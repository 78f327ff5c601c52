"""What `reliability verdict` judges: pull requests with a head, or those of a merge queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reliability.cli.check.options import FAIL_ON
from reliability.cli.review.output import append_summary, write_files
from reliability.errors import ForgeError
from reliability.forge.github.calls import GoneError
from reliability.forge.github.statuses import QueueEntry, queue_entry
from reliability.load.changes import Change, Changes
from reliability.load.merge import merge_commit
from reliability.review.pull_request.approvals import approvals, possible_approvers
from reliability.review.pull_request.commit_status import Judgment
from reliability.review.pull_request.gather import ReviewTerms, review
from reliability.review.pull_request.language import words_of_base
from reliability.review.pull_request.shown import ReportView

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.forge.event import WorkflowRun
    from reliability.forge.github.forge import GitHubForge
    from reliability.forge.pull_request import PullRequest

MERGE_GROUP: Final = "merge_group"
LONGEST_QUEUE: Final = 100
"""Pull requests that one group holds at most ("Managing a merge queue": between 1 and 100)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictOptions:
    """The options of one run, under the names that `cli/verdict/command.py` gives them."""

    event: Path | None
    days: int | None
    fail_on: str
    out: Path | None
    dry_run: bool


class UnidentifiedError(ForgeError):
    """A pull request of a merge queue that cannot be told, so that nobody can have approved it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A pull request, and the commit `after` that is to be merged into the commit `before`."""

    pull: PullRequest
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Bench:
    """What one run judges with."""

    app: App
    forge: GitHubForge
    changes: Changes
    options: VerdictOptions

    def pull_request(self, pull: PullRequest) -> Judgment:
        """A pull request by itself: its head, merged into the newest commit of its base."""
        tip = self.changes.tip(pull.base_branch, pull.base)
        proposal = self.changes.proposal(tip, pull.head)
        judgment = self._judged(Step(pull, tip, pull.head), self._proposes(tip, proposal))
        return replace(judgment, is_draft=pull.draft)

    def queued(self, step: Step) -> Judgment:
        """A pull request on top of those before it in the queue.

        Its approvals hold if it changes there what was approved: from and to the same content.
        """
        tip = self.changes.tip(step.pull.base_branch, step.pull.base)
        proposal = self.changes.between(step.before, step.after)
        return self._judged(step, self._proposes(tip, proposal))

    def _proposes(self, tip: str, proposal: Change) -> Callable[[str], bool | None]:
        changes = self.changes

        def proposes_the_same(commit: str) -> bool | None:
            return changes.proposes(tip, commit, proposal)

        return proposes_the_same

    def _judged(self, step: Step, proposes_the_same: Callable[[str], bool | None]) -> Judgment:
        app, pull = self.app, step.pull
        merge = merge_commit(app.root, step.before, step.after)
        base, head = merge.base, merge.head
        given = approvals(
            self.forge.reviews(pull.number),
            replace(pull, head=step.after),
            base.catalog,
            proposes_the_same,
            self.forge.access(possible_approvers(base.catalog, head.catalog, app.today)),
        )
        terms = ReviewTerms(
            pull.base_branch, given, FAIL_ON[self.options.fail_on], self.options.days
        )
        reviewed, findings = review(app.workspace, merge, terms)
        words = words_of_base(base, head.catalog)
        shown = ReportView(reviewed, words, report=app.settings.github_run_url)
        append_summary(app, shown)
        if self.options.out is not None:
            folder = self.options.out / str(pull.number)
            write_files(app, folder, shown, findings, head.catalog)
        return Judgment(pull.number, shown)


def judged(
    app: App, forge: GitHubForge, run: WorkflowRun, options: VerdictOptions
) -> list[Judgment]:
    """Judge all that a commit stands for; empty if it is the head of nothing that is open.

    Raises:
        UnidentifiedError: a pull request of a merge queue cannot be identified.
        RevisionError: a commit is not in this clone.
    """
    bench = Bench(app, forge, Changes.at(app.root), options)
    if run.event == MERGE_GROUP:
        return [bench.queued(step) for step in _queue(bench, run)]
    return [bench.pull_request(pull) for pull in forge.open_pull_requests(run.head_sha)]


def _queue(bench: Bench, run: WorkflowRun) -> list[Step]:
    """The pull requests between the base branch and the head of a merge group, the first first.

    GitHub makes each entry of a queue a branch on top of the entry before it. Unless "Only merge
    non-failing pull requests" is on, entries that failed are merged with the last one that passed
    ("Managing a merge queue"), so each is judged again.
    """
    entry = queue_entry(run.head_branch or "")
    if entry is None:
        raise UnidentifiedError(
            f"{run.head_branch} is not a branch of a merge queue with one pull request"
        )
    tip = f"refs/remotes/origin/{entry.base_branch}"
    _ensure_newest(bench, entry, tip, run.head_sha)
    steps = [_step(bench, entry, run.head_sha)]
    heads = bench.forge.queue_heads(entry.base_branch)
    while not bench.changes.is_ancestor(steps[-1].before, tip):
        before = next(_entries_at(heads, steps[-1].before), None)
        if before is None or len(steps) == LONGEST_QUEUE:
            raise UnidentifiedError(
                f"{steps[-1].before[:12]} is in the merge queue before #{steps[-1].pull.number}, "
                "and belongs to no pull request that can be identified"
            )
        steps.append(_step(bench, before, steps[-1].before))
    return steps[::-1]


def _ensure_newest(bench: Bench, entry: QueueEntry, tip: str, head: str) -> None:
    """Refuse a group that was built on an older commit: it would be judged by older policies."""
    changes = bench.changes
    if not (changes.is_ancestor(tip, head) or changes.is_ancestor(head, tip)):
        raise UnidentifiedError(
            f"the merge queue's commit {head[:12]} does not hold what was merged into "
            f"{entry.base_branch} since; let the queue build it again"
        )


def _entries_at(heads: dict[str, str], commit: str) -> Iterator[QueueEntry]:
    for branch, head in sorted(heads.items()):
        if head == commit and (entry := queue_entry(branch)) is not None:
            yield entry


def _step(bench: Bench, entry: QueueEntry, commit: str) -> Step:
    try:
        pull = bench.forge.pull_request(entry.number)
    except GoneError as error:
        raise UnidentifiedError(
            f"#{entry.number} of the merge queue is not a pull request"
        ) from error
    if not pull.is_open or pull.base_branch != entry.base_branch:
        raise UnidentifiedError(f"#{entry.number} is not open for {entry.base_branch} any more")
    if not bench.changes.is_ancestor(entry.parent, commit):
        raise UnidentifiedError(f"{entry.parent[:12]} does not come before {commit[:12]}")
    return Step(pull, entry.parent, commit)
