"""Application of a plan, with an outcome for each change."""

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
    """A change that was made and, if the target can be queried, verified."""

    change: Change


@dataclass(frozen=True, slots=True)
class ChangeFailed:
    """A change that was not made or not verified; `bug` is an unexpected exception."""

    change: Change
    why: str
    bug: Exception | None = None


Outcome = ChangeApplied | ChangeFailed


class Provider(Protocol):
    """A target system, with the interface that plan and sync use."""

    @property
    def target(self) -> str:
        """Name of the target in `policies/targets.yaml`; all its ids start with it."""
        ...

    def read(self) -> Held:
        """Return the current content of the target.

        Raises:
            ProviderError: the target cannot be reached or read.
        """
        ...

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make changes that were planned on the last `read`, and yield an outcome for each.

        Without changes, clean up after a sync that was killed.

        Raises:
            ProviderError: changes without an outcome were not made.
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
    """Apply a plan, and yield the outcome of each change when it is done or has failed."""
    pending = {change.id: change for change in plan.changes}
    try:
        for outcome in provider.apply(plan.changes):
            # What is left here when the provider fails has neither been made nor been tried.
            del pending[outcome.change.id]
            yield outcome
    except ProviderError as error:
        for change in pending.values():
            yield ChangeFailed(change, str(error))
    # A bug in one provider must not hide what was done, nor stop the other targets. The exception
    # is kept and raised at the end.
    except Exception as error:
        for change in pending.values():
            yield ChangeFailed(change, unexpected(error), error)


def unexpected(error: Exception) -> str:
    """Describe an unexpected exception on one line."""
    text = " ".join(str(error).split())[:300]
    return (
        f"unexpected {type(error).__name__}: {text}; this is a bug in reliability, please report it"
    )
