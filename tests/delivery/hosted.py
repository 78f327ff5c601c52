"""A repository with our workflows, on this disk and with the same commits on an emulated GitHub."""

import base64
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.delivery.act import ACTIONS, Act
from tests.delivery.relay import Relay
from tests.environment import environment
from tests.forge.relay import Handle, serve, upstream
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
class Hosted:
    """The repository; `numbers` are its pull requests by branch, `number` that of `change`."""

    url: str
    relay: Relay
    folder: Path
    name: str = field(default_factory=lambda: f"{PERSON}/reliability-{secrets.token_hex(4)}")
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.numbers["change"]

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

    def change(self, path: str, before: str, after: str, branch: str = "change") -> None:
        """Commit an edit to a branch, here and there."""
        file = self.clone / path
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after, 1), encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--message=A change")
        self.put(path, branch)
        self.same(branch)

    def branch(self, name: str = "change") -> None:
        """Begin a branch, here and there."""
        self.git("checkout", "--quiet", "-b", name, "main")
        main = self.in_repository(PERSON, "GET", "/branches/main")["commit"]["sha"]
        self.in_repository(PERSON, "POST", "/git/refs", {"ref": f"refs/heads/{name}", "sha": main})

    def open(self, branch: str = "change") -> None:
        """Open a pull request."""
        pull = {"title": "A change", "head": branch, "base": "main"}
        self.numbers[branch] = self.in_repository(PERSON, "POST", "/pulls", pull)["number"]

    def update_branch(self, branch: str = "change") -> None:
        """What the button "Update branch" does: merge the base into the head."""
        self.git("checkout", "--quiet", branch)
        self.git("merge", "--quiet", "--no-edit", "main")
        self.put("services/attendance/slo.yaml", branch)
        self.same(branch)

    def merged(self, branch: str = "change") -> None:
        """Its pull request was merged there as it was here: by the newest commit of main."""
        self.in_repository(PERSON, "PUT", f"/pulls/{self.numbers[branch]}/merge", {})
        self.same("main")

    def merged_by_others(self, path: str, text: str) -> None:
        """Somebody else's pull request is merged into main: a file is written."""
        here = self.git("rev-parse", "--abbrev-ref", "HEAD")
        self.git("checkout", "--quiet", "main")
        (self.clone / path).write_text(text, encoding="utf-8")
        self.git("add", path)
        self.git("commit", "--quiet", "--message=Something else")
        self.put(path, "main")
        self.same("main")
        self.git("checkout", "--quiet", here)

    def head(self, branch: str = "change") -> str:
        """The newest commit of a branch."""
        return self.git("rev-parse", branch)

    def branches(self) -> dict[str, str]:
        """Every branch here, with its commit."""
        listed = self.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads")
        return dict(line.split(" ") for line in listed.splitlines())

    def compared(self, base: str, head: str) -> dict[str, Any]:
        """The files that differ from the merge base to a commit, and how far it is behind."""
        names = {"A": "added", "M": "modified", "D": "removed", "R": "renamed"}
        listed = self.git("diff", "--name-status", "--find-renames", f"{base}...{head}")
        rows = [line.split("\t") for line in listed.splitlines()]
        files = [{"status": names[row[0][0]], "filename": row[-1]} for row in rows]
        behind = int(self.git("rev-list", "--count", f"{head}..{base}"))
        return {"files": files, "behind_by": behind}

    def event(
        self, action: str, fork: bool = False, branch: str = "change", **more: Any
    ) -> dict[str, Any]:
        """What GitHub sends about a pull request."""
        head = {"full_name": f"{'somebody/fork' if fork else self.name}", "fork": fork}
        pull = {
            "number": self.numbers[branch],
            "title": "A change",
            "user": {"login": PERSON},
            "head": {"sha": self.head(branch), "ref": branch, "repo": head},
            "base": {
                "sha": self.git("rev-parse", "main"),
                "ref": "main",
                "repo": {"full_name": self.name},
            },
        }
        return {
            "action": action,
            "number": self.numbers[branch],
            "pull_request": pull,
            **self.about(),
            **more,
        }

    def about(self) -> dict[str, Any]:
        """The part of every event that is about the repository."""
        return {"repository": {"full_name": self.name, "default_branch": "main"}}

    def approve(self, author: str, branch: str = "change") -> None:
        """Somebody approves."""
        path = f"/pulls/{self.numbers[branch]}/reviews"
        approval = {"event": "APPROVE", "commit_id": self.head(branch)}
        self.in_repository(author, "POST", path, approval)

    def dismiss(self, author: str, branch: str = "change") -> None:
        """Somebody's approvals are dismissed."""
        reviews = f"/pulls/{self.numbers[branch]}/reviews"
        for review in self.in_repository(PERSON, "GET", f"{reviews}?per_page=100"):
            if review["user"]["login"] == author and review["state"] == "APPROVED":
                why = {"message": "on second thought"}
                self.in_repository(PERSON, "PUT", f"{reviews}/{review['id']}/dismissals", why)

    def asked(self, branch: str = "change") -> set[str]:
        """Who is requested as a reviewer."""
        pull = self.in_repository(PERSON, "GET", f"/pulls/{self.numbers[branch]}")
        return {each["login"] for each in pull["requested_reviewers"]}

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
        stored = folder / "act" / "artifacts" / "reliability-history" / "history"
        relay = Relay(behind, dict, stored)
        handle: Handle = relay.handle
        with serve(handle) as url:
            behind.own = url
            repository = Hosted(url, relay, folder)
            relay.branches = repository.branches
            relay.compare = repository.compared
            repository.begin()
            yield repository
