"""The digest of an objective: it changes with all that a backtest replays, and with nothing else.

The values here are written out. They are in results of backtests that users keep. Where one fails,
change the code back, or let FORMAT grow: every result that was written before is stale then.
"""

import dataclasses
import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.burnrate import BurnRateAlert, SingleWindow, WindowPair
from reliability.promql.query import SelectorQuery, WindowedQuery
from reliability.promql.sampled_query import SampledQuery
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import Objective, objectives
from reliability.resolve.sli import (
    AnySli,
    GaugeRatioSli,
    RatioSli,
    RatioTimesliceSli,
    RawSli,
    ThresholdSli,
    TimesliceSli,
)
from tests.check.changes.test_changes import POLICY, SLO, edited
from tests.check.examples import minimal_files
from tests.check.repository import loaded


@dataclass(frozen=True)
class Stated(Objective):
    """An objective whose SLI is given instead of read from its document."""

    stated: AnySli | None = None

    @property
    def sli(self) -> AnySli | None:
        return self.stated


@dataclass(frozen=True)
class RatioOfCounters(RatioSli):
    """The same SLI under another name in Python."""


@dataclass(frozen=True)
class Selected(SelectorQuery):
    """The same query under another name in Python."""


@dataclass(frozen=True)
class Burning(BurnRateAlert):
    """The same alert under another name in Python."""


@dataclass(frozen=True)
class TwoWindows(WindowPair):
    """The same pair of windows under another name in Python."""


def the_objective(files: dict[str, str] | None = None) -> Objective:
    [objective] = objectives(loaded(files or minimal_files())[0])
    return objective


OBJECTIVE = the_objective()


def values_of(thing: Any) -> dict[str, Any]:
    return {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}


def stated(sli: AnySli | None) -> str:
    """The digest of the objective with another SLI."""
    return definition_digest(Stated(**values_of(OBJECTIVE), stated=sli))


def alerting(*alerts: BurnRateAlert) -> str:
    """The digest of the objective with other alerts."""
    return definition_digest(dataclasses.replace(OBJECTIVE, alerts=alerts))


ALERT = BurnRateAlert(
    service="pay",
    slo="fast",
    objective="",
    tier="alert",
    target=Decimal("0.999"),
    period=timedelta(days=30),
    pairs=(WindowPair(timedelta(hours=1), timedelta(minutes=5), Fraction(1, 50)),),
    minimum_failures=3,
)
SAMPLED = SampledQuery("queue_length")


def test_the_digest_of_an_objective_is_known() -> None:
    assert definition_digest(OBJECTIVE) == "acad33f0af4f38df"


@pytest.mark.parametrize(
    ("sli", "digest"),
    [
        (None, "f9d1a83090bb3970"),
        (
            RatioSli("bad", SelectorQuery("errors_total", ("code",)), WindowedQuery("all")),
            "36a7456aabd2bc38",
        ),
        (GaugeRatioSli("good", SAMPLED, SAMPLED), "4d9337af2224f4ab"),
        (RawSli("success", SAMPLED), "cb0059c602953bdf"),
        (ThresholdSli("lte", Decimal("0.5"), SAMPLED), "8030824c3efd6f85"),
        (
            TimesliceSli(RawSli("failure", SAMPLED), timedelta(minutes=5), Decimal("0.95")),
            "54bca3df91ac0391",
        ),
        (RatioTimesliceSli(RawSli("failure", SAMPLED), timedelta(minutes=5)), "39163b70553cc876"),
    ],
)
def test_the_digest_of_each_form_of_sli_is_known(sli: AnySli | None, digest: str) -> None:
    assert stated(sli) == digest


@pytest.mark.parametrize(
    ("alert", "digest"),
    [
        (ALERT, "bbc1ac9162a25870"),
        (
            dataclasses.replace(
                ALERT,
                pairs=(SingleWindow(timedelta(hours=6), 2.5, True),),
                after=timedelta(minutes=10),
                policy="burns",
            ),
            "ede24646af656941",
        ),
    ],
)
def test_the_digest_of_each_form_of_alert_is_known(alert: BurnRateAlert, digest: str) -> None:
    assert alerting(alert) == digest


def test_the_digest_of_queries_for_datadog_is_known() -> None:
    query = "metricSource: {type: Datadog, spec: {query: 'sum:requests{*}.as_count()'}}"
    files = minimal_files()
    files[SLO] = re.sub(r"metricSource: \{type: Prometheus.*?\}\}", query, files[SLO])
    assert len(the_objective(files).metrics) == 2
    assert definition_digest(the_objective(files)) == "2845ce42e9f9cb1c"


lengths = st.sampled_from([timedelta(minutes=5), timedelta(hours=1), timedelta(microseconds=1)])
numbers = st.sampled_from([Decimal(text) for text in ("0.9", "0.90", "0.99", "1E+2", "100", "0")])
texts = st.sampled_from(["x", "y"])
selected = st.builds(SelectorQuery, texts, st.lists(texts, max_size=2).map(tuple))
windowed, sampled = st.builds(WindowedQuery, texts), st.builds(SampledQuery, texts)
counted = selected | windowed
gauges = counted | sampled
values = sampled | windowed
counts = st.sampled_from(["good", "bad"])
wholes: tuple[st.SearchStrategy[Any], ...] = (
    st.builds(RatioSli, counts, counted, counted),
    st.builds(GaugeRatioSli, counts, gauges, gauges),
    st.builds(RawSli, st.sampled_from(["success", "failure"]), values),
    st.builds(ThresholdSli, st.sampled_from(["lt", "lte", "gt", "gte"]), numbers, values),
)
forms: tuple[st.SearchStrategy[Any], ...] = (
    *wholes,
    st.builds(TimesliceSli, st.one_of(*wholes), lengths, numbers),
    st.builds(RatioTimesliceSli, st.one_of(*wholes), lengths),
)
slis = st.one_of(*forms)
shares = st.sampled_from([Fraction(1, 50), Fraction(1, 10), Fraction(1)])
windows = st.one_of(
    st.builds(WindowPair, lengths, lengths, shares),
    st.builds(SingleWindow, lengths, st.sampled_from([1.0, 14.4]), st.booleans()),
)
ALERT_PARTS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("service", "slo", "objective", "policy", "tier"), texts),
    "target": numbers,
    "period": lengths,
    "pairs": st.lists(windows, min_size=1, max_size=2).map(tuple),
    "minimum_failures": st.integers(0, 2),
    "after": lengths,
}
alerts = st.builds(BurnRateAlert, **ALERT_PARTS)
NAMES: dict[str, Any] = {"service": "", "slo": "", "objective": "", "policy": ""}


@given(st.none() | slis, slis)
def test_the_digests_of_two_slis_are_equal_if_the_slis_are(one: Any, other: Any) -> None:
    assert (stated(one) == stated(other)) is (one == other)


@given(st.sampled_from(forms).flatmap(lambda form: st.tuples(form, form)), st.data())
def test_each_part_of_an_sli_counts(pair: tuple[Any, Any], data: st.DataObject) -> None:
    """One part from another SLI of the same form: a part that was forgotten shows at once."""
    sli, other = pair
    part = data.draw(st.sampled_from(dataclasses.fields(sli))).name
    changed = dataclasses.replace(sli, **{part: getattr(other, part)})
    assert (stated(sli) == stated(changed)) is (sli == changed)


@pytest.mark.parametrize("part", [field.name for field in dataclasses.fields(BurnRateAlert)])
@given(alerts, st.data())
def test_each_part_of_an_alert_counts_but_for_names(
    part: str, alert: BurnRateAlert, data: st.DataObject
) -> None:
    changed = dataclasses.replace(alert, **{part: data.draw(ALERT_PARTS[part])})
    is_same = dataclasses.replace(alert, **NAMES) == dataclasses.replace(changed, **NAMES)
    assert (alerting(alert) == alerting(changed)) is is_same


@given(alerts, alerts)
def test_the_order_of_alerts_counts(one: BurnRateAlert, other: BurnRateAlert) -> None:
    one, other = (dataclasses.replace(alert, **NAMES) for alert in (one, other))
    assert (alerting(one, other) == alerting(other, one)) is (one == other)


def test_another_name_in_python_is_the_same_digest() -> None:
    good, total = SelectorQuery("good", ("code",)), SelectorQuery("total")
    renamed = RatioOfCounters("good", Selected("good", ("code",)), Selected("total"))
    assert stated(renamed) == stated(RatioSli("good", good, total))
    alert = OBJECTIVE.alerts[0]
    pairs = tuple(TwoWindows(**values_of(pair)) for pair in alert.pairs)
    assert alerting(Burning(**{**values_of(alert), "pairs": pairs})) == alerting(alert)
    assert repr(renamed) != repr(RatioSli("good", good, total))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (SLO, "name: attendance-clock-in", "name: clock-in"),
        (SLO, "name: clock-in-success", "name: clock-ins"),
        (SLO, "start of the day", "end of the day"),
        (SLO, "@tech-lead", "@new-lead"),
        (SLO, "target: 0.999", "target: 0.9990"),
        (SLO, "target: 0.999", "targetPercent: 99.9"),
        (POLICY, "clock-in.md", "heartbeat.md"),
    ],
)
def test_names_prose_and_other_spellings_are_the_same_digest(path: str, old: str, new: str) -> None:
    files = edited(path, (old, new))
    if "name: clock-in" in files[SLO].splitlines()[3]:
        files = {**files, POLICY: files[POLICY].replace("attendance-clock-in", "clock-in")}
    assert definition_digest(the_objective(files)) == definition_digest(OBJECTIVE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("target: 0.999", "target: 0.9991"),
        ("duration: 30d", "duration: 28d"),
        ("reliability/status", "reliability/group-by: code\n    reliability/status"),
        ("5..", "4.."),
    ],
)
def test_what_is_replayed_is_another_digest(old: str, new: str) -> None:
    files = edited(SLO, (old, new))
    assert definition_digest(the_objective(files)) != definition_digest(OBJECTIVE)
