"""A plan carried out: each change is yielded once it is done, or has failed and says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from reliability.errors import ProviderError
from reliability.model.targets import Target
from reliability.plan.change import Change
from reliability.plan.held import Held
from reliability.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class ChangeApplied:
    """A change that was made and, where the target can be asked, verified."""

    change: Change


@dataclass(frozen=True, slots=True)
class ChangeFailed:
    """A change that was not made, or not verified; `bug` is an error that should not happen."""

    change: Change
    why: str
    bug: Exception | None = None


Outcome = ChangeApplied | ChangeFailed


class Provider(Protocol):
    """One target system, as plan and sync see it."""

    @property
    def target(self) -> str:
        """The target's name in `policies/targets.yaml`; every id of it starts with that."""
        ...

    def read(self) -> Held:
        """What the target holds now; reads only.

        Raises:
            ProviderError: the target cannot be reached or read.
        """
        ...

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make changes that were planned on the last `read`, one outcome for each.

        With none, tidy up what a sync left behind that was killed.

        Raises:
            ProviderError: what has no outcome yet was not made.
        """
        ...


@dataclass(frozen=True, slots=True)
class ReadyTarget:
    """A target that was read, and the plan for it."""

    target: Target
    provider: Provider
    plan: Plan

    @property
    def name(self) -> str:
        """The target's name."""
        return self.target.name


def sync(plan: Plan, provider: Provider) -> Iterator[Outcome]:
    """Carry out a plan; what was yielded is done, or failed and said why."""
    left = {change.id: change for change in plan.changes}
    try:
        for outcome in provider.apply(plan.changes):
            del left[outcome.change.id]
            yield outcome
    except ProviderError as error:
        for change in left.values():
            yield ChangeFailed(change, str(error))
    except Exception as error:
        for change in left.values():
            yield ChangeFailed(change, unexpected(error), error)


def unexpected(error: Exception) -> str:
    """An error that should not happen, on one line."""
    text = " ".join(str(error).split())[:300]
    return f"unexpected {type(error).__name__}: {text}; this is a bug in reliability"
