"""Statuses, check suites and required checks, by the rules that GitHub documents.

Sources, by the names used below:

- statuses: https://docs.github.com/rest/commits/statuses, "the first status in the list will be the
  latest one", and a combined state in which "the latest status" of each context counts.
- suites: https://docs.github.com/rest/guides/using-the-rest-api-to-interact-with-checks; each event
  that starts a workflow makes a check suite on the commit, with a check run for each job.
- required: https://docs.github.com/pull-requests/collaborating-with-pull-requests/
  collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks:
  "all required checks must pass against the latest commit SHA", "successful check statuses are:
  success, skipped, and neutral", "if you have a check and a status with the same name, and you
  select that name as a required status check, both the check and the status are required".

Several check runs of one name, from suites of several events, are documented nowhere. Here all of
them have to pass, as reports say: facebook/astryx#445, quay/quay#6044, mullvad/mullvadvpn-app#8869.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from tests.forge.relay import Reply, Request, answer

PASSING = frozenset({"success", "skipped", "neutral"})
STATES = ("error", "failure", "pending", "success")
LONGEST = 140
Conclusion = Literal["success", "failure", "cancelled", "skipped", "neutral"]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A job of a workflow run; `suite` is the run that it belongs to."""

    commit: str
    suite: str
    name: str
    conclusion: Conclusion


@dataclass(slots=True)
class Checks:
    """All that was reported about commits of all repositories."""

    statuses: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    runs: list[CheckRun] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def handle(self, request: Request) -> Reply | None:
        """The answer to a call about statuses; None for any other."""
        written = re.fullmatch(r"(/repos/[^/]+/[^/]+)/statuses/([0-9a-f]+)", request.path)
        if request.method == "POST" and written:
            return self.write(written[1], written[2], request.json)
        read = re.fullmatch(r"(/repos/[^/]+/[^/]+)/commits/([0-9a-f]+)/statuses", request.path)
        if request.method == "GET" and read:
            return answer(200, self.statuses.get((read[1], read[2]), [])[::-1])
        return None

    def write(self, repo: str, commit: str, status: dict[str, Any]) -> Reply:
        """A new status; older ones of the context stay in the list."""
        if status.get("state") not in STATES:
            return answer(422, {"message": "Validation Failed", "errors": [{"field": "state"}]})
        if len(status.get("description") or "") > LONGEST:
            message = f"description is too long (maximum is {LONGEST} characters)"
            errors = [{"field": "description", "message": message}]
            return answer(422, {"message": "Validation Failed", "errors": errors})
        row = {"id": next(self.numbers), "context": "default", **status}
        self.statuses.setdefault((repo, commit), []).append(row)
        return answer(201, row)

    def history(self, repo: str, commit: str, context: str) -> list[str]:
        """The states of one context, the oldest first."""
        rows = self.statuses.get((f"/repos/{repo}", commit), [])
        return [row["state"] for row in rows if row["context"].lower() == context.lower()]

    def latest(self, repo: str, commit: str, context: str) -> dict[str, Any] | None:
        """The status of a context that counts."""
        rows = self.statuses.get((f"/repos/{repo}", commit), [])
        named = [row for row in rows if row["context"].lower() == context.lower()]
        return named[-1] if named else None

    def hindrances(self, repo: str, commit: str, required: Sequence[str]) -> list[str]:
        """Why a commit may not be merged, by its required checks; empty if it may."""
        return [why for name in required for why in self._hindrances(repo, commit, name)]

    def _hindrances(self, repo: str, commit: str, name: str) -> Iterator[str]:
        status = self.latest(repo, commit, name)
        runs = [run for run in self.runs if (run.commit, run.name) == (commit, name)]
        if status is None and not runs:
            yield f"{name}: expected, waiting for status to be reported"
        if status is not None and status["state"] != "success":
            yield f"{name}: {status['state']}: {status['description']}"
        for run in runs:
            if run.conclusion not in PASSING:
                yield f"{name}: {run.conclusion} in {run.suite}"
