"""A change that starts from an old commit is judged by what its branch declares now."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reliability.errors import RevisionError
from reliability.git import GitRepository
from reliability.load.changes import Changes
from reliability.load.merge import merge_commit
from reliability.review.pull_request.report import full_report
from reliability.review.pull_request.reviewed import Reviewed
from tests.cli.program import in_process as reliability
from tests.review.pull_request.scene import (
    APPROVERS,
    LOOSER,
    SLO,
    Edit,
    Scene,
    reviewed,
    scene,
    shown,
)

OWNER = "services/attendance/ownership.yaml"
SLO_POLICY = "policies/slo.yaml"
HISTORY = """\
apiVersion: reliability/v1
kind: HistorySources
metadata: {{name: history}}
spec:
  source: {{type: prometheus, url: "http://127.0.0.1:9", authorization: "env:{name}"}}
"""
TEAM_LOST: Edit = (OWNER, '"@product-attendance"', '"@someone-new"')


def git(of: Scene, *arguments: str) -> str:
    identity = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")
    repository = GitRepository(of.root, of.root / ".git")
    return repository.run(*identity, *arguments).decode().strip()


def moved_on(of: Scene, *on_main: Edit) -> None:
    """Main takes a commit, and the change begins before it."""
    of.change(*on_main)
    git(of, "checkout", "--quiet", "-b", "change", "main~1")


def judged(of: Scene, *approved: str) -> Reviewed:
    found, _ = reviewed(of.root, "main", *approved)
    return found


def test_an_approver_who_was_replaced_since_approves_nothing(tmp_path: Path) -> None:
    of = scene(tmp_path)
    moved_on(of, TEAM_LOST)
    of.change(LOOSER)
    found = judged(of, *APPROVERS)
    assert found.verdict.missing == (("@someone-new",),)
    assert judged(of, "@someone-new", "@lead-workforce").verdict.is_good
    assert git(of, "rev-parse", "main") == found.policy_source.commit


def test_what_the_branch_has_taken_up_since_is_not_the_change(tmp_path: Path) -> None:
    of = scene(tmp_path)
    moved_on(of, TEAM_LOST)
    of.write("services/attendance/README.md", "A word\n")
    of.commit()
    found = judged(of)
    assert found.verdict.is_good
    assert found.touched.is_nothing
    assert found.approvers == ()


def test_a_limit_that_was_tightened_since_holds(tmp_path: Path) -> None:
    of = scene(tmp_path)
    moved_on(of, (SLO_POLICY, "min: 0.9", "min: 0.999"))
    of.change(LOOSER)
    _, findings = reviewed(of.root, "main", *APPROVERS)
    assert "slo-outside-policy" in {finding.rule for finding in findings}


def test_policies_beside_those_that_the_branch_has_got_since_are_compared(tmp_path: Path) -> None:
    of = scene(tmp_path)
    text = (of.root / SLO_POLICY).read_text()
    (of.root / SLO_POLICY).unlink()
    of.commit()
    of.write(SLO_POLICY, text)
    of.commit()
    git(of, "checkout", "--quiet", "-b", "change", "main~1")
    of.write("policies/a-first.yaml", text.replace("min: 0.9", "min: 0.1"))
    of.commit()
    found = judged(of)
    assert "policy-changed" in {finding.rule for _, finding in found.finding_changes.new}
    assert not found.verdict.is_good


def test_a_file_that_both_have_changed_has_to_be_taken_up_first(tmp_path: Path) -> None:
    of = scene(tmp_path)
    moved_on(of, (SLO, "target: 0.999", "target: 0.9999"))
    of.change(LOOSER)
    found = judged(of, *APPROVERS)
    assert found.verdict.overlap == (SLO,)
    assert not found.verdict.is_good
    assert not found.verdict.waits_for_approval
    text = full_report(shown(found))
    assert f"`{SLO}` also changed on the base branch; update this branch" in text
    [objective] = [each for each in found.slo_changes if each.what == "same"]
    assert objective.old is not None
    assert str(objective.old.ratio) == "0.999"


def test_the_same_edit_on_both_sides_is_no_change(tmp_path: Path) -> None:
    of = scene(tmp_path)
    moved_on(of, LOOSER)
    of.change(LOOSER)
    found = judged(of)
    assert found.touched.is_nothing
    assert found.verdict.is_good


@pytest.mark.parametrize("who", ["branch", "change"])
def test_an_edit_is_not_brought_in_through_a_rename(who: str, tmp_path: Path) -> None:
    of = scene(tmp_path)
    text = (of.root / SLO).read_text()
    of.write("docs/draft.yaml", text.replace("attendance", "drafted"))
    of.commit()

    def rename() -> None:
        (of.root / "services/drafted").mkdir()
        (of.root / "docs/draft.yaml").rename(of.root / "services/drafted/slo.yaml")
        of.commit()

    def edit() -> None:
        of.change(("docs/draft.yaml", "target: 0.999", "target: 0.9"))

    sides: list[Callable[[], None]] = [rename, edit] if who == "branch" else [edit, rename]
    sides[0]()
    git(of, "checkout", "--quiet", "-b", "change", "main~1")
    sides[1]()
    assert judged(of).verdict.overlap == ("services/drafted/slo.yaml",)


def crossed(of: Scene) -> str:
    """A merge that leaves a tightened target out, with two merge bases; its commit."""
    of.write("one.txt", "one\n")
    first = of.commit()
    git(of, "checkout", "--quiet", "-b", "change", first)
    of.write("two.txt", "two\n")
    theirs = of.commit()
    git(of, "checkout", "--quiet", "main")
    of.change((SLO, "target: 0.999", "target: 0.9995"))
    tightened = git(of, "rev-parse", "HEAD")
    git(of, "merge", "--quiet", "--no-ff", "--no-edit", theirs)
    git(of, "checkout", "--quiet", "change")
    git(of, "merge", "--quiet", "--no-commit", "--no-ff", tightened)
    git(of, "checkout", "--quiet", theirs, "--", SLO)
    git(of, "commit", "--quiet", "--message=Merge, and leave the target as it was")
    return git(of, "rev-parse", "HEAD")


def test_a_change_with_several_merge_bases_is_not_judged(tmp_path: Path) -> None:
    of = scene(tmp_path)
    head = crossed(of)
    with pytest.raises(RevisionError, match="have 2 merge bases"):
        merge_commit(of.root, "main", head)
    ended = reliability("review", "--base", "main", folder=of.root)
    assert ended.code == 2
    assert "merge the base branch into the branch of the change" in ended.err


def test_its_approval_does_not_carry_over(tmp_path: Path) -> None:
    of = scene(tmp_path)
    head, changes = crossed(of), Changes.at(of.root)
    assert not changes.proposes("main", head, {})


def test_an_approval_does_not_carry_over_to_other_code_owners(tmp_path: Path) -> None:
    of = scene(tmp_path)
    git(of, "checkout", "--quiet", "-b", "change")
    approved, changes = of.change(LOOSER), Changes.at(of.root)
    of.write(".github/CODEOWNERS", "* @me\n")
    later = of.commit()
    assert not changes.proposes("main", approved, changes.proposal("main", later))


def test_history_is_pulled_from_the_hosts_that_the_branch_trusts_now(tmp_path: Path) -> None:
    of = scene(tmp_path)
    path = of.root / "policies/history.yaml"
    for name in ("FORMER", "NEWEST"):
        path.write_text(HISTORY.format(name=name))
        of.commit()
    git(of, "checkout", "--quiet", "-b", "change", "main~1")
    of.change((SLO, "http_requests_total", "requests_total"))
    ended = reliability("history", "pull", "--for-changes", "--base", "main", folder=of.root)
    assert ended.code != 0
    assert "NEWEST" in ended.err
    assert "FORMER" not in ended.err
