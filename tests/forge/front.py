"""A server before GitHub's emulator, for what that lacks or makes up; by GitHub's documentation.

GraphQL with review threads, the files of a pull request with patches, which lines take a comment,
how long a text may be, what the token of a fork may do, whom an issue can be assigned to. A name
that ends in `[bot]` is an app's, `token-fork` may read only, and that of GitHub Actions may resolve
no thread, since it has no `contents: write`. Can also be started by hand:
`python -m tests.forge.front URL-OF-THE-EMULATOR`.
"""

import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.forge.activity import Activity
from tests.forge.checks import Checks
from tests.forge.collaborators import Collaborators
from tests.forge.graphql import Threads
from tests.forge.patches import find_line
from tests.forge.relay import Handle, Reply, Request, Upstream, answer, serve, upstream

ACTIONS = "github-actions[bot]"
LONGEST = 65_536
NOT_ACCESSIBLE = "Resource not accessible by integration"
PULL = r"(?P<repo>/repos/[^/]+/[^/]+)/pulls/(?P<number>\d+)"


def invalid(field_: str, message: str) -> Reply:
    error = {"resource": "Note", "code": "custom", "field": field_, "message": message}
    return answer(422, {"message": "Validation Failed", "errors": [error]})


@dataclass(slots=True)
class Front:
    """What the emulator does not know: who resolved which thread, and where threads stand."""

    upstream: Upstream
    lock: threading.RLock = field(default_factory=threading.RLock)
    checks: Checks = field(default_factory=Checks)
    collaborators: Collaborators = field(default_factory=Collaborators)
    transferred: dict[str, str] = field(default_factory=dict)
    threads: Threads = field(init=False)
    activity: Activity = field(init=False)

    def __post_init__(self) -> None:
        self.threads = Threads(self.upstream, self.patches)
        self.activity = Activity(self.get)

    def handle(self, request: Request) -> Reply:
        if request.path == "/graphql":
            with self.lock:
                return self.graphql(request)
        if request.method == "GET" and (there := self.transferred.get(request.path)):
            moved = {"message": "Moved Permanently", "url": f"{self.upstream.own}{there}"}
            return answer(301, moved, location=moved["url"])
        if request.method != "GET" and is_read_only(request):
            return answer(403, {"message": NOT_ACCESSIBLE})
        if request.method in ("POST", "PATCH") and (refused := too_long(request.json)):
            return refused
        about = (
            self.collaborators.handle(request)
            or self.checks.handle(request)
            or self.activity.handle(request)
        )
        if about is not None:
            return about
        for method, pattern, act in (
            ("GET", f"{PULL}/files", self.files),
            ("POST", f"{PULL}/reviews", self.review),
            ("POST", f"{PULL}/comments", self.comment),
            ("GET", r"(?P<repo>/repos/[^/]+/[^/]+)/assignees/(?P<name>[^/]+)", self.assignee),
            ("GET", r"(?P<repo>/repos/[^/]+/[^/]+)/issues", self.issues),
            ("GET", r"(?P<repo>/repos/[^/]+/[^/]+)/commits/(?P<sha>\w+)/pulls", self.of_commit),
        ):
            found = re.fullmatch(pattern, request.path)
            if request.method == method and found:
                return act(request, **found.groupdict())
        return self.upstream.send(request)

    def get(self, request: Request, target: str) -> Any:
        """What the emulator answers to the same person."""
        return self.upstream.send(Request("GET", target, request.headers, b"")).json

    def graphql(self, request: Request) -> Reply:
        query, variables = request.json["query"], request.json["variables"]
        viewer = self.get(request, "/user").get("login")
        if viewer is None:
            return answer(401, {"message": "Bad credentials"})
        if "transferIssue" in query:
            return self.transfer(request, **variables["input"])
        if query.startswith("mutation"):
            if is_read_only(request) or viewer == ACTIONS:
                error = {"type": "FORBIDDEN", "message": NOT_ACCESSIBLE}
                return answer(200, {"data": None, "errors": [error]})
            return self.threads.change(query, variables["input"]["threadId"], viewer)
        if "reviewThreads" in query:
            return self.threads.listed(request, variables)
        return answer(200, {"data": {"viewer": {"login": viewer}}})

    def transfer(self, request: Request, issueId: str, repositoryId: str) -> Reply:  # noqa: N803
        """Put an issue into another repository, as its author; ids are paths in the API here."""
        issue = self.get(request, issueId)
        headers = {"Authorization": f"token token-{issue['user']['login']}"}
        body = {"title": issue["title"], "body": issue["body"]}
        made = Request("POST", f"{repositoryId}/issues", headers, b"").with_json(body)
        number = self.upstream.send(made).json["number"]
        self.transferred[issueId] = f"{repositoryId}/issues/{number}"
        return answer(200, {"data": {"transferIssue": {"issue": {"number": number}}}})

    def patches(self, request: Request, repo: str, number: object) -> dict[str, dict[str, Any]]:
        """The files of a pull request by path, from comparing its commits."""
        pull = self.get(request, f"{repo}/pulls/{number}")
        compared = self.get(
            request, f"{repo}/compare/{pull['base']['ref']}...{pull['head']['ref']}"
        )
        return {file["filename"]: file for file in compared["files"]}

    def files(self, request: Request, repo: str, number: str) -> Reply:
        """GitHub's pages of them, with a link to the next."""
        files = list(self.patches(request, repo, number).values())
        page, size = int(request.query.get("page", 1)), int(request.query.get("per_page", 30))
        more = f"{self.upstream.own}{request.path}?per_page={size}&page={page + 1}"
        links = {"link": f'<{more}>; rel="next"'} if page * size < len(files) else {}
        return answer(200, files[(page - 1) * size : page * size], **links)

    def review(self, request: Request, repo: str, number: str) -> Reply:
        """All comments of a review or none; the emulator wants positions instead of lines."""
        written = request.json
        comments = written.get("comments") or []
        files = self.patches(request, repo, number) if comments else {}
        for comment in comments:
            if refused := placed(comment, files):
                return refused
        reply = self.upstream.send(request.with_json(written))
        if comments and reply.status < 300:
            made = self.get(
                request, f"{repo}/pulls/{number}/reviews/{reply.json['id']}/comments?per_page=100"
            )
            for row, comment in zip(made, comments, strict=True):
                self.threads.place(repo, row["id"], comment)
        return reply

    def comment(self, request: Request, repo: str, number: str) -> Reply:
        written = request.json
        if "in_reply_to_id" in written or "in_reply_to" in written:
            return self.upstream.send(request)
        if refused := placed(written, self.patches(request, repo, number)):
            return refused
        reply = self.upstream.send(request.with_json(written))
        if reply.status < 300:
            self.threads.place(repo, reply.json["id"], written)
        return reply

    def assignee(self, request: Request, name: str, **_repo: str) -> Reply:
        known = "login" in self.get(request, f"/users/{name}")
        return answer(204) if known else answer(404, {"message": "Not Found"})

    def of_commit(self, request: Request, repo: str, sha: str) -> Reply:
        """The pull requests that a commit came from, or that have it as their head."""
        pulls = self.get(request, f"{repo}/pulls?state=all&per_page=100")
        return answer(
            200, [each for each in pulls if sha in (each["merge_commit_sha"], each["head"]["sha"])]
        )

    def issues(self, request: Request, repo: str) -> Reply:
        """The list as GitHub has it: pull requests are in it, too."""
        reply = self.upstream.send(request)
        if reply.status != 200:
            return reply
        rows = [
            row for row in reply.json if f"{repo}/issues/{row['number']}" not in self.transferred
        ]
        for row in rows:
            if closer := row.get("closed_by"):
                closer["type"] = "Bot" if closer["login"].endswith("[bot]") else "User"
        if request.query.get("page", "1") != "1":
            return answer(200, rows, **reply.headers)
        pulls = self.get(request, f"{repo}/pulls?state=all&per_page=100")
        creator = request.query.get("creator")
        ours = [each for each in pulls if each["user"]["login"] == creator]
        opened = [{**each, "labels": [], "pull_request": {"url": each["url"]}} for each in ours]
        return answer(reply.status, opened + rows, **reply.headers)


def is_read_only(request: Request) -> bool:
    return request.headers.get("Authorization", "").endswith("token-fork")


def too_long(written: Any) -> Reply | None:
    notes = [written, *(written.get("comments") or [])] if isinstance(written, dict) else []
    if any(len(note.get("body") or "") > LONGEST for note in notes):
        return invalid("body", f"body is too long (maximum is {LONGEST} characters)")
    return None


def placed(comment: dict[str, Any], files: dict[str, dict[str, Any]]) -> Reply | None:
    """Give a comment its position; the refusal where its lines are not in the diff."""
    patch = files.get(comment["path"], {}).get("patch", "")
    end = find_line(patch, comment["line"])
    start = find_line(patch, comment.get("start_line") or comment["line"])
    if end is None or start is None or start.hunk != end.hunk:
        return invalid("pull_request_review_thread.line", "must be part of the diff")
    comment["position"] = end.position
    comment["text"] = end.text
    return None


@contextmanager
def run_front(emulator: str) -> Iterator[str]:
    """Its address."""
    with upstream(emulator) as behind:
        front = Front(behind)
        handle: Handle = front.handle
        with serve(handle) as url:
            behind.own = url
            yield url


if __name__ == "__main__":
    with run_front(sys.argv[1]) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        while True:
            time.sleep(3600)
