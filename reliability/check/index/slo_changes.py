"""The SLOs of the base: kept, renamed, moved to another service, or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo
from reliability.resolve.indicator import queries, sli_spec
from reliability.resolve.objectives import Objective

if TYPE_CHECKING:
    from reliability.check.index.declarations import Declarations

How = Literal["same", "moved", "renamed"]
Key = tuple[str, str]
"""Service and name of an SLO."""


@dataclass(frozen=True, slots=True, eq=False)
class SloChange:
    """An SLO on both sides: under the same name, moved to another service, or renamed."""

    old: Located[Slo]
    new: Located[Slo]
    how: How


@dataclass(frozen=True, slots=True, eq=False)
class SloChanges:
    """SLOs that are on both sides, and those of the base that were deleted."""

    kept: tuple[SloChange, ...]
    gone: tuple[Located[Slo], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveChange:
    """One objective of a kept SLO; `new` is None if only the objective was deleted."""

    slo: SloChange
    old: Objective
    new: Objective | None


def slo_changes(before: Declarations, after: Declarations, former: Mapping[str, str]) -> SloChanges:
    """Pair the SLOs of both sides: by service and name, else by name, else by their SLI.

    A renamed SLO is one whose queries have another name in the same service. `former` has the name
    at the base of each service that has another one now.
    """
    old, new = before.slos, after.slos
    kept = [SloChange(slo, new[key], "same") for key, slo in old.items() if key in new]
    left = {key: slo for key, slo in old.items() if key not in new}
    added = {key: slo for key, slo in new.items() if key not in old}
    kept += _moved(left, added)
    kept += _renamed(left, added, before.catalog, after=_After(after.catalog, former))

    return SloChanges(tuple(kept), tuple(left.values()))


@dataclass(frozen=True, slots=True)
class _After:
    """The side of the change, and its services by their names at the base."""

    catalog: Catalog
    former: Mapping[str, str]


def _moved(left: dict[Key, Located[Slo]], added: dict[Key, Located[Slo]]) -> Iterator[SloChange]:
    by_name = {name: key for key in added for name in key[1:]}
    for key in [*left]:
        change = by_name.pop(key[1], None)
        if change is not None:
            yield SloChange(left.pop(key), added.pop(change), "moved")


def _renamed(
    left: dict[Key, Located[Slo]],
    added: dict[Key, Located[Slo]],
    before: Catalog,
    after: _After,
) -> Iterator[SloChange]:
    by_sli: dict[Any, list[Key]] = {}
    for key in added:
        service = after.former.get(key[0], key[0])
        by_sli.setdefault((service, measured(added[key], after.catalog)), []).append(key)

    for key in [*left]:
        same = by_sli.get((key[0], measured(left[key], before)), [])
        if same:
            yield SloChange(left.pop(key), added.pop(same.pop(0)), "renamed")


def measured(slo: Located[Slo], catalog: Catalog) -> tuple[object, ...]:
    """Return what an SLO measures: its queries by role, and the comparisons of its objectives."""
    if sli_spec(slo, catalog) is None:
        return (slo.value.spec.service, slo.value.metadata.name)
    compared = tuple((objective.op, objective.value) for objective in slo.value.spec.objectives)
    texts = tuple((query.role, query.type, query.text) for query in queries(slo, catalog))
    return (*texts, compared)


def objective_changes(
    slos: Iterable[SloChange], before: Iterable[Objective], after: Iterable[Objective]
) -> Iterator[ObjectiveChange]:
    """Yield the objectives of kept SLOs in pairs: by name, and the others in their order."""
    old, new = _of_slo(before), _of_slo(after)
    for slo in slos:
        left = {objective.name: objective for objective in new.get(id(slo.new), ())}
        pairs = [
            (objective, left.pop(objective.name, None)) for objective in old.get(id(slo.old), ())
        ]
        rest = iter(left.values())
        for was, now in pairs:
            yield ObjectiveChange(slo, was, now if now is not None else next(rest, None))


def _of_slo(objectives: Iterable[Objective]) -> Mapping[int, list[Objective]]:
    by_document: dict[int, list[Objective]] = {}
    for objective in objectives:
        by_document.setdefault(id(objective.slo), []).append(objective)
    return by_document
