"""`reliability history`: keep the past of every SLI."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App
from reliability.cli.history.backfill import backfill_command
from reliability.cli.history.place import (
    HistoryLocation,
    countable,
    open_place,
    slis_of,
    span_words,
)
from reliability.cli.history.pull import pull_command
from reliability.cli.history.restore import restore_command
from reliability.cli.history.store import compact_command, prune_command
from reliability.errors import ReliabilityError, SourceError

if TYPE_CHECKING:
    from reliability.history.sli import SliHistory
    from reliability.timespan import TimeSpan


@click.group("history")
def command() -> None:
    """Keep the past of every SLI as Parquet, for `reliability backtest`.

    \b
    reliability history pull
    reliability history pull attendance --days 30
    reliability history backfill --data-dir /var/lib/prometheus/data
    reliability history import counts.csv --format csv --slo attendance-clock-in
    """


command.add_command(pull_command)
command.add_command(backfill_command)
command.add_command(prune_command)
command.add_command(compact_command)
command.add_command(restore_command)


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
    slis = slis_of(app.catalog(), (slo,) if slo else ())
    with place.store.writing():
        imported = (
            _import_csv(place, file, slis) if form == "csv" else _import_om(app, place, file, slis)
        )
    if not imported:
        raise SourceError(f"{file} holds no sample that a query of these SLOs selects")
    for name, span in imported:
        app.say(f"{name}: {span_words(span)} stored")


def _import_csv(
    place: HistoryLocation, file: Path, slis: Iterable[SliHistory]
) -> list[tuple[str, TimeSpan]]:
    from reliability.history.importing import import_counts

    if len({sli.slo for sli in slis}) != 1:
        raise ReliabilityError("a CSV file holds the counts of one SLO; pass its name with --slo")
    return [(sli.slo, import_counts(file, place.store, sli)) for sli in slis]


def _import_om(
    app: App, place: HistoryLocation, file: Path, slis: Iterable[SliHistory]
) -> list[tuple[str, TimeSpan]]:
    from reliability.history.importing import import_counters
    from reliability.history.sources.openmetrics import OpenMetricsFile

    read = OpenMetricsFile.open(file)
    keep = place.spec.keep_labels
    spans = (
        (sli.slo, import_counters(read, place.store, sli, counters, keep))
        for sli, counters in countable(app, slis)
    )
    return [(name, span) for name, span in spans if span is not None]
