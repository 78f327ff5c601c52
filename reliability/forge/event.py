"""Event that started a workflow run: of a pull request, of a review, or of another workflow run.

GitHub writes the event to a file. Only the commits that were checked out or judged are read from
it; everything else is requested from the forge.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reliability.errors import ForgeError, reason_of

COMMIT: Final = r"^[0-9a-f]{40,64}$"


class EventPart(BaseModel):
    """Part of the file; unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class PullRequestSide(EventPart):
    """Base or head of a pull request: its commit and its branch."""

    sha: str = Field(pattern=COMMIT)
    ref: str


class PullRequestEvent(EventPart):
    """Pull request of an event."""

    number: int = Field(ge=1)
    base: PullRequestSide
    head: PullRequestSide


class WorkflowRun(EventPart):
    """Run of another workflow: the event that started it, and its commit.

    Anyone who may push a branch controls the content of such a workflow, so nothing else is read.
    """

    event: str
    head_sha: str = Field(pattern=COMMIT)
    head_branch: str | None = None


class PushedCommit(EventPart):
    """Commit of a push."""

    id: str = Field(pattern=COMMIT)


class BranchEvent(EventPart):
    """Push to a branch, or another event on it: its full name, and the pushed commits if any.

    The newest commit is the last one. There are at most 2,048
    (https://docs.github.com/en/webhooks/webhook-events-and-payloads#push).
    """

    ref: str = ""
    commits: tuple[PushedCommit, ...] = ()

    @property
    def branch(self) -> str:
        """The name of the branch; empty if the event has none."""
        return self.ref.removeprefix("refs/heads/")


class OfPullRequest(EventPart):
    """Event of a pull request, or of a review of one."""

    pull_request: PullRequestEvent


class OfWorkflowRun(EventPart):
    """Event of a workflow run that was requested or has ended."""

    workflow_run: WorkflowRun


EventKind = TypeVar("EventKind", BranchEvent, OfPullRequest, OfWorkflowRun)


def read_event(path: Path) -> PullRequestEvent:
    """Read the event of a pull request, or of a review of one.

    Raises:
        ForgeError: the file cannot be read, or is about something else.
    """
    return _read(path, OfPullRequest, "`pull_request` or `pull_request_review`").pull_request


def read_workflow_run(path: Path) -> WorkflowRun:
    """Read the event of a workflow run.

    Raises:
        ForgeError: the file cannot be read, or is about something else.
    """
    return _read(path, OfWorkflowRun, "`workflow_run`").workflow_run


def read_branch_event(path: Path) -> BranchEvent:
    """Read the event of a push, or of another run on a branch.

    Raises:
        ForgeError: the file cannot be read, or is about something else.
    """
    return _read(path, BranchEvent, "`push` or `workflow_dispatch`")


def _read(path: Path, kind: type[EventKind], trigger: str) -> EventKind:
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        reason = reason_of(error)
        raise ForgeError(f"{path}: {reason}; pass --event with the event's file") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False)[0]["loc"])) or "not JSON"
        raise ForgeError(
            f"{path} is not an event of {trigger} ({where}); start the job by {trigger}"
        ) from error
