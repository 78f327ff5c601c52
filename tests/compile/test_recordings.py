"""Recordings that texts and budgets read: absent until they are true, and right from then on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.compile.forms import timeslices
from tests.compile.repositories import Document, policy, rules_of, shop, slo, windows
from tests.compile.scenarios import Scenario, Value, counter, http, play
from tests.servers.generation import Generation

EVENTS: Final = "slo:sli_events:increase1h"
RECORDED: Final = "slo:period_recorded:ratio"
TARGET: Final = "slo:objective:ratio"
RATIO: Final = "slo:sli_error:ratio_rate1h"
NAMES: Final = '{sloth_id="shop-shop-checkout",sloth_service="shop",sloth_slo="shop-checkout"}'
WINDOWS: Final = windows("quick", "12h", [("1h", "5m", "20%")], [])
POLICY: Final = policy({"slo": "shop-checkout", "windows": "quick"})
MONTH: Final = {"startTime": "1969-12-01 00:00:00", "timeZone": "UTC"}
HALF_DAY: Final = slo(target=0.99, period="12h")
"""Of 48 steps of a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Case:
    """An SLO, what is measured or recorded before, and what is recorded of it at which minutes."""

    slo: Document
    series: Mapping[str, str]
    record: str
    values: Mapping[int, Mapping[str, float]]
    rules: tuple[str, ...] = ()
    """The rules that are evaluated, all if there are none; others' series are given."""

    @property
    def scenario(self) -> Scenario:
        """Values without what is the same for each."""
        shown = f"sum without (sloth_id, sloth_service, sloth_slo, sloth_window) ({self.record})"
        values = (
            Value(minute, f"round({shown}, 0.0001)", values)
            for minute, values in self.values.items()
        )
        return Scenario(self.series, values=tuple(values))


CASES: Final[dict[str, Case]] = {
    "events, once the counters existed an hour ago": Case(
        slo(target=0.99),
        http((600, 0.25, 120)),
        EVENTS,
        {
            59: {},
            61: {'{events="failed"}': 9000, '{events="total"}': 36000},
            120: {'{events="failed"}': 9000, '{events="total"}': 36000},
        },
    ),
    "no events without traffic": Case(
        slo(target=0.99), http((600, 0.25, 5), (0, 0, 120)), EVENTS, {120: {}}
    ),
    "events of each group, also of one that came later": Case(
        slo(target=0.99, annotations={"group-by": "region"}),
        {
            **http((600, 0, 120), more=',region="us"'),
            'http_requests_total{job="shop",code="500",region="eu"}': f"_x90 {counter((60, 30))}",
        },
        EVENTS,
        {
            59: {},
            100: {
                '{events="failed",region="us"}': 0,
                '{events="total",region="us"}': 36000,
                '{events="failed",region="eu"}': 600,
                '{events="total",region="eu"}': 600,
            },
        },
    ),
    "slices, once an hour of them is there": Case(
        timeslices(slo(target=0.99)),
        http((600, 0.5, 120)),
        EVENTS,
        {55: {}, 66: {'{events="failed"}': 12, '{events="total"}': 12}},
    ),
    "what is recorded of a period": Case(
        HALF_DAY, http((600, 0, 800)), RECORDED, {2: {"{}": 0}, 359: {"{}": 0.4583}, 730: {"{}": 1}}
    ),
    "a gap of an hour long ago": Case(
        HALF_DAY,
        {TARGET + NAMES: "0.99x120 _x60 0.99x900", RATIO + NAMES: "0.5x900"},
        RECORDED,
        {859: {"{}": 0.8958}, 899: {"{}": 0.9375}, 919: {"{}": 1}},
        (RECORDED,),
    ),
    "a gap of the last hours, with failures and without": Case(
        HALF_DAY,
        {TARGET + NAMES: "0.99x702 _x100 0.99x900", RATIO + NAMES: "0x850 0.5x900"},
        RECORDED,
        {839: {"{}": 0.8542}, 869: {}, 1149: {}, 1163: {"{}": 0.8542}, 1539: {"{}": 1}},
        (RECORDED,),
    ),
    "the part of a month that is over": Case(
        slo(target=0.99, timeWindow=[{"duration": "1M", "calendar": MONTH}]),
        http((600, 0, 200)),
        RECORDED,
        {14: {}, 45: {"{}": 1}, 200: {"{}": 1}},
    ),
    "a month in which the rules came later": Case(
        slo(target=0.99, timeWindow=[{"duration": "1M", "calendar": MONTH}]),
        {"slo:period_start:seconds" + NAMES: "_x400 0x400", RATIO + NAMES: "0x800"},
        RECORDED,
        {419: {"{}": 0}, 799: {"{}": 0.4808}},
        (RECORDED,),
    ),
}


@pytest.mark.tools
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_recordings(generation: Generation, tmp_path: Path, case: Case) -> None:
    rules = rules_of(shop(WINDOWS, case.slo, POLICY))
    if case.rules:
        for group in rules["groups"]:
            group["rules"] = [each for each in group["rules"] if each.get("record") in case.rules]
    said = play(generation, tmp_path, rules, [case.scenario])
    assert said.accepted, said.text
