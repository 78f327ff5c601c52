"""A merge queue: which pull requests of it are judged, in which order, and which are refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from git import Actor, Repo

from reliability.finding import Severity
from reliability.forge.event import WorkflowRun
from reliability.forge.github.client import GitHubAccess
from reliability.forge.github.forge import open_github
from reliability.review.pull_request.commit import UnidentifiedError, judge_commit
from reliability.review.workspace import Workspace
from reliability.settings import Settings
from tests.backtest.repository import WINDOWS, slo
from tests.forge.relay import Reply, Request, answer, serve

TODAY: Final = date(2026, 11, 24)
QUEUE: Final = "gh-readonly-queue"
OWNERSHIP: Final = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: shop}
spec:
  team: sales
  criticality: important
  approvers: {product: "@ann", technical: "@bob"}
"""
NAME: Final = "metadata: {name: checkout}"
AGREED: Final = """metadata:
  name: checkout
  annotations: {reliability/agreed-by: "@ann, @bob", reliability/reviewed: "2026-11-20"}"""
FIRST: Final = {
    "services/shop/slo.yaml": slo("checkout").replace(NAME, AGREED, 1),
    "services/shop/ownership.yaml": OWNERSHIP,
    "policies/burn-rates.yaml": WINDOWS,
}
LOOSER: Final = {"services/shop/slo.yaml": slo("checkout", "0.99").replace(NAME, AGREED, 1)}


@dataclass(slots=True)
class QueuedRepository:
    """A repository with a queue, and GitHub's answers about it."""

    root: Path
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    reviews: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def commit(self, files: dict[str, str], parent: str = "") -> str:
        """A commit of these files on top of another one."""
        with Repo(self.root) as repository:
            if parent:
                repository.git.checkout("--quiet", "--detach", parent)
            for path, text in files.items():
                (self.root / path).parent.mkdir(parents=True, exist_ok=True)
                (self.root / path).write_text(text)
            repository.git.add("-A")
            who = Actor("dev", "dev@example.com")
            return repository.index.commit("A change", author=who, committer=who).hexsha

    def main(self, commit: str) -> None:
        """Make a commit the newest of main, as it was fetched."""
        with Repo(self.root) as repository:
            repository.git.update_ref("refs/remotes/origin/main", commit)

    def pull(self, number: int, head: str, state: str = "open", base: str = "main") -> None:
        """Open a pull request."""
        repository = {"full_name": "acme/shop", "owner": {"login": "acme"}}
        self.pulls[number] = {
            "number": number,
            "title": "A change",
            "user": {"login": "dev"},
            "head": {"sha": head, "ref": "change", "repo": repository},
            "base": {"sha": head, "ref": base, "repo": repository},
            "draft": False,
            "state": state,
            "html_url": f"https://github.example/pull/{number}",
            "requested_reviewers": [],
            "requested_teams": [],
        }

    def queued(self, number: int, parent: str, commit: str) -> str:
        """Make a commit an entry of the queue; the name of its branch."""
        branch = f"{QUEUE}/main/pr-{number}-{parent}"
        self.branches[branch] = commit
        return branch

    def approved(self, number: int, *people: str, commit: str) -> None:
        """Let people approve a commit."""
        self.reviews[number] = [
            {
                "id": place,
                "user": {"login": person},
                "state": "APPROVED",
                "commit_id": commit,
                "submitted_at": "2026-11-24T09:00:00Z",
            }
            for place, person in enumerate(people)
        ]

    def handle(self, request: Request) -> Reply:
        """Answer as GitHub does."""
        path = request.path.removeprefix("/repos/acme/shop")
        if match := re.fullmatch(r"/pulls/(\d+)(/reviews)?", path):
            number = int(match[1])
            if number not in self.pulls:
                return answer(404, {"message": "Not Found"})
            return answer(200, self.reviews.get(number, []) if match[2] else self.pulls[number])
        if path == f"/git/matching-refs/heads/{QUEUE}/main/":
            rows = [
                {"ref": f"refs/heads/{branch}", "object": {"sha": commit, "type": "commit"}}
                for branch, commit in self.branches.items()
            ]
            return answer(200, rows)
        if path.startswith("/collaborators/"):
            return answer(204)
        return answer(404, {"message": f"no answer to {path}"})

    def judge(self, branch: str | None, commit: str) -> Iterator[tuple[int, str, str]]:
        """Yield the number of each judged pull request, its base, and its verdict."""
        run = WorkflowRun(event="merge_group", head_sha=commit, head_branch=branch)
        place = Workspace(
            root=self.root, today=TODAY, jobs=1, secret=Settings({}).secret, note=print
        )
        with serve(self.handle) as url:
            access = GitHubAccess(url=url, repository="acme/shop", token="t")
            forge = open_github(access, pause=lambda _: None)
            for judgment, result in judge_commit(place, forge, run, Severity.ERROR):
                yield judgment.number, result.view.reviewed.policy_source.commit, judgment.text

    def refused(self, branch: str | None, commit: str) -> str:
        """Return why a group is not judged."""
        with pytest.raises(UnidentifiedError) as refused:
            list(self.judge(branch, commit))
        return str(refused.value)


@pytest.fixture
def of(tmp_path: Path) -> QueuedRepository:
    root = tmp_path / "repository"
    Repo.init(root, initial_branch="main").close()
    return QueuedRepository(root)


MISSING: Final = "Blocked: approval by @ann and @bob is missing"
GOOD: Final = "Nothing blocks this change"


def test_an_approved_change_is_judged_on_top_of_main(of: QueuedRepository) -> None:
    main = of.commit(FIRST)
    of.main(main)
    change = of.commit(LOOSER, main)
    of.pull(7, change)
    merged = of.commit({"README.md": "merged\n"}, change)
    branch = of.queued(7, main, merged)
    [(number, base, text)] = of.judge(branch, merged)
    assert (number, base, text[: len(MISSING)]) == (7, main, MISSING)

    of.approved(7, "ann", "bob", commit=change)
    assert list(of.judge(branch, merged)) == [(7, main, GOOD)]

    # After the merge, the group is an ancestor of main, and is still judged.
    of.main(of.commit({"README.md": "more\n"}, merged))
    assert [number for number, _, _ in of.judge(branch, merged)] == [7]


def test_all_entries_up_to_the_head_are_judged_on_top_of_those_before(
    of: QueuedRepository,
) -> None:
    main = of.commit(FIRST)
    of.main(main)
    first = of.commit({"README.md": "one\n"}, main)
    second = of.commit(LOOSER, first)
    third = of.commit({"README.md": "three\n"}, second)
    for number, commit in ((5, first), (9, second), (7, third)):
        of.pull(number, commit)
    of.queued(5, main, first)
    of.queued(9, first, second)
    last = of.queued(7, second, third)
    of.branches["gh-readonly-queue/main/unknown"] = second
    judged = list(of.judge(last, third))
    assert [(number, base) for number, base, _ in judged] == [(5, main), (9, first), (7, second)]
    assert [text[: len(MISSING)] for _, _, text in judged] == [GOOD, MISSING, GOOD]


def test_a_branch_of_another_name_is_refused(of: QueuedRepository) -> None:
    head = of.commit(FIRST)
    message = "is not a merge queue branch with one pull request"
    assert of.refused("main", head) == f"main {message}"
    assert of.refused(None, head).endswith(message)


def test_a_group_on_an_older_main_is_refused(of: QueuedRepository) -> None:
    old = of.commit(FIRST)
    head = of.commit({"README.md": "queued\n"}, old)
    of.main(of.commit({"README.md": "newer\n"}, old))
    of.pull(7, head)
    assert of.refused(of.queued(7, old, head), head) == (
        f"{head[:12]} of the merge queue does not contain the latest commits of main; "
        "remove the pull request from the queue and add it again"
    )


def test_what_is_not_a_pull_request_against_main_is_refused(of: QueuedRepository) -> None:
    main = of.commit(FIRST)
    of.main(main)
    head = of.commit({"README.md": "queued\n"}, main)
    branch = of.queued(7, main, head)
    assert of.refused(branch, head) == "#7 of the merge queue is not a pull request"
    of.pull(7, head, state="closed")
    assert of.refused(branch, head) == "#7 is no longer open against main"
    of.pull(7, head, base="release")
    assert of.refused(branch, head) == "#7 is no longer open against main"


def test_a_parent_that_is_not_below_the_entry_is_refused(of: QueuedRepository) -> None:
    main = of.commit(FIRST)
    of.main(main)
    other = of.commit({"README.md": "other\n"}, main)
    head = of.commit({"README.md": "queued\n"}, main)
    of.pull(7, head)
    branch = of.queued(7, other, head)
    assert of.refused(branch, head) == f"{other[:12]} is not an ancestor of {head[:12]}"


def test_an_entry_that_belongs_to_no_pull_request_is_refused(of: QueuedRepository) -> None:
    main = of.commit(FIRST)
    of.main(main)
    unknown = of.commit({"README.md": "unknown\n"}, main)
    head = of.commit({"README.md": "queued\n"}, unknown)
    of.pull(7, head)
    of.pull(8, unknown)
    branch = of.queued(7, unknown, head)
    of.branches[f"{QUEUE}/main/pr-8"] = unknown
    message = "is ahead of #7 in the merge queue, but does not belong to a known pull request"
    assert of.refused(branch, head) == f"{unknown[:12]} {message}"
