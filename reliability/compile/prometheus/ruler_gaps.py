"""What rulers and vmalert cannot express: native histograms, large groups, many groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.model.targets import RulerTarget, SyncTargets, VmalertTarget
from reliability.promql.histogram_query import HistogramQuery
from reliability.resolve import target_gaps as gaps
from reliability.resolve.objectives import objectives
from reliability.resolve.sli import RatioSli
from reliability.resource import Resource


@dataclass(frozen=True, slots=True)
class GroupSizes:
    """Numbers of rules of all groups that a target gets, by the name of the group."""

    rules: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, catalog: Catalog, target: str) -> GroupSizes:
        """Compile the rules of a catalog, and return the groups that a target takes."""
        sizes = (
            (str(group["name"]), len(group["rules"]))
            for resource in PrometheusCompiler().compile(catalog)
            if isinstance(resource, Resource)
            and (resource.targets is None or target in resource.targets)
            for group in _groups(resource)
        )
        return cls(tuple((name, count) for name, count in sizes if count))

    def above(self, most: int) -> tuple[str, ...]:
        """Return the names of the groups with more rules than `most`."""
        return tuple(name for name, count in self.rules if count > most)

    def count(self, most: int | None) -> int:
        """Return the number of groups, after groups of more than `most` rules were split."""
        return sum(1 if most is None else -(-count // most) for _, count in self.rules)


def ruler_gaps(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem for each limit and each SLI that a declared ruler changes or leaves out."""
    declared = catalog.only(SyncTargets)
    if declared is None:
        return
    for number, target in enumerate(declared.value.spec.targets):
        if isinstance(target, RulerTarget):
            yield from _limits(catalog, declared, number, target=target)
    if any(isinstance(target, VmalertTarget) for target in declared.value.spec.targets):
        yield from _native_histograms(catalog)


def _limits(
    catalog: Catalog, declared: Located[SyncTargets], number: int, *, target: RulerTarget
) -> Iterator[Problem]:
    most, limit = target.max_rules_per_group, target.max_groups
    if most is None and limit is None:
        return  # compiling takes time, and there is nothing to compare

    sizes = GroupSizes.of(catalog, target.name)
    if most is not None and (large := sizes.above(most)):
        at = declared.at("spec", "targets", number, "maxRulesPerGroup")
        shown = large[0] if len(large) == 1 else f"{large[0]} and {len(large) - 1} more"
        yield gaps.LARGE_GROUP.problem(at, shown)
    count = sizes.count(most)
    if limit is not None and count > limit:
        at = declared.at("spec", "targets", number, "maxGroups")
        yield gaps.MANY_GROUPS.problem(at, f"{count} of {limit}")


def _native_histograms(catalog: Catalog) -> Iterator[Problem]:
    for objective in objectives(catalog):
        sli = objective.sli
        if isinstance(sli, RatioSli) and HistogramQuery in (type(sli.events), type(sli.total)):
            yield gaps.NATIVE_HISTOGRAM.problem(objective.slo.at("metadata", "name"))


def _groups(resource: Resource) -> list[dict[str, list[object]]]:
    return cast("list[dict[str, list[object]]]", resource.body["groups"])
