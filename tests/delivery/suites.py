"""Workflow runs as GitHub starts them: each event makes a check suite, and then a verdict.

After a run of the workflow `reliability`, GitHub sends `workflow_run` twice, requested and
completed, to workflows of the default branch
(https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.delivery.act import ACTIONS, Act, Ran
from tests.delivery.hosted import Hosted
from tests.forge.checks import CheckRun, Conclusion

REQUIRED = ("reliability/review",)
QUEUE = "gh-readonly-queue/main"


@dataclass(slots=True)
class GitHub:
    """A repository with a rule for its branch, and the runner of its workflows."""

    repository: Hosted
    runner: Act
    required: Sequence[str] = REQUIRED
    suites: int = 0
    last: dict[str, Ran] = field(default_factory=dict)
    jobs: int = 0

    def pull_request(self, action: str, branch: str = "change", fork: bool = False) -> Ran:
        """The event of a pull request."""
        event = self.repository.event(action, fork, branch)
        return self.started("pull_request", event, self.repository.head(branch), branch, fork)

    def reviewed(
        self, action: str, state: str = "approved", branch: str = "change", fork: bool = False
    ) -> Ran:
        """The event of a review, whose run has a check suite of its own on the same commit."""
        event = self.repository.event(action, fork, branch, review={"state": state})
        head = self.repository.head(branch)
        return self.started("pull_request_review", event, head, branch, fork)

    def started(
        self, name: str, event: dict[str, Any], commit: str, branch: str, fork: bool = False
    ) -> Ran:
        """A run of the workflow `reliability`, and the verdict that follows."""
        self.suites += 1
        running = self.repository.relay.running
        running.add(1000 + self.suites)
        if name != "pull_request_review":
            self.judged("requested", name, commit, branch, None)
        token = "token-fork" if fork else f"token-{ACTIONS}"
        self.runner.environment["ACT_REF"] = branch
        ran = self.runner.run("pull-request.yml", name, event, token=token)
        suite = f"suite {self.suites} ({name})"
        jobs = self.conclusions(ran)
        self.jobs += sum(conclusion != "skipped" for conclusion in jobs.values())
        for job, conclusion in jobs.items():
            self.repository.relay.checks.runs.append(CheckRun(commit, suite, job, conclusion))
        failed = "failure" in jobs.values()
        skipped = set(jobs.values()) == {"skipped"}
        concluded = "failure" if failed else "skipped" if skipped else "success"
        running.remove(1000 + self.suites)
        if concluded != "skipped":
            self.last["verdict"] = self.judged("completed", name, commit, branch, concluded)
        return ran

    def conclusions(self, ran: Ran) -> dict[str, Conclusion]:
        """How each job of the workflow ended; one that its condition left out was skipped."""
        names = ("reliability-check", "reliability-review")
        failed, done = ran.failed(), ran.passed()
        return {
            name: "failure" if name in failed else "success" if name in done else "skipped"
            for name in names
        }

    def judged(
        self, action: str, name: str, commit: str, branch: str, conclusion: str | None
    ) -> Ran:
        """A run of verdict.yml, on the default branch; a fork's run names no pull request."""
        run = {
            "id": 1000 + self.suites,
            "event": name,
            "head_sha": commit,
            "head_branch": branch,
            "conclusion": conclusion,
            "pull_requests": [],
        }
        event = {"action": action, "workflow_run": run, **self.repository.about()}
        self.runner.environment["ACT_REF"] = "main"
        self.jobs += 1
        return self.runner.run("verdict.yml", "workflow_run", event)

    def costs(self) -> tuple[int, int]:
        """The jobs that ran and the API calls since the last time."""
        counted = self.jobs, len(self.repository.relay.asked)
        self.jobs = 0
        self.repository.relay.asked.clear()
        return counted

    def hindrances(self, branch: str = "change") -> list[str]:
        """Why GitHub would not merge a branch now; empty if it would."""
        repository = self.repository
        commit = repository.head(branch)
        return repository.relay.checks.hindrances(repository.name, commit, self.required)

    def states(self, branch: str = "change") -> list[str]:
        """Each state that the status of a branch's head had."""
        repository = self.repository
        head = repository.head(branch)
        return repository.relay.checks.history(repository.name, head, REQUIRED[0])

    def enqueue(self, branch: str, after: str = "main", method: str = "merge") -> str:
        """Make a merge group: a branch with the pull request on top of another; its name."""
        git, number = self.repository.git, self.repository.numbers[branch]
        parent = git("rev-parse", after)
        name = f"{QUEUE}/pr-{number}-{parent}"
        here = git("rev-parse", "--abbrev-ref", "HEAD")
        git("checkout", "--quiet", "-B", name, parent)
        if method == "merge":
            git("merge", "--quiet", "--no-ff", "--no-edit", branch)
        else:
            git("merge", "--quiet", "--squash", branch)
            git("commit", "--quiet", f"--message=A change (#{number})")
        git("checkout", "--quiet", here)
        return name

    def checked_in_queue(self, name: str) -> Ran:
        """The event that a merge queue sends for a group."""
        repository = self.repository
        head = repository.head(name)
        group = {
            "head_sha": head,
            "head_ref": f"refs/heads/{name}",
            "base_sha": repository.git("rev-parse", f"{name}^"),
            "base_ref": "refs/heads/main",
        }
        event = {"action": "checks_requested", "merge_group": group, **repository.about()}
        return self.started("merge_group", event, head, name)
