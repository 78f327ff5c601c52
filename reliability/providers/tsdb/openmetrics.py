"""Samples as OpenMetrics text, for `promtool tsdb create-blocks-from openmetrics`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path

from reliability.promql.evaluate.lines import NAME, Labels
from reliability.promql.evaluate.stored import StoredSeries
from reliability.writing import create


def write_openmetrics(path: Path, series: Iterable[StoredSeries]) -> None:
    """Write samples to a new file, grouped by metric as the format requires.

    Raises:
        OSError: the file cannot be written.
    """
    ordered = sorted(series, key=_name)
    with TextIOWrapper(create(path), encoding="utf-8") as out:
        for name, of_metric in groupby(ordered, key=_name):
            out.write(f"# TYPE {name} gauge\n")
            for stored_series in of_metric:
                out.writelines(_lines(name, stored_series))
        out.write("# EOF\n")


def _lines(name: str, series: StoredSeries) -> Iterator[str]:
    head = f"{name}{_labels(series.labels)}"
    for at, value in zip(series.times.tolist(), series.values.tolist(), strict=True):
        yield f"{head} {value!r} {at // 1000}.{at % 1000:03}\n"


def _labels(labels: Labels) -> str:
    shown = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels if name != NAME)
    return f"{{{shown}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _name(series: StoredSeries) -> str:
    return dict(series.labels)[NAME]
