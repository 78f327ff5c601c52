"""Which runs wait for which, and which are cancelled; and what stays of a verdict that is."""

from itertools import combinations
from typing import Any

import pytest

from tests.delivery.expressions import INSIDE, filled, value
from tests.delivery.test_static import GITHUB, OWN, WORKFLOWS, read

PULL = {"number": 7}
EVENTS: dict[str, dict[str, Any]] = {
    "a push to a pull request": {"event_name": "pull_request", "event": {"pull_request": PULL}},
    "an approval of it": {
        "event_name": "pull_request_review",
        "event": {"pull_request": PULL, "review": {"state": "approved"}},
    },
    "a comment on it": {
        "event_name": "pull_request_review",
        "event": {"pull_request": PULL, "review": {"state": "commented"}},
    },
    "another pull request": {
        "event_name": "pull_request",
        "event": {"pull_request": {"number": 8}},
    },
    "a merge queue": {
        "event_name": "merge_group",
        "event": {},
        "ref": "refs/heads/gh-readonly-queue/main/pr-7-0123",
    },
}
"""What starts pull-request.yml, besides the id of the run."""


def concurrency(name: str) -> dict[str, str]:
    found: dict[str, str] = read(GITHUB / "workflows" / name)["concurrency"]
    return found


def group(name: str, contexts: dict[str, Any]) -> str:
    """A group as GitHub names it, without regard to case."""
    return filled(concurrency(name)["group"], {"github": contexts}).lower()


def is_cancelling(name: str, contexts: dict[str, Any]) -> bool:
    return filled(concurrency(name)["cancel-in-progress"], {"github": contexts}) in ("true", "True")


def test_every_workflow_that_is_shipped_has_a_group_of_its_own_name() -> None:
    """Groups are the repository's, whatever workflow names them."""
    begins = {
        "pull-request.yml": "reliability-${{ github.event_name }}-",
        "schedule.yml": "reliability-schedule",
        "sync.yml": "reliability-sync",
        "verdict.yml": "reliability-verdict-",
    }
    shipped = {path.name for path in WORKFLOWS} - set(OWN)
    assert shipped == set(begins)
    for name, beginning in begins.items():
        assert concurrency(name)["group"].startswith(beginning)


@pytest.mark.parametrize("name", ["schedule.yml", "sync.yml", "verdict.yml"])
def test_what_writes_is_never_cancelled(name: str) -> None:
    assert concurrency(name)["cancel-in-progress"] == "false"


def test_only_a_push_cancels_and_only_a_run_of_its_own_pull_request() -> None:
    name = "pull-request.yml"
    groups = {each: group(name, {**EVENTS[each], "run_id": "1"}) for each in EVENTS}
    for one, other in combinations(EVENTS, 2):
        assert groups[one] != groups[other], (one, other)
    canceling = {each for each in EVENTS if is_cancelling(name, EVENTS[each])}
    assert canceling == {"a push to a pull request", "another pull request"}


def test_a_review_that_only_comments_takes_no_place_in_a_line() -> None:
    """A run that waits is replaced by the next of its group, also by one that does nothing."""
    name, event = "pull-request.yml", EVENTS["a comment on it"]
    one, other = (group(name, {**event, "run_id": run}) for run in ("1", "2"))
    assert one != other
    same = [group(name, {**EVENTS["an approval of it"], "run_id": run}) for run in ("1", "2")]
    assert same[0] == same[1]


def workflow_run(event: str, action: str = "completed", conclusion: Any = None) -> dict[str, Any]:
    run = {"event": event, "head_sha": "abc", "conclusion": conclusion}
    return {"event": {"action": action, "workflow_run": run}, "run_id": "17"}


def test_verdicts_of_one_commit_stand_in_one_line_and_skipped_runs_in_none() -> None:
    name = "verdict.yml"
    for event in ("pull_request", "pull_request_review", "merge_group"):
        for conclusion in ("success", "failure", "cancelled"):
            found = group(name, workflow_run(event, conclusion=conclusion))
            assert found.endswith("abc"), (event, conclusion)
    for other in (
        workflow_run("push", conclusion="success"),
        workflow_run("pull_request_review", conclusion="skipped"),
        workflow_run("pull_request", conclusion="action_required"),
        workflow_run("pull_request_review", action="requested"),
    ):
        assert group(name, other).endswith("17")


def test_a_run_is_judged_just_if_it_stands_in_the_line_of_its_commit() -> None:
    job = read(GITHUB / "workflows" / "verdict.yml")["jobs"]["verdict"]
    [condition] = INSIDE.findall(job["if"])
    for event in ("pull_request", "pull_request_review", "merge_group", "push"):
        for action in ("requested", "completed"):
            for conclusion in (None, "success", "cancelled", "skipped", "action_required"):
                contexts = workflow_run(event, action, conclusion)
                is_judged = bool(value(condition, {"github": contexts}))
                assert is_judged == group("verdict.yml", contexts).endswith("abc")


def steps(contexts: dict[str, Any], status: str) -> list[str]:
    """The steps of the verdict whose condition holds, if the job has this status before each."""
    job = read(GITHUB / "workflows" / "verdict.yml")["jobs"]["verdict"]
    running = []
    for step in job["steps"]:
        [condition] = INSIDE.findall(step.get("if", "${{ success() }}"))
        asks_status = "success()" in condition or "cancelled()" in condition
        if value(condition, contexts, status) and (asks_status or status == "success"):
            running.append(step.get("name", "checkout"))
    return running


@pytest.mark.parametrize("status", ["failure", "cancelled"])
def test_a_job_that_is_cancelled_or_fails_leaves_an_error_and_nothing_else(status: str) -> None:
    """Steps that remain are asked for their condition when a job is cancelled.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation, and
    `success()` is whether the status of the job is success (actions/runner,
    src/Runner.Worker/Expressions/SuccessFunction.cs), which it no longer is then.
    """
    github = {"event": {"action": "completed"}}
    judged: dict[str, Any] = {"pending": {"outputs": {"set": "true"}}}
    last = "say that there is no verdict"
    assert steps({"github": github, "steps": judged}, status) == [last]
    for code, ran in (("3", True), ("2", False)):
        done = {**judged, "judge": {"outputs": {"exit-code": code}}}
        assert (steps({"github": github, "steps": done}, status) == [last]) == ran
    assert steps({"github": github, "steps": {"pending": {"outputs": {}}}}, status) == []
    assert last not in steps({"github": github, "steps": judged}, "success")
