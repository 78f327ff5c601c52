"""The activity of branches, by https://docs.github.com/rest/repos/repos#list-repository-activities.

The newest first, each with `before`, `after`, `ref`, `activity_type` and `actor`. What tests push
is recorded with a POST, which GitHub does not have. All else that is on the branch of a pull
request was pushed by its author at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.forge.relay import Reply, Request, answer

PATH = re.compile(r"(?P<repo>/repos/[^/]+/[^/]+)/activity")


@dataclass(slots=True)
class Activity:
    """Recorded pushes by repository and reference, the newest last."""

    get: Callable[[Request, str], Any]
    pushes: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    fails: bool = False

    def handle(self, request: Request) -> Reply | None:
        """GitHub's answer about the activity of a branch; None if it is about something else."""
        found = PATH.fullmatch(request.path)
        if found is None:
            return None
        if self.fails:
            return answer(403, {"message": "Resource not accessible by integration"})
        repo = found["repo"]
        if request.method == "POST":
            pushed = request.json
            self.pushes.setdefault((repo, pushed["ref"]), []).append(pushed)
            return Reply(201)
        ref = request.query["ref"]
        rows = self.pushes.get((repo, ref), [])[::-1]
        return answer(200, rows + self.first(request, repo, ref, rows))

    def first(
        self, request: Request, repo: str, ref: str, rows: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        for pull in self.get(request, f"{repo}/pulls?state=all&per_page=100"):
            if f"refs/heads/{pull['head']['ref']}" == ref:
                after = rows[-1]["before"] if rows else pull["head"]["sha"]
                return [pushed(ref, "0" * 40, after, pull["user"]["login"], "branch_creation")]
        return []


def pushed(ref: str, before: str, after: str, actor: str, kind: str = "push") -> dict[str, Any]:
    """One activity, as GitHub documents it."""
    return {
        "before": before,
        "after": after,
        "ref": ref,
        "timestamp": "2026-11-25T09:00:00Z",
        "activity_type": kind,
        "actor": {"login": actor},
    }
