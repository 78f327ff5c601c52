"""What an SLO was as of a time: target, period, owner and tiers at the commit of that time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from reliability.load.loader import SourceFile, load
from reliability.load.past import GitPast, MergedCommit
from reliability.resolve.environments.derived import catalog_in
from reliability.resolve.environments.placements import Placement
from reliability.resolve.objectives import Objective, objectives

Missing = Literal["unknown", "none"]
KEPT: Final = 100
"""Number of versions that are kept in memory; pages ask for one service after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredThen:
    """An objective as of a time, and the latest commit that had changed its service.

    `team` is empty without an owner, `tiers` are those of the fast and the slow alert.
    """

    target: Decimal
    period: timedelta
    team: str
    tiers: tuple[str, ...]
    commit: MergedCommit | None

    @classmethod
    def of(cls, objective: Objective, commit: MergedCommit | None) -> DeclaredThen:
        """Return what an objective declares."""
        source = objective.source
        return cls(
            target=objective.target,
            period=objective.period,
            team=objective.team,
            tiers=(source.entry.tiers.fast, source.entry.tiers.slow) if source else (),
            commit=commit,
        )

    def differs(self, other: DeclaredThen) -> bool:
        """Return whether anything but the commit differs."""
        mine = (self.target, self.period, self.team, self.tiers)
        return mine != (other.target, other.period, other.team, other.tiers)


@dataclass(frozen=True, eq=False)
class DeclaredPast:
    """The documents of services as of any time; each version is read once.

    `placement` is the environment, as it is declared now, that they are derived for.
    """

    past: GitPast
    placement: Placement | None = None
    read: dict[tuple[SourceFile, ...], Mapping[tuple[str, str], Objective]] = field(
        default_factory=dict
    )

    def at(self, objective: Objective, moment: datetime) -> DeclaredThen | Missing:
        """Return an objective as of a time; `none` if it did not exist then.

        `unknown` is returned without Git, and before the commits that a shallow clone holds.
        """
        files = self.past.files(objective.service, moment)
        if files == "unknown" or files == "none":
            return files
        if files not in self.read:
            if len(self.read) >= KEPT:
                self.read.clear()
            catalog, _ = load(files)
            if self.placement is not None:
                catalog = catalog_in(catalog, self.placement)
            self.read[files] = {(one.slo_name, one.name): one for one in objectives(catalog)}
        then = self.read[files].get((objective.slo_name, objective.name))
        if then is None:
            return "none"
        return DeclaredThen.of(then, self.past.latest(objective.service, moment))
