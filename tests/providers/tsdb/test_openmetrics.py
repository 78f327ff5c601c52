"""Samples as OpenMetrics text."""

from pathlib import Path

import numpy as np
import pytest

from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.stored import StoredSeries
from reliability.providers.tsdb.openmetrics import write_openmetrics


def series(name: str, times: list[int], values: list[float], **labels: str) -> StoredSeries:
    return StoredSeries(
        labels_of({"__name__": name, **labels}), np.array(times), np.array(values, dtype=float)
    )


def test_series_of_a_metric_stand_together_with_exact_values(tmp_path: Path) -> None:
    path = tmp_path / "text"
    write_openmetrics(
        path,
        [
            series("b", [1_000, 61_007], [0.1, 1e-9], x='q"\\\n', y="1"),
            series("a", [999], [float("nan")]),
            series("b", [5], [2], x="z"),
        ],
    )
    assert path.read_text() == (
        "# TYPE a gauge\n"
        "a{} nan 0.999\n"
        "# TYPE b gauge\n"
        'b{x="q\\"\\\\\\n",y="1"} 0.1 1.000\n'
        'b{x="q\\"\\\\\\n",y="1"} 1e-09 61.007\n'
        'b{x="z"} 2.0 0.005\n'
        "# EOF\n"
    )


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x")
    with pytest.raises(FileExistsError):
        write_openmetrics(tmp_path / "text", [])
