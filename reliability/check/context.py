"""What a rule may look at: the day, the catalog, the base, and indexes of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from reliability.approval import Approvals
from reliability.finding import Severity
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.model.history import HistorySources
from reliability.model.kind import Model
from reliability.model.notification import NotificationPolicy
from reliability.model.openslo.service import Service
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.rule_options import RuleOptions
from reliability.model.rule_policy import RulePolicy
from reliability.model.slo_policy import BurnRateWindows, SloPolicy
from reliability.model.team import Team

Options = TypeVar("Options", bound=RuleOptions)
Need = Literal["base", "evidence", "live"]
"""What a rule may need besides the catalog; it is silent without."""

if TYPE_CHECKING:
    from reliability.check.evidence import Evidence
    from reliability.check.expressions import Expressions
    from reliability.check.live import Live
    from reliability.check.queries import SliQuery
    from reliability.check.routes import Routes
    from reliability.check.selected import Selected
    from reliability.check.slo_changes import ObjectiveChange, SloChanges
    from reliability.resolve.objectives import Objective


@dataclass(frozen=True, eq=False)
class Context:
    """One check: today, what is declared now; what the merge base declared and what a backtest
    measured, where they were given; and `live`, what a server knows of it, where one was asked.
    `amtool` is why amtool refuses the Alertmanager configuration, if one was asked and it does.

    `broken` holds the files with a document that could not be read as its kind. What is missing
    may stand there, so rules about missing names are silent about such folders. `rules` are all
    rules there are, by id, with their own severities. `approved` are the handles of those who
    approved the change, other people than the author; `author` are the handles that the author
    speaks for, and `absent` those who cannot approve: they have no access to the repository any
    more. `judge` declares the policies that hold, where they are not the catalog's
    own: a pull request is judged by those of its base.
    """

    today: date
    catalog: Catalog
    base: Catalog | None = None
    broken: frozenset[PurePosixPath] = frozenset()
    rules: Mapping[str, Severity] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    evidence: Evidence | None = None
    judge: Catalog | None = None
    live: Live | None = None
    amtool: str | None = None

    def with_approvals(self, approvals: Approvals) -> Context:
        """The same, and who approved."""
        return replace(
            self, approved=approvals.given, author=approvals.author, absent=approvals.absent
        )

    @property
    def policies(self) -> Catalog:
        """Where the policies that hold are declared."""
        return self.catalog if self.judge is None else self.judge

    @cached_property
    def before(self) -> Context | None:
        """The base with its own indexes, where a base was given."""
        return Context(self.today, self.base) if self.base is not None else None

    @cached_property
    def slo_changes(self) -> SloChanges:
        """What became of the SLOs of the base; nothing without one."""
        from reliability.check.slo_changes import SloChanges, slo_changes

        if self.before is None:
            return SloChanges((), ())
        old, new = self.before, self
        return slo_changes(old, new, self.former_services)

    @cached_property
    def former_services(self) -> Mapping[str, str]:
        """The name at the base of each service that has another one now."""
        from reliability.check.renames import former_services

        return former_services(self.before, self) if self.before is not None else {}

    @cached_property
    def objective_changes(self) -> tuple[ObjectiveChange, ...]:
        """What became of the objectives of the SLOs that are still there."""
        if self.before is None:
            return ()
        from reliability.check.slo_changes import objective_changes

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

    def is_whole(self, *folders: str) -> bool:
        """Whether every file below these folders (below the root if none) could be read."""
        if not folders:
            return not self.broken
        return self._broken_folders.isdisjoint(folders)

    @cached_property
    def _broken_folders(self) -> frozenset[str]:
        return frozenset(folder.as_posix() for path in self.broken for folder in path.parents)

    def names(self, kind: type[Model]) -> frozenset[str]:
        """The names of all documents of a kind; the same set each time."""
        if kind not in self._names:
            of_kind = self.catalog.located.get(kind, ())
            self._names[kind] = frozenset(each.value.metadata.name for each in of_kind)
        return self._names[kind]

    @cached_property
    def _names(self) -> dict[type[Model], frozenset[str]]:
        return {}

    def documents_at(self, path: PurePosixPath) -> tuple[Located[Any], ...]:
        """The documents of one file that could be read as their kind."""
        return self._by_path.get(path, ())

    @cached_property
    def _by_path(self) -> Mapping[PurePosixPath, tuple[Located[Any], ...]]:
        found: dict[PurePosixPath, list[Located[Any]]] = {}
        for located in self.catalog.everything():
            found.setdefault(located.document.path, []).append(located)
        return {path: tuple(of_path) for path, of_path in found.items()}

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """Every objective of every SLO with its references followed."""
        from reliability.resolve.objectives import objectives

        return tuple(objectives(self.catalog))

    @cached_property
    def sli_queries(self) -> tuple[SliQuery, ...]:
        """The PromQL queries of all SLIs, each once."""
        from reliability.check.queries import sli_queries

        return tuple(sli_queries(self.catalog))

    @cached_property
    def expressions(self) -> Expressions:
        """Every PromQL expression that is more than a selector of an SLI, with its tree."""
        from reliability.check.expressions import expressions

        return expressions(self.catalog, self.sli_queries)

    @cached_property
    def selected(self) -> tuple[Selected, ...]:
        """Every selector of SLIs and signals that should match something."""
        from reliability.check.selected import selected

        return tuple(selected(self.sli_queries, self.expressions))

    def scrape_interval(self, otherwise: timedelta) -> timedelta:
        """The time between two samples as HistorySources write it, or another where they do not."""
        sources = self.catalog.only(HistorySources)
        written = sources.value.spec.scrape_interval if sources else None
        return written or otherwise

    @cached_property
    def worst_factors(self) -> Mapping[str, tuple[str, float]]:
        """The speed and the size of the largest factor of each window set, over its own period."""
        found: dict[str, tuple[str, float]] = {}
        for windows in self.catalog.each(BurnRateWindows):
            spec = windows.value.spec
            factors = [("fast", each.pair.factor(spec.period)) for each in spec.fast]
            factors += [("slow", each.pair.factor(spec.period)) for each in spec.slow]
            worst = max(factors, key=lambda pair: pair[1])
            found.setdefault(windows.value.metadata.name, worst)
        return found

    @cached_property
    def slos(self) -> Mapping[tuple[str, str], Located[Slo]]:
        """SLOs by service and name; of two with one name the first."""
        found: dict[tuple[str, str], Located[Slo]] = {}
        for slo in self.catalog.each(Slo):
            found.setdefault((slo.value.spec.service, slo.value.metadata.name), slo)
        return found

    @cached_property
    def slo_names(self) -> Mapping[str, frozenset[str]]:
        """The names of the SLOs of each service."""
        names: dict[str, set[str]] = {}
        for service, name in self.slos:
            names.setdefault(service, set()).add(name)
        return {service: frozenset(of) for service, of in names.items()}

    @cached_property
    def services(self) -> frozenset[str]:
        """Every service that has a directory, an owner or an OpenSLO document of its own."""
        named = {each.value.metadata.name for each in self.catalog.each(Service)}
        return frozenset({*self.catalog.services, *self.ownerships, *named})

    @cached_property
    def ownerships(self) -> Mapping[str, Located[Ownership]]:
        """Who answers, by service."""
        return {each.value.service: each for each in self.catalog.each(Ownership)}

    def team_of(self, service: str) -> Located[Team] | None:
        """The team of a service, or None where the service or the team is not declared."""
        owner = self.ownerships.get(service)
        return self.catalog.find(Team, owner.value.spec.team) if owner else None

    @cached_property
    def routes(self) -> Routes | None:
        """Where our alerts end in the tree that Alertmanager will be given, if there is one."""
        from reliability.check.routes import Routes

        return Routes.of(self)

    @cached_property
    def notification(self) -> NotificationPolicy | None:
        """What each tier may do and needs, where that is written."""
        found = self.policies.only(NotificationPolicy)
        return found.value if found else None

    @cached_property
    def slo_policy(self) -> SloPolicy | None:
        """What a promise may look like, where that is written."""
        found = self.policies.only(SloPolicy)
        return found.value if found else None

    def options(self, kind: type[Options]) -> Options:
        """The options of one rule: as the RulePolicy has them, else their defaults."""
        policy = next(self.policies.governing(RulePolicy), None)
        setting = policy.value.spec.rules.get(kind.rule) if policy else None
        return kind.model_validate(setting.options if setting else {})
