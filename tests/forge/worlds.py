"""Each forge with what a contract test needs of it: what people do there, and what they see."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import httpx
import yaml

from reliability.forge.diff import ChangedFile, hunks_of
from reliability.forge.folder.forge import FolderForge, LocalPullRequest
from reliability.forge.folder.page import read_page, write_page
from reliability.forge.forge import Forge
from reliability.forge.github.client import GitHubAccess
from reliability.forge.github.forge import open_github
from reliability.forge.notes import Issue, Thread
from reliability.forge.pull_request import PullRequest
from tests.forge.proxy import NOW

BOT = "reliability[bot]"
OTHER_BOT = "github-actions[bot]"
PERSON = "dev"
PEOPLE = (PERSON, "mori", "sato", BOT, OTHER_BOT, "fork")
PATH = "services/payroll/slo.yaml"
BEFORE = [f"line {number}" for number in range(1, 41)]
AFTER = [*BEFORE[:9], "changed 10", "changed 11", *BEFORE[11:]]
PATCH = "\n".join(
    [
        "@@ -7,8 +7,8 @@",
        *(f" {line}" for line in BEFORE[6:9]),
        *(f"-{line}" for line in BEFORE[9:11]),
        *(f"+{line}" for line in AFTER[9:11]),
        *(f" {line}" for line in BEFORE[11:14]),
    ]
)


class World(Protocol):
    """A repository with one open pull request, in which nothing was said yet."""

    number: int

    def open(self, author: str = BOT, formerly: frozenset[str] = frozenset()) -> Forge:
        """The forge, as one who writes there."""

    def head(self) -> str:
        """The pull request's last commit."""

    def rewrite_line(self) -> None:
        """Somebody pushes another line 10."""

    def comment(self, author: str, body: str) -> None:
        """Somebody comments on the pull request."""

    def bodies(self) -> list[str]:
        """What stands below the pull request."""

    def answer(self, thread: Thread) -> None:
        """Somebody answers a thread."""

    def resolve(self, thread: Thread) -> None:
        """Somebody resolves a thread."""

    def approve(self, author: str) -> None:
        """Somebody approves."""

    def merge(self, method: str) -> str:
        """Somebody merges the pull request; the commit that this makes."""

    def remove(self, handle: str) -> None:
        """Somebody loses access, or a team is deleted."""

    def file_issue(self, author: str, title: str, body: str) -> None:
        """Somebody opens an issue."""

    def all_issues(self) -> list[dict[str, Any]]:
        """Every issue: title, body, state."""

    def close_for_good(self, issue: Issue, author: str = "mori") -> None:
        """Somebody closes an issue, and means it; or a bot, which means nothing."""

    def drop_labels(self, issue: Issue) -> None:
        """Somebody takes all labels off an issue."""

    def words(self, issue: Issue) -> list[str]:
        """What was said on an issue."""


@cache
def client() -> httpx.Client:
    """What people use; one for all, since making one takes a while."""
    # No connection stays open: `tests/soak/gate.py` waits until none does.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(trust_env=False, timeout=60, limits=limits)


@dataclass(slots=True)
class GitHubWorld:
    """A repository on the emulator; `url` is where the forge sends its calls."""

    url: str
    name: str
    direct: str
    number: int = 0
    pauses: list[float] = field(default_factory=list)
    timeout: timedelta = timedelta(seconds=60)

    def open(self, author: str = BOT, formerly: frozenset[str] = frozenset()) -> Forge:
        access = GitHubAccess(
            url=self.url,
            repository=self.name,
            token=f"token-{author}",
            formerly=formerly,
            between_writes=timedelta(0),
            timeout=self.timeout,
        )
        forge = open_github(access, pause=self.pauses.append)
        forge.client.calls.now = lambda: NOW
        return forge

    def ask(self, author: str, method: str, path: str, content: Any = None) -> Any:
        headers = {"Authorization": f"token token-{author}"}
        reply = client().request(method, f"{self.direct}{path}", json=content, headers=headers)
        reply.raise_for_status()
        return reply.json() if reply.content else None

    def in_repository(self, author: str, method: str, path: str, content: Any = None) -> Any:
        return self.ask(author, method, f"/repos/{self.name}{path}", content)

    def every(self, path: str) -> list[Any]:
        found: list[Any] = []
        while True:
            page = len(found) // 100 + 1
            joined = "&" if "?" in path else "?"
            rows = self.in_repository(PERSON, "GET", f"{path}{joined}per_page=100&page={page}")
            found += rows
            if len(rows) < 100:
                return found

    def begin(self) -> None:
        """Make the repository, two branches and the pull request."""
        self.ask(
            PERSON, "POST", "/user/repos", {"name": self.name.split("/")[1], "auto_init": True}
        )
        self.put_file("main", BEFORE)
        main = self.in_repository(PERSON, "GET", "/branches/main")["commit"]["sha"]
        branch = {"ref": "refs/heads/change", "sha": main}
        self.in_repository(PERSON, "POST", "/git/refs", branch)
        self.put_file("change", AFTER)
        pull = {"title": "A change", "head": "change", "base": "main"}
        self.number = self.in_repository(PERSON, "POST", "/pulls", pull)["number"]

    def put_file(self, branch: str, lines: Sequence[str]) -> None:
        content = base64.b64encode(("\n".join(lines) + "\n").encode()).decode()
        change = {"message": "change", "content": content, "branch": branch}
        found = f"/repos/{self.name}/contents/{PATH}?ref={branch}"
        headers = {"Authorization": f"token token-{PERSON}"}
        there = client().get(self.direct + found, headers=headers)
        if there.status_code == 200:
            change["sha"] = there.json()["sha"]
        self.in_repository(PERSON, "PUT", f"/contents/{PATH}", change)

    def head(self) -> str:
        pull = self.in_repository(PERSON, "GET", f"/pulls/{self.number}")
        return str(pull["head"]["sha"])

    def rewrite_line(self) -> None:
        self.put_file("change", [*AFTER[:9], "once more", *AFTER[10:]])

    def comment(self, author: str, body: str) -> None:
        self.in_repository(author, "POST", f"/issues/{self.number}/comments", {"body": body})

    def bodies(self) -> list[str]:
        return [each["body"] for each in self.every(f"/issues/{self.number}/comments")]

    def answer(self, thread: Thread) -> None:
        said = {"body": "why?", "in_reply_to_id": thread.id}
        self.in_repository("mori", "POST", f"/pulls/{self.number}/comments", said)

    def resolve(self, thread: Thread) -> None:
        query = "mutation M($input: I!) { resolveReviewThread(input: $input) { thread { id } } }"
        asked = {"query": query, "variables": {"input": {"threadId": thread.node}}}
        self.ask("mori", "POST", "/graphql", asked)

    def approve(self, author: str) -> None:
        self.in_repository(author, "POST", f"/pulls/{self.number}/reviews", {"event": "APPROVE"})

    def merge(self, method: str) -> str:
        self.in_repository(PERSON, "PUT", f"/pulls/{self.number}/merge", {"merge_method": method})
        return str(self.in_repository(PERSON, "GET", "/branches/main")["commit"]["sha"])

    def remove(self, handle: str) -> None:
        organization, _, team = handle.removeprefix("@").rpartition("/")
        if organization:
            self.ask(PERSON, "DELETE", f"/orgs/{organization}/teams/{team}")
        else:
            self.in_repository(PERSON, "DELETE", f"/collaborators/{team}")

    def file_issue(self, author: str, title: str, body: str) -> None:
        self.in_repository(author, "POST", "/issues", {"title": title, "body": body})

    def all_issues(self) -> list[dict[str, Any]]:
        found = self.every("/issues?state=all&sort=created&direction=asc")
        return [each for each in found if "pull_request" not in each]

    def close_for_good(self, issue: Issue, author: str = "mori") -> None:
        closed = {"state": "closed", "state_reason": "not_planned"}
        self.in_repository(author, "PATCH", f"/issues/{issue.id}", closed)

    def drop_labels(self, issue: Issue) -> None:
        for label in issue.labels:
            self.in_repository(PERSON, "DELETE", f"/labels/{label}")

    def transfer(self, issue: Issue) -> str:
        """Somebody moves an issue to another repository, which is made for it; its name."""
        name = f"elsewhere-{secrets.token_hex(4)}"
        self.ask(PERSON, "POST", "/user/repos", {"name": name, "auto_init": True})
        fields = {
            "issueId": f"/repos/{self.name}/issues/{issue.id}",
            "repositoryId": f"/repos/{PERSON}/{name}",
        }
        query = "mutation M($input: TransferIssueInput!) { transferIssue(input: $input) { issue } }"
        self.ask("mori", "POST", "/graphql", {"query": query, "variables": {"input": fields}})
        return f"{PERSON}/{name}"

    def words(self, issue: Issue) -> list[str]:
        return [each["body"] for each in self.every(f"/issues/{issue.id}/comments")]


def github_world(url: str, direct: str = "") -> GitHubWorld:
    """A new repository; `direct` is the way that people take, where it is another."""
    world = GitHubWorld(url, f"{PERSON}/shop-{secrets.token_hex(6)}", direct or url)
    world.begin()
    return world


@dataclass(slots=True)
class FolderWorld:
    """A folder; people edit its files."""

    root: Path
    number: int = 7
    pauses: list[float] = field(default_factory=list)
    patch: str = PATCH
    moment: datetime = datetime(2026, 11, 25, 9, tzinfo=UTC)

    def open(self, author: str = BOT, formerly: frozenset[str] = frozenset()) -> Forge:
        pull = PullRequest(
            number=self.number,
            title="A change",
            author=PERSON,
            head=self.head(),
            base="b" * 40,
            base_branch="main",
            draft=False,
            from_fork=False,
            is_open=True,
            url="",
        )
        files = (ChangedFile(PATH, "modified", hunks_of(self.patch)),)
        local = {self.number: LocalPullRequest(pull, files)}
        return FolderForge(
            root=self.root,
            pull_requests=local,
            author=author,
            formerly=formerly,
            now=lambda: self.moment,
        )

    def head(self) -> str:
        return "a" * 40

    def rewrite_line(self) -> None:
        self.patch = PATCH.replace("+7,8", "+27,8")

    def add(self, folder: str, author: str, body: str, fields: Mapping[str, Any]) -> None:
        place = self.root / folder
        place.mkdir(parents=True, exist_ok=True)
        number = 1000 + len(list(place.glob("*.md")))
        times = {"created": self.moment, "updated": self.moment}
        front = yaml.safe_dump({"id": number, "author": author, **times, **fields})
        (place / f"{number}.md").write_text(f"---\n{front}---\n\n{body}\n")

    def comment(self, author: str, body: str) -> None:
        self.add(f"pull-requests/{self.number}", author, body, {})

    def bodies(self) -> list[str]:
        return self.read(f"pull-requests/{self.number}", "body")

    def read(self, folder: str, field_: str) -> list[Any]:
        pages = [read_page(path) for path in sorted((self.root / folder).glob("*.md"))]
        ordered = sorted((page for page in pages if page), key=lambda page: page.id)
        return [page.body if field_ == "body" else page.fields[field_] for page in ordered]

    def answer(self, thread: Thread) -> None:
        """Nobody can answer in a folder."""

    def resolve(self, thread: Thread) -> None:
        path = self.root / f"pull-requests/{self.number}/inline/{thread.node}"
        self.edit(path, {"resolved-by": "mori"})

    def edit(self, path: Path, fields: Mapping[str, Any]) -> None:
        page = read_page(path)
        assert page is not None
        write_page(replace(page, fields={**page.fields, **fields}))

    def approve(self, author: str) -> None:
        path = self.root / f"pull-requests/{self.number}/reviews.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        said = (
            f"{{author: {author}, state: approved, commit: {self.head()}, submitted: 2026-11-25}}"
        )
        with path.open("a") as file:
            file.write(f"- {said}\n")

    def merge(self, method: str) -> str:
        del method
        path = self.root / f"pull-requests/{self.number}/merged.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("c" * 40 + "\n")
        return "c" * 40

    def remove(self, handle: str) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "without-access.txt").open("a") as file:
            file.write(f"{handle}\n")

    def file_issue(self, author: str, title: str, body: str) -> None:
        self.add("issues", author, body, {"title": title, "state": "open"})

    def all_issues(self) -> list[dict[str, Any]]:
        rows = zip(
            self.read("issues", "title"),
            self.read("issues", "body"),
            self.read("issues", "state"),
            strict=True,
        )
        return [{"title": title, "body": body, "state": state} for title, body, state in rows]

    def close_for_good(self, issue: Issue, author: str = "mori") -> None:
        fields = {"state": "closed", "reason": "not planned", "closed-by": author}
        self.edit(Path(issue.url), fields)

    def drop_labels(self, issue: Issue) -> None:
        self.edit(Path(issue.url), {"labels": []})

    def words(self, issue: Issue) -> list[str]:
        path = Path(issue.url).with_suffix(".comments.txt")
        parts = path.read_text().strip().split("\n\n") if path.is_file() else []
        return [part.split("\n")[0] for part in parts[1:]]
