"""Groups of rules replayed together: their order, what each reads, its alerts and its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pytest

from reliability.promql.evaluate.lines import written
from reliability.promql.evaluate.order import Order
from reliability.promql.evaluate.refused import CannotReplay, WouldFail
from reliability.promql.evaluate.replay import EvaluationGrid, Replay, replay
from reliability.promql.evaluate.rules import (
    Alerting,
    Recording,
    RuleGroup,
    duration,
    read,
    selectors,
)
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import is_stale
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.promql.language.description import series
from tests.promql.language.script import Load
from tests.promql.language.storage import Loaded

START: Final = datetime(2026, 9, 1, tzinfo=UTC)
FIRST: Final = round(START.timestamp() * 1000)
MINUTE: Final = timedelta(minutes=1)
SERIES: Final = (
    'x{a="1"} 0 1 2 3 4 5 0 0 0 0 0 0',
    'x{a="2"} 5 4 3 2 1 0 _ stale 7 7 7 7',
    "y 1 1 1 0 0 0 1 1 1 1 1 1",
    "h {{schema:0 sum:1 count:1 buckets:[1]}} {{schema:0 sum:2 count:3 buckets:[3]}} 4 stale",
)


@dataclass(slots=True)
class Stored:
    """A `SampleReader` of the series, which remembers what it was asked for."""

    asked: list[str] = field(default_factory=list)
    description: str = "a test"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        minutes = ((moment - START) / MINUTE for moment in (span.start, span.end))
        self.asked.append(f"{selector.text} {' to '.join(f'{minute:g}' for minute in minutes)}")
        loaded = Loaded()
        loaded.load(Load(60_000, tuple(map(series, SERIES)), False))
        for stored in loaded.storage.series:
            if selector.matches(dict(stored.labels)):
                samples = Samples(stored.times + FIRST, stored.values, stored.histograms)
                yield Counter(dict(stored.labels), samples)


def group(*rules: Mapping[str, Any], name: str = "g", **settings: Any) -> RuleGroup:
    return RuleGroup.of({"name": name, "rules": list(rules), **settings})


def record(name: str, expression: str, **labels: str) -> dict[str, Any]:
    return {"record": name, "expr": expression, "labels": labels}


def alert(expression: str, name: str = "A", **settings: Any) -> dict[str, Any]:
    return {"alert": name, "expr": expression, **settings}


def replayed(*groups: RuleGroup, **grid: Any) -> tuple[Replay, list[str]]:
    reader = Stored()
    span = TimeSpan(START, START + 8 * MINUTE)
    return replay(groups, reader, span, Semantics(), EvaluationGrid(**grid)), reader.asked


def alerts(result: Replay) -> list[str]:
    """Labels and states of each alert, `-` where there is none."""
    lines = []
    for found in result.alerts:
        states = zip(found.states.pending.tolist(), found.states.firing.tolist(), strict=True)
        shown = "".join("pf"[fires] if waits or fires else "-" for waits, fires in states)
        lines.append(f"{written(found.labels)} {shown}")
    return lines


def records(result: Replay) -> list[str]:
    """Recorded series with their samples, each after its minute."""
    return [
        f"{written(one.labels)} "
        + " ".join(
            f"{(at - FIRST) / 60_000:g}={'stale' if stale else f'{value:g}'}"
            for at, value, stale in zip(
                one.times.tolist(), one.values.tolist(), is_stale(one.values), strict=True
            )
        )
        for one in result.storage.series
        if dict(one.labels)["__name__"].endswith(":r")
    ]


def test_a_rule_sets_and_removes_labels() -> None:
    labels = {"a": "", "team": "web", "alertname": "B"}
    result, asked = replayed(group(alert('x{a="1"} > 2', labels=labels)))
    assert alerts(result) == ['{alertname="A", team="web"} ---fff--']
    assert asked == ['x{a="1"} -6 to 8']


def test_each_label_set_is_an_alert() -> None:
    result, _ = replayed(group(alert("x > 2", **{"for": "1m"})))
    assert alerts(result) == [
        '{a="1", alertname="A"} ---pff--',
        '{a="2", alertname="A"} pff-----',
    ]
    assert [found.every for found in result.alerts] == [MINUTE, MINUTE]
    assert [found.rule.name for found in result.alerts] == ["A", "A"]


def test_an_alert_whose_labels_become_equal_fails() -> None:
    with pytest.raises(WouldFail, match="same labelset"):
        replayed(group(alert("x > 0", labels={"a": "both"})))


def test_a_number_is_an_alert_without_labels() -> None:
    result, asked = replayed(group(alert("vector(1) > bool 0"), alert("1", "B")))
    assert alerts(result) == ['{alertname="A"} ffffffff', '{alertname="B"} ffffffff']
    assert asked == []


def test_a_recording_ends_with_a_stale_marker() -> None:
    rules = group(record("s:r", 'x{a="1"} > 2', team="web", a=""), alert("s:r"))
    result, _ = replayed(rules)
    assert records(result) == ['{__name__="s:r", team="web"} 3=3 4=4 5=5 6=stale']
    assert alerts(result) == ['{alertname="A", team="web"} ---fff--']


def test_histograms_are_recorded_beside_numbers() -> None:
    result, _ = replayed(group(record("s:r", "h"), alert("histogram_count(s:r) > 2")))
    assert records(result) == ['{__name__="s:r"} 0=0 1=0 2=4 3=stale']
    assert alerts(result) == ['{alertname="A"} -f------']
    [recorded] = [one for one in result.storage.series if ("__name__", "s:r") in one.labels]
    assert [sample is not None for sample in recorded.samples] == [True, True, False, False]


def test_a_query_offset_reads_and_writes_earlier() -> None:
    rules = group(record("s:r", 'x{a="1"} > 2'), alert("s:r"), query_offset="2m")
    result, asked = replayed(rules)
    assert records(result) == ['{__name__="s:r", a="1"} 3=3 4=4 5=5']
    assert alerts(result) == ['{a="1", alertname="A"} -----fff']
    assert asked == ['x{a="1"} -17 to 8']


def test_a_limit_fails_a_recording() -> None:
    result, _ = replayed(group(record("s:r", "x"), alert("s:r > 4"), limit=1))
    assert records(result) == ['{__name__="s:r", a="1"} 7=0']


def test_rules_read_what_others_record() -> None:
    last = group(record("c:r", "a:r + b:r"), alert("c:r > 5"), name="last")
    first = group(record("a:r", 'x{a="1"}'), record("b:r", "a:r * 2"), name="first", interval="2m")
    result, asked = replayed(last, first)
    assert [line.split()[0] for line in records(result)] == [
        *('{__name__="a:r",', '{__name__="b:r",', '{__name__="c:r",'),
    ]
    assert alerts(result) == ['{a="1", alertname="A"} --ffff--']
    assert asked == ['x{a="1"} -31 to 8']


def test_only_rules_that_are_needed_are_evaluated() -> None:
    rules = group(record("a:r", "x"), record("b:r", "y"), alert("b:r"))
    result, asked = replayed(rules)
    assert [line.split()[0] for line in records(result)] == ['{__name__="b:r"}']
    assert [line.split()[0] for line in asked] == ["y{}"]


def test_selectors_with_fewer_matchers_are_read_first() -> None:
    rules = group(alert('sum(x{a="1",b=""}) + sum(y) + sum(x{a="1"}) + sum(x)'))
    assert [line.split()[0] for line in replayed(rules)[1]] == [
        *("y{}", "x{}", 'x{a="1"}', 'x{a="1",b=""}'),
    ]


def test_rules_of_one_name_are_told_apart_by_the_labels_that_they_set() -> None:
    every = record("a:r", 'x{a="1"}', of="all")
    part = record("a:r", 'a:r{of="all"} - 2', of="part")
    other = record("b:r", 'a:r{of="none"}')
    result, asked = replayed(group(every, part, other, alert('a:r{of="part"} > 1')))
    assert [line.split()[2] for line in records(result)] == ['of="all"}', 'of="part"}']
    assert alerts(result) == ['{a="1", alertname="A", of="part"} ----ff--']
    assert [line.split()[0] for line in asked] == ['x{a="1"}']


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ((record("a:r", "a:r + 1"),), "a:r reads what it records itself"),
        (
            (record("b:r", "a:r"), record("a:r", "x")),
            "b:r reads a:r, which is recorded after it in the same group",
        ),
    ],
)
def test_what_a_group_records_later_cannot_be_read(
    rules: tuple[dict[str, Any], ...], message: str
) -> None:
    with pytest.raises(CannotReplay) as refused:
        Order.of((group(*rules),), lambda _: True, 0, lookback=0)
    assert str(refused.value) == message


def test_two_groups_that_read_each_other_cannot_be_replayed() -> None:
    groups = (
        group(record("a:r", "b:r"), name="one"),
        group(record("b:r", "a:r"), name="other"),
    )
    with pytest.raises(CannotReplay, match="reads what it records itself"):
        Order.of(groups, lambda _: True, 0, lookback=0)


def ordered(*groups: RuleGroup, lookback: int = 0) -> tuple[list[str], dict[str, int]]:
    """The names of the rules with the time from which each is needed, and what is read."""
    order = Order.of(groups, lambda rule: isinstance(rule, Alerting), 3_600_000, lookback)
    rules = [f"{place.rule.name} {order.since_of(place) / 60_000:g}" for place in order.rules]
    return rules, {selector.text: round(at / 60_000) for selector, at in order.raw.items()}


@pytest.mark.parametrize(
    ("expression", "rules", "raw"),
    [
        ("x", ["A 60"], {"x{}": 60}),
        ("rate(x[5m])", ["A 60"], {"x{}": 55}),
        ("rate(x[5m] offset 10m)", ["A 60"], {"x{}": 45}),
        ("x offset -10m", ["A 60"], {"x{}": 60}),
        ("max_over_time(rate(x[5m])[30m:1m])", ["A 60"], {"x{}": 25}),
        ("x @ 60", ["A 60"], {"x{}": 1}),
        ("rate(x[5m] @ 900)", ["A 60"], {"x{}": 10}),
        ("x + rate(x[7m]) + x offset 3m", ["A 60"], {"x{}": 53}),
        ("a:r", ["a:r 58", "A 60"], {"x{}": 48}),
        ("rate(a:r[5m])", ["a:r 53", "A 60"], {"x{}": 43}),
        ("b:r", ["a:r 56", "b:r 58", "A 60"], {"x{}": 46}),
        ("a:r + b:r", ["a:r 56", "b:r 58", "A 60"], {"x{}": 46}),
        ("b:r + a:r", ["a:r 56", "b:r 58", "A 60"], {"x{}": 46}),
        ('{__name__="a:r"}', ["a:r 58", "A 60"], {"x{}": 48}),
        ('{__name__=~"a:r"}', ["A 60"], {'{__name__=~"a:r"}': 60}),
        ('x{b="a:r"}', ["A 60"], {'x{b="a:r"}': 60}),
        ('{b="a:r"}', ["A 60"], {'{b="a:r"}': 60}),
        ('{b="a:r",__name__="b:r"}', ["a:r 56", "b:r 58", "A 60"], {"x{}": 46}),
        ("twice:r", ["twice:r 58", "twice:r 58", "A 60"], {"x{}": 58, "y{}": 58}),
    ],
)
def test_from_when_on_a_rule_and_a_selector_are_needed(
    expression: str, rules: list[str], raw: dict[str, int]
) -> None:
    recordings = group(
        record("a:r", "rate(x[10m])"),
        record("b:r", "a:r"),
        record("twice:r", "x"),
        record("twice:r", "y"),
        name="recordings",
    )
    assert ordered(group(alert(expression)), recordings) == (rules, raw)


def test_the_lookback_and_the_query_offset_are_read_too() -> None:
    shifted = group(alert("x"), query_offset="3m")
    assert ordered(shifted, lookback=300_000)[1] == {"x{}": 52}


def test_an_interval_of_a_recording_is_read_twice() -> None:
    slow = group(record("a:r", "x"), name="slow", interval="10m")
    assert ordered(group(alert("a:r")), slow) == (["a:r 40", "A 60"], {"x{}": 40})


def test_a_group_as_it_is_parsed() -> None:
    parsed = group(
        record("a:r", "x", n="5"),
        alert("x", labels=None, **{"for": "90s", "keep_firing_for": "1h"}),
        interval="30s",
        query_offset="1m30s",
        limit=7,
    )
    assert (parsed.name, parsed.every, parsed.limit) == ("g", timedelta(seconds=30), 7)
    assert parsed.offset == timedelta(seconds=90)
    recording, alerting = parsed.rules
    assert isinstance(recording, Recording)
    assert isinstance(alerting, Alerting)
    assert (recording.name, recording.labels) == ("a:r", {"n": "5"})
    assert (alerting.after, alerting.keep) == (timedelta(seconds=90), timedelta(hours=1))
    assert alerting.labels == {}
    assert group().every == MINUTE
    assert RuleGroup.of({"name": "g", "rules": []}, timedelta(seconds=5)).every.seconds == 5


@pytest.mark.parametrize("value", ["{{ $value }}", "{{ .Value }}"])
def test_a_value_among_the_labels_is_refused(value: str) -> None:
    with pytest.raises(CannotReplay) as refused:
        group(alert("x", labels={"v": value}))
    assert str(refused.value) == "A has its value among its labels: each value is another alert"
    assert group(record("a:r", "x", v=value)).rules


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (None, timedelta()),
        ("", timedelta()),
        ("0", timedelta()),
        ("0s", timedelta()),
        ("0h0m", timedelta()),
        ("00d", timedelta()),
        ("90s", timedelta(seconds=90)),
        ("1h30m", timedelta(minutes=90)),
        ("5ms", timedelta(milliseconds=5)),
    ],
)
def test_a_duration(text: str | None, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["soon", "1.5h", "-5m", "0x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(CannotReplay, match=f"not a valid duration: {text}: "):
        duration(text)


def test_an_expression_that_does_not_parse_is_shown_in_part() -> None:
    with pytest.raises(CannotReplay) as refused:
        read("sum( " + "x + " * 100)
    text, _, rest = str(refused.value).partition("[...]")
    assert (len(text) + 5, rest[:2]) == (200, ": ")
    assert rest.endswith("forms behind Prometheus's feature flags are not replayed")


@pytest.mark.parametrize(
    ("expression", "reads"),
    [
        ("x", [0]),
        ("rate(x[5m])", [300_000]),
        ("x offset 1m + y offset -1m", [60_000, 0]),
        ("max_over_time(x[1h:5m] offset 1h)", [7_200_000]),
        ("1", []),
    ],
)
def test_how_far_back_an_expression_reads(expression: str, reads: list[int]) -> None:
    assert [before for _, before in selectors(read(expression))] == reads


@pytest.mark.parametrize(
    ("phase", "pauses", "minutes"),
    [
        (0, [], [0, 2, 4, 6, 8]),
        (0.5, [], [0.5, 2.5, 4.5, 6.5, 8.5]),
        (-0.5, [], [1.5, 3.5, 5.5, 7.5]),
        (5, [], [1, 3, 5, 7]),
        (0, [(2, 4)], [0, 4, 6, 8]),
        (0, [(1, 3), (4, 8.5)], [0]),
        (0, [(3, 3.5)], [0, 2, 4, 6, 8]),
    ],
)
def test_a_grid_of_evaluations(
    phase: float, pauses: list[tuple[float, float]], minutes: list[float]
) -> None:
    spans = tuple(TimeSpan(START + a * MINUTE, START + b * MINUTE) for a, b in pauses)
    grid = EvaluationGrid(phase * MINUTE, spans)
    times = grid.times(2 * MINUTE, FIRST, FIRST + 9 * 60_000)
    assert ((times - FIRST) / 60_000).tolist() == minutes


def test_a_group_may_have_a_phase_of_its_own() -> None:
    grid = EvaluationGrid(MINUTE / 4, phases={"g": MINUTE / 2})
    of_groups = [grid.of(group(name=name), FIRST, FIRST + 60_000) - FIRST for name in ("g", "h")]
    assert np.concatenate(of_groups).tolist() == [30_000, 15_000]


@pytest.mark.parametrize(
    ("ranges", "increments"), [(Ranges.CLOSED, [0, 1, 5]), (Ranges.LEFT_OPEN, [0, 0, 4])]
)
def test_increments_of_a_window(ranges: Ranges, increments: list[int]) -> None:
    windows: Iterable[timedelta] = (MINUTE / 2, MINUTE, 5 * MINUTE)
    assert [ranges.increments(window, MINUTE) for window in windows] == increments


def test_semantics_in_words() -> None:
    assert str(Ranges.LEFT_OPEN.words) == "ranges exclude their start, as in Prometheus 3"
    assert str(Ranges.CLOSED.words) == "ranges include their start, as in Prometheus 2"
