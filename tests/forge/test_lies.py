"""Whatever GitHub answers, a forge reads it or says that it cannot; no list is read without end."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pytest

from reliability.errors import ForgeError
from reliability.forge.forge import Forge
from reliability.forge.github.forge import GitHubForge
from tests.forge.drafts import comment, issue, kept, thread
from tests.forge.proxy import Forward, Proxy
from tests.forge.relay import Reply, Request
from tests.forge.test_faults import board, boards
from tests.forge.worlds import GitHubWorld
from tests.hostile.lies import random_lie

LIES: Final = 25
READS: Final[dict[str, Callable[[GitHubForge, GitHubWorld], Any]]] = {
    "pull request": lambda forge, world: forge.pull_request(world.number),
    "files": lambda forge, world: forge.changed_files(world.number),
    "reviews": lambda forge, world: forge.reviews(world.number),
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
