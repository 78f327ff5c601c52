"""The declarations of a catalog, indexed for rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.model.history import HistorySources
from reliability.model.kind import Model
from reliability.model.notification import NotificationPolicy
from reliability.model.openslo.service import Service
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.slo_policy import BurnRateWindows, SloPolicy
from reliability.model.team import Team

if TYPE_CHECKING:
    from reliability.check.index.expressions import Expressions
    from reliability.check.index.queries import SliQuery
    from reliability.check.index.selected import Selected
    from reliability.resolve.alerts import DeclaredAlert
    from reliability.resolve.objectives import Objective


class Declarations:
    """The indexes of a catalog, each built on first use.

    `broken` holds the files with a document that could not be read. A missing name may be declared
    in such a file, so rules about missing names skip its folder. `judge` declares the policies in
    effect if they are not the catalog's own: a pull request is judged by the policies of its base.
    """

    catalog: Catalog
    broken: frozenset[PurePosixPath]
    judge: Catalog | None

    def is_whole(self, *folders: str) -> bool:
        """Return whether every file below these folders (below the root if none) could be read."""
        if not folders:
            return not self.broken
        return self._broken_folders.isdisjoint(folders)

    @cached_property
    def _broken_folders(self) -> frozenset[str]:
        return frozenset(folder.as_posix() for path in self.broken for folder in path.parents)

    def names(self, kind: type[Model]) -> frozenset[str]:
        """Return the names of all documents of a kind; cached, so equal calls share one set."""
        if kind not in self._names:
            of_kind = self.catalog.located.get(kind, ())
            self._names[kind] = frozenset(located.value.metadata.name for located in of_kind)
        return self._names[kind]

    @cached_property
    def _names(self) -> dict[type[Model], frozenset[str]]:
        return {}

    def documents_at(self, path: PurePosixPath) -> tuple[Located[Any], ...]:
        """Return the readable documents of one file."""
        return self._by_path.get(path, ())

    @cached_property
    def _by_path(self) -> Mapping[PurePosixPath, tuple[Located[Any], ...]]:
        by_path: dict[PurePosixPath, list[Located[Any]]] = {}
        for located in self.catalog.everything():
            by_path.setdefault(located.document.path, []).append(located)
        return {path: tuple(of_path) for path, of_path in by_path.items()}

    @cached_property
    def monitored(self) -> frozenset[tuple[str, str]]:
        """Services and names of the SLOs whose alerts are monitors in Datadog."""
        from reliability.resolve.monitors import monitored_slos

        return monitored_slos(self.catalog)

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """Every objective of every SLO, with references resolved."""
        from reliability.resolve.objectives import objectives

        return tuple(objectives(self.catalog))

    @cached_property
    def alerts(self) -> tuple[DeclaredAlert, ...]:
        """Every alert that is compiled."""
        from reliability.resolve.alerts import alerts
        from reliability.resolve.signals import signals

        return tuple(alerts(self.objectives, signals(self.catalog)))

    @cached_property
    def sli_queries(self) -> tuple[SliQuery, ...]:
        """The PromQL queries of all SLIs, each once."""
        from reliability.check.index.queries import sli_queries

        return tuple(sli_queries(self.catalog))

    @cached_property
    def expressions(self) -> Expressions:
        """Every PromQL expression that is more than a selector of an SLI, with its tree."""
        from reliability.check.index.expressions import expressions

        return expressions(self.catalog, self.sli_queries)

    @cached_property
    def selected(self) -> tuple[Selected, ...]:
        """Every selector of SLIs and signals that should match something."""
        from reliability.check.index.selected import selected

        return tuple(selected(self.sli_queries, self.expressions))

    def scrape_interval(self, otherwise: timedelta) -> timedelta:
        """Return the scrape interval that HistorySources sets, or `otherwise`."""
        sources = self.catalog.only(HistorySources)
        written = sources.value.spec.scrape_interval if sources else None
        return written or otherwise

    @cached_property
    def worst_factors(self) -> Mapping[str, tuple[str, float]]:
        """The speed and the largest factor of each window set, for its own period."""
        windows_of: dict[str, tuple[str, float]] = {}
        for windows in self.catalog.documents(BurnRateWindows):
            spec = windows.value.spec
            factors = [("fast", window.pair.factor(spec.period)) for window in spec.fast]
            factors += [("slow", window.pair.factor(spec.period)) for window in spec.slow]
            worst = max(factors, key=lambda pair: pair[1])
            windows_of.setdefault(windows.value.metadata.name, worst)
        return windows_of

    @cached_property
    def slos(self) -> Mapping[tuple[str, str], Located[Slo]]:
        """SLOs by service and name; the first one if a name is used twice."""
        slos: dict[tuple[str, str], Located[Slo]] = {}
        for slo in self.catalog.documents(Slo):
            slos.setdefault((slo.value.spec.service, slo.value.metadata.name), slo)
        return slos

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
        named = {service.value.metadata.name for service in self.catalog.documents(Service)}
        return frozenset({*self.catalog.services, *self.ownerships, *named})

    @cached_property
    def ownerships(self) -> Mapping[str, Located[Ownership]]:
        """The ownership document of each service."""
        return {
            ownership.value.service: ownership for ownership in self.catalog.documents(Ownership)
        }

    def team_of(self, service: str) -> Located[Team] | None:
        """Return the team of a service; None if the service or the team is not declared."""
        owner = self.ownerships.get(service)
        return self.catalog.find(Team, owner.value.spec.team) if owner else None

    @property
    def policies(self) -> Catalog:
        """The catalog that declares the policies in effect."""
        return self.catalog if self.judge is None else self.judge

    @cached_property
    def notification(self) -> NotificationPolicy | None:
        """The notification policy in effect, if any."""
        policy = self.policies.only(NotificationPolicy)
        return policy.value if policy else None

    @cached_property
    def slo_policy(self) -> SloPolicy | None:
        """The SLO policy in effect, if any."""
        policy = self.policies.only(SloPolicy)
        return policy.value if policy else None
