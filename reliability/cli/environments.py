"""The option `--environment`, and the app as each chosen environment has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App
from reliability.cli.options import Decorator
from reliability.errors import ReliabilityError
from reliability.model.openslo.slo import Slo
from reliability.resolve.environments.measured import (
    chosen_placements,
    measured_catalog,
    measured_catalogs,
)

if TYPE_CHECKING:
    from reliability.load.catalog import Catalog


def environment_option(
    help_text: str = "Environment, or one of its servers; repeatable",
    default: str = "all",
    cls: type[click.Option] = click.Option,
) -> Decorator:
    """Return the option `--environment`; by default, a command takes all environments."""
    shown = f" [default: {default}]" if default else ""
    return click.option(
        "--environment",
        "environments",
        cls=cls,
        multiple=True,
        metavar="NAME[/SERVER]",
        help=f"{help_text}{shown}",
    )


def apps_in(app: App, names: Iterable[str]) -> Iterator[App]:
    """Yield the app with the repository of each chosen placement; itself without environments.

    Raises:
        ReliabilityError: an environment is not declared.
    """
    for catalog in measured_catalogs(app.catalog(), names):
        yield app if catalog is app.catalog() else app_of(app, catalog)


def app_of(app: App, catalog: Catalog) -> App:
    """Return the app whose repository has this catalog."""
    return replace(app, derived=replace(app.repository, catalog=catalog))


def app_in_one(
    app: App, names: Iterable[str], slos: Iterable[str] = (), *, on_server: bool = False
) -> App:
    """Return the app in the only chosen placement that has some of the SLOs or services.

    `on_server` is as for `measured_catalog`.

    Raises:
        ReliabilityError: an environment is not declared, or the request is about several or none.
    """
    chosen = chosen_placements(app.catalog(), names)
    if not chosen:
        return app
    wanted = frozenset(slos)
    measured = [
        (placement.name, measured_catalog(app.catalog(), placement, on_server=on_server))
        for placement in chosen
    ]
    holding = [(name, catalog) for name, catalog in measured if _has(catalog, wanted)]
    if len(holding) == 1:
        return app_of(app, holding[0][1])
    if not holding:
        raise ReliabilityError(f"none of the named SLOs runs in {_listed(measured)}")
    raise ReliabilityError(
        f"this is about one environment; pass --environment, one of {_listed(holding)}"
    )


def prefix_of(catalog: Catalog) -> str:
    """Return the start of a line about the environment; empty without environments."""
    name = catalog.placement.name
    return f"{name}: " if name else ""


def _has(catalog: Catalog, wanted: frozenset[str]) -> bool:
    slos = (slo.value for slo in catalog.documents(Slo))
    return any(not wanted or wanted & {slo.metadata.name, slo.spec.service} for slo in slos)


def _listed(named: Iterable[tuple[str, Catalog]]) -> str:
    return ", ".join(name for name, _ in named)
