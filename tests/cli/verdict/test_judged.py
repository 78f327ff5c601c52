"""`verdict` of commits that can be judged: the status, the reports, and what is printed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from git import Repo

from tests.cli.program import Ended, in_process
from tests.forge.relay import Reply, Request, answer, serve
from tests.review.pull_request.test_merge_queue import FIRST, LOOSER, QueuedRepository

MISSING = "Blocked: approval by @ann and @bob is missing"
HEADLINE = "### ❌ Blocked: approval by `@ann` and `@bob` is missing\n"
GOOD = "Nothing blocks this change"
HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: synthetic, seed: 3, traffic: {checkout: {perMinute: 500, blipsPerWeek: 2}}}
  span: 30d
"""
UNREADABLE = {"services/shop/other.yaml": "kind: Nothing\n"}
RUN = {
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "12",
}


@dataclass(slots=True)
class JudgedRepository:
    """A repository with a base, and the statuses that GitHub gets about its commits."""

    of: QueuedRepository
    base: str
    statuses: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def summary(self) -> Path:
        """The file of the summary of the job."""
        return self.of.root.parent / "summary.md"

    def change(self, number: int, files: dict[str, str]) -> str:
        """Open a pull request that changes files; its head."""
        head = self.of.commit(files, self.base)
        self.of.pull(number, head)
        return head

    def handle(self, request: Request) -> Reply:
        """Answer as GitHub does."""
        path = request.path.removeprefix("/repos/acme/shop")
        if path.startswith("/statuses/"):
            self.statuses.append((path.removeprefix("/statuses/"), request.json))
            return answer(201, {})
        if path == "/pulls":
            page = int(request.query.get("page", "1"))
            return answer(200, [*self.of.pulls.values()] if page == 1 else [])
        return self.of.handle(request)

    def judge(
        self, head: str, *options: str, event: str = "pull_request", branch: str = "change"
    ) -> Ended:
        """Run the command in the job of an event."""
        path = self.of.root.parent / "event.json"
        run = {"event": event, "head_sha": head, "head_branch": branch}
        path.write_text(json.dumps({"workflow_run": run}))
        with serve(self.handle) as url:
            return in_process(
                *("--today", "2026-11-24", "verdict", *options),
                folder=self.of.root,
                GITHUB_API_URL=url,
                GITHUB_TOKEN="token",
                GITHUB_EVENT_PATH=str(path),
                GITHUB_STEP_SUMMARY=str(self.summary),
                **RUN,
            )


@pytest.fixture
def judged(tmp_path: Path) -> JudgedRepository:
    root = tmp_path / "repository"
    Repo.init(root, initial_branch="main").close()
    of = QueuedRepository(root)
    base = of.commit(FIRST)
    of.main(base)
    return JudgedRepository(of, base)


def test_a_change_without_its_approvals_fails(judged: JudgedRepository) -> None:
    head = judged.change(7, LOOSER)
    ended = judged.judge(head, "--out", "reports")
    assert (ended.code, ended.out, ended.err) == (0, f"failure: {MISSING}\n", "")
    assert judged.statuses == [
        (
            head,
            {
                "state": "failure",
                "description": MISSING,
                "context": "reliability/review",
                "target_url": "https://github.example/acme/shop/actions/runs/12",
            },
        )
    ]
    folder = judged.of.root / "reports/7"
    names = ["annotations.txt", "findings.sarif", "report.md"]
    assert sorted(path.name for path in folder.iterdir()) == names
    report = (folder / "report.md").read_text()
    assert report.startswith(HEADLINE)
    assert judged.summary.read_text() == report


def test_the_days_that_are_asked_for_are_replayed(judged: JudgedRepository) -> None:
    judged.base = judged.of.commit({"policies/history.yaml": HISTORY}, judged.base)
    judged.of.main(judged.base)
    ended = judged.judge(judged.change(7, LOOSER), "--out", "reports", "--days", "2")
    assert (ended.code, ended.out) == (0, f"failure: {MISSING}\n")
    text = (judged.of.root / "reports/7/backtest.json").read_text()
    assert (text[-1], json.loads(text)["span"]["days"]) == ("\n", 2.0)


def test_a_change_with_its_approvals_passes(judged: JudgedRepository) -> None:
    head = judged.change(7, LOOSER)
    judged.of.approved(7, "ann", "bob", commit=head)
    ended = judged.judge(head)
    assert (ended.code, ended.out, ended.err) == (0, f"success: {GOOD}\n", "")
    assert [(commit, body["state"]) for commit, body in judged.statuses] == [(head, "success")]
    assert sorted(path.name for path in judged.of.root.iterdir()) == [
        ".git",
        "policies",
        "services",
    ]


def test_a_dry_run_sets_no_status(judged: JudgedRepository) -> None:
    head = judged.change(7, LOOSER)
    ended = judged.judge(head, "--dry-run")
    assert (ended.code, ended.out) == (0, f"failure: {MISSING}\n")
    assert judged.statuses == []
    assert judged.summary.read_text().startswith(HEADLINE)


def test_a_commit_of_no_pull_request_gets_no_status(judged: JudgedRepository) -> None:
    judged.change(7, LOOSER)
    ended = judged.judge(judged.base)
    note = f"no open pull request has {judged.base[:12]} as its head; no status is set\n"
    assert (ended.code, ended.out, ended.err) == (0, "", note)
    assert (judged.statuses, judged.summary.exists()) == ([], False)


def test_all_pull_requests_with_the_commit_have_to_pass(judged: JudgedRepository) -> None:
    head = judged.change(7, LOOSER)
    judged.of.pull(9, head)
    judged.of.approved(9, "ann", "bob", commit=head)
    ended = judged.judge(head, "--out", "reports")
    assert (ended.code, ended.out) == (0, f"failure: #7: {MISSING}\n")
    folders = sorted(path.name for path in (judged.of.root / "reports").iterdir())
    assert folders == ["7", "9"]
    whole = "".join(
        (judged.of.root / "reports" / name / "report.md").read_text() for name in folders
    )
    assert judged.summary.read_text() == whole


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ((), "failure: Blocked: 1 finding to fix\n"),
        (("--fail-on", "warning"), "failure: Blocked: 1 finding to fix\n"),
        (("--fail-on", "never"), f"success: {GOOD}\n"),
    ],
)
def test_findings_block_from_the_chosen_severity(
    judged: JudgedRepository, option: tuple[str, ...], line: str
) -> None:
    head = judged.change(7, UNREADABLE)
    ended = judged.judge(head, *option)
    assert (ended.code, ended.out) == (0, line)


def test_an_entry_of_the_queue_that_nobody_knows_fails(judged: JudgedRepository) -> None:
    head = judged.change(7, LOOSER)
    ended = judged.judge(head, event="merge_group", branch="other")
    why = "other is not a merge queue branch with one pull request"
    assert (ended.code, ended.out, ended.err) == (0, f"failure: {why}\n", "")
    assert [body["description"] for _, body in judged.statuses] == [why]
    judged.statuses.clear()
    queued = judged.of.queued(7, judged.base, head)
    ended = judged.judge(head, event="merge_group", branch=queued)
    assert (ended.code, ended.out) == (0, f"failure: {MISSING}\n")


def test_a_commit_that_was_not_fetched_is_an_error(judged: JudgedRepository) -> None:
    head = "a" * 40
    judged.of.pull(7, head)
    ended = judged.judge(head)
    assert ended.code == 2
    assert ended.out.startswith(f"error: not judged: {head} names no commit here")
    assert ended.err.startswith(f"reliability: {head} names no commit here")
    assert [(commit, body["state"]) for commit, body in judged.statuses] == [(head, "error")]
