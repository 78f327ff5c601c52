"""What started a run: the event of a pull request or of its review, as GitHub writes it to a file.

It names the pull request and the commits that were checked out; all else is asked of the forge.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reliability.errors import ForgeError


class Part(BaseModel):
    """A part of the file; the many other keys are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Side(Part):
    """One end of a pull request: its commit and its branch."""

    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    ref: str


class PullRequestEvent(Part):
    """The pull request that an event is about."""

    number: int = Field(ge=1)
    base: Side
    head: Side


class Event(Part):
    """The whole file."""

    pull_request: PullRequestEvent


def read_event(path: Path) -> PullRequestEvent:
    """Read the event of a pull request, or of a review of one.

    Raises:
        ForgeError: the file cannot be read, or is about something else.
    """
    try:
        return Event.model_validate_json(path.read_bytes()).pull_request
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ForgeError(f"{path}: {reason}; pass --event with the event's file") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False)[0]["loc"])) or "no JSON"
        raise ForgeError(
            f"{path} is no event of a pull request ({where}); run on `pull_request` or "
            "`pull_request_review`"
        ) from error
