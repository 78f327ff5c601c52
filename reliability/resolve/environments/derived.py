"""The catalog as one environment has it: its services, its overrides, and its selectors.

Each stage works on a derived catalog as on any other. Documents keep their locations, and a part
that an override replaces has the location of the override.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.model.alert_policy import AlertPolicy, ObjectiveAlerts, Signal
from reliability.model.kind import Model
from reliability.model.openslo.sli import Metric, Sli, SliSpec
from reliability.model.openslo.slo import OVERRIDES, Slo, SloOverride, SloSpec
from reliability.model.ownership import Ownership
from reliability.promql.narrowing import Labels, NarrowingError, narrowed
from reliability.resolve.environments.placements import Placement, owners, placements
from reliability.resolve.indicator import PROMETHEUS, source_type

M = TypeVar("M", bound=Model)
Moved = list[tuple[Pointer, Pointer]]


def catalog_in(
    catalog: Catalog, placement: Placement, selector_labels: Labels | None = None
) -> Catalog:
    """Return the catalog of one placement.

    `selector_labels` replace those of the environment, such as for a global store whose series have
    the external labels as well.
    """
    labels = placement.selector_labels if selector_labels is None else selector_labels
    located = DerivedDocuments(catalog, _Deriving(catalog, placement, labels))
    names = DerivedNames(catalog, located)
    return replace(catalog, located=located, names=names, placement=placement.terms)


def catalogs_in(catalog: Catalog) -> Iterator[Catalog]:
    """Yield the catalog of each placement, or the catalog itself without environments."""
    declared = placements(catalog)
    if not declared:
        yield catalog
    for placement in declared:
        yield catalog_in(catalog, placement)


class DerivedDocuments(Mapping[type[Model], tuple[Located[Any], ...]]):
    """Documents of one placement by kind, each kind derived when it is first read."""

    def __init__(self, catalog: Catalog, deriving: _Deriving) -> None:
        self.catalog, self.deriving = catalog, deriving
        self.known: dict[type[Model], tuple[Located[Any], ...]] = {}

    def __getitem__(self, kind: type[Model]) -> tuple[Located[Any], ...]:
        if kind not in self.known:
            written = self.catalog.located[kind]
            self.known[kind] = tuple(self.deriving.documents(kind, written))
        return self.known[kind]

    def __iter__(self) -> Iterator[type[Model]]:
        return iter(self.catalog.located)

    def __len__(self) -> int:
        return len(self.catalog.located)


class DerivedNames(Mapping[tuple[type[Model], str], Located[Any]]):
    """The first document of each kind and name in one placement."""

    def __init__(self, catalog: Catalog, located: DerivedDocuments) -> None:
        self.catalog, self.located = catalog, located
        self.known: dict[type[Model], dict[str, Located[Any]]] = {}

    def __getitem__(self, key: tuple[type[Model], str]) -> Located[Any]:
        kind, name = key
        if kind not in self.known:
            documents = self.located.get(kind, ())
            self.known[kind] = {each.value.metadata.name: each for each in reversed(documents)}
        return self.known[kind][name]

    def __iter__(self) -> Iterator[tuple[type[Model], str]]:
        return (key for key in self.catalog.names if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Deriving:
    """Derives the documents of one placement."""

    def __init__(self, catalog: Catalog, placement: Placement, labels: Labels) -> None:
        self.placement, self.running, self.labels = placement, owners(catalog), labels
        self.name = placement.environment.name
        self.capped = placement.terms.capped
        self.catalog = catalog

    def documents(
        self, kind: type[Model], documents: tuple[Located[Any], ...]
    ) -> Iterator[Located[Any]]:
        """Yield the documents of a kind that the placement has."""
        for document in documents:
            if kind is Slo:
                owner = self.running.get(document.value.spec.service)
                if self.placement.evaluates(document.value, owner):
                    yield self.slo(document)
            elif kind is AlertPolicy:
                if self.placement.has_series(self.running.get(document.value.spec.service)):
                    yield self.alert_policy(document)
            elif kind is Sli:
                yield replace(document, value=updated(document.value, self._sli(document.value)))
            elif kind is Ownership:
                yield self.ownership(document)
            else:
                yield document

    def slo(self, located: Located[Slo]) -> Located[Slo]:
        """Return an SLO with its overrides and with narrowed queries."""
        slo, moved = located.value, Moved()
        spec = slo.spec
        for override in slo.overrides:
            if override.environment == self.name and override.key in OVERRIDES:
                spec = _overridden(slo, spec, override, moved=moved)
        if spec.indicator is not None:
            inner = updated(spec.indicator, {"spec": self._narrowed(spec.indicator.spec)})
            spec = updated(spec, {"indicator": inner})

        value = updated(slo, {"spec": spec}) if spec is not slo.spec else slo
        return replace(located, value=value, moved=tuple(moved))

    def _sli(self, sli: Sli) -> Mapping[str, Any]:
        return {"spec": self._narrowed(sli.spec)}

    def _narrowed(self, spec: SliSpec) -> SliSpec:
        """Return an SLI whose queries select the series of the environment only."""
        if spec.threshold_metric is not None:
            return updated(spec, {"threshold_metric": self._metric(spec.threshold_metric)})
        ratio = spec.ratio_metric
        if ratio is None:
            return spec
        parts = {
            role: self._metric(metric)
            for role in ("good", "bad", "total", "raw")
            if (metric := getattr(ratio, role)) is not None
        }
        return updated(spec, {"ratio_metric": updated(ratio, parts)})

    def _metric(self, metric: Metric) -> Metric:
        source = metric.metric_source
        query = source.spec.get("query")
        kind = source_type(source.type, source.metric_source_ref, self.catalog)
        if not isinstance(query, str) or kind != PROMETHEUS:
            return metric
        spec = {**source.spec, "query": self._query(query)}
        return updated(metric, {"metric_source": updated(source, {"spec": spec})})

    def _query(self, query: str) -> str:
        try:
            return narrowed(query, self.labels, self.placement.terms.series)
        except NarrowingError:
            return query  # the rules about queries report it

    def alert_policy(self, located: Located[AlertPolicy]) -> Located[AlertPolicy]:
        """Return an alert policy with its overrides and within the highest tier."""
        policy, moved = located.value, Moved()
        entries = tuple(
            self._entry(entry, ("spec", "objectives", index), moved)
            for index, entry in enumerate(policy.spec.objectives)
        )
        # A signal reads series where they are, on every server of the service; a heartbeat reads
        # none, and watches over the global ruler too.
        is_signals_home = not self.placement.is_sharded or self.placement.shard is not None
        signals = tuple(
            self._signal(signal, ("spec", "signals", index), moved)
            for index, signal in enumerate(policy.spec.signals)
            if is_signals_home or signal.kind == "heartbeat"
        )
        spec = updated(policy.spec, {"objectives": entries, "signals": signals})
        return replace(located, value=updated(policy, {"spec": spec}), moved=tuple(moved))

    def _entry(self, entry: ObjectiveAlerts, at: Pointer, moved: Moved) -> ObjectiveAlerts:
        override = entry.environments.get(self.name)
        inside = (*at, "environments", self.name)
        fast, slow, no_data = entry.tiers.fast, entry.tiers.slow, entry.no_data.tier
        windows = entry.windows
        if override is not None:
            for speed in ("fast", "slow"):
                if getattr(override.tiers, speed) is not None:
                    moved.append(((*at, "tiers", speed), (*inside, "tiers", speed)))
            fast, slow = override.tiers.fast or fast, override.tiers.slow or slow
            if override.windows is not None:
                moved.append(((*at, "windows"), (*inside, "windows")))
                windows = override.windows
            if override.no_data is not None:
                moved.append(((*at, "noData", "tier"), (*inside, "noData", "tier")))
                no_data = override.no_data.tier

        capped = {"fast": self.capped(fast), "slow": self.capped(slow)}
        return updated(
            entry,
            {
                "windows": windows,
                "tiers": updated(entry.tiers, capped),
                "no_data": updated(entry.no_data, {"tier": self.capped(no_data)}),
            },
        )

    def _signal(self, signal: Signal, at: Pointer, moved: Moved) -> Signal:
        override = signal.environments.get(self.name)
        tier = signal.tier
        if override is not None:
            moved.append(((*at, "tier"), (*at, "environments", self.name, "tier")))
            tier = override.tier
        return updated(
            signal,
            {"tier": self.capped(tier) if tier else None, "expr": self._query(signal.expr)},
        )

    def ownership(self, located: Located[Ownership]) -> Located[Ownership]:
        """Return the ownership with the team that is notified in this environment."""
        spec = located.value.spec
        here = (spec.environments or {}).get(self.name)
        if here is None or here.notify is None:
            return located
        moved = ((("spec", "team"), ("spec", "environments", self.name, "notify")),)
        value = updated(located.value, {"spec": updated(spec, {"team": here.notify})})
        return replace(located, value=value, moved=moved)


def _overridden(slo: Slo, spec: SloSpec, override: SloOverride, moved: Moved) -> SloSpec:
    """Return the spec with one override, and record what it replaces."""
    model = OVERRIDES[override.key].model_validate({"value": override.text})
    at = ("metadata", "annotations", override.annotation)
    if override.key == "period":
        moved.append((("spec", "timeWindow", 0, "duration"), at))
        window = updated(spec.time_window[0], {"duration": model.value})
        return updated(spec, {"time_window": (window,)})

    objectives = list(spec.objectives)
    for index, objective in enumerate(objectives):
        if override.objective is None or slo.objective_name(index) == override.objective:
            key = "target" if objective.target is not None else "targetPercent"
            moved.append((("spec", "objectives", index, key), at))
            targets = {"target": model.value, "target_percent": None}
            objectives[index] = updated(objective, targets)
    return updated(spec, {"objectives": tuple(objectives)})


def updated(model: M, values: Mapping[str, Any]) -> M:
    """Return a copy of a frozen model with other values, without what it cached.

    The values come from validated models. `model_copy` would keep cached properties, which may
    depend on what is replaced.
    """
    copy = model.model_copy(update=values)
    for name in [name for name in copy.__dict__ if name not in type(model).model_fields]:
        del copy.__dict__[name]
    return copy
