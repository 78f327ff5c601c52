"""Whatever GitHub answers, a forge reads it or says that it cannot; no list is read without end."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Any, Final

import pytest

from reliability.errors import ForgeError
from reliability.forge.forge import Forge
from reliability.forge.github.artifacts import Artifact, download, newest_artifact
from reliability.forge.github.forge import GitHubForge
from reliability.forge.github.statuses import CommitStatus
from tests.forge.drafts import comment, issue, kept, thread
from tests.forge.proxy import Forward, Proxy
from tests.forge.relay import Reply, Request
from tests.forge.test_faults import board, boards
from tests.forge.worlds import GitHubWorld
from tests.hostile.lies import lies, random_lie

LIES: Final = 25
READS: Final[dict[str, Callable[[GitHubForge, GitHubWorld], Any]]] = {
    "pull request": lambda forge, world: forge.pull_request(world.number),
    "files": lambda forge, world: forge.changed_files(world.number),
    "reviews": lambda forge, world: forge.reviews(world.number),
    "pushes": lambda forge, world: forge.pushes(forge.pull_request(world.number)),
    "heads": lambda forge, world: forge.open_pull_requests(world.head()),
    "queue": lambda forge, _world: forge.queue_heads("main"),
    "access": lambda forge, _world: forge.access(["@mori", "@acme/night"]),
    "comments": lambda forge, world: boards(world, forge)["comments"].present(),
    "threads": lambda forge, world: boards(world, forge)["threads"].present(),
    "issues": lambda forge, world: boards(world, forge)["issues"].present(),
}


@pytest.fixture
def busy(behind_proxy: GitHubWorld) -> GitHubWorld:
    """A repository with a note of each kind, and a review."""
    for name, drafts in (
        ("comments", (comment("one"),)),
        ("threads", (thread(10), thread(11))),
        ("issues", (issue(),)),
    ):
        kept(board(behind_proxy, name), drafts)
    behind_proxy.approve("mori")
    return behind_proxy


def opened(world: GitHubWorld) -> GitHubForge:
    forge: Forge = world.open()
    assert isinstance(forge, GitHubForge)
    return forge


@pytest.mark.parametrize("name", READS)
def test_an_answer_of_any_kind_is_read_or_is_an_error(
    busy: GitHubWorld, proxy: Proxy, name: str
) -> None:
    read = READS[name]
    proxy.seen.clear()
    read(opened(busy), busy)
    asked = sorted({tuple(each.split(" ", 1)) for each in proxy.seen})
    assert asked
    dice = random.Random(name)

    def lying(request: Request, forward: Forward) -> Reply:
        reply = forward(request)
        return Reply(200, random_lie(reply.body, dice), reply.headers)

    for _ in range(LIES):
        method, path = dice.choice(asked)
        proxy.fail(method, path if path != "/graphql" else "", lying, times=9)
        with suppress(ForgeError):
            read(opened(busy), busy)
        proxy.faults.clear()


WRITES: Final[dict[str, Callable[[GitHubForge, GitHubWorld], Any]]] = {
    "comments": lambda forge, world: kept(boards(world, forge)["comments"], (comment("two"),)),
    "threads": lambda forge, world: kept(boards(world, forge)["threads"], (thread(11),)),
    "issues": lambda forge, world: kept(boards(world, forge)["issues"], (issue("b"),)),
    "reviewers": lambda forge, world: forge.request_reviewers(world.number, ["@mori", "@a/b"]),
    "status": lambda forge, world: forge.write_status(world.head(), CommitStatus("error", "x")),
}


@pytest.mark.parametrize("status", [200, 422])
@pytest.mark.parametrize("name", WRITES)
def test_a_write_whose_answer_is_of_any_kind_is_done_or_is_an_error(
    busy: GitHubWorld, proxy: Proxy, name: str, status: int
) -> None:
    dice = random.Random(name)

    def lying(request: Request, forward: Forward) -> Reply:
        if request.method == "GET" or (
            b"mutation" not in request.body and "graphql" in request.path
        ):
            return forward(request)
        return Reply(status, random_lie(forward(request).body, dice))

    for _ in range(LIES // 5):
        for method in ("POST", "PATCH", "DELETE"):
            proxy.fail(method, "", lying, times=99)
        with suppress(ForgeError):
            WRITES[name](opened(busy), busy)
        proxy.faults.clear()


ARTIFACTS: Final[dict[str, Any]] = {
    "": {"id": 1, "default_branch": "main"},
    "/actions/workflows/schedule.yml/runs": {
        "workflow_runs": [
            {
                "id": 7,
                "event": "schedule",
                "status": "completed",
                "head_branch": "main",
                "head_repository": {"id": 1},
            }
        ]
    },
    "/actions/runs/7/artifacts": {"artifacts": [{"id": 9, "name": "history", "expired": False}]},
}
"""What the emulator does not know of a scheduled run and what it uploaded."""


@pytest.mark.parametrize("path", ARTIFACTS)
def test_an_answer_of_any_kind_about_artifacts_is_read_or_is_an_error(
    behind_proxy: GitHubWorld, proxy: Proxy, path: str
) -> None:
    def telling(content: bytes) -> Callable[[Request, Forward], Reply]:
        return lambda _request, _forward: Reply(200, content)

    repository = f"/repos/{behind_proxy.name}"
    truths = {each: json.dumps(truth).encode() for each, truth in ARTIFACTS.items()}

    def answered(lie: bytes | None) -> Artifact | None:
        for each, truth in reversed(truths.items()):  # the longest path first
            content = lie if lie is not None and each == path else truth
            proxy.fail("GET", f"{repository}{each}", telling(content), times=9)
        try:
            return newest_artifact(opened(behind_proxy).client, "history")
        finally:
            proxy.faults.clear()

    assert (found := answered(None)) is not None
    assert (found.id, found.run) == (9, 7)
    for _name, status, lie in lies(truths[path]):
        if status == 200:
            with suppress(ForgeError):
                answered(lie)


@pytest.mark.parametrize("place", ["", "nowhere", "http://[::1", "http://127.0.0.1:1/x", "ftp://x"])
def test_a_storage_that_is_nowhere_is_an_error(
    behind_proxy: GitHubWorld, proxy: Proxy, place: str
) -> None:
    client = opened(behind_proxy).client
    path = f"/repos/{behind_proxy.name}/actions/artifacts/9/zip"
    proxy.fail("GET", path, lambda _request, _forward: Reply(302, headers={"location": place}))
    artifact = Artifact(9, 7, f"{proxy.url}{path}")
    with TemporaryFile() as into, pytest.raises(ForgeError, match="the artifact of run 7"):
        download(client, "token", artifact, into)


def test_a_list_that_names_its_page_again_is_an_error(busy: GitHubWorld, proxy: Proxy) -> None:
    def endless(request: Request, forward: Forward) -> Reply:
        link = f'<{proxy.url}{request.target}>; rel="next"'
        return Reply(200, forward(request).body, {"link": link})

    proxy.fail("GET", "/reviews", endless, times=1000)
    with pytest.raises(ForgeError, match="its pages do not end"):
        opened(busy).reviews(busy.number)


def test_threads_whose_cursor_stays_are_an_error(busy: GitHubWorld, proxy: Proxy) -> None:
    def endless(request: Request, forward: Forward) -> Reply:
        reply = forward(request)
        answer = reply.json
        threads = answer["data"]["repository"]["pullRequest"]["reviewThreads"]
        threads["pageInfo"] = {"hasNextPage": True, "endCursor": "1"}
        return Reply(200, json.dumps(answer).encode(), reply.headers)

    proxy.fail("POST", "reviewThreads", endless, times=1000)
    with pytest.raises(ForgeError, match="its pages do not end"):
        board(busy, "threads").present()
