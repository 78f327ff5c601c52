"""The catalog of a placement for stages that measure: its history, its store and its incidents.

Figures of two environments are never added up, so each placement has a source and a store of its
own, and all stages after this one see one environment.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final, cast

from reliability.errors import ReliabilityError
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.model.history import HistorySources, HistorySourcesSpec
from reliability.model.incidents import Incidents, IncidentsSpec
from reliability.model.kind import TIERS, Model
from reliability.model.targets import SyncTargets, SyncTargetsSpec
from reliability.promql.narrowing import Labels
from reliability.resolve.environments.derived import catalog_in, updated
from reliability.resolve.environments.placements import Placement, environments, placements

HIGHEST: Final = TIERS[0]


def chosen_placements(catalog: Catalog, names: Iterable[str] = ()) -> tuple[Placement, ...]:
    """Return the placements of the named environments, or all; none if none is declared.

    A name is that of an environment, `production`, or of one of its servers, `production/eu-1`.

    Raises:
        ReliabilityError: a name is not declared; the message suggests the closest one.
    """
    declared, wanted = placements(catalog), tuple(names)
    known = dict.fromkeys(
        name for placement in declared for name in (placement.environment.name, placement.name)
    )
    for name in wanted:
        if name not in known:
            raise ReliabilityError(_unknown(name, tuple(known)))
    return tuple(
        placement
        for placement in declared
        if not wanted or placement.environment.name in wanted or placement.name in wanted
    )


def placement_of(catalog: Catalog) -> Placement | None:
    """Return the placement that a catalog was derived for, or None."""
    written = catalog.written
    if written is None:
        return None
    named = catalog.placement.name
    return next((one for one in placements(written) if one.name == named), None)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    if not known:
        return f"--environment {name}: policies/environments.yaml declares no environment"
    near = get_close_matches(name, known, 1)
    if near:
        return f"--environment {name}: not a declared environment; did you mean {near[0]}?"
    return f"--environment {name}: not one of the declared environments {', '.join(known)}"


def governed_by(catalog: Catalog, base: Catalog, kinds: Collection[type[Model]]) -> Catalog:
    """Return a catalog with the documents of some kinds that the base has."""
    located = {kind: of for kind, of in catalog.located.items() if kind not in kinds}
    theirs = {kind: of for kind, of in base.located.items() if kind in kinds}
    every = (document for of in (*located.values(), *theirs.values()) for document in of)
    return Catalog.of(every, catalog.files, catalog.raw, texts=catalog.texts)


def measured_catalogs(catalog: Catalog, names: Iterable[str] = ()) -> Iterator[Catalog]:
    """Yield the catalog of each chosen placement, or the catalog itself without environments.

    Raises:
        ReliabilityError: a name is not declared.
    """
    chosen = chosen_placements(catalog, names)
    if not chosen:
        yield catalog
    for placement in chosen:
        yield measured_catalog(catalog, placement)


def measured_sides(
    base: Catalog, head: Catalog, names: Iterable[str] = ()
) -> Iterator[tuple[Catalog, Catalog]]:
    """Yield both sides of a change as each environment has them, or the sides themselves.

    The environments are those of the base: otherwise a change could choose the hosts of its
    history, or what its effect in production is compared with.

    Raises:
        ReliabilityError: a name is not declared.
    """
    chosen = chosen_placements(base, names)
    if not chosen:
        yield base, head
    for placement in chosen:
        yield measured_catalog(base, placement), measured_catalog(head, placement)


def compared_sides(
    base: Catalog | None, head: Catalog, names: Iterable[str] = ()
) -> Iterator[tuple[Catalog | None, Catalog]]:
    """Yield both sides as each environment of the head has them, or the sides themselves.

    An environment that the base does not declare has nothing on the side of the base. If the base
    declares none at all, its series are those that an environment keeps without a label.

    Raises:
        ReliabilityError: a name is not declared.
    """
    chosen = chosen_placements(head, names)
    if not chosen:
        yield base, head
    for placement in chosen:
        measured = measured_catalog(head, placement)
        yield (None if base is None else _before(base, placement)), measured


def _before(base: Catalog, placement: Placement) -> Catalog:
    declared = placements(base)
    same = [each for each in declared if each.name == placement.name]
    if not declared and not placement.suffix:
        same = [placement]
    return measured_catalog(base, same[0]) if same else Catalog.of(())


def measured_catalog(catalog: Catalog, placement: Placement, *, on_server: bool = False) -> Catalog:
    """Return the catalog of a placement with its own history source, store and incidents.

    In a global store, series have the external labels as well, so queries select by them;
    `on_server` is for queries to the server that evaluates the rules, which never sees them.
    """
    history = placement.environment.history
    external: Labels = ()
    if history is not None and history.external_labels and not on_server:
        external = placement.terms.external
    labels = tuple(sorted({**dict(external), **dict(placement.selector_labels)}.items()))
    derived = catalog_in(catalog, placement, selector_labels=labels)
    # Recorded series of a global store have the external labels, too.
    terms = replace(derived.placement, series=(*derived.placement.series, *external))

    located = _documents(catalog, placement)
    documents = {
        (kind, document.value.metadata.name): document
        for kind, of_kind in located.items()
        for document in reversed(of_kind)
    }
    return replace(
        derived,
        located=ChainMap(located, cast("dict[Any, Any]", derived.located)),
        names=ChainMap(documents, cast("dict[Any, Any]", derived.names)),
        placement=terms,
        written=catalog,
    )


def _documents(
    catalog: Catalog, placement: Placement
) -> dict[type[Model], tuple[Located[Any], ...]]:
    """Return the documents that say where figures of the placement come from."""
    claimed = {name for each in environments(catalog) for name in each.all_targets}
    here = {*placement.targets, *placement.environment.targets}
    sources, incidents, targets = (
        tuple(catalog.documents(HistorySources)),
        tuple(catalog.documents(Incidents)),
        tuple(catalog.documents(SyncTargets)),
    )
    return {
        HistorySources: tuple(_with(each, _history(each.value, placement)) for each in sources),
        Incidents: tuple(_with(each, _incidents(each.value, placement)) for each in incidents),
        SyncTargets: tuple(_with(each, _targets(each.value, claimed - here)) for each in targets),
    }


def _with(document: Located[Any], spec: Model) -> Located[Any]:
    return replace(document, value=updated(document.value, {"spec": spec}))


def _history(sources: HistorySources, placement: Placement) -> HistorySourcesSpec:
    """Return the history policy with the source of the environment, and a store of its own.

    A name of a service never has an `@`, so the folder of a shard is not that of a service.
    """
    spec, history = sources.spec, placement.environment.history
    folder = f"{spec.store}/{placement.name.replace('/', '@')}"
    return updated(spec, {"store": folder, "source": history.source if history else spec.source})


def _incidents(incidents: Incidents, placement: Placement) -> IncidentsSpec:
    """Return the incidents that were in the environment.

    One that names no environment was in those that may page: nothing pages in the others, so it
    would count as missed there.
    """
    environment = placement.environment
    may_page = environment.highest_tier == HIGHEST
    here = tuple(
        incident
        for incident in incidents.spec.incidents
        if environment.name in incident.environments or (may_page and not incident.environments)
    )
    return updated(incidents.spec, {"incidents": here})


def _targets(targets: SyncTargets, elsewhere: Container[str]) -> SyncTargetsSpec:
    """Return the sync targets without those of other placements."""
    here = tuple(target for target in targets.spec.targets if target.name not in elsewhere)
    return updated(targets.spec, {"targets": here})
