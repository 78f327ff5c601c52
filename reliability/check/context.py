"""What a rule may look at: the day, what is declared now and at the base, and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeVar

from reliability.approval import Approvals
from reliability.check.index.declarations import Declarations
from reliability.finding import Severity
from reliability.load.catalog import Catalog
from reliability.model.rule_options import RuleOptions
from reliability.model.rule_policy import RulePolicy

Options = TypeVar("Options", bound=RuleOptions)
Need = Literal["base", "evidence", "live"]
"""What a rule may need besides the catalog; it is silent without."""

if TYPE_CHECKING:
    from reliability.check.facts.evidence import BacktestEvidence
    from reliability.check.facts.live import Live
    from reliability.check.index.routes import Routes
    from reliability.check.index.slo_changes import ObjectiveChange, SloChanges


@dataclass(frozen=True, eq=False)
class Context(Declarations):
    """One check: today, what is declared now; what the merge base declared and what a backtest
    measured, where they were given; and `live`, what a server knows of it, where one was asked.
    `amtool` is why amtool refuses the Alertmanager configuration, if one was asked and it does.

    `rules` are all rules there are, by id, with their own severities. `approved` are the handles
    of those who approved the change, other people than the author; `author` are the handles that
    the author speaks for, and `absent` those who cannot approve: they have no access to the
    repository any more.
    """

    today: date
    catalog: Catalog
    base: Catalog | None = None
    broken: frozenset[PurePosixPath] = frozenset()
    rules: Mapping[str, Severity] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    evidence: BacktestEvidence | None = None
    judge: Catalog | None = None
    live: Live | None = None
    amtool: str | None = None

    def with_approvals(self, approvals: Approvals) -> Context:
        """The same, and who approved."""
        return replace(
            self, approved=approvals.given, author=approvals.author, absent=approvals.absent
        )

    @cached_property
    def before(self) -> Context | None:
        """The base with its own indexes, where a base was given."""
        return Context(self.today, self.base) if self.base is not None else None

    @cached_property
    def slo_changes(self) -> SloChanges:
        """What became of the SLOs of the base; nothing without one."""
        from reliability.check.index.slo_changes import SloChanges, slo_changes

        if self.before is None:
            return SloChanges((), ())
        old, new = self.before, self
        return slo_changes(old, new, self.former_services)

    @cached_property
    def former_services(self) -> Mapping[str, str]:
        """The name at the base of each service that has another one now."""
        from reliability.check.index.renames import former_services

        return former_services(self.before, self) if self.before is not None else {}

    @cached_property
    def objective_changes(self) -> tuple[ObjectiveChange, ...]:
        """What became of the objectives of the SLOs that are still there."""
        if self.before is None:
            return ()
        from reliability.check.index.slo_changes import objective_changes

        return tuple(
            objective_changes(self.slo_changes.kept, self.before.objectives, self.objectives)
        )

    def has(self, need: Need | None) -> bool:
        """Whether what a rule needs was given."""
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
        """Whether a base was given and a file differs from it."""
        return self.base is not None and self.base.texts.get(path) != self.catalog.texts.get(path)

    @cached_property
    def routes(self) -> Routes | None:
        """Where our alerts end in the tree that Alertmanager will be given, if there is one."""
        from reliability.check.index.routes import Routes

        return Routes.of(self)

    def options(self, kind: type[Options]) -> Options:
        """The options of one rule: as the RulePolicy has them, else their defaults."""
        policy = next(self.policies.governing(RulePolicy), None)
        setting = policy.value.spec.rules.get(kind.rule) if policy else None
        return kind.model_validate(setting.options if setting else {})
