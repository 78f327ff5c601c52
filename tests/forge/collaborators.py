"""Who has access to a repository, by the rules that GitHub documents; everybody until removed.

- people: https://docs.github.com/rest/collaborators/collaborators; 204 for a collaborator, 404
  for anybody else, 403 for a token that may not ask. DELETE removes somebody.
- teams: https://docs.github.com/rest/teams/teams; they need the organization's `members`, which no
  workflow can give to GITHUB_TOKEN (https://docs.github.com/actions/reference/workflows-and-actions/
  workflow-syntax#permissions lists what it can).

With `hides`, a token sees nobody: GitHub answers 404 in place of 403 where it hides what there is.
"""

import re
from dataclasses import dataclass, field

from tests.forge.relay import Reply, Request, answer

NOT_ACCESSIBLE = "Resource not accessible by integration"
PERSON = re.compile(r"(?P<repo>/repos/[^/]+/[^/]+)/collaborators/(?P<name>[^/]+)")
TEAM = re.compile(r"/orgs/(?P<organization>[^/]+)/teams(?:/(?P<slug>[^/]+))?")
GONE = answer(404, {"message": "Not Found"})


@dataclass(slots=True)
class Collaborators:
    """Whom people removed from which repository, and which teams they deleted."""

    removed: set[tuple[str, str]] = field(default_factory=set)
    deleted: set[tuple[str, str]] = field(default_factory=set)
    hides: bool = False

    def handle(self, request: Request) -> Reply | None:
        """What GitHub answers about people and teams; None if it is about something else."""
        token = request.headers.get("Authorization", "").rpartition("token-")[2]
        if found := PERSON.fullmatch(request.path):
            key = found["repo"].lower(), found["name"].lower()
            return self.answered(request, self.removed, key, may_ask=token != "fork")
        if found := TEAM.fullmatch(request.path):
            if found["slug"] is None and token != "github-actions[bot]":
                return answer(200, [{"slug": "another"}])
            key = found["organization"].lower(), (found["slug"] or "").lower()
            may_ask = token not in ("fork", "github-actions[bot]")
            return self.answered(request, self.deleted, key, may_ask=may_ask)
        return None

    def answered(
        self, request: Request, gone: set[tuple[str, str]], key: tuple[str, str], *, may_ask: bool
    ) -> Reply:
        if request.method == "DELETE":
            gone.add(key)
            return Reply(204)
        if not may_ask:
            return answer(403, {"message": NOT_ACCESSIBLE})
        if self.hides or key in gone:
            return GONE
        is_team = gone is self.deleted
        return answer(200, {"slug": key[1]}) if is_team else Reply(204)
