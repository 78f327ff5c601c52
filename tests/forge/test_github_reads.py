"""The requests of every read with their queries, in a golden file, and downloads of artifacts.

`pytest tests/forge/test_github_reads.py --update-golden` rewrites it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

import pytest

from reliability.errors import ForgeError
from reliability.forge.diff import ChangedFile, Hunk
from reliability.forge.github.artifacts import LARGEST, LONGEST, Artifact, download, newest_artifact
from reliability.forge.github.forge import GitHubForge
from reliability.forge.github.statuses import CommitStatus
from reliability.forge.marker import Marker
from reliability.forge.pull_request import SubmittedReview
from tests.forge.relay import Reply, Request, answer, serve
from tests.forge.test_github_answers import PULL, ROW, Answers, page
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/reads.txt"
REPOSITORY: Final = "/repos/acme/shop"
NEXT: Final = Marker("revisit", "shop/b")
RUN: Final = {
    "id": 7,
    "event": "schedule",
    "status": "completed",
    "head_branch": "trunk",
    "head_repository": {"id": 1},
}


@dataclass(slots=True)
class Recorded(Answers):
    """Answers that also record the query of each request, and the variables of GraphQL."""

    targets: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def handle(self, request: Request) -> Reply:
        self.headers = dict(request.headers)
        content = f" {json.dumps(request.json, sort_keys=True)}" if request.body else ""
        if request.path == "/graphql":
            content = f" {json.dumps(request.json.get('variables'), sort_keys=True)}"
        target = request.target.removeprefix(REPOSITORY)
        self.targets.append(f"{request.method} {target}{content}")
        return Answers.handle(self, request)


def second_page(path: str, first: list[Any], second: list[Any]) -> Callable[[Request], Reply]:
    """Answers of two pages; the first has a link to the second."""

    def answered(request: Request) -> Reply:
        if request.query.get("page") == "2":
            return answer(200, second)
        address = f"http://{request.headers['Host']}{REPOSITORY}{path}?per_page=100&page=2"
        return answer(200, first, link=f'<{address}>; rel="next"')

    return answered


FILES: Final = [
    {"filename": "a.yaml", "status": "modified", "patch": "@@ -1 +1 @@\n-a\n+b"},
    {"filename": "b.bin", "status": "added"},
]
REVIEWS: Final = [
    {
        "user": {"login": "ann"},
        "state": "APPROVED",
        "commit_id": "a" * 40,
        "submitted_at": "2026-11-25T09:00:00Z",
    },
    {"user": {"login": "bob"}, "state": "PENDING", "commit_id": None, "submitted_at": None},
    {
        "user": None,
        "state": "APPROVED",
        "commit_id": "b" * 40,
        "submitted_at": "2026-11-25T09:00:00Z",
    },
    {
        "user": {"login": "cy"},
        "state": "CHANGES_REQUESTED",
        "commit_id": None,
        "submitted_at": "2026-11-25T10:00:00Z",
    },
]


@pytest.fixture
def github() -> Recorded:
    made = Recorded()
    made.by_request = {
        "GET ": {"id": 1, "default_branch": "trunk"},
        "GET /pulls/7": PULL,
        "GET /pulls": second_page("/pulls", [PULL], []),
        "GET /pulls/7/files": second_page("/pulls/7/files", FILES[:1], FILES[1:]),
        "GET /pulls/7/reviews": second_page("/pulls/7/reviews", REVIEWS[:1], REVIEWS[1:]),
        "GET /issues/7/comments": second_page("/issues/7/comments", [], []),
        "GET /issues": second_page("/issues", [ROW], []),
        "GET /issues/9": answer(410, {"message": "This issue was deleted"}),
        "GET /collaborators/ann": answer(204),
        "GET /git/matching-refs/heads/gh-readonly-queue/main/": [
            {"ref": "refs/heads/gh-readonly-queue/main/pr-7-x", "object": {"sha": "a" * 40}}
        ],
        "GET /orgs/acme/teams": [{"slug": "sre"}],
        "GET /orgs/acme/teams/sre": {"slug": "sre"},
        "GET /actions/workflows/schedule.yml/runs": {"workflow_runs": [RUN]},
        "GET /actions/runs/8/artifacts": {"artifacts": []},
        "GET /actions/runs/7/artifacts": {
            "artifacts": [{"id": 9, "name": "history", "expired": False}]
        },
        f"POST /statuses/{'a' * 40}": {},
    }
    made.graphql = lambda request: page(after=None if request["variables"].get("after") else "x")
    return made


READS: Final[dict[str, Callable[[GitHubForge], object]]] = {
    "a pull request": lambda forge: forge.pull_request(7),
    "changed files": lambda forge: forge.changed_files(7),
    "reviews": lambda forge: forge.reviews(7),
    "pushes": lambda forge: forge.pushes(forge.pull_request(7)),
    "comments": lambda forge: forge.comments(7, "summary").present(),
    "threads": lambda forge: forge.threads(7, "a" * 40, "finding").present(),
    "issues": lambda forge: forge.issues("revisit", {9: NEXT}).present(),
    "access": lambda forge: forge.access(["@ann", "@acme/sre", "@gone person"]),
    "open pull requests": lambda forge: forge.open_pull_requests("a" * 40),
    "a merge queue": lambda forge: forge.queue_heads("main"),
    "an artifact": lambda forge: newest_artifact(forge.client, "history", own_run=8),
    "a status": lambda forge: forge.write_status("a" * 40, CommitStatus("error", "no", "u")),
}


def test_each_read_is_these_requests(github: Recorded, golden: Golden) -> None:
    parts = []
    with github.opened() as forge:
        for name, read in READS.items():
            github.targets.clear()
            read(forge)
            parts.append("\n".join([f"# {name}", *github.targets]))
        assert github.headers["Authorization"] == "token t"
        assert github.headers["X-GitHub-Api-Version"] == "2022-11-28"
    golden.check(GOLDEN, "\n\n".join(parts) + "\n")


def test_files_and_reviews_are_those_of_all_pages(github: Recorded) -> None:
    with github.opened() as forge:
        assert forge.changed_files(7) == (
            ChangedFile("a.yaml", "modified", (Hunk(1, 1, frozenset({1})),)),
            ChangedFile("b.bin", "added"),
        )
        assert forge.reviews(7) == (
            SubmittedReview("ann", "approved", "a" * 40, datetime(2026, 11, 25, 9, tzinfo=UTC)),
            SubmittedReview("cy", "changes-requested", "", datetime(2026, 11, 25, 10, tzinfo=UTC)),
        )
        queue = {"gh-readonly-queue/main/pr-7-x": "a" * 40}
        assert forge.queue_heads("main") == queue


def test_the_login_is_asked_for_once(github: Recorded) -> None:
    with github.opened() as forge:
        assert forge.client.authors == ("old[bot]", "reliability[bot]")
        assert [forge.client.is_ours(name) for name in ("old[bot]", "reliability[bot]", "ann")] == [
            True,
            True,
            False,
        ]
    assert github.targets == ["POST /graphql {}"]


@pytest.mark.parametrize("number", ["7", 7.0, True, None])
def test_an_id_that_is_not_a_number_is_not_asked_for(github: Recorded, number: object) -> None:
    github.by_request["GET /actions/workflows/schedule.yml/runs"] = {
        "workflow_runs": [{**RUN, "id": number}]
    }
    with github.opened() as forge, pytest.raises(ForgeError, match="an id is not a number"):
        newest_artifact(forge.client, "history")


def downloaded(forge: GitHubForge, start: int = 0) -> bytes:
    """The archive as it is written to a file, which has `start` bytes already."""
    artifact = Artifact(9, 7, f"{forge.client.repository.requester.base_url}/zip")
    with TemporaryFile() as into:
        into.seek(start)
        download(forge.client, "secret", artifact, into)
        assert into.tell() == 0
        into.seek(start)
        return into.read()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_archive_is_read_from_the_storage_without_the_token(
    github: Recorded, status: int
) -> None:
    seen: list[dict[str, str]] = []

    def stored(request: Request) -> Reply:
        seen.append({name.lower(): value for name, value in request.headers.items()})
        return Reply(200, b"zip")

    with serve(stored) as storage, github.opened() as forge:
        github.by_request["GET /zip"] = Reply(status, headers={"location": f"{storage}/x"})
        assert downloaded(forge) == b"zip"
    assert github.headers["Authorization"] == "Bearer secret"
    assert github.headers["Accept"] == "application/vnd.github+json"
    assert ["authorization" in headers for headers in seen] == [False]


@pytest.mark.parametrize("status", [200, 304, 404])
def test_an_archive_that_is_not_redirected_is_an_error(github: Recorded, status: int) -> None:
    github.by_request["GET /zip"] = Reply(status, headers={"location": "http://127.0.0.1:9/"})
    with github.opened() as forge, pytest.raises(ForgeError) as refused:
        downloaded(forge)
    assert str(refused.value) == f"the artifact of run 7: github answers {status}"


def test_an_archive_has_two_gibibytes_at_most(github: Recorded) -> None:
    assert LARGEST == 2_147_483_648
    with serve(lambda _: Reply(200, b"zip")) as storage, github.opened() as forge:
        github.by_request["GET /zip"] = Reply(302, headers={"location": storage})
        assert downloaded(forge, LARGEST - 3) == b"zip"
        with pytest.raises(ForgeError) as refused:
            downloaded(forge, LARGEST - 2)
    assert str(refused.value) == "the artifact of run 7: it has more than 2,147,483,648 bytes"


@pytest.mark.parametrize(("seconds", "is_late"), [(600.0, False), (600.1, True)])
def test_an_archive_takes_ten_minutes_at_most(
    github: Recorded, seconds: float, is_late: bool
) -> None:
    times = iter((1000.0, 1000.0 + seconds))
    with serve(lambda _: Reply(200, b"zip")) as storage, github.opened() as forge:
        github.by_request["GET /zip"] = Reply(302, headers={"location": storage})
        forge.client.calls.now = lambda: next(times)
        if not is_late:
            assert downloaded(forge) == b"zip"
            return
        with pytest.raises(ForgeError) as refused:
            downloaded(forge)
    assert str(refused.value) == f"the artifact of run 7: it took more than {LONGEST}"
    assert str(LONGEST) == "0:10:00"
