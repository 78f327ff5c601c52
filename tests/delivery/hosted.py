"""A repository with our workflows: on this disk, and on an emulated GitHub with the same commits.

The emulator makes commits of its own, so a relay before it says each under the name that Git gave
it here; it also knows the head of a pull request after a push, which the emulator keeps from when
it was opened, and which runs of the schedule there were.
"""

import base64
import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from tests.delivery.act import ACTIONS, Act
from tests.environment import environment
from tests.forge.front import PULL
from tests.forge.relay import Handle, Reply, Request, Upstream, answer, serve, upstream
from tests.project.repository import ROOT

PARTS = ("services", "policies", "docs/runbooks", ".github")
PERSON = "dev"
IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Dev"), ("EMAIL", "dev@example.com"))
}

HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: prometheus, url: "%s", authorization: env:PROMETHEUS_AUTHORIZATION}
  span: 6d
  store: .reliability/history
"""


@dataclass(slots=True)
class Relay:
    """Between the runner and GitHub: the names of commits, and the runs of the schedule."""

    upstream: Upstream
    commits: dict[str, str] = field(default_factory=dict)
    schedules: list[int] = field(default_factory=list)
    answers_about_schedules: int = 200

    def handle(self, request: Request) -> Reply:
        if request.path.endswith("/actions/workflows/schedule.yml/runs"):
            assert request.query["event"] == "schedule"
            assert request.query["branch"] == "main"
            runs = [{"id": run} for run in self.schedules[-1:]]
            return answer(self.answers_about_schedules, {"workflow_runs": runs})
        theirs = {ours: theirs for theirs, ours in self.commits.items()}
        asked = replace(
            request,
            target=renamed(request.target, theirs),
            body=renamed(request.body.decode(), theirs).encode(),
        )
        reply = self.upstream.send(asked)
        if request.method == "GET" and re.fullmatch(PULL, request.path):
            reply = self.with_newest_head(asked, reply)
        return replace(reply, body=renamed(reply.body.decode(), self.commits).encode())

    def with_newest_head(self, request: Request, reply: Reply) -> Reply:
        """The answer about a pull request, with the branch as it is now."""
        pull = reply.json
        branch = request.path.rpartition("/pulls/")[0] + f"/branches/{pull['head']['ref']}"
        newest = self.upstream.send(Request("GET", branch, request.headers, b"")).json
        pull["head"]["sha"] = newest["commit"]["sha"]
        return replace(reply, body=json.dumps(pull).encode())


def renamed(text: str, names: Mapping[str, str]) -> str:
    for name, other in names.items():
        text = text.replace(name, other)
    return text


@dataclass(slots=True)
class Hosted:
    """The repository; `number` is its one pull request, once it is open."""

    url: str
    relay: Relay
    folder: Path
    name: str = field(default_factory=lambda: f"{PERSON}/reliability-{secrets.token_hex(4)}")
    number: int = 0

    @property
    def clone(self) -> Path:
        return self.folder / "clone"

    def runner(self) -> Act:
        """A runner of this repository's workflows."""
        return Act(self.url, self.clone, self.folder / "act")

    def ask(self, author: str, method: str, path: str, content: Any = None) -> Any:
        headers = {"Authorization": f"token token-{author}"}
        with httpx.Client(trust_env=False, timeout=60) as client:
            reply = client.request(method, f"{self.url}{path}", json=content, headers=headers)
        reply.raise_for_status()
        return reply.json() if reply.content else None

    def in_repository(self, author: str, method: str, path: str, content: Any = None) -> Any:
        return self.ask(author, method, f"/repos/{self.name}{path}", content)

    def git(self, *arguments: str) -> str:
        ended = subprocess.run(
            ("git", *arguments),
            cwd=self.clone,
            env=environment(**IDENTITY),
            capture_output=True,
            text=True,
            check=True,
        )
        return ended.stdout.strip()

    def begin(self) -> None:
        """The shipped repository with the shipped workflows, and nothing else."""
        for part in PARTS:
            shutil.copytree(ROOT / part, self.clone / part)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", f"https://github.com/{self.name}.git")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=What the team has agreed on")
        self.ask(
            PERSON, "POST", "/user/repos", {"name": self.name.split("/")[1], "auto_init": True}
        )
        for path in sorted((self.clone / "services").rglob("*.yaml")):
            self.put(path.relative_to(self.clone).as_posix(), "main")
        self.same("main")

    def say_in(self, language: str) -> None:
        """The language of comments and issues, from now on, on the main branch."""
        policy = self.clone / "policies" / "notification.yaml"
        said = policy.read_text(encoding="utf-8").replace("language: en", f"language: {language}")
        policy.write_text(said, encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--allow-empty", "--message=Our language")
        self.same("main")

    def remember_by(self, url: str) -> None:
        """The past is read from a Prometheus, and every team's tickets are this repository's."""
        policies = self.clone / "policies"
        (policies / "history.yaml").write_text(HISTORY % url, encoding="utf-8")
        for team in (policies / "teams").glob("*.yaml"):
            said = team.read_text(encoding="utf-8")
            team.write_text(re.sub(r"(?<=issues: )[^}]+", self.name, said), encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--allow-empty", "--message=What fired is known")
        self.same("main")

    def put(self, path: str, branch: str) -> None:
        """Write a file of the clone to a branch on GitHub."""
        content = base64.b64encode((self.clone / path).read_bytes()).decode()
        change = {"message": "change", "content": content, "branch": branch}
        with httpx.Client(trust_env=False, timeout=60) as client:
            there = client.get(
                f"{self.url}/repos/{self.name}/contents/{path}?ref={branch}",
                headers={"Authorization": f"token token-{PERSON}"},
            )
        if there.status_code == 200:
            change["sha"] = there.json()["sha"]
        self.in_repository(PERSON, "PUT", f"/contents/{path}", change)

    def same(self, branch: str) -> None:
        """The branch's commit there is known by the name it has here."""
        said = self.in_repository(PERSON, "GET", f"/branches/{branch}")["commit"]["sha"]
        known = {ours: theirs for theirs, ours in self.relay.commits.items()}
        theirs = known.get(said, said)
        self.relay.commits[theirs] = self.git("rev-parse", branch)

    def change(self, path: str, before: str, after: str) -> None:
        """Commit an edit to the branch `change`, here and there."""
        file = self.clone / path
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after, 1), encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--message=A change")
        self.put(path, "change")
        self.same("change")

    def branch(self) -> None:
        """Begin the branch `change`, here and there."""
        self.git("checkout", "--quiet", "-b", "change")
        main = self.in_repository(PERSON, "GET", "/branches/main")["commit"]["sha"]
        self.in_repository(PERSON, "POST", "/git/refs", {"ref": "refs/heads/change", "sha": main})

    def open(self) -> None:
        """Open the pull request."""
        pull = {"title": "A change", "head": "change", "base": "main"}
        self.number = self.in_repository(PERSON, "POST", "/pulls", pull)["number"]

    def event(self, action: str, fork: bool = False, **more: Any) -> dict[str, Any]:
        """What GitHub sends about the pull request."""
        head = {"full_name": f"{'somebody/fork' if fork else self.name}", "fork": fork}
        pull = {
            "number": self.number,
            "title": "A change",
            "user": {"login": PERSON},
            "head": {"sha": self.git("rev-parse", "change"), "ref": "change", "repo": head},
            "base": {
                "sha": self.git("rev-parse", "main"),
                "ref": "main",
                "repo": {"full_name": self.name},
            },
        }
        return {
            "action": action,
            "number": self.number,
            "pull_request": pull,
            **self.about(),
            **more,
        }

    def about(self) -> dict[str, Any]:
        """The part of every event that is about the repository."""
        return {"repository": {"full_name": self.name, "default_branch": "main"}}

    def approve(self, author: str) -> None:
        """Somebody approves."""
        path = f"/pulls/{self.number}/reviews"
        approval = {"event": "APPROVE", "commit_id": self.git("rev-parse", "change")}
        self.in_repository(author, "POST", path, approval)

    def comments(self) -> list[str]:
        """What our bot wrote below the pull request."""
        return self.said_on(self.number)

    def said_on(self, number: int) -> list[str]:
        """What our bot wrote below an issue or a pull request."""
        rows = self.in_repository(PERSON, "GET", f"/issues/{number}/comments?per_page=100")
        return [each["body"] for each in rows if each["user"]["login"] == ACTIONS]

    def on_lines(self) -> list[dict[str, Any]]:
        """The comments on lines, as they stand there."""
        found: list[dict[str, Any]] = self.in_repository(
            PERSON, "GET", f"/pulls/{self.number}/comments?per_page=100"
        )
        return found

    def issues(self) -> list[dict[str, Any]]:
        """Every issue that is no pull request."""
        rows = self.in_repository(PERSON, "GET", "/issues?state=all&per_page=100")
        return [each for each in rows if "pull_request" not in each]


@contextmanager
def hosted(github: str, folder: Path) -> Iterator[Hosted]:
    """A repository on an emulated GitHub at an address."""
    with upstream(github) as behind:
        relay = Relay(behind)
        handle: Handle = relay.handle
        with serve(handle) as url:
            behind.own = url
            repository = Hosted(url, relay, folder)
            repository.begin()
            yield repository
