"""`review`: all that it prints and writes for changes of the shipped repository.

`pytest tests/cli/review --update-golden` rewrites the golden files; read what has changed.
"""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from tests.backtest.test_command import git
from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.forge.relay import Reply, Request, answer, serve
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
        (*review, "--forge", "github", "--base", "main"),
        (*review, "--forge", "github", "--base", "main", "--pull-request", "7"),
        (*review, "--forge", "nowhere"),
        (*review, "--base", "main", "--approved-by", "lead"),
    )
    golden.check(GOLDEN / "refused.txt", named(root, text))


def test_a_folder_without_git_has_no_base(tmp_path: Path) -> None:
    ended = in_process(*REVIEW, folder=copied(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert "not in a Git repository" in ended.err or "no Git repository" in ended.err


def written(root: Path) -> str:
    """Every file of the forge's folder, without the moments of writing."""
    folder = root.parent / "forge"
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    text = "\n".join(f"## {path.relative_to(folder)}\n{path.read_text()}" for path in paths)
    text = re.sub(r"^commit: \w{40}$", "commit: COMMIT", text, flags=re.MULTILINE)
    return re.sub(r"^(created|updated|closed): .*$", r"\1: MOMENT", text, flags=re.MULTILINE)


def test_comments_in_a_folder_follow_the_change(golden: Golden, root: Path) -> None:
    forge = ("--forge", f"folder:{root.parent / 'forge'}")
    edit(root / SLO, "target: 0.999 ", "target: 0.98 ")
    edit(root / "services/payslips/ownership.yaml", "criticality: ", "critcality: ")
    commit(root)
    first = transcript(root, (*REVIEW, *forge), (*REVIEW, *forge, "--pull-request", "7"))
    before = written(root)
    edit(root / SLO, "target: 0.98 ", "target: 0.999 ")
    commit(root)
    second = transcript(
        root,
        (*REVIEW, *forge, "--max-inline", "0"),
        FORGE=str(root.parent / "forge"),
    )
    text = "\n".join((first, before, second, written(root)))
    golden.check(GOLDEN / "folder.txt", named(root, text.replace(str(root.parent), "PARENT")))


def test_comments_that_cannot_be_written_are_annotations(golden: Golden, root: Path) -> None:
    forge = root.parent / "forge"
    forge.mkdir()
    (forge / "pull-requests").write_text("a file\n")
    edit(root / SLO, "service: attendance", "service: attendence")
    commit(root)
    text = transcript(
        root,
        (*REVIEW, "--forge", f"folder:{forge}"),
        (*REVIEW, "--forge", f"folder:{forge}", "--fail-on", "never"),
    )
    golden.check(GOLDEN / "unwritten.txt", named(root, text.replace(str(root.parent), "PARENT")))


def test_the_summary_of_a_job_gets_the_report_of_each_review(root: Path) -> None:
    edit(root / SLO, "target: 0.999 ", "target: 0.98 ")
    commit(root)
    summary = root.parent / "summary.md"
    printed = in_process(*REVIEW, folder=root, GITHUB_STEP_SUMMARY=str(summary))
    once = summary.read_text()
    again = in_process(*REVIEW, "--forge", "", folder=root, GITHUB_STEP_SUMMARY=str(summary))
    assert once.rstrip() == printed.out.rstrip() == again.out.rstrip()
    assert summary.read_text() == once * 2


def event(root: Path, **head: str) -> Path:
    """The file of a pull request's event."""
    shas = {name: (root / f".git/refs/heads/{name}").read_text().strip() for name in BRANCHES}
    sides = {
        side: {"sha": shas[name], "ref": name} for side, name in zip(SIDES, BRANCHES, strict=True)
    }
    sides["head"] |= head
    path = root.parent / "event.json"
    path.write_text(json.dumps({"pull_request": {"number": 7, **sides}}))
    return path


BRANCHES: Final = ("main", "change")
SIDES: Final = ("base", "head")


def test_the_event_names_the_base_and_the_number(golden: Golden, root: Path) -> None:
    forge = ("--forge", f"folder:{root.parent / 'forge'}")
    edit(root / SLO, "target: 0.999 ", "target: 0.98 ")
    commit(root)
    review = ("--today", "2026-11-25", "review", "--days", "7", "--event")
    text = transcript(root, (*review, event(root), *forge))
    text += transcript(root, (*review, event(root, sha="a" * 40), *forge))
    names = sorted(p.name for p in (root.parent / "forge").rglob("*") if p.is_file())
    text = f"{text}\n{names}\n".replace(str(root.parent), "PARENT")
    golden.check(GOLDEN / "event.txt", named(root, text))


@pytest.mark.parametrize(
    ("status", "code", "start"),
    [
        (200, 0, "#7 is closed, so no comments are written"),
        (403, 0, "no comment was posted ("),
        (422, 1, "a comment was not posted: "),
    ],
)
def test_a_forge_that_refuses_comments_leaves_annotations(
    root: Path, status: int, code: int, start: str
) -> None:
    edit(root / SLO, "service: attendance", "service: attendence")
    commit(root)
    shas = {name: (root / f".git/refs/heads/{name}").read_text().strip() for name in BRANCHES}
    place = {"full_name": "acme/shop", "owner": {"login": "acme"}}
    pull = {
        "number": 7,
        "title": "A change",
        "user": {"login": "dev"},
        "head": {"sha": shas["change"], "ref": "change", "repo": place},
        "base": {"sha": shas["main"], "ref": "main", "repo": place},
        "draft": False,
        "state": "closed" if status == 200 else "open",
        "html_url": "https://github.example/pull/7",
        "requested_reviewers": [],
        "requested_teams": [],
    }

    def handle(request: Request) -> Reply:
        path = request.path.removeprefix("/repos/acme/shop")
        if b"reviewThreads" in request.body:
            threads = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
            found = {"repository": {"pullRequest": {"reviewThreads": threads}}}
            return answer(200, {"data": found})
        if request.method in ("POST", "PATCH"):
            return answer(status, {"message": "Resource not accessible by integration"})
        if path.startswith("/collaborators/"):
            return answer(204)
        return answer(200, pull if path == "/pulls/7" else [])

    with serve(handle) as url:
        ended = in_process(
            *("--today", "2026-11-25", "review", "--days", "1", "--forge", "github"),
            *("--fail-on", "never"),
            folder=root,
            GITHUB_API_URL=url,
            GITHUB_REPOSITORY="acme/shop",
            GITHUB_TOKEN="token",
            GITHUB_EVENT_PATH=str(event(root)),
        )
    if status == 200:
        assert (ended.code, ended.out, ended.err) == (0, "", f"{start}\n")
        return

    first, *lines = ended.out.splitlines()
    assert (ended.code, first[:9]) == (code, "Blocked: "), ended.err
    assert lines[0].startswith("::error file=services/attendance/alert-policy.yaml,line=1,")
    assert all(line.startswith("::") for line in lines)
    assert any(line.startswith(start) for line in ended.err.splitlines()), ended.err
    whole = "; the job summary has the whole review"
    assert any(line.endswith(whole) for line in ended.err.splitlines()) is (status == 403)
