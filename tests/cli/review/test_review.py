"""`review`: all that it prints and writes for changes of the shipped repository.

`pytest tests/cli/review --update-golden` rewrites the golden files; read what has changed.
"""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.backtest.test_command import git
from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
REVIEW: Final = ("--today", "2026-11-25", "review", "--base", "main", "--days", "7")
SLO: Final = "services/attendance/slo.yaml"
TEAM: Final = "policies/teams/workforce.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The shipped repository in Git, on a branch."""
    folder = copied(tmp_path / "root")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=One")
    git(folder, "checkout", "--quiet", "-b", "change")
    return folder


def commit(root: Path) -> None:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=Two")


def named(root: Path, text: str) -> str:
    """The text with names in place of commits."""
    for name in ("main", "change"):
        full = (root / f".git/refs/heads/{name}").read_text().strip()
        text = text.replace(full, f"COMMIT-OF-{name}").replace(full[:12], f"SHORT-{name}")
    return text


def test_a_change_that_loosens_and_one_that_is_approved(golden: Golden, root: Path) -> None:
    edit(root / SLO, "target: 0.999 ", "target: 0.98 ")
    commit(root)
    out = root.parent / "out"
    text = transcript(
        root,
        (*REVIEW, "--out", out),
        (*REVIEW, "--approved-by", "@product-attendance,@lead-workforce"),
        (*REVIEW, "--allow-pending-approval"),
        OUT=str(out),
    )
    golden.check(GOLDEN / "loosened.txt", named(root, text))
    for name in ("report.md", "annotations.txt"):
        golden.check(GOLDEN / name, named(root, (out / name).read_text()))
    [run] = json.loads((out / "findings.sarif").read_text())["runs"]
    results = json.dumps(run["results"], indent=2, ensure_ascii=False)
    golden.check(GOLDEN / "results.sarif", named(root, f"{results}\n"))


def test_a_change_of_who_gets_notified(golden: Golden, root: Path) -> None:
    edit(root / TEAM, "#", "#other-")
    edit(root / "services/attendance/ownership.yaml", "team: workforce", "team: payroll")
    commit(root)
    golden.check(GOLDEN / "moved.txt", named(root, transcript(root, REVIEW)))


def test_a_change_with_findings(golden: Golden, root: Path) -> None:
    edit(root / SLO, "service: attendance", "service: attendence")
    (root / "services/exports/alert-policy.yaml").write_text("kind: [\n")
    commit(root)
    text = transcript(root, REVIEW, (*REVIEW, "--fail-on", "never"))
    golden.check(GOLDEN / "findings.txt", named(root, text))


def test_a_change_of_nothing_that_counts(golden: Golden, root: Path) -> None:
    (root / "docs/runbooks/more.md").write_text("More\n")
    commit(root)
    text = transcript(root, REVIEW, ("--quiet", *REVIEW))
    golden.check(GOLDEN / "nothing.txt", named(root, text))


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    review = ("review",)
    text = transcript(
        root,
        review,
        (*review, "--base", "nowhere"),
        (*review, "--base", ""),
        (*review, "--base", "main", "--max-inline", "-1"),
        (*review, "--base", "main", "--days", "0"),
        (*review, "--forge", "github"),
        (*review, "--forge", "nowhere"),
        (*review, "--base", "main", "--approved-by", "lead"),
    )
    golden.check(GOLDEN / "refused.txt", named(root, text))


def test_a_folder_without_git_has_no_base(tmp_path: Path) -> None:
    ended = in_process(*REVIEW, folder=copied(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert "not in a Git repository" in ended.err or "no Git repository" in ended.err
