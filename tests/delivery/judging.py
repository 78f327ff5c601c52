"""The job of verdict.yml without its runner: a clone of main, the objects, and the command."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.cli.program import Ended, reliability
from tests.delivery.act import ACTIONS
from tests.delivery.hosted import PERSON, Hosted
from tests.delivery.suites import REQUIRED

DAY = "2026-11-25"


@dataclass(slots=True)
class Judging:
    """Judges commits of a repository, as the job does."""

    repository: Hosted
    numbers: Any = field(default_factory=count)

    def judge(self, branch: str, name: str = "pull_request", commit: str = "") -> Ended:
        """How the command ended for a branch's head, on a fresh clone of main."""
        repository = self.repository
        commit = commit or repository.head(branch)
        place = repository.folder / f"job-{next(self.numbers)}"
        source = str(repository.clone)
        repository.git("clone", "--quiet", "--branch", "main", source, str(place))
        fetch = ("fetch", "--quiet", "--no-tags", "origin", commit)
        repository.git("-C", str(place), *fetch)
        run = {"event": name, "head_sha": commit, "head_branch": branch, "pull_requests": []}
        event = place.with_suffix(".json")
        event.write_text(json.dumps({"action": "completed", "workflow_run": run}))
        return reliability(
            *("verdict", "--today", DAY, "--days", "30", "--out", "verdict"),
            folder=place,
            GITHUB_API_URL=repository.url,
            GITHUB_REPOSITORY=repository.name,
            GITHUB_TOKEN=f"token-{ACTIONS}",
            GITHUB_EVENT_PATH=str(event),
            GITHUB_SERVER_URL="https://github.example",
            GITHUB_RUN_ID="17",
        )

    def status(self, branch: str) -> dict[str, Any]:
        """The status that counts on a branch's head."""
        repository = self.repository
        found = repository.relay.checks.latest(
            repository.name, repository.head(branch), REQUIRED[0]
        )
        assert found is not None
        return found

    def close(self, branch: str) -> None:
        """Close a pull request."""
        number = self.repository.numbers[branch]
        self.repository.in_repository(PERSON, "PATCH", f"/pulls/{number}", {"state": "closed"})
