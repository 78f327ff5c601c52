"""Reviews as files: the command as a user runs it, with a folder for a forge."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reliability.finding import Severity
from reliability.forge.folder.forge import FolderForge, LocalPullRequest
from reliability.forge.folder.local import local_pull_request
from reliability.review.pull_request.run import ReviewRequest, review_pull_request
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.golden import Golden
from tests.review.pull_request.scene import (
    LOOSER,
    LOUDER,
    POLICY,
    SLO,
    Scene,
    merged,
    place,
    scene,
    without_details,
)

DAY = "2026-11-25"
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def change(tmp_path: Path) -> Scene:
    """A loosened promise and a cause that wakes people."""
    of = scene(tmp_path)
    of.change(LOOSER, LOUDER)
    return of


def run(of: Scene, *arguments: str | Path, **variables: str) -> Ended:
    said = ("review", "--base", of.base, "--today", DAY, *arguments)
    return reliability(*said, folder=of.root, **variables)


def to_folder(of: Scene, *arguments: str | Path, **variables: str) -> Ended:
    return run(of, "--forge", f"folder:{of.root.parent / 'forge'}", *arguments, **variables)


def pull(of: Scene) -> Path:
    return of.root.parent / "forge/pull-requests/1"


def threads(of: Scene) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((pull(of) / "inline").glob("*.md"))}


def test_findings_stand_on_their_lines_and_the_rest_in_one_summary(change: Scene) -> None:
    ended = to_folder(change)
    assert ended.code == 1, ended.err
    assert ended.out.startswith("Blocked: approval by @product-attendance")
    summary = (pull(change) / "summary.md") if (pull(change) / "summary.md").exists() else None
    [text] = [path.read_text() for path in pull(change).glob("*.md")]
    assert summary is None or summary.read_text() == text
    assert (text.count("\n- ❌"), text.count("\n- ☐")) == (2, 3)
    on_lines = threads(change)
    assert {rule for each in on_lines.values() for rule in re.findall(r"`([a-z-]+)`: ", each)} == {
        "slo-loosened",
        "tier-changed",
        "alert-for-cause",
        "alert-without-slo",
    }
    assert any("to approve a waiver with an end date" in each for each in on_lines.values())
    assert not any("approved-by" in each or "approved\\-by" in each for each in on_lines.values())


def test_who_has_no_access_any_more_is_listed_in_a_file(change: Scene) -> None:
    forge = change.root.parent / "forge"
    forge.mkdir()
    (forge / "without-access.txt").write_text("@product-attendance\n")
    ended = to_folder(change, "--approved-by", "@lead-workforce")
    assert ended.code == 1
    assert ended.out.startswith("Blocked: approval by @lead-platform or @sre-one is missing")
    [text] = [path.read_text() for path in pull(change).glob("review.md")]
    assert "No longer have access to the repository: `@product-attendance`" in text
    ended = to_folder(change, "--approved-by", "@lead-workforce,@sre-one")
    assert "approval" not in ended.out


def test_an_approver_who_proposes_the_change_agrees_by_that(tmp_path: Path) -> None:
    of = scene(tmp_path)
    owner = ("services/attendance/ownership.yaml", '"@lead-workforce"', '"@dev"')
    base = of.change(owner)
    of.change(LOOSER)
    folder = f"folder:{tmp_path / 'forge'}"
    command = ("review", "--base", base, "--today", DAY, "--forge", folder)
    ended = reliability(*command, "--approved-by", "@product-attendance", folder=of.root)
    assert "approval" not in ended.out


def test_a_second_run_writes_nothing_anew(change: Scene) -> None:
    to_folder(change)
    before = {path: path.stat().st_mtime_ns for path in pull(change).rglob("*.md")}
    to_folder(change)
    assert {path: path.stat().st_mtime_ns for path in pull(change).rglob("*.md")} == before


def test_what_is_fixed_is_resolved_and_the_summary_is_edited_in_place(change: Scene) -> None:
    to_folder(change)
    [summary] = pull(change).glob("*.md")
    change.change((POLICY, LOUDER[2], LOUDER[1]), (SLO, LOOSER[2], LOOSER[1]))
    ended = to_folder(change)
    assert ended.code == 0, ended.out + ended.err
    assert [*pull(change).glob("*.md")] == [] or "Nothing stands" in summary.read_text()
    assert all("resolved-by" in text for text in threads(change).values())


def test_an_approval_of_the_head_turns_it_green(change: Scene) -> None:
    change.change((POLICY, LOUDER[2], LOUDER[1]))
    head = change.commit()
    pull(change).mkdir(parents=True)
    review = "- {{author: {}, state: approved, commit: {}, submitted: 2026-11-25}}\n"
    reviews = pull(change) / "reviews.yaml"
    reviews.write_text(review.format("product-attendance", head))
    assert to_folder(change).code == 1
    reviews.write_text(
        review.format("product-attendance", head) + review.format("Lead-Workforce", head)
    )
    ended = to_folder(change)
    assert (ended.code, ended.out) == (0, "Nothing blocks this change\n")
    assert change.commit() != head
    assert to_folder(change).code == 0  # it proposes the same as before

    change.change((LOOSER[0], LOOSER[2], "target: 0.99"))
    assert to_folder(change).code == 1
    [text] = [path.read_text() for path in pull(change).glob("*.md")]
    assert "approved an earlier commit, so the approval does not count" in text


def test_the_cap_leaves_the_others_in_the_summary(change: Scene) -> None:
    to_folder(change, "--max-inline", "1")
    [text] = [path.read_text() for path in pull(change).glob("*.md")]
    assert len(threads(change)) == 1
    assert (text.count("\n- ❌"), text.count("\n- ☐")) == (2, 3)


def test_files_hold_the_full_report_sarif_and_annotations(change: Scene) -> None:
    out = change.root.parent / "out"
    summary = change.root.parent / "summary.md"
    ended = run(change, "--out", out, GITHUB_STEP_SUMMARY=str(summary))
    assert ended.code == 1
    assert (out / "report.md").read_text() == ended.out == summary.read_text()
    results = json.loads((out / "findings.sarif").read_text())["runs"][0]["results"]
    assert "slo-loosened" in {each["ruleId"] for each in results}
    assert (
        "::error file=services/attendance/slo.yaml,line=28,"
        in (out / "annotations.txt").read_text()
    )


def test_files_that_cannot_be_written_are_named_with_the_reason(change: Scene) -> None:
    out = change.root / SLO / "out"
    ended = run(change, "--out", out)
    assert ended.code == 2
    why = f"--out: {out} cannot be written: not a directory"
    assert ended.err == f"reliability: {why}; see `reliability review --help`\n"


def test_approvals_by_hand_are_as_good(change: Scene) -> None:
    change.change((POLICY, LOUDER[2], LOUDER[1]))
    ended = run(change, "--approved-by", "@product-attendance,@lead-workforce")
    assert ended.code == 0, ended.out
    assert "☑ `attendance`: approved by" in ended.out


def test_a_change_of_something_else_says_nothing(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.write("README.md", "hello\n")
    of.commit()
    ended = to_folder(of)
    assert ended.code == 0
    assert not pull(of).exists() or not [*pull(of).rglob("*.md")]


def test_without_a_base_it_says_what_to_pass(tmp_path: Path) -> None:
    of = scene(tmp_path)
    ended = reliability("review", folder=of.root)
    assert ended.code == 2
    assert "pass --base" in ended.err


def test_never_lets_everything_pass(change: Scene) -> None:
    assert run(change, "--fail-on", "never").code == 0


def test_with_live_the_plan_is_against_what_a_target_holds(change: Scene) -> None:
    assert "no sync target was read" in run(change).out
    ended = run(change, "--live")
    assert "Compared with the current state of the target." in ended.out
    assert re.search(r"### files: [1-9]\d* to create", ended.out)
    assert not (change.root / "build").exists()


def written(of: Scene) -> str:
    """Every file of the pull request; commits and times differ in each run."""
    texts = [
        f"## {path.relative_to(pull(of))}\n{path.read_text()}"
        for path in sorted(pull(of).rglob("*"))
        if path.is_file()
    ]
    text = re.sub(r"(created|updated): \S+ \S+", r"\1: TIME", without_details("\n".join(texts)))
    return re.sub(r"\b[0-9a-f]{12}([0-9a-f]{28})?\b", "COMMIT", text)


def test_all_that_a_review_writes_reads_like_this(change: Scene, golden: Golden) -> None:
    to_folder(change)
    first = written(change)
    to_folder(change, "--max-inline", "1", "--approved-by", "@product-attendance")
    golden.check(GOLDEN / "folder.txt", f"{first}\n# fewer on lines\n{written(change)}")


def test_a_closed_pull_request_gets_no_comments(change: Scene) -> None:
    local = local_pull_request(change.root, 1, change.base, "main")
    closed = LocalPullRequest(replace(local.pull_request, is_open=False), local.files)
    forge = FolderForge(root=change.root.parent / "forge", pull_requests={1: closed})
    notes: list[str] = []
    workspace = replace(place(change.root), note=notes.append)
    request = ReviewRequest(
        revision=change.base,
        branch="main",
        number=1,
        head=None,
        approved=frozenset(),
        limit=Severity.ERROR,
        days=None,
        live=False,
        max_inline=30,
        report="",
    )
    assert review_pull_request(workspace, merged(change.root, change.base), request, forge) is None
    assert notes == ["#1 is closed, so no comments are written"]
    assert not pull(change).exists()
