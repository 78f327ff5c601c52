"""`SLINoData` in sample mode: when nothing was measured, who gets notified, where it is shown."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pytest

from reliability.backtest.firing import ReplayTerms
from reliability.backtest.notifications import with_notifications
from reliability.backtest.outcome import AlertFirings, Backtest, NoAlert, OutcomeRow, SignalRow
from reliability.backtest.pairs import Chosen
from reliability.backtest.report import json as json_report
from reliability.backtest.report import markdown, text
from reliability.backtest.report.html.slos import page
from reliability.backtest.report.slos import slo_report
from reliability.backtest.samples.mode import sample_backtest
from reliability.backtest.tally import AlertKey, SideNotifications
from reliability.history.series import NoHistory
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from tests.backtest.repository import catalog, policy, slo
from tests.backtest.samples.test_confidence import SPAN, Scraped, burst, quiet
from tests.backtest.test_notifications import OWNED, TEAM, notifying

MINUTE: Final = timedelta(minutes=1)
STOPPED: Final = 600
BACK: Final = 660


def unmeasured() -> Scraped:
    """Nothing is scraped from the span's 10:00 until before 11:00."""
    failed = quiet()
    failed[(4 * 1440 + STOPPED) * 4 : (4 * 1440 + BACK) * 4] = np.nan
    return Scraped(failed)


def declared(no_data: str = "") -> Catalog:
    alerts = policy("checkout")
    return catalog(slo("checkout"), alerts.replace("runbook:", f"{no_data}runbook:"))


def replayed(reader: Scraped, new: Catalog, old: Catalog | None = None) -> Backtest:
    base = Base("c0ffee", old) if old else None
    return sample_backtest(new, base, reader, ReplayTerms(SPAN), Chosen(frozenset()))


def minutes(row: OutcomeRow | SignalRow) -> list[tuple[float, float]]:
    """When it fired, in minutes of the span."""
    assert isinstance(row.new, AlertFirings)
    spans = [each.span for each in row.new.episodes]
    return [
        ((each.start - SPAN.start) / MINUTE, (each.end - SPAN.start) / MINUTE) for each in spans
    ]


def test_it_fires_a_quarter_of_an_hour_after_nothing_is_measured_until_something_is() -> None:
    """A rate needs two samples of five minutes, so that it ends with the last but one's age."""
    [row] = replayed(unmeasured(), declared()).signals
    assert (row.name, row.slo, row.tier) == ("SLINoData", "checkout", "ticket")
    [(start, end)] = minutes(row)
    assert (start, end) == (STOPPED + 5 + 15, BACK + 1)


@pytest.mark.parametrize(("lasts", "ends"), [(60, 661), (600, 960)])
def test_a_page_outlasts_its_data_by_a_long_window_at_most_in_both_modes(
    lasts: int, ends: int
) -> None:
    """Ten minutes of failures before count in six hours, or until something is measured again."""
    failed = burst(quiet(), STOPPED - 10, 10, 1)
    failed[(4 * 1440 + STOPPED) * 4 : (4 * 1440 + STOPPED + lasts) * 4] = np.nan
    result = replayed(Scraped(failed), declared())
    page, _ticket = result.rows
    assert minutes(page) == [(STOPPED - 9, ends)]
    assert result.deviation.differing <= 3, result.deviation


def test_tier_and_wait_are_those_of_no_data() -> None:
    new = declared("noData: {tier: alert, after: 30m}, ")
    [row] = replayed(unmeasured(), new, declared()).signals
    assert row.tier == "alert"
    assert minutes(row) == [(STOPPED + 5 + 30, BACK + 1)]
    assert isinstance(row.old, AlertFirings)
    assert row.old.time == timedelta(minutes=BACK + 1 - STOPPED - 20)


def test_what_is_measured_all_the_time_is_a_row_that_never_fired() -> None:
    [row] = replayed(Scraped(quiet()), declared()).signals
    assert minutes(row) == []


def test_an_slo_that_nobody_is_told_of_has_no_row() -> None:
    assert replayed(unmeasured(), catalog(slo("checkout"))).signals == ()


def test_what_a_change_begins_to_watch_was_no_alert_before() -> None:
    [row] = replayed(unmeasured(), declared(), catalog(slo("checkout"))).signals
    assert row.old == NoAlert()
    assert len(minutes(row)) == 1


def test_samples_that_hold_nothing_of_it_are_no_outage() -> None:
    elsewhere = catalog(
        slo("checkout").replace("requests_total", "other_total"), policy("checkout")
    )
    [row] = replayed(unmeasured(), elsewhere).signals
    assert isinstance(row.new, NoHistory)
    assert "the samples hold nothing that its query selects" in row.new.reason


def test_it_counts_for_no_budget_and_no_headline() -> None:
    """A ticket about missing data is none about a promise: totals are of burn rates."""
    said: dict[str, Any] = json_report.document(replayed(unmeasured(), declared()))
    assert said["totals"]["ticket"]["new"]["episodes"] == 0
    assert [each["alert"] for each in said["slos"]] == ["ErrorBudgetBurn"] * 2


def test_every_report_shows_it() -> None:
    result = replayed(unmeasured(), declared())
    said = json.loads(json_report.text(result))["signals"]
    [row] = [each for each in said if each["alert"] == "SLINoData"]
    assert (row["slo"], row["tier"], row["new"]["episodes"]) == ("checkout", "ticket", 1)
    assert (row["objective"], row["old"], row["evaluated_by"]) == ("served", None, None)
    [interval] = row["new"]["intervals"]
    assert interval["labels"]["slo"] == "checkout"
    assert "shop     SLINoData checkout served  ticket         1     3.5 " in text.text(
        slo_report(result)
    )
    assert "| shop | SLINoData checkout served | ticket | 1 |" in markdown.text(slo_report(result))
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page(result))
    assert ("SLINoData checkout served", "ticket", "1") in zip(
        cells, cells[1:], cells[2:], strict=False
    )


def test_people_are_sent_it_like_any_other_alert() -> None:
    """By the routes of its labels; a row of its own among the notifications."""
    shop = catalog(slo("checkout"), policy("checkout"), TEAM, OWNED, notifying())
    notified = with_notifications(replayed(unmeasured(), shop), None, shop).notifications.new
    assert isinstance(notified, SideNotifications)
    assert set(notified.alerts) == {AlertKey("shop", "SLINoData", "checkout served", "ticket")}
    assert notified.tier("ticket").notifications == 1
