"""Imports files into the store: counts by minute from CSV, counters from OpenMetrics."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from reliability.errors import SourceError
from reliability.history.covered import chunks
from reliability.history.pull import book, keep
from reliability.history.sli import Counters, SliHistory
from reliability.history.sources.csv import read_counts
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.history.store import Store
from reliability.timespan import TimeSpan

CHUNK = timedelta(days=7)


def import_counts(path: Path, store: Store, sli: SliHistory) -> TimeSpan:
    """Store the counts of a CSV file for one SLO; they replace earlier imports of those minutes.

    Return the span of the file.

    Raises:
        SourceError: the file is invalid, or lacks a label that distinguishes groups.
    """
    span, columns = read_counts(path)
    labels = {name for column in columns for name, _ in column.labels}
    absent = [label for label in sli.group_by if label not in labels]
    if absent:
        raise SourceError(f"{path}: no column {absent[0]}, by which {sli.slo} has its budgets")

    family = store.family(sli.service, sli.slo, None)
    keep(family, [(span, columns)], f"csv {path.name}")
    family.compact()
    return span


def import_counters(
    file: OpenMetricsFile,
    store: Store,
    sli: SliHistory,
    counters: Counters,
    labels: tuple[str, ...],
) -> TimeSpan | None:
    """Store the samples of an SLI from a file, and return their span; None if there are none.

    Raises:
        SourceError: a stored file is damaged.
    """
    family, definition = store.family_for(sli, counters, labels)
    span = file.span(definition.selectors)
    if span is None:
        return None

    booked = ((chunk, book(definition, file, chunk)) for chunk in chunks(span, CHUNK))
    keep(family, booked, file.description)
    family.compact()
    return span
