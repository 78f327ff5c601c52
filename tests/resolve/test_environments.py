"""Placements of many environments: their names and labels, and the catalogs that are measured."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.errors import ReliabilityError
from reliability.load.catalog import Catalog
from reliability.model.environments import Environments
from reliability.model.history import HistorySources
from reliability.model.incidents import Incidents
from reliability.model.openslo.slo import Slo
from reliability.model.targets import SyncTargets
from reliability.resolve.environments.measured import (
    chosen_placements,
    compared_sides,
    governed_by,
    measured_catalog,
    measured_catalogs,
    measured_sides,
    placement_of,
)
from reliability.resolve.environments.placements import pages_folder, placements
from tests.compile.environments import environment, environments, server
from tests.compile.repositories import GOOGLE_30D, Document, catalog_of, ours, policy, slo
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "environments.txt"
DECLARED: Final = environments(
    environment(
        "production",
        series="unlabeled",
        externalLabels={"region": "eu", "zone": "a"},
        servers=[server("one", "prometheus", externalLabels={"zone": "b"})],
        targets=["alerts"],
    ),
    environment(
        "sharded",
        servers=[
            server("eu", "prometheus-eu", replicas=["prometheus-eu-2"]),
            server("us", "prometheus-us", externalLabels={"region": "us"}),
        ],
        ruler={"target": "ruler"},
        history={
            "source": {"type": "prometheus", "url": "https://store.example.com"},
            "externalLabels": True,
        },
        externalLabels={"cluster": "main"},
    ),
    environment("shards-alone", series="unlabeled", servers=[server("a", "x"), server("b", "y")]),
    environment("ruled", highestTier="ticket", ruler={"target": "ruler-2"}, selectorLabels={}),
    environment("quiet", highestTier="log", approvals="none", after="production"),
    environment("quiet", highestTier="ticket"),
)
TARGETS: Final = (
    *("prometheus", "alerts", "prometheus-eu", "prometheus-eu-2", "prometheus-us", "ruler"),
    *("x", "y", "ruler-2", "everywhere"),
)
OTHERS: Final = (
    GOOGLE_30D,
    ours(
        "HistorySources",
        "history",
        source={"type": "prometheus", "url": "https://metrics.example.com"},
        store=".reliability/history",
    ),
    ours(
        "Incidents",
        "incidents",
        service="shop",
        incidents=[
            {
                "name": name,
                "start": "2026-11-01T10:00:00Z",
                "end": "2026-11-01T11:00:00Z",
                "impact": "No orders",
                "environments": where,
            }
            for name, where in (
                ("everywhere", []),
                ("in-production", ["production"]),
                ("in-two", ["sharded", "quiet"]),
            )
        ],
    ),
    ours(
        "SyncTargets",
        "targets",
        targets=[{"name": name, "provider": "files", "folder": name} for name in TARGETS],
    ),
)
SLOS: Final = (
    slo(),
    slo(name="shop-shards", annotations={"per-shard": "true"}),
    slo(name="lake-load", service="lake"),
    slo(name="dock-load", service="dock"),
    policy({"slo": "shop-checkout"}),
)
OWNERS: Final = (
    ours("Ownership", "shop", team="sales", criticality="critical"),
    ours(
        "Ownership",
        "lake",
        team="sales",
        criticality="standard",
        environments={"sharded": {"servers": ["us"]}, "quiet": None},
    ),
    ours("Ownership", "dock", team="sales", criticality="standard", environments={"ruled": None}),
)
WHOLE: Final = (DECLARED, *OTHERS, *SLOS, *OWNERS)


def shown(catalog: Catalog) -> Iterator[str]:
    """What stages that measure see of a catalog."""
    for sources in catalog.documents(HistorySources):
        spec = sources.value.spec
        yield f"  history: {spec.store} from {getattr(spec.source, 'url', spec.source.type)}"
    for incidents in catalog.documents(Incidents):
        names = ", ".join(one.name for one in incidents.value.spec.incidents)
        yield f"  incidents: {names}"
    for targets in catalog.documents(SyncTargets):
        yield f"  targets: {', '.join(one.name for one in targets.value.spec.targets)}"
    yield f"  SLOs: {', '.join(one.value.metadata.name for one in catalog.documents(Slo))}"
    terms = catalog.placement
    yield f"  series: {dict(terms.series)}, external: {dict(terms.external)}"


def test_every_placement_and_what_is_measured_in_it(golden: Golden) -> None:
    catalog = catalog_of(*WHOLE)
    lines = []
    for placement in placements(catalog):
        lines += [
            f"{placement.name} (pages in {pages_folder(placement.name)})",
            f"  suffix {placement.suffix!r}, tier {placement.terms.highest_tier}, sharded "
            f"{placement.is_sharded}, global {placement.is_global}",
            f"  evaluated by {', '.join(placement.targets)}",
            f"  labels of selectors: {dict(placement.selector_labels)}",
            f"  labels of series: {dict(placement.terms.series)}",
            f"  external labels: {dict(placement.terms.external)}",
        ]
        for on_server in (False, True):
            derived = measured_catalog(catalog, placement, on_server=on_server)
            lines += [f"  measured{' on the server' if on_server else ''}:"]
            lines += [f"  {line}" for line in shown(derived)]
            assert placement_of(derived) == placement
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ((), "production sharded/eu sharded/us sharded shards-alone/a shards-alone/b ruled quiet"),
        (("production",), "production"),
        (("sharded",), "sharded/eu sharded/us sharded"),
        (("quiet", "sharded/us"), "sharded/us quiet"),
        (("shards-alone/a", "shards-alone/a"), "shards-alone/a"),
    ],
)
def test_names_are_those_of_environments_and_of_their_servers(
    names: tuple[str, ...], chosen: str
) -> None:
    catalog = catalog_of(*WHOLE)
    assert [one.name for one in chosen_placements(catalog, names)] == chosen.split()
    assert [one.placement.name for one in measured_catalogs(catalog, names)] == chosen.split()


@pytest.mark.parametrize(
    ("documents", "name", "why"),
    [
        (WHOLE, "shardet", "not a declared environment; did you mean sharded?"),
        (WHOLE, "sharded/es", "not a declared environment; did you mean sharded/us?"),
        (
            WHOLE,
            "nowhere",
            "not one of the declared environments production, sharded, sharded/eu, sharded/us, "
            "shards-alone, shards-alone/a, shards-alone/b, ruled, quiet",
        ),
        (OTHERS, "production", "policies/environments.yaml declares no environment"),
    ],
)
def test_an_environment_that_is_not_declared_is_refused(
    documents: tuple[Document, ...], name: str, why: str
) -> None:
    with pytest.raises(ReliabilityError) as refused:
        chosen_placements(catalog_of(*documents), (name,))
    assert str(refused.value) == f"--environment {name}: {why}"


def test_without_environments_a_catalog_is_measured_as_it_is() -> None:
    catalog, base = catalog_of(*OTHERS, *SLOS), catalog_of(*OTHERS)
    assert list(measured_catalogs(catalog)) == [catalog]
    assert list(measured_sides(base, catalog)) == [(base, catalog)]
    assert list(compared_sides(base, catalog)) == [(base, catalog)]
    assert list(compared_sides(None, catalog)) == [(None, catalog)]
    assert chosen_placements(catalog) == ()
    assert placement_of(catalog) is None


SHARDED: Final = environments(
    environment("sharded", servers=[server("eu", "prometheus-eu"), server("asia", "x")]),
)
UNLABELED: Final = environments(environment("first", series="unlabeled"), environment("second"))


def sides(*pairs: tuple[Catalog | None, Catalog]) -> list[tuple[Any, str]]:
    """The names of placements on both sides; None without a side, `-` on a side with nothing."""
    return [
        (
            None
            if base is None
            else base.placement.name or ("-" if not [*base.everything()] else ""),
            head.placement.name,
        )
        for base, head in pairs
    ]


def test_sides_of_a_change_are_compared_in_each_environment() -> None:
    head, other = catalog_of(SHARDED, *OTHERS, *SLOS), catalog_of(*WHOLE)
    plain = catalog_of(*OTHERS, *SLOS)
    assert sides(*compared_sides(other, head)) == [
        ("sharded/eu", "sharded/eu"),
        ("-", "sharded/asia"),
    ]
    assert sides(*compared_sides(None, head, ["sharded/asia"])) == [(None, "sharded/asia")]
    assert sides(*measured_sides(head, other, ["sharded/eu"])) == [("sharded/eu", "sharded/eu")]
    assert sides(*compared_sides(plain, catalog_of(UNLABELED, *OTHERS, *SLOS))) == [
        ("first", "first"),
        ("-", "second"),
    ]


def test_documents_of_some_kinds_are_those_of_the_base() -> None:
    head, base = catalog_of(SHARDED, *OTHERS, *SLOS), catalog_of(DECLARED, *OWNERS)
    governed = governed_by(head, base, (Environments, HistorySources))
    [declared] = governed.documents(Environments)
    assert declared.value.spec.environments[0].name == "production"
    assert not list(governed.documents(HistorySources))
    assert [one.value.metadata.name for one in governed.documents(Slo)] == [
        one.value.metadata.name for one in head.documents(Slo)
    ]
    assert governed.texts == head.texts
