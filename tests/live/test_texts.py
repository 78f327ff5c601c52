"""Texts of notifications, whose numbers are the events that an application emitted."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.live.texts import (
    CHECKOUT,
    COUNTS,
    JUMP,
    LEDGER,
    QUIET,
    SEARCH,
    STALE_SINCE,
    YOUNG,
    Site,
    assert_spent,
    assert_true,
    jump,
    page_of_a_test,
    site,
)
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

NEVER = re.compile(
    r"unknown|lasts 0|(?<!Page-)\b[\d.]+e[+-]?\d+\b|NaN|Inf|error expanding|no value"
)


@pytest.mark.parametrize("age", [0, 5, 30, 90], ids=lambda minutes: f"{minutes}m")
def test_texts_are_true_however_young_the_recordings_are(
    generation: Generation, tmp_path: Path, age: int
) -> None:
    """One site for all texts, since its history takes longer to write than they to arrive."""
    with site(generation, tmp_path, timedelta(minutes=age)) as running:
        counts_are_the_events_that_were_emitted(running)
        a_server_that_saw_a_part_of_the_hour_says_the_last_minutes(running)
        a_ticket_is_about_a_day_with_at_least_the_failures_of_an_hour(running)
        a_threshold_says_value_limit_and_minutes(running)
        missing_data_are_said_without_a_number(running)
        a_gap_in_the_recordings_that_holds_failures_leaves_the_budget_out(running)
        a_resolved_alert_keeps_a_text_that_is_true(running)
        if age == 90:  # its rules are evaluated once a minute
            assert_spent(running.text("Alert · shop · ledger"))


def counts_are_the_events_that_were_emitted(running: Site) -> None:
    for title, application in (
        ("checkout", CHECKOUT),
        ("renamed", CHECKOUT),
        ("month", CHECKOUT),
        ("regions", CHECKOUT),
        ("quiet", QUIET),
    ):
        text = running.text(f"Alert · shop · {title}")
        assert_true(text, application)
        assert " in the hour before " in text.words
        assert "At this rate, a full 30-day error budget lasts " in text.words
        assert "spent" not in text.words, "the period was not recorded"
        assert not NEVER.search(text.words), text


def a_server_that_saw_a_part_of_the_hour_says_the_last_minutes(running: Site) -> None:
    text = running.text("Alert · shop · young")
    assert_true(text, YOUNG)
    assert " in the 5 minutes before " in text.words
    assert "error budget" not in text.words
    assert not NEVER.search(text.words), text


def a_ticket_is_about_a_day_with_at_least_the_failures_of_an_hour(running: Site) -> None:
    text = running.text("Ticket · shop", "*Search: ")
    failed, _ = assert_true(text, SEARCH)
    assert " in the day before " in text.words
    assert failed >= text.events(SEARCH, 3600)[0][0]
    assert not NEVER.search(text.words), text


def a_threshold_says_value_limit_and_minutes(running: Site) -> None:
    text = running.text("Alert · shop · index")
    shown = re.search(
        r"fresh: (\d+)m( \d+s)? at \d\d:\d\d UTC \(limit 10m\); above the limit for "
        r"(\d+) of the last 60 minutes",
        text.words,
    )
    assert shown, text
    assert abs(int(shown[1]) - (STALE_SINCE + text.since) / 60) < 2
    assert abs(int(shown[3]) - (STALE_SINCE + text.since - 600) / 60) < 2
    assert "failed" not in text.words
    assert not NEVER.search(text.words), text


def missing_data_are_said_without_a_number(running: Site) -> None:
    text = running.text("Ticket · shop", "*Silent: ")
    assert "*Silent: no data for 10 minutes*" in text.words
    assert COUNTS.search(text.words) is None


def a_gap_in_the_recordings_that_holds_failures_leaves_the_budget_out(running: Site) -> None:
    """What a backfill cannot write: the hours in the head, in which the outage began."""
    text = running.text("Alert · shop · gap")
    assert_true(text, LEDGER)
    assert "spent" not in text.words, text
    assert re.search(r"a full 2-day error budget lasts (6h|5h 59m)\b", text.words), text


def a_resolved_alert_keeps_a_text_that_is_true(running: Site) -> None:
    """Many good requests at once end the burn; what failed before is what the text says."""
    fired = running.text("Alert · shop · refunds")
    jump(running)
    resolved = running.text("Resolved · shop · refunds")
    assert resolved.words.startswith("Resolved at "), resolved
    # They may arrive between the rates, which end the alert one evaluation later, and its text.
    assert_true(resolved, CHECKOUT, more=JUMP)
    assert "<" not in resolved.words
    assert_true(fired, CHECKOUT)


def test_a_test_page_says_that_it_is_one_and_nothing_else(
    generation: Generation, tmp_path: Path
) -> None:
    said, message = page_of_a_test(generation, tmp_path)
    assert "delivered: " in said
    text = f"{message['title']}\n{message['text']}"
    assert "*Test page for shop: nothing is broken*" in text
    assert not NEVER.search(text), text
    assert not COUNTS.search(text), "no number of an application"
