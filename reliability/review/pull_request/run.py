"""Reviews a change and posts its comments: everything that a command has to call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from reliability.approval import Approvals
from reliability.bugs import BUG
from reliability.finding import Finding, Severity
from reliability.forge.folder.local import prefix_of
from reliability.forge.forge import Forge
from reliability.forge.pull_request import PullRequest
from reliability.load.catalog import Catalog
from reliability.load.changes import Changes
from reliability.load.loader import unreadable_parts
from reliability.load.merge import Merge
from reliability.review.language import words_of_base
from reliability.review.pull_request.approvals import (
    ALL_BY_AUTHOR,
    approvals,
    possible_approvers,
    with_teams,
)
from reliability.review.pull_request.gather import ReviewTerms, review
from reliability.review.pull_request.post import Posting
from reliability.review.pull_request.pushers import pushers
from reliability.review.pull_request.reviewers import reviewers
from reliability.review.pull_request.shown import ReportView
from reliability.review.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """The options of a review run.

    `revision` names the base, and `head` is the commit of the event, None without one. `approved`
    are the handles of people who approved outside of the forge. `max_inline` limits the comments on
    lines. `report` is the URL of the workflow run. The others are those of `ReviewTerms`.
    """

    revision: str
    branch: str
    number: int
    head: str | None
    approved: frozenset[str]
    limit: Severity | None
    days: int | None
    live: bool
    max_inline: int
    report: str

    def terms(self, given: Approvals) -> ReviewTerms:
        """Return the terms of the review with these approvals."""
        return ReviewTerms(
            branch=self.branch,
            approvals=given,
            limit=self.limit,
            days=self.days,
            live=self.live,
            head=self.head or "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """A review, every finding of the head, and the outcome of the comments, if there is a forge.

    `catalog` is the catalog of the head.
    """

    view: ReportView
    findings: list[Finding]
    catalog: Catalog
    posting: Posting | None = None


def review_change(
    workspace: Workspace, merge: Merge, terms: ReviewTerms, report: str
) -> ReviewResult:
    """Review a change in the language that its base declares."""
    reviewed, findings = review(workspace, merge, terms)

    words = words_of_base(merge.base, merge.head.catalog)
    view = ReportView(reviewed=reviewed, words=words, report=report)
    return ReviewResult(view=view, findings=findings, catalog=merge.head.catalog)


def review_pull_request(
    workspace: Workspace, merge: Merge, request: ReviewRequest, forge: Forge | None
) -> ReviewResult | None:
    """Review a change and post its comments; return None if the pull request is closed."""
    approved = with_teams(request.approved, merge.base.catalog)
    if forge is None:
        given = Approvals(given=frozenset(approved))
        return review_change(workspace, merge, request.terms(given), report=request.report)

    pull = forge.pull_request(request.number)
    if not pull.is_open:
        workspace.note(f"#{pull.number} is closed, so no comments are written")
        return None

    reviews = forge.reviews(request.number)
    handles = possible_approvers(merge.base.catalog, merge.head.catalog, workspace.today)
    changes = Changes.at(workspace.root)
    tip = changes.tip(pull.base_branch, request.revision)
    of_forge = approvals(
        reviews,
        pull,
        merge.base.catalog,
        proposes_the_same=_same_proposal(changes, tip, pull),
        access=forge.access(handles),
        pushed=pushers(forge.pushes(pull), changes, tip) if handles else ALL_BY_AUTHOR,
    )
    given = replace(of_forge, given=of_forge.given | approved)
    result = review_change(workspace, merge, request.terms(given), report=request.report)

    # GitHub's paths begin at the root of Git, which may be above that of the catalog.
    prefix = PurePosixPath(prefix_of(workspace.root))
    posting = Posting(forge=forge, pull=pull, prefix=prefix, most=request.max_inline)
    # Runs of two pushes can overlap, and the older one can end last; its comments would be about
    # lines that are gone.
    if _is_newest(workspace, request, pull):
        files = pull.files and f"{pull.files}/{prefix}" if prefix.parts else pull.files
        view = replace(result.view, files=files)
        asked = reviewers(view.reviewed.verdict, pull, reviews, approvals=of_forge)
        posting.findings(view.reviewed, view.words, result.catalog.texts)
        posting.summary(view, asked, is_judged=_is_judged(merge, result.findings))
        posting.ask(asked)
    return replace(result, posting=posting)


def _same_proposal(changes: Changes, tip: str, pull: PullRequest) -> Callable[[str], bool | None]:
    """Return a function that compares the proposal of a commit with that of the head.

    It returns whether both change the governed files from and to the same content, and None if the
    commit is gone.
    """

    def proposes_the_same(commit: str) -> bool | None:
        if not changes.has(pull.head):
            return False
        return changes.proposes(tip, commit, changes.proposal(tip, pull.head))

    return proposes_the_same


def _is_judged(merge: Merge, findings: Sequence[Finding]) -> bool:
    """Return whether every file was read and every rule ended, so that no approval is unknown."""
    unread = any(unreadable_parts((*merge.base.findings, *merge.head.findings)))
    return not unread and all(finding.problem.subject != BUG for finding in findings)


def _is_newest(workspace: Workspace, request: ReviewRequest, pull: PullRequest) -> bool:
    """Return whether the checked-out commit is still the head of the pull request."""
    if request.head is None or request.head == pull.head:
        return True
    workspace.note(
        f"{pull.head[:12]} was pushed in the meantime; the run for it writes the comments"
    )
    return False
