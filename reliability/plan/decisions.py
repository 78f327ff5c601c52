"""Decisions of a person about a plan: its objects, and what it may overwrite, take over or end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.errors import ReliabilityError
from reliability.model.targets import Target
from reliability.plan.alerts import ActiveAlert
from reliability.plan.held import Owner
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan
from reliability.resource import ResourceId

OBJECT: Final = re.compile(r"(?:(?P<target>[^:/\s]+):)?(?P<kind>[^:/\s]+)/(?P<name>[^:/\s]+)")


@dataclass(frozen=True, slots=True)
class ObjectName:
    """Name of an object in options: `rules/shop`, or `prometheus:rules/shop` in one target."""

    target: str | None
    kind: str
    name: str

    @classmethod
    def parse(cls, text: str) -> ObjectName | None:
        """Parse `[SYNC_TARGET:]KIND/NAME`; return None if the text has another form."""
        match = OBJECT.fullmatch(text)
        return cls(match["target"], match["kind"], match["name"]) if match else None

    def __str__(self) -> str:
        return f"{f'{self.target}:' if self.target else ''}{self.kind}/{self.name}"

    def is_of(self, identity: ResourceId) -> bool:
        """Return whether this is the name of an object."""
        return (self.kind, self.name) == (identity.kind, identity.name) and (
            self.target in (None, identity.target)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDecisions:
    """Objects of a plan, what it may overwrite or take over, and whether it may end alerts."""

    only: tuple[ObjectName, ...] = ()
    overwrite: tuple[ObjectName, ...] = ()
    take_over: tuple[str, ...] = ()
    allow_active: bool = False

    def of(
        self, target: Target, owner: Owner | None, active: tuple[ActiveAlert, ...]
    ) -> PlanOptions:
        """Return the options of the plan of one target."""
        return PlanOptions(
            owner=owner,
            on_drift=target.on_drift,
            takes_over=target.name in self.take_over,
            overwrites=self._overwrites,
            is_about=self._is_about,
            allows_active=self.allow_active,
            active=active,
        )

    def _overwrites(self, identity: ResourceId) -> bool:
        return any(name.is_of(identity) for name in self.overwrite)

    def _is_about(self, identity: ResourceId) -> bool:
        return not self.only or any(name.is_of(identity) for name in self.only)

    def ensure_targets(self, known: Sequence[str]) -> None:
        """Ensure that all targets to take over are known.

        Raises:
            ReliabilityError: a target is unknown.
        """
        for name in self.take_over:
            if name not in known:
                there = ", ".join(known)
                raise ReliabilityError(
                    f"--take-over {name}: unknown sync target {name}; there are {there}"
                )

    def ensure_used(self, plans: Sequence[Plan]) -> None:
        """Ensure that each decision is about an object; a misspelled name would have no effect.

        Raises:
            ReliabilityError: a decision is about no object of the plans.
        """
        for name in self.overwrite:
            drifted = {drift.id for plan in plans for drift in plan.drifted}
            # Without any plan, no target could be read, and that error is reported instead.
            if plans and not any(map(name.is_of, drifted)):
                raise ReliabilityError(
                    f"--overwrite {name}: no object with that name was changed outside the "
                    f"repository; {_names(drifted)}"
                )
        for name in self.only:
            there = {identity for plan in plans for identity in plan.present}
            if plans and not any(map(name.is_of, there)):
                raise ReliabilityError(f"--only {name}: no object with that name; {_names(there)}")


def _names(identities: Iterable[ResourceId]) -> str:
    names = sorted({f"{identity.kind}/{identity.name}" for identity in identities})
    return f"there are {', '.join(names)}" if names else "there is none"
