"""The dashboard: what is due, burning and waived, each with its issue; and what it remembers."""

import re
from pathlib import Path

import pytest

from reliability.forge.known import known_issues, known_lines
from reliability.forge.marker import Marker
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.forge.drafts import issue, kept
from tests.forge.worlds import BOT, GitHubWorld, github_world
from tests.review.issues.office import HOUR, NOW, Run, fired, span
from tests.review.pull_request.scene import Scene, scene

DAY = "2026-12-20"


@pytest.fixture
def shop(github: str) -> GitHubWorld:
    return github_world(github)


@pytest.fixture
def of(tmp_path: Path) -> Scene:
    return scene(tmp_path)


def run(of: Scene, world: GitHubWorld, command: str, *arguments: str, day: str = DAY) -> Ended:
    return reliability(
        *(command, "--forge", "github", "--today", day, *arguments),
        folder=of.root,
        GITHUB_API_URL=world.url,
        GITHUB_REPOSITORY=world.name,
        GITHUB_TOKEN=f"token-{BOT}",
        GITHUB_SERVER_URL="https://github.example",
        GITHUB_RUN_ID="17",
    )


def body(world: GitHubWorld) -> str:
    [text] = [
        each["body"] for each in world.all_issues() if "reliability:dashboard" in each["body"]
    ]
    return str(text)


def test_it_lists_what_is_due_and_waived_with_links(of: Scene, shop: GitHubWorld) -> None:
    of.write(
        "policies/waivers.yaml",
        "apiVersion: reliability/v1\nkind: Waivers\nmetadata: {name: waivers}\nspec:\n  waivers:\n"
        "    - {rule: low-traffic, service: attendance, reason: 'a reason', approver: '@mori',\n"
        "       until: 2027-01-31}\n",
    )
    assert run(of, shop, "revisit").code == 0
    ended = run(of, shop, "dashboard")
    assert ended.code == 0, ended.err
    text = body(shop)
    due = [each for each in shop.all_issues() if "reliability:revisit" in each["body"]]
    assert due
    for each in due:
        assert re.search(rf"\\| #{each['number']} \\|", text), text
    assert "| `low-traffic` | `attendance` | 2027-01-31 | a reason | `@mori` |" in text
    assert f"[{DAY}](https://github.example/{shop.name}/actions/runs/17)" in text
    assert "### Burning error budgets" in text


def test_it_is_one_issue_that_is_edited(of: Scene, shop: GitHubWorld) -> None:
    run(of, shop, "dashboard")
    assert run(of, shop, "dashboard").out == ""
    assert "edit #" in run(of, shop, "dashboard", day="2026-12-21").out
    assert "2026-12-21" in body(shop)


def test_an_issue_that_was_transferred_is_not_opened_again(of: Scene, shop: GitHubWorld) -> None:
    run(of, shop, "revisit")
    run(of, shop, "dashboard")
    board = shop.open().issues("revisit")
    moved, *others = board.present()
    elsewhere = shop.transfer(moved)
    assert run(of, shop, "revisit").out == ""
    assert run(of, shop, "dashboard").code == 0
    assert run(of, shop, "revisit").out == ""
    here = [each.id for each in board.present() if not each.is_elsewhere]
    assert here == [each.id for each in others]
    [found] = [each for each in board.present() if each.is_elsewhere]
    assert elsewhere in found.url


def test_a_ticket_that_was_transferred_is_not_opened_again(of: Scene, shop: GitHubWorld) -> None:
    tickets = Run(shop)
    tickets(fired(span(HOUR)))
    run(of, shop, "dashboard")
    shop.transfer(tickets.issues[0])
    assert tickets(fired(span(-HOUR)), now=NOW + 2 * HOUR) == []


def test_an_issue_that_was_never_there_is_opened(of: Scene, shop: GitHubWorld) -> None:
    board = shop.open().issues("revisit")
    kept(board, [issue("a")])
    run(of, shop, "dashboard")
    assert kept(board, [issue("a"), issue("b")]) != []


def test_what_it_remembers_is_read_back(shop: GitHubWorld) -> None:
    board = shop.open().issues("revisit")
    kept(board, [issue("a/b--c é"), issue("d")])
    text = "\n".join(known_lines(board.present()))
    assert set(known_issues(text, "revisit").values()) == {
        Marker("revisit", "a/b--c é"),
        Marker("revisit", "d"),
    }
    assert known_issues(text, "ticket") == {}
