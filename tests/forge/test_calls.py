"""How many calls an operation costs; `GITHUB_TOKEN` has 1,000 an hour."""

import time
from datetime import timedelta

from reliability.forge.github.client import GitHubAccess
from reliability.forge.github.forge import open_github
from reliability.forge.inline import place
from reliability.forge.keep import keep
from tests.forge.drafts import comment, issue, kept, thread
from tests.forge.proxy import Proxy
from tests.forge.worlds import PATCH, GitHubWorld

QUERIES = "POST /graphql"


def cost(proxy: Proxy) -> dict[str, int]:
    """Reads, writes and queries since the last time."""
    queries = proxy.seen.count(QUERIES)
    counts = {"reads": proxy.counts["GET"], "writes": proxy.writes, "queries": queries}
    proxy.seen.clear()
    return counts


def test_a_review_of_many_findings_costs_a_few_calls(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    forge = behind_proxy.open()
    pull = forge.pull_request(behind_proxy.number)
    files = forge.changed_files(pull.number)
    forge.reviews(pull.number)
    drafts = [thread(7 + number % 8, key=f"rule-{number}") for number in range(50)]
    placed = place(drafts, files, cap=50)
    assert (len(placed.inline), placed.outside, placed.beyond) == (50, (), ())
    threads = forge.threads(pull.number, pull.head, "finding")
    comments = forge.comments(pull.number, "summary")

    assert kept(threads, placed.inline) == ["Done Create"] * 50
    assert kept(comments, [comment()]) == ["Done Create"]
    assert cost(proxy) == {"reads": 5, "writes": 2, "queries": 3}

    assert kept(threads, placed.inline) == []
    assert kept(comments, [comment()]) == []
    assert cost(proxy) == {"reads": 1, "writes": 0, "queries": 1}

    assert kept(threads, placed.inline[25:]) == ["Done Close"] * 25
    assert cost(proxy) == {"reads": 0, "writes": 0, "queries": 26}


def test_issues_cost_one_write_each_and_a_read_for_each_hundred(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    board = behind_proxy.open().issues("revisit")
    drafts = [issue(str(number)) for number in range(120)]
    assert len(kept(board, drafts)) == 120
    # One page before, the labels, two pages after; the label, then the issues.
    assert cost(proxy) == {"reads": 4, "writes": 121, "queries": 1}
    assert kept(board, drafts) == []
    assert cost(proxy) == {"reads": 2, "writes": 0, "queries": 0}
    assert len(kept(board, drafts[:-20], lambda _: "moved")) == 20
    # To close one: what was said there, the word, the state.
    assert cost(proxy) == {"reads": 2 + 20, "writes": 40, "queries": 0}


def test_writes_keep_the_distance_that_is_asked_for(behind_proxy: GitHubWorld) -> None:
    access = GitHubAccess(
        url=behind_proxy.url,
        repository=behind_proxy.name,
        token="token-reliability[bot]",
        between_writes=timedelta(seconds=0.3),
    )
    began = time.monotonic()
    assert len(list(keep([issue("a"), issue("b")], open_github(access).issues("revisit")))) == 2
    assert time.monotonic() - began >= 0.6, "a label and two issues are three writes"


def test_the_patch_of_the_tests_is_the_one_that_the_emulator_shows(
    behind_proxy: GitHubWorld,
) -> None:
    found = behind_proxy.in_repository("dev", "GET", f"/pulls/{behind_proxy.number}/files")
    assert [each["patch"] for each in found] == [PATCH]
