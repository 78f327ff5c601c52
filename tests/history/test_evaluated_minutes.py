"""Minutes of an SLI that a server evaluates: which times are asked for, and what they count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from reliability.history.evaluated import minutes
from reliability.history.sli import Evaluated
from reliability.promql.samples import Counter, Samples
from reliability.timespan import EPOCH, TimeSpan

START = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPAN = TimeSpan(START, START + 4 * MINUTE)
NAN = float("nan")


@dataclass
class Server:
    """Values at the ends of minutes 1, 2, ... after the start, by expression and group."""

    values: dict[str, dict[str, list[float]]]
    asked: list[tuple[str, TimeSpan, timedelta]] = field(default_factory=list)

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterator[Counter]:
        self.asked.append((expression, span, every))
        first = (START + MINUTE - EPOCH) // timedelta(milliseconds=1)
        for group, values in self.values[expression].items():
            known = [number for number, value in enumerate(values) if value == value]
            times = np.array([first + 60_000 * number for number in known], dtype=np.int64)
            samples = np.array([values[number] for number in known])
            yield Counter({"region": group, "pod": "x"}, Samples(times, samples))


def counted(
    total: dict[str, list[float]], ratio: dict[str, list[float]]
) -> dict[tuple[str, str], list[float]]:
    server = Server({"total": total, "ratio": ratio})
    booked = minutes(
        Evaluated(total="total", ratio="ratio", reason="it is a gauge"), ("region",), server, SPAN
    )
    ends = TimeSpan(START + MINUTE, SPAN.end + MINUTE)
    assert sorted(server.asked) == [("ratio", ends, MINUTE), ("total", ends, MINUTE)]
    return {
        (dict(column.labels)["__name__"], dict(column.labels)["region"]): values.tolist()
        for column, values in booked.items()
    }


def test_a_rate_at_the_end_of_a_minute_counts_the_events_of_that_minute() -> None:
    found = counted({"eu": [1.0, 2.0, 0.0, 0.5]}, {"eu": [0.0, 0.5, 0.25, 1.0]})
    assert found == {
        ("total", "eu"): [60.0, 120.0, 0.0, 30.0],
        ("bad", "eu"): [0.0, 60.0, 0.0, 30.0],
    }


def test_a_minute_without_a_value_is_not_known() -> None:
    found = counted({"eu": [1.0, NAN, -1.0, 1.0]}, {"eu": [1.0, 1.0, 1.0, NAN]})
    np.testing.assert_array_equal(found["total", "eu"], [60.0, NAN, NAN, 60.0])
    np.testing.assert_array_equal(found["bad", "eu"], [60.0, NAN, NAN, 0.0])


def test_a_label_that_a_series_lacks_is_not_stored() -> None:
    server = Server({"total": {"": [1.0] * 4}, "ratio": {}})
    evaluated = Evaluated(total="total", ratio="ratio", reason="it is a gauge")
    found = minutes(evaluated, ("region", "zone"), server, SPAN)
    assert {
        (column.selector, column.labels): values.tolist() for column, values in found.items()
    } == {
        (0, (("__name__", "total"),)): [60.0] * 4,
        (0, (("__name__", "bad"),)): [0.0] * 4,
    }


def test_each_group_has_its_own_ratio_and_none_means_no_failures() -> None:
    found = counted({"eu": [1.0] * 4, "us": [2.0] * 4}, {"us": [0.5] * 4, "elsewhere": [1.0] * 4})
    assert found == {
        ("total", "eu"): [60.0] * 4,
        ("bad", "eu"): [0.0] * 4,
        ("total", "us"): [120.0] * 4,
        ("bad", "us"): [60.0] * 4,
    }
