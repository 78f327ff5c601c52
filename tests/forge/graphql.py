"""Review threads as GitHub's GraphQL shows them, over the comments that the emulator keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.forge.patches import follow
from tests.forge.relay import Reply, Request, Upstream, answer

Patches = Callable[[Request, str, object], dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thread was begun, and what stood there."""

    repo: str
    path: str
    line: int
    text: str


def actor(login: str) -> dict[str, str]:
    """An author: GraphQL leaves the `[bot]` out, and says by its type what it is."""
    kind = "Bot" if login.endswith("[bot]") else "User"
    return {"__typename": kind, "login": login.removesuffix("[bot]")}


@dataclass(slots=True)
class Threads:
    """Who resolved which thread; a thread's node is `thread-<id of its first comment>`."""

    upstream: Upstream
    patches: Patches
    places: dict[int, Place] = field(default_factory=dict)
    resolved: dict[int, str] = field(default_factory=dict)

    def place(self, repo: str, comment: int, written: dict[str, Any]) -> None:
        place = Place(repo, written["path"], written["line"], written["text"])
        self.places[comment] = place

    def change(self, query: str, node: str, viewer: str) -> Reply:
        """Resolve a thread, or take that back."""
        thread = int(node.removeprefix("thread-"))
        if thread not in self.places:
            message = f"Could not resolve to a node with the global id of '{node}'."
            return answer(
                200, {"data": None, "errors": [{"type": "NOT_FOUND", "message": message}]}
            )
        name = (
            "unresolveReviewThread" if "unresolveReviewThread" in query else "resolveReviewThread"
        )
        if name == "resolveReviewThread":
            self.resolved[thread] = viewer
        else:
            self.resolved.pop(thread, None)
        changed = {"id": node, "isResolved": thread in self.resolved}
        return answer(200, {"data": {name: {"thread": changed}}})

    def listed(self, request: Request, variables: dict[str, Any]) -> Reply:
        """One page of threads; a cursor is how many came before."""
        repo = f"/repos/{variables['owner']}/{variables['name']}"
        number = variables["number"]
        roots, answers = self._comments(request, f"{repo}/pulls/{number}/comments")
        start = int(variables.get("after") or 0)
        page = roots[start : start + 100]
        files = self.patches(request, repo, number) if page else {}
        nodes = [self._node(root, answers.get(root["id"], []), files) for root in page]
        end = start + len(page)
        info = {"hasNextPage": end < len(roots), "endCursor": str(end)}
        threads = {"pageInfo": info, "nodes": nodes}
        return answer(200, {"data": {"repository": {"pullRequest": {"reviewThreads": threads}}}})

    def _comments(
        self, request: Request, target: str
    ) -> tuple[list[dict[str, Any]], dict[int, list[dict[str, Any]]]]:
        """The first comment of each thread, and the others by it."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            got = f"{target}?per_page=100&page={page}"
            rows = self.upstream.send(Request("GET", got, request.headers, b"")).json
            found += rows
            page += 1
            if len(rows) < 100:
                break
        answers: dict[int, list[dict[str, Any]]] = {}
        for row in found:
            if row["in_reply_to_id"]:
                answers.setdefault(row["in_reply_to_id"], []).append(row)
        roots = [row for row in found if not row["in_reply_to_id"] and row["id"] in self.places]
        return sorted(roots, key=lambda row: row["id"]), answers

    def _node(
        self, root: dict[str, Any], answers: list[dict[str, Any]], files: dict[str, dict[str, Any]]
    ) -> dict[str, Any]:
        place = self.places[root["id"]]
        patch = files.get(place.path, {}).get("patch", "")
        line = follow(patch, place.line, place.text)
        by = self.resolved.get(root["id"])
        comments = [root, *answers]
        return {
            "id": f"thread-{root['id']}",
            "isResolved": by is not None,
            "isOutdated": line is None,
            "path": place.path,
            "line": line,
            "resolvedBy": None if by is None else {"login": by.removesuffix("[bot]")},
            "comments": {
                "totalCount": len(comments),
                "nodes": [
                    {
                        "databaseId": each["id"],
                        "body": each["body"],
                        "url": each["html_url"],
                        "author": actor(each["user"]["login"]),
                    }
                    for each in comments[:20]
                ],
            },
        }
