"""What is read from GitHub's answers, and what is sent: whole values, without the emulator."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from reliability.errors import ForgeError
from reliability.forge.forge import NoteRefusedError
from reliability.forge.github.client import GitHubAccess
from reliability.forge.github.forge import GitHubForge, open_github
from reliability.forge.marker import Marker, with_marker
from reliability.forge.notes import Thread, ThreadDraft
from reliability.forge.pull_request import PullRequest
from tests.forge.drafts import issue
from tests.forge.relay import Reply, Request, answer, serve

REPOSITORY: Final = "/repos/acme/shop"
ME: Final = "reliability[bot]"
OLD: Final = "old[bot]"
TIME: Final = "2026-11-25T09:00:00Z"
MOMENT: Final = datetime(2026, 11, 25, 9, tzinfo=UTC)
MARKER: Final = Marker("finding", "rule:1")


@dataclass(slots=True)
class Answers:
    """Answers by method and path; a missing one is 404. Each request is recorded."""

    by_request: dict[str, Any] = field(default_factory=dict)
    graphql: Callable[[dict[str, Any]], Any] = lambda _: {}
    requests: list[str] = field(default_factory=list)

    def handle(self, request: Request) -> Reply:
        path = request.path.removeprefix(REPOSITORY)
        if path == "/graphql":
            if "viewer" in request.json["query"]:
                return answer(200, {"data": {"viewer": {"login": ME}}})
            if "mutation" in request.json["query"]:
                [name] = re.findall(r"\w*[rR]eviewThread(?=\()", request.json["query"])
                [values] = request.json["variables"].values()
                self.requests.append(f"MUTATE {name} {json.dumps(values)}")
            return answer(200, self.graphql(request.json))
        content = f" {json.dumps(request.json, sort_keys=True)}" if request.body else ""
        self.requests.append(f"{request.method} {path}{content}")
        known = self.by_request.get(f"{request.method} {path}")
        if callable(known):
            known = known(request)
        if isinstance(known, Reply):
            return known
        return answer(404, {"message": "Not Found"}) if known is None else answer(200, known)

    @contextmanager
    def opened(self) -> Iterator[GitHubForge]:
        with serve(self.handle) as url:
            access = GitHubAccess(
                url=url,
                repository="acme/shop",
                token="t",
                formerly=frozenset({OLD}),
                between_writes=timedelta(0),
            )
            yield open_github(access, pause=lambda _: None)


@pytest.fixture
def github() -> Answers:
    return Answers()


PULL: Final[dict[str, Any]] = {
    "number": 7,
    "title": "A change",
    "user": {"login": "dev"},
    "head": {"sha": "a" * 40, "ref": "change", "repo": {"full_name": "acme/shop"}},
    "base": {
        "sha": "b" * 40,
        "ref": "main",
        "repo": {"full_name": "acme/shop", "owner": {"login": "Acme"}},
    },
    "draft": False,
    "state": "open",
    "html_url": "https://github.example/7",
    "requested_reviewers": [{"login": "Ann"}, {"login": "bob"}],
    "requested_teams": [{"slug": "SRE"}],
}
READ: Final = PullRequest(
    number=7,
    title="A change",
    author="dev",
    head="a" * 40,
    base="b" * 40,
    base_branch="main",
    draft=False,
    from_fork=False,
    is_open=True,
    url="https://github.example/7",
    requested=frozenset({"@ann", "@bob", "@acme/sre"}),
    head_repository="acme/shop",
    head_branch="change",
)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({}, READ),
        ({"draft": True, "state": "closed"}, replace(READ, draft=True, is_open=False)),
        (
            {"head": {**PULL["head"], "repo": {"full_name": "fork/shop"}}},
            replace(READ, from_fork=True, head_repository="fork/shop"),
        ),
        (
            {"head": {**PULL["head"], "repo": None}},
            replace(READ, from_fork=True, head_repository=""),
        ),
        ({"requested_reviewers": [], "requested_teams": []}, replace(READ, requested=frozenset())),
    ],
)
def test_a_pull_request_is_read(github: Answers, change: Any, read: PullRequest) -> None:
    github.by_request["GET /pulls/7"] = {**PULL, **change}
    with github.opened() as forge:
        assert forge.pull_request(7) == read


@pytest.mark.parametrize("side", ["head", "base"])
def test_a_pull_request_without_a_commit_is_refused(github: Answers, side: str) -> None:
    github.by_request["GET /pulls/7"] = {**PULL, side: {**PULL[side], "sha": ""}}
    with github.opened() as forge, pytest.raises(ForgeError) as refused:
        forge.pull_request(7)
    assert str(refused.value) == "pull request #7: github's answer names no commit"


def test_open_pull_requests_are_those_with_this_head(github: Answers) -> None:
    other = {**PULL, "number": 8, "head": {**PULL["head"], "sha": "c" * 40}}
    github.by_request["GET /pulls"] = [PULL, other]
    with github.opened() as forge:
        assert forge.open_pull_requests("a" * 40) == (READ,)
        assert forge.open_pull_requests("d" * 40) == ()


def bot(login: str) -> dict[str, str]:
    kind = "Bot" if login.endswith("[bot]") else "User"
    return {"__typename": kind, "login": login.removesuffix("[bot]")}


def comment(body: str, author: dict[str, str] | None, number: int = 1) -> dict[str, Any]:
    return {"databaseId": number, "body": body, "url": f"u{number}", "author": author}


NODE: Final = {
    "id": "n1",
    "isResolved": False,
    "isOutdated": False,
    "path": "a.yaml",
    "line": 5,
    "resolvedBy": None,
    "comments": {"nodes": [comment(with_marker(MARKER, "text"), bot(ME))]},
}
THREAD: Final = Thread(
    id=1,
    node="n1",
    marker=MARKER,
    path="a.yaml",
    line=5,
    text="text",
    state="open",
    is_stale=False,
    is_answered=False,
    url="u1",
)


def page(*nodes: Any, after: str | None = None) -> dict[str, Any]:
    """A page of threads; `after` is the cursor of the next one."""
    info = {"hasNextPage": after is not None, "endCursor": after}
    threads = {"pageInfo": info, "nodes": list(nodes)}
    return {"data": {"repository": {"pullRequest": {"reviewThreads": threads}}}}


def threads(github: Answers) -> tuple[Thread, ...]:
    with github.opened() as forge:
        return forge.threads(7, "a" * 40, "finding").present()


BODY: Final = with_marker(MARKER, "text")


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({}, THREAD),
        ({"line": None, "isOutdated": True}, replace(THREAD, line=0, is_stale=True)),
        ({"isResolved": True}, replace(THREAD, state="closed")),
        ({"isResolved": True, "resolvedBy": {"login": ME}}, replace(THREAD, state="closed")),
        (
            {"isResolved": True, "resolvedBy": {"login": "reliability"}},
            replace(THREAD, state="closed"),
        ),
        ({"isResolved": True, "resolvedBy": {"login": "old"}}, replace(THREAD, state="closed")),
        ({"isResolved": True, "resolvedBy": {"login": "ann"}}, replace(THREAD, state="settled")),
        (
            {"comments": {"nodes": [comment(BODY, bot(ME)), comment("why?", bot("ann"), 2)]}},
            replace(THREAD, is_answered=True),
        ),
        ({"comments": {"nodes": [comment(BODY, bot(OLD), 9)]}}, replace(THREAD, id=9, url="u9")),
        ({"comments": {"nodes": []}}, None),
        ({"comments": {"nodes": [comment("text", bot(ME))]}}, None),
        ({"comments": {"nodes": [comment(BODY, bot("ann"))]}}, None),
        ({"comments": {"nodes": [comment(BODY, bot("reliability"))]}}, None),
        ({"comments": {"nodes": [comment(BODY, None)]}}, None),
        ({"comments": {"nodes": [comment(BODY.replace("finding", "other"), bot(ME))]}}, None),
    ],
)
def test_a_thread_is_ours_by_its_author_and_marker(
    github: Answers, change: Any, read: Thread | None
) -> None:
    github.graphql = lambda _: page({**NODE, **change})
    assert threads(github) == ((read,) if read else ())


def test_all_pages_of_threads_are_read(github: Answers) -> None:
    cursors: list[Any] = []

    def listed(request: dict[str, Any]) -> Any:
        cursors.append(request["variables"]["after"])
        return page({**NODE, "line": len(cursors)}, None, after={1: "x", 2: "y"}.get(len(cursors)))

    github.graphql = listed
    assert [found.line for found in threads(github)] == [1, 2, 3]
    assert cursors == [None, "x", "y"]


@pytest.mark.parametrize("data", [{}, {"repository": None}, {"repository": {"pullRequest": None}}])
def test_a_pull_request_without_threads_has_none(github: Answers, data: Any) -> None:
    github.graphql = lambda _: {"data": data}
    assert threads(github) == ()


def test_pages_that_lead_back_are_an_error(github: Answers) -> None:
    github.graphql = lambda _: page(NODE, after="x")
    with pytest.raises(ForgeError, match="its pages do not end"):
        threads(github)


def test_an_answer_without_data_is_an_error(github: Answers) -> None:
    github.graphql = lambda _: {"data": None}
    with pytest.raises(ForgeError) as refused:
        threads(github)
    assert str(refused.value) == "threads of #7: github's answer has no data"


@pytest.mark.parametrize(
    ("first", "lines"),
    [
        (0, {}),
        (4, {"start_line": 4, "start_side": "RIGHT"}),
        (1, {"start_line": 1, "start_side": "RIGHT"}),
        (5, {}),
        (6, {}),
    ],
)
def test_a_comment_is_written_on_its_lines(github: Answers, first: int, lines: Any) -> None:
    draft = ThreadDraft(marker=MARKER, path="a.yaml", line=5, text="text", first=first)
    fields = {"path": "a.yaml", "line": 5, "side": "RIGHT", "body": BODY, **lines}
    github.by_request |= {"POST /pulls/7/comments": {}, "POST /pulls/7/reviews": {}}
    with github.opened() as forge:
        board = forge.threads(7, "a" * 40, "finding")
        assert board.together == 50
        board.create([draft])
        board.create([draft, draft])
    one = {"commit_id": "a" * 40, **fields}
    several = {"commit_id": "a" * 40, "event": "COMMENT", "body": "", "comments": [fields] * 2}
    assert github.requests == [
        f"POST /pulls/7/comments {json.dumps(one, sort_keys=True)}",
        f"POST /pulls/7/reviews {json.dumps(several, sort_keys=True)}",
    ]


ROW: Final = {
    "number": 1,
    "title": "Title",
    "body": with_marker(Marker("revisit", "shop/a"), "text"),
    "labels": [{"name": "Slo"}],
    "assignees": [{"login": "ann"}],
    "user": {"login": ME},
    "state": "open",
    "created_at": TIME,
    "updated_at": TIME,
    "closed_at": None,
    "html_url": "https://github.example/issues/1",
    "url": "https://api.example/repos/acme/shop/issues/1",
}


@pytest.mark.parametrize(
    ("reason", "by", "state"),
    [
        ("completed", "ann", "closed"),
        (None, "ann", "closed"),
        ("not_planned", "ann", "settled"),
        ("duplicate", "ann", "settled"),
        ("not_planned", "stale[bot]", "closed"),
        ("not_planned", ME, "closed"),
        ("not_planned", None, "settled"),
    ],
)
def test_a_closed_issue_is_settled_if_a_person_meant_it(
    github: Answers, reason: str | None, by: str | None, state: str
) -> None:
    kind = "Bot" if by and by.startswith("stale") else "User"
    closed = {"state": "closed", "state_reason": reason, "closed_at": TIME}
    row = {**ROW, **closed, "closed_by": {"login": by, "type": kind} if by else None}
    github.by_request["GET /issues"] = lambda request: (
        [row] if request.query["creator"] == ME else []
    )
    github.by_request["GET /issues/1"] = row
    with github.opened() as forge:
        [read] = forge.issues("revisit").present()
    assert (read.id, read.state, read.closed, read.created) == (1, state, MOMENT, MOMENT)
    assert (read.labels, read.assignees, read.author) == (("Slo",), ("ann",), ME)
    assert not read.is_elsewhere


def moved(url: str, address: str) -> dict[str, Any]:
    return {"url": url, "html_url": address}


def test_known_issues_are_here_transferred_hidden_or_deleted(github: Answers) -> None:
    api = "https://api.example"
    stored = "<!-- known revisit 9 shop/listed -->\n<!-- known other 10 shop/x -->"
    dashboard = {**ROW, "number": 2, "body": with_marker(Marker("dashboard", "here"), stored)}
    github.by_request |= {
        "GET /issues": lambda request: [ROW, dashboard] if request.query["creator"] == ME else [],
        "GET /issues/3": moved(f"{api}/repos/Acme/Shop/issues/3", "https://github.example/3"),
        "GET /issues/4": moved(f"{api}/repos/acme/other/issues/1", "https://github.example/o/1"),
        "GET /issues/6": answer(410, {"message": "This issue was deleted"}),
        "GET /issues/9": moved(f"{api}/repos/acme/other/issues/2", "https://github.example/o/2"),
    }
    known = {number: Marker("revisit", f"shop/{number}") for number in (1, 6, 5, 4, 3)}
    with github.opened() as forge:
        first, *elsewhere = forge.issues("revisit", known).present()
    assert (first.id, first.is_elsewhere) == (1, False)
    assert [(row.id, row.marker.key, row.state, row.url) for row in elsewhere] == [
        (4, "shop/4", "settled", "https://github.example/o/1"),
        (5, "shop/5", "settled", ""),
        (9, "shop/listed", "settled", "https://github.example/o/2"),
    ]
    assert all(row.is_elsewhere for row in elsewhere)


def test_an_issue_is_refused_unless_an_assignee_can_be_left_out(github: Answers) -> None:
    refused = answer(422, {"message": "Validation Failed", "errors": [{"field": "assignees"}]})
    github.by_request |= {
        "POST /issues": lambda request: ROW if request.json["assignees"] == ["ann"] else refused,
        "GET /labels": [{"name": "SLO-Review"}],
        "GET /assignees/ann": answer(204),
    }
    with github.opened() as forge:
        forge.issues("revisit").create([issue(assignees=("ann", "gone"))])
        with pytest.raises(NoteRefusedError, match="github answers 422: Validation Failed: assign"):
            forge.issues("revisit").create([issue(assignees=())])
    posts = [line for line in github.requests if line.startswith("POST")]
    assert [json.loads(line.split(" ", 2)[2])["assignees"] for line in posts] == [
        ["ann", "gone"],
        ["ann"],
        [],
    ]


def test_reviewers_are_requested_together_and_alone_if_that_is_refused(github: Answers) -> None:
    refused = answer(422, {"message": "not a collaborator"})
    github.by_request["POST /pulls/7/requested_reviewers"] = lambda request: (
        refused if "gone" in request.json.get("reviewers", ()) else {}
    )
    github.by_request["DELETE /pulls/7/requested_reviewers"] = lambda _: {}
    with github.opened() as forge:
        assert forge.request_reviewers(7, ["@ann", "@acme/sre", "@gone"]) == (
            "a review of #7 by gone: github answers 422: not a collaborator",
        )
        assert forge.request_reviewers(7, []) == ()
        assert forge.withdraw_requests(7, ["@ann", "@acme/sre"]) == ()
    path, away = (f"{verb} /pulls/7/requested_reviewers" for verb in ("POST", "DELETE"))
    assert github.requests == [
        f'{path} {{"reviewers": ["ann", "gone"]}}',
        f'{path} {{"reviewers": ["ann"]}}',
        f'{path} {{"reviewers": ["gone"]}}',
        f'{path} {{"team_reviewers": ["sre"]}}',
        f'{away} {{"reviewers": ["ann"]}}',
        f'{away} {{"reviewers": [], "team_reviewers": ["sre"]}}',
    ]
