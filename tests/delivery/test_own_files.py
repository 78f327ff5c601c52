"""A change of foreign files: the jobs end in their first step, and the status is a success."""

import json
import subprocess

import pytest

from tests.delivery.hosted import Hosted
from tests.delivery.suites import GitHub
from tests.delivery.test_static import GITHUB, read
from tests.delivery.test_story import said_on_the_page

WORKFLOWS = ("pull-request.yml", "verdict.yml")


def is_foreign(workflow: str, folder: str, *files: tuple[str, str]) -> bool:
    """What jq says of a comparison."""
    env = read(GITHUB / "workflows" / workflow)["env"]
    rows = {"files": [{"status": status, "filename": name} for status, name in files]}
    program = f"{env.get('OURS', '')} {env['FOREIGN']}"
    command = ("jq", "--exit-status", "--arg", "folder", folder, program)
    ended = subprocess.run(command, input=json.dumps(rows), capture_output=True, text=True)
    assert ended.stderr == ""
    return ended.returncode == 0


@pytest.mark.parametrize("workflow", WORKFLOWS)
@pytest.mark.parametrize(
    ("folder", "files", "foreign"),
    [
        ("", [("modified", "README.md"), ("added", "src/a.py")], True),
        ("", [], True),
        ("", [("modified", "README.md"), ("modified", "services/shop/slo.yaml")], False),
        ("", [("added", "services")], False),
        ("", [("modified", "policies/teams/x.yaml")], False),
        ("", [("added", ".reliability/baseline.json")], False),
        ("", [("modified", ".github/workflows/sync.yml")], False),
        ("", [("modified", "docs/CODEOWNERS")], False),
        ("", [("removed", "docs/runbooks/shop.md")], False),
        ("", [("renamed", "docs/runbooks/other.md")], False),
        ("", [("added", f"{number}.txt") for number in range(300)], False),
        ("slo/", [("modified", "services/shop/main.go")], True),
        ("slo/", [("modified", "slo/services/shop/slo.yaml")], False),
    ],
)
def test_which_files_are_foreign(
    workflow: str, folder: str, files: list[tuple[str, str]], foreign: bool
) -> None:
    assert is_foreign(workflow, folder, *files) is foreign


def calls(repository: Hosted) -> list[str]:
    """What was asked since the last time, without the repository's name."""
    asked = [each.replace(f"/repos/{repository.name}", "") for each in repository.relay.asked]
    repository.relay.asked.clear()
    return [each for each in asked if "/contents/" not in each and "/branches/" not in each]


def test_a_foreign_change_is_passed_after_few_calls_and_without_an_install(
    repository: Hosted,
) -> None:
    github = GitHub(repository, repository.runner())
    repository.branch()
    repository.change("docs/runbooks/attendance-queue.md", "# ", "# The ")
    repository.open()
    head = repository.head()
    calls(repository)
    opened = github.pull_request("opened")
    jobs, asked = said_on_the_page("a push of other files")["a push of other files"]
    assert (github.jobs, len(repository.relay.asked)) == (jobs, asked)
    assert opened.succeeded, opened.log
    assert "install" not in opened.log
    assert github.states() == ["pending", "success"]
    compare = f"GET /compare/main...{head}"
    first = [f"GET /compare/{repository.git('rev-parse', 'main')}...{head}"]
    assert sorted(calls(repository)) == sorted([
        *("GET /actions/runs/1001", "GET /pulls", f"POST /statuses/{head}"),  # requested
        *(*first, *first, f"GET /issues/{repository.number}/comments"),  # check and review
        *("GET /pulls", compare, f"POST /statuses/{head}"),  # completed
    ])  # fmt: skip

    repository.approve("mori")
    github.reviewed("submitted")
    assert len(calls(repository)) == 5 + 1  # and the approval itself
    group = github.enqueue("change")
    ran = github.checked_in_queue(group)
    assert "install" not in ran.log
    assert github.hindrances(group) == []
    assert len(calls(repository)) == 5


def test_a_document_that_changed_in_the_base_since_is_judged(repository: Hosted) -> None:
    """The head may hold the document as it was before, so the merge would take that back."""
    github = GitHub(repository, repository.runner())
    repository.branch()
    repository.change("docs/runbooks/attendance-queue.md", "# ", "# The ")
    repository.open()
    path = "services/attendance/slo.yaml"
    text = (repository.clone / path).read_text(encoding="utf-8")
    repository.merged_by_others(path, text.replace("target: 0.999 ", "target: 0.9991 "))
    github.pull_request("synchronize")
    assert "Main judge, and set the status" in github.last["verdict"].log
    assert github.states() == ["pending", "pending", "success"]


def test_a_change_that_was_taken_back_loses_its_comment(repository: Hosted) -> None:
    github = GitHub(repository, repository.runner())
    repository.branch()
    repository.change("services/attendance/slo.yaml", "target: 0.999 ", "target: 0.995 ")
    repository.open()
    github.pull_request("opened")
    assert len(repository.comments()) == 1
    repository.change("services/attendance/slo.yaml", "target: 0.995 ", "target: 0.999 ")
    github.pull_request("synchronize")
    assert repository.comments() == []
    assert github.states()[-1] == "success"
