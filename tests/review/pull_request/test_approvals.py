"""Whose approval counts: of people and teams as the base knows them, at the head, not withdrawn."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reliability.approval import Approvals, RequiredApproval
from reliability.check.changes.approvals import NEED_APPROVAL
from reliability.forge.pull_request import (
    PullRequest,
    RepositoryAccess,
    ReviewState,
    SubmittedReview,
)
from reliability.load.base import load_commit
from reliability.onboarding.shipped import DAY
from reliability.pipeline import load_revision
from reliability.review.pull_request.approvals import approvals, possible_approvers, with_teams
from reliability.review.pull_request.report import full_report
from tests.project.repository import ROOT
from tests.review.pull_request.scene import APPROVERS, LOOSER, reviewed, scene, shown

HEAD, OLDER = "a" * 40, "b" * 40
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
AUTHOR = frozenset({"@dev"})
PULL = PullRequest(
    number=1,
    title="A change",
    author="dev",
    head=HEAD,
    base="c" * 40,
    base_branch="main",
    draft=False,
    from_fork=False,
    is_open=True,
    url="",
)


def said(author: str, state: ReviewState, commit: str = HEAD, minutes: int = 0) -> SubmittedReview:
    return SubmittedReview(author, state, commit, NOON + timedelta(minutes=minutes))


def given(tmp_path: Path, *reviews: SubmittedReview, pull: PullRequest = PULL) -> Approvals:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    return approvals(reviews, pull, base.catalog)


def test_the_last_word_of_each_counts(tmp_path: Path) -> None:
    reviews = (
        said("mori", "approved"),
        said("mori", "changes-requested", minutes=1),
        said("sato", "changes-requested"),
        said("sato", "approved", minutes=1),
        said("sato", "commented", minutes=2),
        said("ueda", "dismissed"),
    )
    assert given(tmp_path, *reviews) == Approvals(
        given=frozenset({"@sato"}), author=AUTHOR, proposed=AUTHOR
    )


def test_an_approval_of_an_earlier_commit_does_not_count(tmp_path: Path) -> None:
    found = given(tmp_path, said("mori", "approved", OLDER))
    assert found == Approvals(outdated=frozenset({"@mori"}), author=AUTHOR, proposed=AUTHOR)


def test_it_counts_if_the_head_proposes_the_same(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    reviews = [said("mori", "approved", OLDER), said("sato", "approved", "d" * 40)]
    found = approvals(reviews, PULL, base.catalog, lambda commit: commit == OLDER)
    assert found == Approvals(
        given=frozenset({"@mori"}), outdated=frozenset({"@sato"}), author=AUTHOR, proposed=AUTHOR
    )


def test_a_team_is_found_however_its_members_are_written(tmp_path: Path) -> None:
    found = given(tmp_path, said("Dev-Aoi", "approved"))
    assert "@example-hr/workforce" in found.given


def test_nobody_approves_what_they_propose(tmp_path: Path) -> None:
    assert given(tmp_path, said("Dev", "approved")) == Approvals(author=AUTHOR, proposed=AUTHOR)
    other = replace(PULL, author="mori")
    assert given(tmp_path / "b", said("Dev", "approved"), pull=other).given == {"@Dev"}


def test_a_member_speaks_for_the_team(tmp_path: Path) -> None:
    found = given(tmp_path, said("dev-aoi", "approved"))
    assert found.given == {"@dev-aoi", "@example-hr/workforce"}


def test_a_member_is_known_however_the_team_writes_them(tmp_path: Path) -> None:
    of = scene(tmp_path)
    commit = of.change(("policies/teams/workforce.yaml", "@dev-aoi", "@Dev-Aoi"))
    base = load_revision(of.root, commit)
    assert base is not None
    assert "@example-hr/workforce" in with_teams({"@dev-aoi"}, base.catalog)
    assert "@example-hr/workforce" in with_teams({"@DEV-AOI"}, base.catalog)


def test_who_has_approved_is_not_missing_however_their_handle_is_written() -> None:
    roles = (("@Lead",), ("@product",), ("@example-hr/Workforce", "@other"))
    needed = RequiredApproval("attendance", roles)
    assert needed.missing(("@lead", "@Example-HR/workforce")) == (("@product",),)
    assert needed.missing(("@lead",), author=("@PRODUCT",)) == (roles[2],)


def test_a_stranger_speaks_for_no_team(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    assert with_teams({"@stranger"}, base.catalog) == {"@stranger"}


def test_every_rule_that_asks_for_approval_is_known_as_one() -> None:
    rules = (ROOT / "reliability/check/rules").glob("*.py")
    asking = {
        path.stem.replace("_", "-")
        for path in rules
        if re.search(r"(needs_service_approval|needs_approval)\(", path.read_text())
    }
    assert asking == NEED_APPROVAL


def test_one_person_records_their_agreement_in_the_document(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = of.change(("policies/notification.yaml", "approvals: team", "approvals: solo"))
    of.change(LOOSER)
    found, _ = reviewed(of.root, base)
    assert not found.verdict.is_good
    path, reviewed_on = LOOSER[0], 'reliability/reviewed: "2026-{}"'
    of.change((path, reviewed_on.format("10-20"), reviewed_on.format("11-25")))
    found, _ = reviewed(of.root, base)
    [ask] = found.required_approvals
    assert {each.rule for each in ask.findings if each.waiver is None} <= {"incident-missed"}


def test_who_has_no_access_any_more_does_not_approve_and_speaks_for_no_team(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    gone = RepositoryAccess(frozenset({"@Dev-Aoi"}), ("@x: not known",))
    found = approvals([said("dev-aoi", "approved")], PULL, base.catalog, access=gone)
    assert found.given == frozenset()
    assert (found.absent, found.access_unknown) == (gone.without, gone.unknown)


def test_only_those_whom_a_change_may_need_are_asked_for(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    assert possible_approvers(base.catalog, base.catalog, DAY) == ()
    head = load_commit(of.root, of.change(LOOSER))
    handles = possible_approvers(base.catalog, head.catalog, DAY)
    assert handles == (*APPROVERS, "@lead-platform", "@sre-one")
    moved = of.change(("services/attendance/ownership.yaml", "team: workforce ", "team: payroll "))
    head = load_commit(of.root, moved)
    assert "@lead-payroll" in possible_approvers(base.catalog, head.catalog, DAY)


def test_why_access_is_not_known_is_one_line_of_the_review(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change(LOOSER)
    found, _ = reviewed(of.root, of.base)
    unknown = replace(found.approvals, access_unknown=("the token may not read this",))
    text = full_report(shown(replace(found, approvals=unknown)))
    assert "The access of the approvers could not be checked: the token may not read this." in text
    text = full_report(shown(replace(found, approvals=unknown), "ja"))
    assert "承認者のアクセス権を確認できませんでした" in text


def test_an_approval_of_a_commit_that_is_gone_says_so(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change(LOOSER)
    found, _ = reviewed(of.root, of.base, outdated=APPROVERS)
    gone = replace(found.approvals, incomparable=frozenset({APPROVERS[0]}))
    text = full_report(shown(replace(found, approvals=gone)))
    assert f"`{APPROVERS[0]}` approved a commit that no longer exists, so the approval" in text
    assert f"`{APPROVERS[1]}` approved an earlier commit, so the approval does not count." in text
    assert "存在しないため" in full_report(shown(replace(found, approvals=gone), "ja"))


def test_a_commit_that_is_gone_is_told_apart_from_another_proposal(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    reviews = [said("mori", "approved", OLDER), said("sato", "approved", "d" * 40)]
    found = approvals(reviews, PULL, base.catalog, {OLDER: None, "d" * 40: False}.get)
    assert found.outdated == {"@mori", "@sato"}
    assert found.incomparable == {"@mori"}
