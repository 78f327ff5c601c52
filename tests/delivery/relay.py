"""Between a runner and an emulated GitHub: the names of commits, and what the emulator lacks.

The emulator makes commits of its own, so each is said under the name that Git gave it here. It
keeps the head of a pull request from when that was opened, and knows no statuses, no branches of a
merge queue, no workflow runs and no artifacts.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.forge.checks import Checks
from tests.forge.collaborators import Collaborators
from tests.forge.front import NOT_ACCESSIBLE, is_read_only
from tests.forge.relay import Reply, Request, Upstream, answer

REPO = r"(?P<repo>/repos/[^/]+/[^/]+)"
OWN = 1
"""The id of our repository in the rows of workflow runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledRun:
    """A workflow run as GitHub's API says it, with the names of its artifacts."""

    id: int
    event: str = "schedule"
    status: str = "completed"
    conclusion: str | None = "success"
    head_branch: str = "main"
    head_repository: int = OWN
    artifacts: tuple[str, ...] = ("reliability-history",)
    expired: bool = False

    @property
    def row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "event": self.event,
            "status": self.status,
            "conclusion": self.conclusion,
            "head_branch": self.head_branch,
            "head_repository": {"id": self.head_repository},
        }

    @property
    def rows_of_artifacts(self) -> list[dict[str, Any]]:
        return [
            {
                "id": self.id * 10 + at,
                "name": name,
                "expired": self.expired,
                "created_at": "2026-10-24T04:31:00Z",
            }
            for at, name in enumerate(self.artifacts)
        ]


@dataclass(slots=True)
class Relay:
    """What the runner talks to; `branches` tells Git's branches here, `stored` is an artifact."""

    upstream: Upstream
    branches: Callable[[], Mapping[str, str]]
    stored: Path
    commits: dict[str, str] = field(default_factory=dict)
    schedules: list[ScheduledRun] = field(default_factory=list)
    answers_about_schedules: int = 200
    checks: Checks = field(default_factory=Checks)
    collaborators: Collaborators = field(default_factory=Collaborators)
    running: set[int] = field(default_factory=set)
    filters: bool = True
    age: str = ""
    compare: Callable[[str, str], dict[str, Any]] = lambda _base, _head: {}
    asked: list[str] = field(default_factory=list)

    def handle(self, request: Request) -> Reply:
        self.asked.append(f"{request.method} {request.path}")
        if request.method != "GET" and request.path != "/graphql" and is_read_only(request):
            return answer(403, {"message": NOT_ACCESSIBLE})
        for model in (self.checks, self.collaborators):
            if (about := model.handle(request)) is not None:
                return about
        for pattern, act in (
            (rf"{REPO}/actions/workflows/(?:schedule|rules)\.yml/runs", self.runs),
            (rf"{REPO}/actions/runs/(?P<run>\d+)/artifacts", self.artifacts),
            (rf"{REPO}/actions/runs/(?P<run>\d+)", self.run),
            (rf"{REPO}/actions/artifacts/(?P<id>\d+)/zip", self.redirect),
            (r"/storage/(?P<id>\d+)", self.archive),
            (rf"{REPO}/git/matching-refs/(?P<below>.+)", self.matching),
            (rf"{REPO}/compare/(?P<base>\w+)\.\.\.(?P<head>\w+)", self.compared),
        ):
            if found := re.fullmatch(pattern, request.path):
                return act(request, **found.groupdict())
        return self.emulated(request)

    def emulated(self, request: Request) -> Reply:
        """The emulator's answer, with our names of commits."""
        theirs = {ours: theirs for theirs, ours in self.commits.items()}
        asked = replace(
            request,
            target=renamed(request.target, theirs),
            body=renamed(request.body.decode(), theirs).encode(),
        )
        reply = self.upstream.send(asked)
        if request.method == "GET" and re.fullmatch(rf"{REPO}/pulls(/\d+)?", request.path):
            reply = self.with_newest_heads(asked, reply)
        if request.method == "GET" and re.fullmatch(REPO, request.path):
            reply = replace(reply, body=json.dumps({**reply.json, "id": OWN}).encode())
        return replace(reply, body=renamed(reply.body.decode(), self.commits).encode())

    def with_newest_heads(self, request: Request, reply: Reply) -> Reply:
        """The answer about one or more pull requests, with the branches as they are now."""
        answered = reply.json
        for pull in answered if isinstance(answered, list) else [answered]:
            branch = pull["base"]["repo"]["full_name"], pull["head"]["ref"]
            target = "/repos/{}/branches/{}".format(*branch)
            newest = self.upstream.send(Request("GET", target, request.headers, b"")).json
            pull["head"]["sha"] = newest["commit"]["sha"]
            pull["updated_at"] = self.age or pull["updated_at"]
        return replace(reply, body=json.dumps(answered).encode())

    def runs(self, request: Request, repo: str) -> Reply:
        """https://docs.github.com/rest/actions/workflow-runs; `status` takes a conclusion, too."""
        del repo
        wanted = request.query
        rows = [
            run.row
            for run in sorted(self.schedules, key=lambda run: -run.id)
            if not self.filters
            or (
                wanted.get("event") in (None, run.event)
                and wanted.get("branch") in (None, run.head_branch)
                and wanted.get("status") in (None, run.status, run.conclusion)
            )
        ]
        return answer(
            self.answers_about_schedules, {"total_count": len(rows), "workflow_runs": rows}
        )

    def run(self, request: Request, repo: str, run: str) -> Reply:
        """One workflow run: whether it is over."""
        del request, repo
        status = "in_progress" if int(run) in self.running else "completed"
        return answer(200, {"id": int(run), "status": status})

    def artifacts(self, request: Request, repo: str, run: str) -> Reply:
        del repo
        rows = [
            row for each in self.schedules if each.id == int(run) for row in each.rows_of_artifacts
        ]
        named = [row for row in rows if request.query.get("name") in (None, row["name"])]
        return answer(200, {"total_count": len(named), "artifacts": named})

    def redirect(self, request: Request, repo: str, id: str) -> Reply:  # noqa: A002
        """GitHub's storage takes no credential of ours."""
        del repo
        assert "authorization" in {name.lower() for name in request.headers}
        return Reply(302, headers={"location": f"{self.upstream.own}/storage/{id}"})

    def archive(self, request: Request, id: str) -> Reply:  # noqa: A002
        del id
        assert "authorization" not in {name.lower() for name in request.headers}
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as opened:
            for path in sorted(self.stored.rglob("*")):
                if path.is_file():
                    opened.write(path, path.relative_to(self.stored))
        return Reply(200, written.getvalue(), {"content-type": "application/zip"})

    def compared(self, request: Request, repo: str, base: str, head: str) -> Reply:
        """https://docs.github.com/rest/commits/commits#compare-two-commits, from the clone."""
        del request, repo
        return answer(200, self.compare(base, head))

    def matching(self, request: Request, repo: str, below: str) -> Reply:
        del request, repo
        rows = [
            {"ref": f"refs/heads/{name}", "object": {"type": "commit", "sha": commit}}
            for name, commit in self.branches().items()
            if f"heads/{name}".startswith(below)
        ]
        return answer(200, rows)


def renamed(text: str, names: Mapping[str, str]) -> str:
    for name, other in names.items():
        text = text.replace(name, other)
    return text
