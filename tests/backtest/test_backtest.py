"""What a backtest says about a change, on small repositories."""

import numpy as np
import pytest

from reliability.backtest.engine import backtest
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.headline import headline
from reliability.backtest.outcome import AlertFirings, Backtest, NoAlert, Outcome, SliSummary
from reliability.backtest.pairs import Chosen
from reliability.history.series import NoHistory
from reliability.timespan import MINUTE
from tests.backtest.replaying import START
from tests.backtest.repository import (
    SPAN,
    Held,
    burst,
    catalog,
    day,
    incident,
    policy,
    quiet,
    replay,
    slo,
)

SHOP = catalog(slo("checkout"), policy("checkout"))


def outcome(result: Backtest, tier: str, side: str = "new") -> Outcome:
    [found] = [row for row in result.rows if row.tier == tier]
    return found.new if side == "new" else found.old


def fired(result: Backtest, tier: str, side: str = "new") -> AlertFirings:
    found = outcome(result, tier, side)
    assert isinstance(found, AlertFirings)
    return found


def test_a_burst_pages_once_while_it_lasts() -> None:
    bad = quiet()
    burst(bad, day(5), share=0.1)
    pages = fired(replay(SHOP, {"checkout": bad}), "alert")
    [episode] = pages.episodes
    assert day(5).start < episode.span.start < day(5).end < episode.span.end
    assert pages.per_week.value == 0.25


def test_the_budget_spent_at_the_first_firing_is_that_of_the_window_that_fired() -> None:
    """At 10 % failing, 1 h x 14.4 x 0.1 % is reached after nine minutes: 2 % of the budget."""
    bad = quiet()
    burst(bad, day(5), share=0.1)
    [episode] = fired(replay(SHOP, {"checkout": bad}), "alert").episodes
    assert (episode.span.start - day(5).start).total_seconds() == 9 * 60
    assert abs((episode.spent or 0.0) - 9 * 100 / (0.001 * 1000 * 30 * 1440)) < 1e-9


def test_a_change_from_alert_to_ticket_misses_what_it_caught() -> None:
    bad = quiet()
    burst(bad, day(5), share=0.1)
    muted = catalog(slo("checkout"), policy("checkout", "fast: ticket, slow: ticket"))
    result = replay(muted, {"checkout": bad}, old=SHOP)
    assert outcome(result, "alert") == NoAlert()
    [verdict] = result.verdicts
    assert verdict.is_newly_missed
    assert headline(result) == (
        "alert episodes a week 0.2 -> 0.0 · ticket episodes a week 0.0 -> 0.2 · "
        "significant events caught "
        "1 of 1 -> 0 of 1 (derived from the error budget); "
        "ticket only 1 (paged before): 9 September with 6.9 % of the budget spent"
    )


def test_significant_events_are_measured_by_the_base_on_both_sides() -> None:
    """A looser target makes the budget larger; the event keeps the share of the promise made."""
    bad = quiet()
    burst(bad, day(5), share=0.1)
    loose = catalog(slo("checkout", "0.98"), policy("checkout"))
    [verdict] = replay(loose, {"checkout": bad}, old=SHOP).verdicts
    assert verdict.event.span == day(5)
    assert round(verdict.spent or 0.0, 3) == 0.069
    assert (verdict.old.word, verdict.new.word) == ("caught", "missed")


def test_incidents_on_record_take_the_place_of_significant_events() -> None:
    bad = quiet()
    burst(bad, day(5), share=0.1)
    burst(bad, day(9), share=0.004)
    shop = catalog(slo("checkout"), policy("checkout"), incident("slow", day(9)))
    [verdict] = replay(shop, {"checkout": bad}).verdicts
    assert (verdict.event.name, verdict.event.kind) == ("slow", "incident")
    assert verdict.new.word == "missed"


def test_an_incident_cannot_be_hidden_by_removing_its_record() -> None:
    recorded = catalog(slo("checkout"), policy("checkout"), incident("slow", day(9)))
    result = replay(SHOP, {"checkout": quiet()}, old=recorded)
    assert [verdict.event.name for verdict in result.verdicts] == ["slow"]


def test_an_incident_is_caught_by_any_slo_that_it_hurt_and_by_no_other() -> None:
    bad, other = quiet(), quiet()
    burst(bad, day(9), share=0.1)
    burst(other, day(9), share=0.1)
    documents = (slo("checkout"), slo("search"), policy("checkout"), policy("search"))
    hurt = catalog(*documents, incident("slow", day(9), ("checkout", "search")))
    [verdict] = replay(hurt, {"checkout": quiet(), "search": other}).verdicts
    assert verdict.new.word == "caught"
    one = catalog(*documents, incident("slow", day(9), ("checkout",)))
    [verdict] = replay(one, {"checkout": quiet(), "search": other}).verdicts
    assert verdict.new.word == "missed"


def test_an_alert_that_ends_before_an_incident_did_not_catch_it() -> None:
    bad = quiet()
    burst(bad, day(9, hour=2), share=0.5)
    shop = catalog(slo("checkout"), policy("checkout"), incident("slow", day(9, hour=20)))
    [verdict] = replay(shop, {"checkout": bad}).verdicts
    assert verdict.new.word == "missed"


def test_an_slo_without_history_has_none_and_not_zero() -> None:
    result = replay(SHOP, {})
    assert outcome(result, "alert") == NoHistory("nothing is stored")
    assert result.objectives[0].history == NoHistory("nothing is stored")
    assert result.coverage == 0


FORMS = {
    "judged in slices of time": (
        ("budgetingMethod: Occurrences", "budgetingMethod: RatioTimeslices"),
        ("target: 0.999", "target: 0.999, timeSliceWindow: 5m"),
    ),
    "a ratio of gauges (counter: false)": (("counter: true", ""), ("requests_total", "requests")),
    "a raw ratio": (
        ("counter: true", "rawType: success"),
        ("good:", "raw:"),
        ("total: {metricSource: {type: Prometheus, spec: {query: 'requests_total'}}}", ""),
    ),
    "a threshold": (
        ("ratioMetric:", ""),
        ("counter: true", ""),
        ("  good:", "thresholdMetric:"),
        ("  total: {metricSource: {type: Prometheus, spec: {query: 'requests_total'}}}", ""),
        ("target: 0.999", "target: 0.999, op: lte, value: 5"),
    ),
}


@pytest.mark.parametrize(("form", "changes"), FORMS.items(), ids=FORMS.keys())
def test_a_form_that_is_not_replayed_has_no_history_whatever_the_source_holds(
    form: str, changes: tuple[tuple[str, str], ...]
) -> None:
    written = slo("checkout")
    for old, new in changes:
        assert old in written
        written = written.replace(old, new)
    result = replay(catalog(written, policy("checkout")), {"checkout": quiet()}, SHOP)
    instead = "event mode counts events of counters; replay with --mode sample"
    why = NoHistory(f"its SLI is {form}, and {instead}")
    assert outcome(result, "alert") == why
    assert result.objectives[0].history == why
    assert headline(result) == ("nothing replayed: 2 alerts without enough history")


def test_below_ninety_percent_coverage_attainment_is_that_of_the_known_part() -> None:
    known = np.ones(len(quiet()))
    known[-int(len(known) * 0.2) :] = 0
    history = replay(SHOP, {"checkout": quiet()}, checkout=known).objectives[0].history
    assert isinstance(history, SliSummary)
    assert (history.attainment, str(history.part)) == (1, "21.8 of 28 days")
    assert 0.7 < history.coverage < 0.9


def test_a_week_that_is_unknown_does_not_make_the_others_quieter() -> None:
    bad, known = quiet(), np.ones(len(quiet()))
    burst(bad, day(5), share=0.1)
    known[len(known) // 2 :] = 0
    pages = fired(replay(SHOP, {"checkout": bad}, checkout=known), "alert")
    assert len(pages.episodes) == 1
    assert 0.4 < (pages.per_week.value or 0.0) < 0.6


def test_an_incident_in_a_gap_is_not_scored() -> None:
    known = np.ones(len(quiet()))
    known[len(known) // 2 :] = 0
    shop = catalog(slo("checkout"), policy("checkout"), incident("slow", day(25)))
    result = replay(shop, {"checkout": quiet()}, checkout=known)
    assert [verdict.known for verdict in result.verdicts] == [False]
    assert result.scored == ()


def test_an_slo_that_is_new_has_no_old_side() -> None:
    both = catalog(slo("checkout"), slo("search"), policy("checkout"), policy("search"))
    result = replay(both, {"checkout": quiet(), "search": quiet()}, old=SHOP)
    assert [row.old for row in result.rows if row.slo == "search"] == [NoAlert(), NoAlert()]


def test_an_slo_that_is_gone_has_no_new_side() -> None:
    both = catalog(slo("checkout"), slo("search"), policy("checkout"), policy("search"))
    result = replay(SHOP, {"checkout": quiet(), "search": quiet()}, old=both)
    assert [row.new for row in result.rows if row.slo == "search"] == [NoAlert(), NoAlert()]


def test_a_changed_query_is_told() -> None:
    narrow = catalog(slo("checkout", code="500"), policy("checkout"))
    same, changed = (
        replay(new, {"checkout": quiet()}, old=SHOP).objectives[0] for new in (SHOP, narrow)
    )
    assert (same.query_changed, changed.query_changed) == (False, True)


def test_an_alert_below_its_floor_of_failures_is_silent_and_so_is_the_event() -> None:
    bad = quiet()
    burst(bad, day(5, minutes=4), share=0.3)
    floor = policy("checkout").replace("runbook:", "minimumFailures: 2000, runbook:")
    silent = replay(catalog(slo("checkout"), floor), {"checkout": bad})
    assert fired(silent, "alert").episodes == ()
    assert silent.verdicts == ()
    assert len(replay(SHOP, {"checkout": bad}).verdicts) == 1


@pytest.mark.parametrize(("failures", "events"), [(0, 0), (1, 1)])
def test_one_failure_is_a_significant_event_if_it_costs_enough(failures: int, events: int) -> None:
    """At one event a minute and 99.999 %, the budget of 30 days is half a failure."""
    bad = quiet()
    bad[(day(5).start - START) // MINUTE] = failures
    few = catalog(slo("checkout", "0.99999"), policy("checkout"))
    source = Held({"checkout": bad}, {}, events=1.0)
    found = backtest(few, None, source, ReplayTerms(SPAN), Chosen(frozenset())).verdicts
    assert len(found) == events


def test_the_span_is_the_days_before_that_midnight() -> None:
    assert replay(SHOP, {"checkout": quiet()}).span == SPAN


def test_rows_are_alerts_then_tickets_then_logs() -> None:
    shop = catalog(slo("checkout"), policy("checkout", "fast: ticket, slow: alert"))
    result = replay(shop, {"checkout": quiet()})
    assert [row.tier for row in result.rows] == ["alert", "ticket"]
    log = catalog(slo("checkout"), policy("checkout", "fast: log, slow: ticket"))
    assert [row.tier for row in replay(log, {"checkout": quiet()}).rows] == ["ticket", "log"]
    both = replay(log, {"checkout": quiet()}, old=SHOP)
    assert [row.tier for row in both.rows] == ["alert", "ticket", "log"]
