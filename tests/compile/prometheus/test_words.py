"""Durations, ratios and names in the texts of alerts."""

from datetime import timedelta
from decimal import Decimal

import pytest

from reliability.compile.prometheus.words import (
    adjective,
    escaped,
    percent,
    plain_title_of,
    title_of,
    window_words,
    words,
)
from reliability.resolve.objectives import objectives
from tests.compile.repositories import shop, slo


@pytest.mark.parametrize(
    ("length", "text", "as_adjective", "as_window"),
    [
        (timedelta(seconds=1), "1 second", "1-second", "second"),
        (timedelta(seconds=90), "90 seconds", "90-second", "90 seconds"),
        (timedelta(minutes=5), "5 minutes", "5-minute", "5 minutes"),
        (timedelta(hours=1), "1 hour", "1-hour", "hour"),
        (timedelta(hours=11), "11 hours", "11-hour", "11 hours"),
        (timedelta(days=1), "1 day", "1-day", "day"),
        (timedelta(days=30), "30 days", "30-day", "30 days"),
    ],
)
def test_durations(length: timedelta, text: str, as_adjective: str, as_window: str) -> None:
    assert (words(length), adjective(length), window_words(length)) == (
        text,
        as_adjective,
        as_window,
    )


@pytest.mark.parametrize(
    ("ratio", "text"),
    [("0.001", "0.1%"), ("0.10", "10%"), ("1", "100%"), ("0.00001", "0.001%"), ("0", "0%")],
)
def test_percentages(ratio: str, text: str) -> None:
    assert percent(Decimal(ratio)) == text


@pytest.mark.parametrize(
    ("journey", "name", "title"),
    [
        (None, "Checkout", "Checkout"),
        ("A customer pays", "Checkout", "A customer pays (Checkout)"),
        ("checkout", "Checkout works", "Checkout works"),
        ("Checkout works for all", "Checkout, works", "Checkout works for all"),
        ("Check", "Checkout", "Check (Checkout)"),
        ("Checkout", "Checkout", "Checkout"),
    ],
)
def test_a_title_joins_journey_and_name(journey: str | None, name: str, title: str) -> None:
    document = slo(annotations={"journey": journey} if journey else None)
    document["metadata"]["displayName"] = name
    [objective] = objectives(shop(document))
    assert plain_title_of(objective) == title


def test_objectives_of_several_have_their_names() -> None:
    document = slo(objectives=[{"displayName": "Fast", "target": 0.9}, {"target": 0.99}])
    fast, other = objectives(shop(document))
    assert (plain_title_of(fast), plain_title_of(other)) == (
        "Checkout works, Fast",
        "Checkout works",
    )
    [only] = objectives(shop(slo(objectives=[{"displayName": "Fast", "target": 0.9}])))
    assert plain_title_of(only) == "Checkout works"


def test_braces_are_escaped_for_templates() -> None:
    document = slo()
    document["metadata"]["displayName"] = "{{ a }}"
    [objective] = objectives(shop(document))
    assert title_of(objective) == '{{ "{{" }} a }}'
    assert escaped("a {b} }}") == "a {b} }}"
