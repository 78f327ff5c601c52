"""Runs `reliability history import`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reliability.cli.app import App
from reliability.cli.history.place import (
    HistoryLocation,
    countable,
    open_place,
    slis_of,
    span_words,
)
from reliability.errors import ReliabilityError, SourceError
from reliability.history.importing import import_counters, import_counts
from reliability.history.sli import SliHistory
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.timespan import TimeSpan


def import_file(app: App, file: Path, form: str, slo: str | None) -> None:
    """Store the data of a file, and print the stored spans.

    Raises:
        ReliabilityError: a CSV file has no --slo, or the file has no data for these SLOs.
    """
    place = open_place(app)
    if form == "csv" and slo is None:
        raise ReliabilityError("a CSV file does not name its SLO; pass --slo SLO")

    slis = slis_of(app.catalog(), (slo,) if slo else ())
    with place.store.writing():
        imported = (
            _import_csv(place, file, slis)
            if form == "csv"
            else _import_om(app, place, file, slis=slis)
        )

    if not imported:
        raise SourceError(f"{file} has no samples that a query of these SLOs selects")
    for name, span in imported:
        app.say(f"{place.prefix}{name}: {span_words(span)} stored")


def _import_csv(
    place: HistoryLocation, file: Path, slis: Iterable[SliHistory]
) -> list[tuple[str, TimeSpan]]:
    if len({sli.slo for sli in slis}) != 1:
        raise ReliabilityError("a CSV file holds the counts of one SLO; pass its name with --slo")
    return [(sli.slo, import_counts(file, place.store, sli)) for sli in slis]


def _import_om(
    app: App, place: HistoryLocation, file: Path, slis: Iterable[SliHistory]
) -> list[tuple[str, TimeSpan]]:
    read = OpenMetricsFile.open(file)
    keep = place.spec.keep_labels
    spans = (
        (sli.slo, import_counters(read, place.store, sli, counters=counters, labels=keep))
        for sli, counters in countable(app, slis)
    )
    return [(name, span) for name, span in spans if span is not None]
