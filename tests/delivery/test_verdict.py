"""The commit status: what it says of a head, of several pull requests with it, and of a queue."""

import pytest

from tests.delivery.conftest import APPROVERS, STAND_IN
from tests.delivery.hosted import Hosted
from tests.delivery.judging import Judging
from tests.delivery.suites import GitHub
from tests.delivery.test_story import LOOSENED, LOUDER, POLICY, SLO

RUN = "https://github.example/{}/actions/runs/17"


@pytest.fixture
def judging(repository: Hosted) -> Judging:
    return Judging(repository)


@pytest.fixture
def queue(repository: Hosted) -> GitHub:
    return GitHub(repository, repository.runner())


def loosened(repository: Hosted, branch: str = "change") -> None:
    repository.branch(branch)
    repository.change(*LOOSENED, branch=branch)
    repository.open(branch)


def approve(repository: Hosted, branch: str = "change") -> None:
    for approver in APPROVERS:
        repository.approve(approver, branch)


def test_it_says_what_is_missing_and_links_to_the_report(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    ended = judging.judge("change")
    assert ended.code == 0, ended.err
    status = judging.status("change")
    assert status["state"] == "failure"
    assert "approval by @product-attendance and @lead-workforce is missing" in status["description"]
    assert status["target_url"] == RUN.format(repository.name)
    [report] = (repository.folder / "job-0" / "verdict").glob("*/report.md")
    assert "slo-loosened" in report.read_text()


def test_update_branch_keeps_approvals_and_another_change_does_not(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    approve(repository)
    repository.merged_by_others("README.md", "Something else\n")
    repository.update_branch()
    judging.judge("change")
    assert judging.status("change")["state"] == "success"

    repository.change(SLO, "target: 0.995 ", "target: 0.990 ")
    judging.judge("change")
    assert judging.status("change")["state"] == "failure"
    assert "approval by" in judging.status("change")["description"]


def test_an_approval_does_not_hold_once_the_base_of_the_file_is_another(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    approve(repository)
    text = (repository.clone / SLO).read_text().replace("target: 0.995 ", "target: 0.999 ")
    repository.merged_by_others(SLO, text + "# reworded by others\n")
    repository.update_branch()
    judging.judge("change")
    assert judging.status("change")["state"] == "failure"


OWNER = "services/attendance/ownership.yaml"


def rebased(repository: Hosted) -> None:
    """The branch is pushed with another message, so that the approved commit is on no branch."""
    repository.git("commit", "--quiet", "--amend", "--message=The same in other words")
    repository.put(SLO, "change")
    repository.same("change")


def test_an_approval_is_compared_after_a_force_push_as_long_as_its_commit_is_there(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    approve(repository)
    rebased(repository)
    judging.judge("change")
    assert judging.status("change")["state"] == "success"

    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "--quiet", "--prune=now")
    judging.judge("change")
    assert judging.status("change")["state"] == "failure"
    [report] = (repository.folder / "job-1" / "verdict").glob("*/report.md")
    gone = "approved a commit that no longer exists, so the approval does not count."
    assert gone in report.read_text()


def replaced_approver(repository: Hosted) -> None:
    """Main replaces an approver after the change has left it."""
    text = (repository.clone / OWNER).read_text()
    assert f'"@{APPROVERS[0]}"' in text
    repository.merged_by_others(OWNER, text.replace(f'"@{APPROVERS[0]}"', '"@someone-new"'))


def test_an_approver_who_was_replaced_on_main_approves_no_older_branch(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    replaced_approver(repository)
    approve(repository)
    judging.judge("change")
    status = judging.status("change")
    assert status["state"] == "failure"
    assert status["description"] == "Blocked: approval by @someone-new is missing"


def test_the_approvers_of_policies_stand_in_for_one_without_access(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    repository.relay.collaborators.removed.add((f"/repos/{repository.name}".lower(), APPROVERS[0]))
    approve(repository)
    judging.judge("change")
    description = judging.status("change")["description"]
    assert description == "Blocked: approval by @lead-platform or @sre-one is missing"
    [report] = (repository.folder / "job-0" / "verdict").glob("*/report.md")
    text = (
        f"No longer have access to the repository: `@{APPROVERS[0]}`. The approvers of `policies/`"
    )
    assert text in report.read_text()

    repository.approve(STAND_IN)
    judging.judge("change")
    assert judging.status("change")["state"] == "success"


def test_a_file_that_main_has_changed_as_well_has_to_be_taken_up_first(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    approve(repository)
    text = (repository.clone / SLO).read_text().replace("target: 0.995 ", "target: 0.999 ")
    repository.merged_by_others(SLO, text + "# reworded by others\n")
    judging.judge("change")
    status = judging.status("change")
    assert status["state"] == "failure"
    assert f"{SLO} also changed on the base branch" in status["description"]


def test_a_queue_is_judged_by_the_newest_commit_of_main(
    repository: Hosted, judging: Judging, queue: GitHub
) -> None:
    loosened(repository)
    approve(repository)
    replaced_approver(repository)
    group = queue.enqueue("change")
    judging.judge(group, "merge_group")
    assert judging.status(group)["state"] == "failure"
    assert "approval by @someone-new" in judging.status(group)["description"]


def test_a_queue_that_does_not_hold_the_newest_commit_of_main_fails(
    repository: Hosted, judging: Judging, queue: GitHub
) -> None:
    loosened(repository)
    approve(repository)
    group = queue.enqueue("change")
    replaced_approver(repository)
    judging.judge(group, "merge_group")
    status = judging.status(group)
    assert status["state"] == "failure"
    assert "does not contain the latest commits of main" in status["description"]


def test_every_open_pull_request_with_the_head_has_to_pass(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    approve(repository)
    head = repository.head()
    there = repository.relay.commits
    theirs = next(theirs for theirs, ours in there.items() if ours == head)
    repository.git("branch", "--quiet", "twin", "change")
    reference = {"ref": "refs/heads/twin", "sha": theirs}
    repository.in_repository("dev", "POST", "/git/refs", reference)
    repository.open("twin")
    judging.judge("change")
    number = repository.numbers["twin"]
    status = judging.status("change")
    assert (status["state"], status["description"].split(":")[0]) == ("failure", f"#{number}")

    approve(repository, "twin")
    judging.judge("change")
    assert judging.status("change")["state"] == "success"


def test_a_dismissed_approval_turns_it_red_again(repository: Hosted, judging: Judging) -> None:
    loosened(repository)
    approve(repository)
    judging.judge("change")
    assert judging.status("change")["state"] == "success"
    repository.dismiss(APPROVERS[0])
    judging.judge("change", "pull_request_review")
    assert judging.status("change")["state"] == "failure"
    assert f"@{APPROVERS[0]} is missing" in judging.status("change")["description"]


def test_a_commit_that_is_no_open_head_gets_no_status(repository: Hosted, judging: Judging) -> None:
    loosened(repository)
    judging.close("change")
    ended = judging.judge("change")
    assert ended.code == 0
    assert "no open pull request" in ended.err
    assert not repository.relay.checks.statuses


def test_a_group_whose_branch_names_no_pull_request_fails(
    repository: Hosted, judging: Judging
) -> None:
    loosened(repository)
    repository.git("checkout", "--quiet", "main")
    ended = judging.judge("nobody", "merge_group", repository.head("main"))
    assert ended.code == 0
    assert judging.status("main")["state"] == "failure"
    assert (
        "is not a merge queue branch with one pull request" in judging.status("main")["description"]
    )


@pytest.mark.parametrize("method", ["merge", "squash"])
def test_a_queue_needs_the_approvals_of_each_pull_request_in_it(
    method: str, repository: Hosted, judging: Judging, queue: GitHub
) -> None:
    loosened(repository)
    repository.branch("other")
    repository.change(POLICY, LOUDER[1], "tier: log", branch="other")
    repository.open("other")
    first = queue.enqueue("change", method=method)
    second = queue.enqueue("other", after=first, method=method)
    approve(repository, "other")
    judging.judge(second, "merge_group")
    status = judging.status(second)
    assert status["state"] == "failure"
    assert status["description"].startswith(f"#{repository.number}: Blocked: approval by")

    approve(repository)
    judging.judge(second, "merge_group")
    assert judging.status(second)["state"] == "success"


def test_a_queue_with_an_entry_that_cannot_be_identified_fails(
    repository: Hosted, judging: Judging, queue: GitHub
) -> None:
    loosened(repository)
    repository.branch("other")
    repository.change(POLICY, LOUDER[1], "tier: log", branch="other")
    repository.open("other")
    approve(repository, "other")
    first = queue.enqueue("change")
    second = queue.enqueue("other", after=first)
    repository.git("branch", "--quiet", "-D", first)
    judging.judge(second, "merge_group")
    assert judging.status(second)["state"] == "failure"
    assert "but does not belong to a known pull request" in judging.status(second)["description"]


def test_in_a_queue_an_approval_is_of_the_content_and_not_of_the_name(
    repository: Hosted, judging: Judging, queue: GitHub
) -> None:
    loosened(repository)
    approve(repository)
    group = queue.enqueue("change")
    repository.git("checkout", "--quiet", group)
    file = repository.clone / SLO
    file.write_text(file.read_text().replace("target: 0.995 ", "target: 0.95 "))
    repository.git("commit", "--quiet", "--all", "--message=One more thing")
    judging.judge(group, "merge_group")
    assert judging.status(group)["state"] == "failure"
