"""The input of rules: the date, the catalog, its base, evidence and live facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeVar

from reliability.approval import Approvals
from reliability.check.index.declarations import Declarations
from reliability.load.catalog import Catalog
from reliability.model.rule_options import RuleOptions
from reliability.model.rule_policy import RulePolicy, RuleSetting

Options = TypeVar("Options", bound=RuleOptions)
Need = Literal["base", "evidence", "live"]
"""An input that a rule may need besides the catalog; without it the rule reports nothing."""

if TYPE_CHECKING:
    from reliability.check.facts.evidence import BacktestEvidence
    from reliability.check.facts.live import Live
    from reliability.check.index.routes import Routes
    from reliability.check.index.slo_changes import ObjectiveChange, SloChanges


@dataclass(frozen=True, eq=False, kw_only=True)
class Context(Declarations):
    """The input of one check.

    `base` is the catalog of the merge base, `evidence` the result of a backtest, and `live` the
    answers of a server; each of them is None if it is not available. `amtool` is the error of
    amtool, if it ran and refused the Alertmanager configuration.

    `rules` holds the default settings of all rules by ID. `approved` holds the handles of
    the people who approved the change, without the author. `author` holds the handles of people who
    proposed it, `proposed` those of them whose proposing counts for their own role, and `absent`
    those of people who can no longer approve because they lost access to the repository. `on_forge`
    is true if a forge knows who they are.
    """

    today: date
    catalog: Catalog
    base: Catalog | None = None
    broken: frozenset[PurePosixPath] = frozenset()
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    proposed: frozenset[str] = frozenset()
    on_forge: bool = False
    absent: frozenset[str] = frozenset()
    evidence: BacktestEvidence | None = None
    judge: Catalog | None = None
    live: Live | None = None
    amtool: str | None = None

    def with_approvals(self, approvals: Approvals) -> Context:
        """Return a copy with the approvals of the change."""
        return replace(
            self,
            approved=approvals.given,
            author=approvals.author,
            proposed=approvals.proposed,
            on_forge=approvals.on_forge,
            absent=approvals.absent,
        )

    @cached_property
    def before(self) -> Context | None:
        """The base with its own indexes, if there is a base."""
        return Context(today=self.today, catalog=self.base) if self.base is not None else None

    @cached_property
    def slo_changes(self) -> SloChanges:
        """The changes of SLOs since the base; empty without a base."""
        from reliability.check.index.slo_changes import SloChanges, slo_changes

        if self.before is None:
            return SloChanges((), ())
        old, new = self.before, self
        return slo_changes(old, new, self.former_services)

    @cached_property
    def former_services(self) -> Mapping[str, str]:
        """The former name of each service that was renamed since the base."""
        from reliability.check.index.renames import former_services

        return former_services(self.before, self) if self.before is not None else {}

    @cached_property
    def objective_changes(self) -> tuple[ObjectiveChange, ...]:
        """The changes of objectives whose SLOs still exist."""
        if self.before is None:
            return ()
        from reliability.check.index.slo_changes import objective_changes

        return tuple(
            objective_changes(self.slo_changes.kept, self.before.objectives, self.objectives)
        )

    def has(self, need: Need | None) -> bool:
        """Return whether the input that a rule needs is available."""
        match need:
            case "base":
                return self.base is not None
            case "evidence":
                return self.evidence is not None
            case "live":
                return self.live is not None
            case None:
                return True

    @cached_property
    def rule_ids(self) -> frozenset[str]:
        """The ids of all rules."""
        return frozenset(self.rules)

    def touches(self, path: PurePosixPath) -> bool:
        """Return whether there is a base and the file differs from it."""
        return self.base is not None and self.base.texts.get(path) != self.catalog.texts.get(path)

    @cached_property
    def routes(self) -> Routes | None:
        """The receivers that each alert can reach in Alertmanager, if there is a routing tree."""
        from reliability.check.index.routes import Routes

        return Routes.of(self)

    def options(self, kind: type[Options]) -> Options:
        """Return the options of one rule from the RulePolicy, or their defaults."""
        policy = next(self.policies.governing(RulePolicy), None)
        setting = policy.value.spec.rules.get(kind.rule) if policy else None
        return kind.model_validate(setting.options if setting else {})
