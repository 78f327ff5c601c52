"""`reliability review`: what a pull request does to people, as its comments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from reliability.approval import Approvals
from reliability.cli.check.options import FAIL_ON, handles
from reliability.cli.forges import read_forge
from reliability.cli.review.options import ReviewOptions, open_forge, started
from reliability.cli.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from reliability.cli.app import App
    from reliability.cli.review.options import Started
    from reliability.forge.forge import Forge
    from reliability.forge.pull_request import PullRequest
    from reliability.load.merge import Merge
    from reliability.review.pull_request.post import Posting
    from reliability.review.pull_request.shown import ReportView


@click.command("review")
@click.option("--base", metavar="REV", help="Where the change starts; else as the event says.")
@click.option(
    "--forge",
    metavar="github|folder:DIR",
    callback=read_forge,
    help="Where the comments go; without it the review is printed.",
)
@click.option(
    "--event",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The event of the pull request; with --forge, by default what GITHUB_EVENT_PATH names.",
)
@click.option("--pull-request", "number", type=Whole(1), help="Its number, where no event says it.")
@click.option(
    "--approved-by",
    "approved",
    metavar="@HANDLE,...",
    callback=handles,
    help="Who approved, besides those whom the forge knows.",
)
@click.option("--days", type=Whole(1, 400), help="How many days to replay.")
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="error",
    show_default=True,
    help="Exit with 1 if a new finding has at least this severity",
)
@click.option(
    "--allow-pending-approval",
    is_flag=True,
    help="Exit with 0 if nothing but approvals is missing",
)
@click.option(
    "--max-inline",
    type=Whole(0),
    default=20,
    show_default=True,
    help="How many findings get a comment on their line.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write report.md, findings.sarif and annotations.txt there.",
)
@click.option("--live", is_flag=True, help="Plan against what the base's targets hold; reads only.")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Show what a change does: who gets notified, which SLOs change, what would have fired.

    Judged by the policies, approvers and limits of the base. Ends with 1 where an approval is
    missing, an incident is newly missed, a page budget is exceeded by more pages than before, or
    the change brings findings that --fail-on names.

    \b
    reliability review --base origin/main            print it
    reliability review --forge github                in a job of GitHub Actions
    reliability review --base main --forge folder:f  as files
    """
    from reliability.load.base import Base
    from reliability.load.merge import WORKING_TREE, merge_working_tree

    asked = ReviewOptions(**given)
    start = started(app, asked)
    here = Base(WORKING_TREE, app.repository.catalog, app.repository.findings)
    merge = merge_working_tree(app.root, start.revision, here)
    forge = open_forge(app, asked, start, merge.start)
    if forge is None:
        return _print(app, asked, start, merge)
    return _post(app, asked, start, merge, forge)


def _print(app: App, asked: ReviewOptions, start: Started, merge: Merge) -> int:
    from reliability.cli.review.output import append_summary, write_files
    from reliability.review.pull_request.approvals import with_teams
    from reliability.review.pull_request.report import full_report

    approvals = Approvals(given=frozenset(with_teams(asked.approved, merge.base.catalog)))
    shown, findings = _reviewed(app, asked, start, merge, approvals)
    append_summary(app, shown)
    if asked.out is not None:
        write_files(app, asked.out, shown, findings, merge.head.catalog)
    if shown.reviewed.touched.is_nothing:
        app.note("the change is about nothing below services/ and policies/")
    app.say(full_report(shown).rstrip("\n"))
    return _exit_code(asked, shown)


def _post(app: App, asked: ReviewOptions, start: Started, merge: Merge, forge: Forge) -> int:
    """Write comments where we may; whatever comes of that, the report is written elsewhere."""
    from reliability.cli.review.output import append_summary, log_line, write_files
    from reliability.forge.folder.local import prefix_of
    from reliability.review.pull_request.approvals import approvals, possible_approvers, with_teams
    from reliability.review.pull_request.headlines import verdict_text
    from reliability.review.pull_request.post import Posting
    from reliability.review.pull_request.reviewers import reviewers

    pull = forge.pull_request(start.number)
    if not pull.is_open:
        app.note(f"#{pull.number} is closed; nothing is written there")
        return 0
    reviews = forge.reviews(start.number)
    handles = possible_approvers(merge.base.catalog, merge.head.catalog, app.today)
    of_forge = approvals(
        reviews,
        pull,
        merge.base.catalog,
        _proposes_the_same(app, start, pull),
        forge.access(handles),
    )
    given = of_forge.given | with_teams(asked.approved, merge.base.catalog)
    shown, findings = _reviewed(app, asked, start, merge, replace(of_forge, given=given))
    posting = Posting(forge, pull, PurePosixPath(prefix_of(app.root)), asked.max_inline)
    is_newest = _is_newest(app, start, pull)
    if is_newest:
        on_lines = posting.findings(shown.reviewed, shown.words, merge.head.catalog.texts)
        shown = replace(shown, on_lines=on_lines)
    append_summary(app, replace(shown, on_lines=frozenset()))
    if asked.out is not None:
        write_files(
            app, asked.out, replace(shown, on_lines=frozenset()), findings, merge.head.catalog
        )
    if is_newest:
        posting.summary(shown)
        posting.ask(reviewers(shown.reviewed.verdict, pull, reviews, of_forge))
    app.say(log_line(verdict_text(shown.reviewed.verdict, shown.words)))
    _say_unwritten(app, posting, shown)
    return _exit_code(asked, shown) or int(bool(posting.failed))


def _proposes_the_same(app: App, start: Started, pull: PullRequest) -> Callable[[str], bool | None]:
    """Whether a commit changes the governed files as the head does, content for content."""
    from reliability.load.changes import Changes

    changes = Changes.at(app.root)
    tip = changes.tip(pull.base_branch, start.revision)

    def proposes_the_same(commit: str) -> bool | None:
        if not changes.has(pull.head):
            return False
        return changes.proposes(tip, commit, changes.proposal(tip, pull.head))

    return proposes_the_same


def _exit_code(asked: ReviewOptions, shown: ReportView) -> int:
    """3 where a rule crashed; 1 where something stands in the way, unless nothing shall."""
    from reliability.check.engine.run import BUG

    if any(finding.rule == BUG for _, finding in shown.reviewed.found.counted):
        return 3
    verdict = shown.reviewed.verdict
    if asked.allow_pending_approval and verdict.waits_for_approval:
        return 0
    return int(asked.limit is not None and not verdict.is_good)


def _say_unwritten(app: App, posting: Posting, shown: ReportView) -> None:
    """What the comments would have said, as annotations of the job; and why there are none."""
    from reliability.cli.review.output import annotation_lines, log_line

    if posting.unwritten or posting.failed:
        for line in annotation_lines(shown):
            app.say(line)
    if posting.unwritten:
        why = log_line(posting.unwritten[0])
        app.note(f"no comment was written ({why}); the job summary has all of it")
    for why in posting.failed:
        app.note(log_line(f"a comment was not written: {why}"))
    for why in posting.unasked:
        app.note(log_line(f"not requested as a reviewer: {why}"))


def _is_newest(app: App, start: Started, pull: PullRequest) -> bool:
    """Whether what was checked out is still the pull request's head."""
    if start.event is None or start.event.head.sha == pull.head:
        return True
    app.note(f"{pull.head[:12]} was pushed meanwhile, and its own run writes the comments")
    return False


def _reviewed(
    app: App, asked: ReviewOptions, start: Started, merge: Merge, given: Approvals
) -> tuple[ReportView, list[Any]]:
    from reliability.review.pull_request.gather import ReviewTerms, review
    from reliability.review.pull_request.language import words_of_base
    from reliability.review.pull_request.shown import ReportView

    terms = ReviewTerms(start.branch, given, asked.limit, asked.days, asked.live)
    reviewed, findings = review(app.workspace, merge, terms)
    words = words_of_base(merge.base, merge.head.catalog)
    return ReportView(reviewed, words, report=app.settings.github_run_url), findings
