"""The shipped workflows, run by act against an emulated GitHub: from opening to what is synced.

Whether GitHub would merge is asked by its documented rules: tests/forge/checks.py.
"""

import json
import re

from tests.delivery.act import Act, Ran
from tests.delivery.conftest import APPROVERS
from tests.delivery.hosted import Hosted
from tests.delivery.relay import ScheduledRun
from tests.delivery.suites import GitHub
from tests.project.repository import ROOT

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
ACTION = ".github/actions/reliability/action.yml"
LOOSENED = (SLO, "target: 0.999 ", "target: 0.995 ")
LOUDER = (POLICY, "tier: ticket", "tier: alert")


def review(runner: Act, repository: Hosted, action: str, name: str = "pull_request") -> Ran:
    return runner.run("pull-request.yml", name, repository.event(action))


def first_line(repository: Hosted) -> str:
    """What the one summary says first."""
    [summary] = repository.comments()
    return summary.splitlines()[1]


def rules_on_lines(repository: Hosted) -> list[str]:
    return sorted(each["body"].split("`")[1] for each in repository.on_lines())


def said_on_the_page(*events: str) -> dict[str, tuple[int, int]]:
    """The jobs and API calls that the setup page names for each event, after its runs."""
    page = (ROOT / "docs/github/setup.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| \d+ \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    said = {event: (int(jobs), int(calls)) for event, jobs, calls in rows}
    return {event: said[event] for event in events}


def test_a_loosened_promise_waits_for_approval_and_is_then_merged_and_synced(
    repository: Hosted,
) -> None:
    github = GitHub(repository, repository.runner())
    repository.branch()
    repository.change(*LOOSENED)
    repository.open()
    github.costs()
    cost = {}

    opened = github.pull_request("opened")
    cost["a push that changes a document"] = github.costs()
    assert github.conclusions(opened) == {
        "reliability-check": "success",
        "reliability-review": "success",  # only an approval is missing
    }
    [hindrance] = github.hindrances()
    assert hindrance.startswith("reliability/review: failure: Blocked: approval by")
    assert github.states() == ["pending", "pending", "failure"]
    assert repository.asked() == set(APPROVERS)
    assert rules_on_lines(repository) == ["slo-loosened"]

    github.costs()
    github.reviewed("submitted", "commented")  # a run in which every job is skipped
    cost["a comment, or a reply in a thread"] = github.costs()
    assert github.states() == ["pending", "pending", "failure"]

    for approver in APPROVERS:
        repository.approve(approver)
    github.costs()
    approved = github.reviewed("submitted")
    cost["an approval"] = github.costs()
    assert github.conclusions(approved)["reliability-check"] == "skipped"
    assert github.hindrances() == []
    assert "✅" in first_line(repository)
    assert rules_on_lines(repository) == []

    group = github.enqueue("change")
    assert github.hindrances(group) == [
        "reliability/review: expected, waiting for status to be reported"
    ]
    github.costs()
    github.checked_in_queue(group)
    cost["a merge queue"] = github.costs()
    assert cost == said_on_the_page(*cost)
    assert github.hindrances(group) == []
    sync_what_was_merged(github.runner, repository, group)


def sync_what_was_merged(runner: Act, repository: Hosted, group: str) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--ff-only", group)
    runner.environment["ACT_REF"] = "main"
    repository.merged()
    commits = repository.git("rev-list", "--reverse", "main@{1}..main").split()
    pushed = {"ref": "refs/heads/main", "commits": [{"id": commit} for commit in commits]}
    renamed = {**pushed, "repository": {"full_name": repository.name, "default_branch": "trunk"}}
    assert runner.run("sync.yml", "push", renamed).passed() == set()
    merged = runner.run("sync.yml", "push", {**pushed, **repository.about()})
    assert merged.succeeded, merged.log
    assert "attendance" in merged.artifact("reliability-sync/sync.md")
    assert [path.name for path in (merged.artifacts / "reliability-sync").iterdir()] == ["sync.md"]
    assert "Summary - " in merged.log
    assert len(repository.comments()) == 2
    assert repository.comments()[1].splitlines()[1].startswith("### ✅ Live in ")


def test_a_finding_that_no_approval_excuses_is_red_in_the_job_and_on_the_commit(
    repository: Hosted,
) -> None:
    github = GitHub(repository, repository.runner())
    repository.branch()
    repository.change(*LOUDER)
    repository.open()
    opened = github.pull_request("opened")
    assert opened.failed() == {"reliability-check", "reliability-review"}
    assert "::error" not in opened.log  # the finding has a comment on its line
    assert "alert-for-cause" in rules_on_lines(repository)
    assert github.hindrances()[0].startswith("reliability/review: failure: Blocked: ")


def test_nothing_of_the_change_is_run_by_the_job_that_may_write(repository: Hosted) -> None:
    runner = repository.runner()
    runner.environment["PROOF"] = str(repository.folder / "proof")
    github = GitHub(repository, runner)
    repository.branch()
    hostile = "runs:\n  using: composite\n  steps:\n    - {shell: bash, run: 'touch $PROOF'}\n"
    (repository.clone / ACTION).write_text(f"name: x\n{hostile}")
    (repository.clone / "sitecustomize.py").write_text("open('proof', 'w')\n")
    repository.git("add", "--all")
    repository.change(*LOOSENED)
    repository.open()
    head = repository.head()
    repository.git("checkout", "--quiet", "main")  # act runs the workflow of what is checked out
    ran = github.judged("completed", "pull_request", head, "change", "success")
    assert ran.succeeded, ran.log
    assert github.states() == ["pending", "failure"]
    assert not (repository.folder / "proof").exists()


def test_a_fork_loses_nothing_but_the_comments(repository: Hosted) -> None:
    runner = repository.runner()
    runner.variables["RELIABILITY_SARIF"] = "true"
    github = GitHub(repository, runner)
    repository.branch()
    repository.change(*LOOSENED)
    repository.open()
    ran = github.pull_request("opened", fork=True)
    assert ran.succeeded, ran.log
    assert repository.on_lines() == []
    assert repository.comments() == []
    assert "Summary - ### ❌ Blocked" in ran.log
    assert "slo-loosened" in ran.artifact("reliability-review/review/report.md")
    assert "slo-loosened" in ran.artifact("reliability-review/review/annotations.txt")
    assert "no comment was posted" in ran.log
    assert not (ran.artifacts / "code-scanning").exists()
    assert json.loads(ran.artifact("reliability-review/review/backtest.json"))
    assert github.hindrances()[0].startswith("reliability/review: failure: Blocked: approval by")


def test_a_review_takes_the_history_that_the_schedule_stored_and_uploads_its_findings(
    repository: Hosted,
) -> None:
    runner = repository.runner()
    runner.variables["RELIABILITY_SARIF"] = "true"
    repository.relay.schedules.append(ScheduledRun(id=41))
    stored = runner.folder / "artifacts" / "reliability-history" / "history"
    stored.mkdir(parents=True)
    (stored / "of-the-schedule.txt").write_text("kept")
    repository.branch()
    repository.change(SLO, "target: 0.999 ", "target: 0.9992 ")
    repository.open()
    ran = review(runner, repository, "opened")
    assert ran.succeeded, ran.log
    assert "1 files of run 41 in .reliability/history" in ran.log
    assert json.loads(ran.artifact("code-scanning/findings.sarif"))["version"] == "2.1.0"


def test_without_any_history_a_change_is_reviewed_all_the_same(repository: Hosted) -> None:
    repository.relay.schedules.append(ScheduledRun(id=1))
    repository.relay.answers_about_schedules = 403
    repository.git("rm", "--quiet", "policies/history.yaml")
    repository.git("commit", "--quiet", "--message=Nothing is known of the past")
    repository.same("main")
    repository.branch()
    repository.change(SLO, "target: 0.999 ", "target: 0.9992 ")
    repository.open()
    ran = review(repository.runner(), repository, "opened")
    assert ran.succeeded, ran.log
    [summary] = repository.comments()
    assert "No backtest: " in summary


def test_a_verdict_that_cannot_be_worked_out_is_an_error(repository: Hosted) -> None:
    github = GitHub(repository, repository.runner())
    repository.branch()
    repository.change(*LOOSENED)
    repository.open()
    github.runner.variables["RELIABILITY_VERSION"] = "none at all"
    github.judged("completed", "pull_request", repository.head(), "change", "failure")
    assert github.states() == ["pending", "error"]
    assert "run it again" in github.hindrances()[0]
