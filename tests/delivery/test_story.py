"""The shipped workflows, run by act against an emulated GitHub: from opening to what is synced."""

import json

from tests.delivery.act import Act, Ran
from tests.delivery.conftest import APPROVERS
from tests.delivery.hosted import Hosted

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
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


def test_a_loosened_promise_is_red_until_approved_and_then_synced(repository: Hosted) -> None:
    runner = repository.runner()
    repository.branch()
    repository.change(*LOOSENED)
    repository.open()

    assert review(runner, repository, "opened").failed() == {"review"}
    assert "approval by `@product-attendance` and `@lead-workforce` is missing" in first_line(
        repository
    )
    assert rules_on_lines(repository) == ["slo-loosened"]

    repository.change(*LOUDER)
    changed = review(runner, repository, "synchronize")
    assert changed.failed() == {"check", "review"}  # no approval makes a cause an alert
    assert "alert-for-cause" in rules_on_lines(repository)

    repository.change(POLICY, LOUDER[2], LOUDER[1])
    assert review(runner, repository, "synchronize").failed() == {"review"}
    assert rules_on_lines(repository) == ["slo-loosened"]

    for approver in APPROVERS:
        repository.approve(approver)
    approved = review(runner, repository, "submitted", "pull_request_review")
    assert approved.succeeded, approved.log
    assert "✅" in first_line(repository)
    assert rules_on_lines(repository) == []

    sync_what_was_merged(runner, repository)


def sync_what_was_merged(runner: Act, repository: Hosted) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-edit", "change")
    pushed = {"ref": "refs/heads/main", "after": repository.git("rev-parse", "main")}
    merged = runner.run("sync.yml", "push", {**pushed, **repository.about()})
    assert merged.succeeded, merged.log
    assert "vector(0.995)" in merged.artifact("reliability-sync/build/prometheus/attendance.yml")
    assert "attendance" in merged.artifact("reliability-sync/sync.md")
    assert "Summary - " in merged.log


def test_a_change_from_a_fork_loses_nothing_but_the_comments(repository: Hosted) -> None:
    runner = repository.runner()
    runner.variables["RELIABILITY_SARIF"] = "true"
    repository.branch()
    repository.change(*LOOSENED)
    repository.open()
    event = repository.event("opened", fork=True)
    ran = runner.run("pull-request.yml", "pull_request", event, token="token-fork")
    assert not ran.succeeded
    assert repository.on_lines() == []
    assert repository.comments() == []
    assert "Summary - ### ❌ Not yet" in ran.log
    assert "slo-loosened" in ran.artifact("reliability-review/review/report.md")
    assert "slo-loosened" in ran.artifact("reliability-review/review/annotations.txt")
    assert "no comment was written" in ran.log
    assert not (ran.artifacts / "code-scanning").exists()
    assert json.loads(ran.artifact("reliability-backtest/backtest.json"))


def test_a_review_takes_the_history_that_the_schedule_stored_and_uploads_its_findings(
    repository: Hosted,
) -> None:
    runner = repository.runner()
    runner.variables["RELIABILITY_SARIF"] = "true"
    repository.relay.schedules.append(41)
    stored = runner.folder / "artifacts" / "reliability-history" / "history"
    stored.mkdir(parents=True)
    (stored / "of-the-schedule.txt").write_text("kept")
    repository.branch()
    repository.change(SLO, "target: 0.999 ", "target: 0.9992 ")
    repository.open()
    ran = review(runner, repository, "opened")
    assert ran.succeeded, ran.log
    assert "artifact reliability-history of run 41" in ran.log
    assert json.loads(ran.artifact("code-scanning/findings.sarif"))["version"] == "2.1.0"


def test_without_any_history_a_change_is_reviewed_all_the_same(repository: Hosted) -> None:
    repository.relay.schedules.append(0)
    repository.relay.answers_about_schedules = 403
    repository.git("rm", "--quiet", "policies/history.yaml")
    repository.git("commit", "--quiet", "--message=Nothing is known of the past")
    repository.same("main")
    repository.branch()
    repository.change(SLO, "target: 0.999 ", "target: 0.9992 ")
    repository.open()
    ran = review(repository.runner(), repository, "opened")
    assert ran.succeeded, ran.log
    assert "no history is stored yet" in ran.log
    [summary] = repository.comments()
    assert "What would have fired is not known" in summary
