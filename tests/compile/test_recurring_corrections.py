"""Corrections that recur: rules join them, and Datadog gets its own form of a recurrence."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.compile.prometheus.corrections import (
    Repeated,
    Uncounted,
    parts_of,
    uncounted,
    unless_corrected,
)
from reliability.model.recurrence import occurrences
from reliability.resolve.objectives import objectives
from tests.compile.datadog_shop import compiled, datadog_shop, datadog_slo, entry
from tests.compile.repositories import Document, ours, policy, rules_of, shop, slo
from tests.compile.scenarios import BOTH, QUIET, Scenario, http, play
from tests.servers.generation import Generation

NIGHT = {
    "start": "2026-11-30T20:00:00+01:00",
    "end": "2026-12-01T07:00:00+01:00",
    "timeZone": "Europe/Berlin",
    "reason": "Nobody works at night",
    "approver": "@lead",
}
YEAR = "FREQ=DAILY;UNTIL=20271129"
WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=260"


def nights(rrule: str, **more: Any) -> Document:
    """Corrections of every night from 20 to 7, which leave the hours of operation."""
    return ours(
        "Corrections", "shop", service="shop", corrections=[{**NIGHT, **more, "rrule": rrule}]
    )


def spans(rrule: str) -> tuple[Uncounted, ...]:
    """The times of a rule, each for itself."""
    start = datetime(2026, 11, 30, 19, tzinfo=UTC)
    found = occurrences(rrule, start, timedelta(hours=11), "Europe/Berlin")
    return tuple(Uncounted(begin, end) for begin, end in found)


@pytest.mark.parametrize(("rrule", "most"), [(YEAR, 3), (WEEKDAYS, 15)])
def test_a_year_of_nights_is_a_few_conditions(rrule: str, most: int) -> None:
    parts = parts_of(spans(rrule), timedelta(hours=1))
    assert len(spans(rrule)) >= 260
    assert len(parts) <= most
    assert all(isinstance(part, Repeated) for part in parts)


@pytest.mark.parametrize(
    ("rrule", "after", "parts"),
    [
        ("FREQ=DAILY;COUNT=1", 0, 1),
        ("FREQ=DAILY;COUNT=2", 0, 2),
        ("FREQ=DAILY;COUNT=3", 0, 1),
        ("FREQ=WEEKLY;COUNT=3", 0, 1),
        ("FREQ=DAILY;INTERVAL=2;COUNT=3", 0, 3),
        ("FREQ=DAILY;COUNT=4", 12 * 60 + 59, 1),
        ("FREQ=DAILY;COUNT=4", 13 * 60, 4),
    ],
)
def test_three_times_that_do_not_overlap_are_a_row(rrule: str, after: int, parts: int) -> None:
    assert len(parts_of(spans(rrule), timedelta(minutes=after))) == parts


def test_times_that_would_overlap_stay_single() -> None:
    assert len(parts_of(spans("FREQ=DAILY;COUNT=5"), timedelta(hours=13))) == 5


@pytest.mark.parametrize("rrule", [YEAR, WEEKDAYS, "FREQ=MONTHLY;COUNT=5"])
def test_joined_conditions_hold_when_single_ones_do(rrule: str) -> None:
    times = spans(rrule)
    [rule] = uncounted([{"record": "a", "expr": "1"}], times)
    joined = str(rule["expr"]).replace("> bool", ">").replace("<= bool", "<=")
    after = timedelta(minutes=5)
    first, last = times[0].start.timestamp(), times[-1].end.timestamp()
    for at in (int(first) + step * 1799 for step in range(-9, 4000)):
        is_counted = not any(
            one.start.timestamp() < at <= (one.end + after).timestamp() for one in times
        )
        text = joined.replace("time()", str(at))
        assert bool(eval(text)) == is_counted, at
    assert last > first


@pytest.mark.tools
def test_an_alert_is_silent_in_each_time_and_not_after_the_last(
    generation: Generation, tmp_path: Path
) -> None:
    times = {"start": "1970-01-01T01:00:00Z", "end": "1970-01-01T01:30:00Z", "timeZone": "UTC"}
    document = nights("FREQ=DAILY;COUNT=4", **times)
    rules = rules_of(shop(slo(), policy(), document))
    days = [part for _ in range(5) for part in ((60000, 0, 60), (60000, 1, 30), (60000, 0, 1350))]
    watched = {70 + day * 1440: QUIET for day in range(4)} | {70 + 4 * 1440: BOTH}
    said = play(generation, tmp_path, rules, [Scenario(http(*days), watched)])
    assert said.accepted, said.text


def test_an_expression_has_each_row_once() -> None:
    text = unless_corrected("up", spans(YEAR), timedelta(hours=1))
    assert len(re.findall(r"% 86400", text)) == 3
    assert len(text) < 500


def test_an_objective_has_every_time() -> None:
    [objective] = objectives(shop(slo(), policy(), nights(YEAR)))
    assert len(objective.corrections) == 365


def test_datadog_repeats_what_it_can() -> None:
    bodies = compiled(datadog_shop(datadog_slo(), entry(), nights(WEEKDAYS)))
    [body] = [body for name, body in bodies.items() if name.startswith("correction ")]
    assert {key: body[key] for key in ("rrule", "duration", "timezone")} == {
        "rrule": WEEKDAYS,
        "duration": 11 * 3600,
        "timezone": "Europe/Berlin",
    }
    assert "end" not in body


def test_datadog_gets_each_time_of_another_recurrence() -> None:
    rrule = "FREQ=MONTHLY;BYMONTHDAY=30;COUNT=4"
    bodies = compiled(datadog_shop(datadog_slo(), entry(), nights(rrule)))
    found = [body for name, body in bodies.items() if name.startswith("correction ")]
    assert [body["start"] for body in found] == [one.start.timestamp() for one in spans(rrule)]
    assert all("rrule" not in body for body in found)
