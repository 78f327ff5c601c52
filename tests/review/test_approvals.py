"""Whose approval counts: of people and teams as the base knows them, at the head, not withdrawn."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reliability.approval import Approvals, RequiredApproval
from reliability.check.approvals import NEED_APPROVAL
from reliability.forge.pull_request import PullRequest, Review, ReviewState
from reliability.pipeline import load_revision
from reliability.review.approvals import approvals, with_teams
from tests.project.repository import ROOT
from tests.review.scene import LOOSER, reviewed, scene

HEAD, OLDER = "a" * 40, "b" * 40
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
AUTHOR = frozenset({"@dev"})
PULL = PullRequest(1, "A change", "dev", HEAD, "c" * 40, "main", False, False, True, "")


def said(author: str, state: ReviewState, commit: str = HEAD, minutes: int = 0) -> Review:
    return Review(author, state, commit, NOON + timedelta(minutes=minutes))


def given(tmp_path: Path, *reviews: Review, pull: PullRequest = PULL) -> Approvals:
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
    assert given(tmp_path, *reviews) == Approvals(frozenset({"@sato"}), author=AUTHOR)


def test_an_approval_of_an_earlier_commit_does_not_count(tmp_path: Path) -> None:
    found = given(tmp_path, said("mori", "approved", OLDER))
    assert found == Approvals(frozenset(), frozenset({"@mori"}), AUTHOR)


def test_it_counts_if_the_head_proposes_the_same(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    reviews = [said("mori", "approved", OLDER), said("sato", "approved", "d" * 40)]
    found = approvals(reviews, PULL, base.catalog, lambda commit: commit == OLDER)
    assert found == Approvals(frozenset({"@mori"}), frozenset({"@sato"}), AUTHOR)


def test_a_team_is_found_however_its_members_are_written(tmp_path: Path) -> None:
    found = given(tmp_path, said("Dev-Aoi", "approved"))
    assert "@example-hr/workforce" in found.given


def test_nobody_approves_what_they_propose(tmp_path: Path) -> None:
    assert given(tmp_path, said("Dev", "approved")) == Approvals(author=AUTHOR)
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
        if re.search(r"(called_out|needs_approval)\(", path.read_text())
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
    [ask] = found.asked
    assert {each.rule for each in ask.findings if each.waiver is None} <= {"incident-missed"}
