"""`reliability history`: keep the past of every SLI."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App
from reliability.cli.names import check_names
from reliability.errors import MissingExtraError, ReliabilityError, SourceError

if TYPE_CHECKING:
    from reliability.history.pull import Progress
    from reliability.history.sli import Counters, SliHistory
    from reliability.history.store import Store
    from reliability.history.timespan import TimeSpan
    from reliability.model.history import HistorySourcesSpec, PrometheusSource


@click.group("history")
def command() -> None:
    """Keep the past of every SLI as Parquet, for `reliability backtest`."""


@command.command("pull")
@click.argument("names", nargs=-1, metavar="[SLO|SERVICE]...")
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    help="How many days before --today; by default the span of policies/history.yaml.",
)
@click.pass_obj
def pull_command(app: App, names: tuple[str, ...], days: int | None) -> None:
    """Fetch what is missing from the server that policies/history.yaml names.

    May be stopped at any time; the next pull goes on where it ended.
    """
    place = open_place(app, "reliability history pull")
    source = _server_of(place.spec)
    from reliability.history.pull import Pace, pull
    from reliability.history.sources.prometheus import open_prometheus
    from reliability.history.timespan import TimeSpan

    span = TimeSpan.before(app.today, timedelta(days=days) if days else place.spec.span)
    secret = app.settings.secret(source.authorization) if source.authorization else None
    server = open_prometheus(source.url, secret)
    with server.client:
        for sli, counters in _countable(app, place.slis(app, names)):
            family, definition = place.store.family_for(sli, counters, place.spec.keep_labels)
            pace = Pace(source.chunk, source.concurrency)
            chunks = _told(app, sli, pull(family, definition, server, span, pace))
            app.say(f"{sli.slo}: {chunks} chunks fetched, {_days(span)} stored")


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["csv", "openmetrics"]), required=True)
@click.option(
    "--slo",
    "slo",
    metavar="SLO",
    help="Whose counts a CSV file holds; for OpenMetrics, import for this SLO only.",
)
@click.pass_obj
def import_command(app: App, file: Path, form: str, slo: str | None) -> None:
    """Store what a file holds: counts a minute (CSV), or counters with times (OpenMetrics).

    CSV: time,good,total or time,bad,total, further columns are labels. What the store held of the
    file's minutes is replaced.
    """
    place = open_place(app, "reliability history import")
    if form == "csv" and slo is None:
        raise ReliabilityError("a CSV file does not say whose counts it holds; pass --slo SLO")
    slis = place.slis(app, (slo,) if slo else ())
    imported = (
        _import_csv(place, file, slis) if form == "csv" else _import_om(app, place, file, slis)
    )
    if not imported:
        raise SourceError(f"{file} holds no sample that a query of these SLOs selects")
    for name, span in imported:
        app.say(f"{name}: {_days(span)} stored")


@dataclass(frozen=True, slots=True)
class Place:
    """What policies/history.yaml says, and the store that it names."""

    spec: HistorySourcesSpec
    store: Store

    def slis(self, app: App, names: Iterable[str]) -> list[SliHistory]:
        """The SLIs of the SLOs or services that are named, or of all."""
        from reliability.backtest.slis import sli_history
        from reliability.resolve.objectives import objectives

        wanted = frozenset(names)
        check_names(wanted, [app.catalog()])
        found = [
            sli_history(each)
            for each in objectives(app.catalog())
            if not wanted or wanted & {each.service, each.slo_name}
        ]
        return list(dict.fromkeys(found))


def open_place(app: App, command_name: str) -> Place:
    """The place where history is kept.

    Raises:
        MissingExtraError: numpy or pyarrow is not installed.
        SourceError: the repository says nothing of history.
    """
    if find_spec("numpy") is None or find_spec("pyarrow") is None:
        raise MissingExtraError(command_name, "history")
    from reliability.history.open import history_policy
    from reliability.history.store import Store

    spec = history_policy(app.catalog())
    return Place(spec, Store(app.root / spec.store))


def _server_of(spec: HistorySourcesSpec) -> PrometheusSource:
    from reliability.model.history import PrometheusSource

    if isinstance(spec.source, PrometheusSource):
        return spec.source
    raise SourceError(
        f"the source of policies/history.yaml is {spec.source.type}, and nothing is pulled from "
        "it; name a server: type: prometheus"
    )


def _countable(app: App, slis: Iterable[SliHistory]) -> Iterator[tuple[SliHistory, Counters]]:
    from reliability.history.sli import Counters

    for sli in slis:
        if isinstance(sli.counters, Counters):
            yield sli, sli.counters
        else:
            app.note(f"{sli.slo}: left out: {sli.counters.reason}")


def _told(app: App, sli: SliHistory, pulled: Iterator[Progress]) -> int:
    """Show how far a pull is: in place on a terminal, else a line for each tenth."""
    last, told = 0, 0
    for progress in pulled:
        last = progress.done
        line = f"{sli.slo}: {progress.done} of {progress.of} chunks"
        if sys.stderr.isatty() and not app.quiet:
            click.echo(f"\r{line}", err=True, nl=progress.done == progress.of)
        elif progress.done * 10 // progress.of > told:
            told = progress.done * 10 // progress.of
            app.note(line)
    return last


def _import_csv(place: Place, file: Path, slis: Iterable[SliHistory]) -> list[tuple[str, TimeSpan]]:
    from reliability.history.importing import import_counts

    if len({sli.slo for sli in slis}) != 1:
        raise ReliabilityError("a CSV file holds the counts of one SLO; pass its name with --slo")
    return [(sli.slo, import_counts(file, place.store, sli)) for sli in slis]


def _import_om(
    app: App, place: Place, file: Path, slis: Iterable[SliHistory]
) -> list[tuple[str, TimeSpan]]:
    from reliability.history.importing import import_counters
    from reliability.history.sources.openmetrics import OpenMetricsFile

    read = OpenMetricsFile.open(file)
    keep = place.spec.keep_labels
    spans = (
        (sli.slo, import_counters(read, place.store, sli, counters, keep))
        for sli, counters in _countable(app, slis)
    )
    return [(name, span) for name, span in spans if span is not None]


def _days(span: TimeSpan) -> str:
    return f"{span.start:%Y-%m-%d %H:%M} to {span.end:%Y-%m-%d %H:%M} UTC"
