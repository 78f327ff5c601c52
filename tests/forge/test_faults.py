"""GitHub on a bad day: each kind of fault, at each kind of call, and what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from reliability.errors import ForgeError
from reliability.forge.forge import Forge
from reliability.forge.github.client import GitHubAccess
from reliability.forge.github.forge import GitHubForge, open_github
from reliability.forge.keep import NoteFailed, Unchecked, Unwritten, keep
from reliability.forge.reconcile import CreateNote
from tests.forge import proxy as faults
from tests.forge.drafts import comment, issue, kept, thread, told
from tests.forge.proxy import Fault, Proxy
from tests.forge.worlds import BOT, OTHER_BOT, GitHubWorld


@dataclass(frozen=True, slots=True)
class Step:
    """One call that may go wrong: the board and what is wanted on it, the call, what is done."""

    board: str
    wanted: tuple[Any, ...]
    call: tuple[str, str]
    done: tuple[str, ...]


STEPS = (
    Step("comments", (comment("one"),), ("POST", "/issues/"), ("Create",)),
    Step("comments", (comment("two"),), ("PATCH", "/issues/comments/"), ("Update",)),
    Step("threads", (thread(10), thread(11)), ("POST", "/reviews"), ("Create", "Create")),
    Step("threads", (thread(10),), ("POST", "resolveReviewThread"), ("Close",)),
    Step("threads", (thread(10), thread(11)), ("POST", "unresolveReviewThread"), ("Reopen",)),
    Step("threads", (thread(10), thread(11), thread(12)), ("POST", "/comments"), ("Create",)),
    Step("comments", (), ("DELETE", "/issues/comments/"), ("Close",)),
    Step("issues", (issue(),), ("POST", "/issues"), ("Create",)),
    Step("issues", (issue(text="new"),), ("PATCH", "/issues/"), ("Update",)),
    Step("issues", (), ("POST", "/comments"), ("Close",)),
    Step("issues", (issue(on_reopening="again"),), ("PATCH", "/issues/"), ("Reopen",)),
)
LOST: dict[str, Fault] = {
    "500 without effect": faults.status(500),
    "502 after the effect": faults.status_after(502),
    "504 after the effect": faults.status_after(504),
    "connection lost before": faults.dropped,
    "connection lost after": faults.dropped_after,
    "answer cut off": faults.cut_after,
}
SILENT: dict[str, Fault] = {
    "no answer, no effect": faults.silent,
    "no answer after the effect": faults.silent_after,
}
LIMITS: dict[str, tuple[Fault, float]] = {
    "hourly limit, 403": (faults.rate_limit(403, 30), 31),
    "hourly limit, 429": (faults.rate_limit(429, 30), 31),
    "secondary limit, retry-after": (faults.secondary_limit(retry_after="7"), 7),
    "secondary limit, 429": (faults.secondary_limit(429, retry_after="7"), 7),
    "secondary limit without a time": (faults.secondary_limit(), 60),
}


def board(world: GitHubWorld, name: str) -> Any:
    return boards(world, world.open())[name]


def boards(world: GitHubWorld, forge: Forge) -> dict[str, Any]:
    return {
        "comments": forge.comments(world.number, "summary"),
        "threads": forge.threads(world.number, world.head(), "finding"),
        "issues": forge.issues("revisit"),
    }


def walk(world: GitHubWorld, steps: Sequence[Step], before: Callable[[Step], None]) -> None:
    """Every step goes wrong once, is done all the same, and nothing is left to do after it."""
    for step in steps:
        if step.board == "issues" and not any(each["title"] for each in world.all_issues()):
            world.in_repository(BOT, "POST", "/labels", {"name": "slo-review", "color": "0e8a16"})
        before(step)
        outcomes = kept(board(world, step.board), step.wanted, lambda _: "the date has moved")
        assert outcomes == [f"Done {change}" for change in step.done], step
        assert kept(board(world, step.board), step.wanted) == [], step


def ensure_nothing_doubled(world: GitHubWorld) -> None:
    assert world.bodies() == []
    threads = board(world, "threads").present()
    assert sorted(each.line for each in threads) == [10, 11, 12]
    assert len(world.all_issues()) == 1
    assert world.words(board(world, "issues").present()[0]) == ["the date has moved", "again"]


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_looked_for_and_nothing_is_doubled(
    behind_proxy: GitHubWorld, proxy: Proxy, kind: str
) -> None:
    walk(behind_proxy, STEPS, lambda step: proxy.fail(*step.call, LOST[kind]))
    assert proxy.faults == []
    ensure_nothing_doubled(behind_proxy)


@pytest.mark.parametrize("kind", SILENT)
def test_silence_is_not_waited_out_and_nothing_is_doubled(
    behind_proxy: GitHubWorld, proxy: Proxy, kind: str
) -> None:
    behind_proxy.timeout = timedelta(seconds=1)
    walk(behind_proxy, STEPS[:3], lambda step: proxy.fail(*step.call, SILENT[kind]))
    assert len(behind_proxy.bodies()) == 1


@pytest.mark.parametrize("kind", LIMITS)
def test_a_limit_is_waited_for_as_long_as_github_says(
    behind_proxy: GitHubWorld, proxy: Proxy, kind: str
) -> None:
    fault, seconds = LIMITS[kind]
    walk(behind_proxy, STEPS, lambda step: proxy.fail(*step.call, fault))
    assert proxy.faults == []
    assert behind_proxy.pauses == [seconds] * len(STEPS)
    ensure_nothing_doubled(behind_proxy)


def test_a_limit_that_lasts_longer_than_our_patience_is_told(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    proxy.fail("POST", "/issues/", faults.rate_limit(403, 3000))
    [failed] = keep([comment()], board(behind_proxy, "comments"))
    assert isinstance(failed, NoteFailed)
    assert "rate limit asks to wait 3001 s" in failed.why
    assert failed.why.endswith("and we wait 600 s at most; run again later")
    assert behind_proxy.bodies() == []


def test_a_write_that_never_answers_fails_alone(behind_proxy: GitHubWorld, proxy: Proxy) -> None:
    proxy.fail("POST", "/issues", faults.status(503), times=4)
    drafts = [issue("a", labels=()), issue("b", labels=())]
    assert kept(board(behind_proxy, "issues"), drafts) == ["Failed Create", "Done Create"]
    assert [each["title"] for each in behind_proxy.all_issues()] == ["Review b"]


@pytest.mark.parametrize("fault", [*LOST.values(), faults.rate_limit(403, 5)])
def test_a_read_is_tried_again(behind_proxy: GitHubWorld, proxy: Proxy, fault: Fault) -> None:
    forge = behind_proxy.open()
    for part in ("/pulls/", "/files", "/reviews", "/issues", "graphql"):
        proxy.fail("POST" if part == "graphql" else "GET", part, fault)
    assert forge.pull_request(behind_proxy.number).is_open
    assert len(forge.changed_files(behind_proxy.number)) == 1
    assert forge.reviews(behind_proxy.number) == ()
    assert forge.issues("revisit").present() == ()
    assert proxy.faults == []


def test_a_page_that_fails_is_asked_for_again_and_those_before_it_are_not(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    for number in range(101):
        behind_proxy.comment("mori", f"{number}")
    pages: list[str] = []

    def second_page(request: Any, forward: Any) -> Any:
        pages.append(request.target)
        return faults.status(502)(request, forward) if len(pages) == 2 else forward(request)

    proxy.fail("GET", "/comments", second_page, times=3)
    assert board(behind_proxy, "comments").present() == ()
    assert len(pages) == 3
    assert pages[1] == pages[2] != pages[0]


def test_a_server_that_stays_broken_is_told(behind_proxy: GitHubWorld, proxy: Proxy) -> None:
    proxy.fail("GET", "/files", faults.status(503), times=9)
    with pytest.raises(ForgeError, match=r"files of #\d+: github answers 503: Server Error"):
        behind_proxy.open().changed_files(behind_proxy.number)
    assert len(behind_proxy.pauses) == 3


def test_doubles_that_cannot_be_looked_for_are_told(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    there = board(behind_proxy, "comments")
    outcomes = keep([comment()], there)
    outcome = next(outcomes)
    proxy.fail("GET", "/comments", faults.status(503), times=4)
    assert told([outcome]) == ["Done Create"]
    assert [type(each) for each in outcomes] == [Unchecked]


# What is refused


@pytest.mark.parametrize("step", STEPS[:1] + STEPS[2:3] + STEPS[7:8], ids=lambda step: step.board)
def test_the_token_of_a_fork_writes_nothing_and_says_what_is_unwritten(
    behind_proxy: GitHubWorld, step: Step
) -> None:
    reading = boards(behind_proxy, replace_token(behind_proxy, "token-fork"))[step.board]
    outcomes = list(keep(step.wanted, reading))
    unwritten = [each for each in outcomes if isinstance(each, Unwritten)]
    assert len(unwritten) == len(outcomes) == len(step.wanted)
    assert [each.change for each in unwritten] == [CreateNote(draft) for draft in step.wanted]
    assert unwritten[0].why.endswith(
        "the token may not write here; github says: Resource not accessible by integration"
    )


def test_after_the_first_refusal_no_more_is_asked(behind_proxy: GitHubWorld, proxy: Proxy) -> None:
    reading = replace_token(behind_proxy, "token-fork")
    drafts = [issue(key, labels=()) for key in "abcde"]
    outcomes = kept(reading.issues("revisit"), drafts)
    assert outcomes == ["Unwritten Create"] * 5
    assert proxy.writes == 1


def replace_token(world: GitHubWorld, token: str) -> GitHubForge:
    access = GitHubAccess(
        url=world.url, repository=world.name, token=token, between_writes=timedelta(0)
    )
    return open_github(access, pause=world.pauses.append)


def test_an_unknown_token_is_told_without_being_shown(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    proxy.fail("GET", "/comments", faults.status(401))
    with pytest.raises(ForgeError) as told_:
        replace_token(behind_proxy, "secret-token").comments(behind_proxy.number, "a").present()
    assert str(told_.value).endswith("github does not accept the token; set GITHUB_TOKEN anew")
    assert "secret-token" not in repr(told_.value) + repr(
        GitHubAccess(url="", repository="", token="secret-token")
    )


def test_a_line_outside_of_the_diff_is_refused_alone(behind_proxy: GitHubWorld) -> None:
    there = board(behind_proxy, "threads")
    outcomes = list(keep([thread(10), thread(30), thread(11)], there))
    assert told(outcomes) == ["Done Create", "Failed Create", "Done Create"]
    [failed] = [each for each in outcomes if isinstance(each, NoteFailed)]
    assert failed.why.endswith("422: Validation Failed: must be part of the diff")


def test_a_comment_spans_lines_of_one_hunk(behind_proxy: GitHubWorld) -> None:
    spanning = replace(thread(11), first=9)
    assert kept(board(behind_proxy, "threads"), [spanning]) == ["Done Create"]


def test_a_server_that_is_not_there_is_told_at_once(behind_proxy: GitHubWorld) -> None:
    access = GitHubAccess(url="http://127.0.0.1:9", repository=behind_proxy.name, token="t")
    pauses: list[float] = []
    forge = open_github(access, pause=pauses.append)
    with pytest.raises(ForgeError, match="pull request #1: github cannot be reached"):
        forge.pull_request(1)
    assert pauses == []


def test_an_answered_double_keeps_its_answer(behind_proxy: GitHubWorld) -> None:
    there = board(behind_proxy, "threads")
    there.create([thread(10)])
    there.create([thread(10)])
    _, younger = there.present()
    behind_proxy.answer(younger)
    assert kept(there, [thread(10)]) == ["Done Retire"]
    assert kept(there, [thread(10)]) == []
    comments = behind_proxy.every(f"/pulls/{behind_proxy.number}/comments")
    assert [each["body"] for each in comments][-1] == "why?"


def test_a_token_that_may_not_resolve_deletes_what_nobody_answered(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    there = behind_proxy.open(OTHER_BOT).threads(
        behind_proxy.number, behind_proxy.head(), "finding"
    )
    kept(there, [thread(10), thread(11), thread(12)])
    behind_proxy.answer(there.present()[0])
    proxy.seen.clear()
    assert kept(there, [thread(12)], lambda _: "mended") == ["Done Close"] * 2
    assert proxy.seen.count("POST /graphql") == 2, "the threads, and one try"
    comments = behind_proxy.every(f"/pulls/{behind_proxy.number}/comments")
    assert [each["body"].partition("\n")[2] for each in comments] == [
        "mended\n\ntoo low",
        "too low",
        "",
    ]
    assert kept(there, [thread(11), thread(12)]) == ["Done Create"]
    assert kept(there, [thread(11), thread(12)]) == []


def test_a_thread_that_may_not_be_opened_again_is_begun_anew(behind_proxy: GitHubWorld) -> None:
    number, head = behind_proxy.number, behind_proxy.head()
    both = frozenset({BOT})
    first = behind_proxy.open().threads(number, head, "finding")
    kept(first, [thread(10)])
    kept(first, [])
    actions = behind_proxy.open(OTHER_BOT, both).threads(number, head, "finding")
    assert kept(actions, [thread(10)]) == ["Done Reopen"]
    assert [each.state for each in actions.present()] == ["open"]
    assert kept(actions, [thread(10)]) == []


def test_each_secondary_limit_without_a_time_is_waited_for_twice_as_long(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    proxy.fail("POST", "/issues/", faults.secondary_limit(), times=3)
    assert kept(board(behind_proxy, "comments"), [comment()]) == ["Done Create"]
    assert behind_proxy.pauses == [60, 120, 240]
    assert len(behind_proxy.bodies()) == 1
