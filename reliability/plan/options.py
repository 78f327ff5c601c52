"""Options of a plan: its owner, what it may overwrite, and which objects it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from reliability.plan.alerts import ActiveAlert
from reliability.plan.held import Owner
from reliability.plan.silences import CurrentSilence
from reliability.resource import ResourceId

OnDrift = Literal["hold", "overwrite"]
Selects = Callable[[ResourceId], bool]


def nothing(_identity: ResourceId) -> bool:
    """Select no object."""
    return False


def everything(_identity: ResourceId) -> bool:
    """Select every object."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """The owner that plans, and decisions for this plan only.

    `overwrites` selects drifted objects to overwrite, `is_about` the objects of the plan. `active`
    are alerts that other servers than the target report, `silences` those of all Alertmanagers.
    """

    owner: Owner | None = None
    on_drift: OnDrift = "hold"
    takes_over: bool = False
    overwrites: Selects = nothing
    is_about: Selects = everything
    allows_active: bool = False
    active: tuple[ActiveAlert, ...] = ()
    silences: tuple[CurrentSilence, ...] = ()

    def holds(self, identity: ResourceId) -> bool:
        """Return whether an object that was changed outside the repository is not overwritten."""
        return self.on_drift == "hold" and not self.overwrites(identity)


NOTHING_DECIDED: Final = PlanOptions()
