"""`scrape-interval-differs` compares what is written with the intervals that the server knows."""

from datetime import timedelta

import pytest

from tests.check.examples import minimal_files
from tests.check.metrics import USUAL, Metrics, Series
from tests.check.repository import checked

SOURCES = """\
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: synthetic}
  scrapeInterval: 1m
"""


def messages(*intervals: float | None) -> list[str]:
    """The rule's messages about series with these seconds between two samples."""
    files = minimal_files() | {"policies/history.yaml": SOURCES}
    codes = ("200", "500")
    series = [
        Series({**USUAL["labels"], "code": code}, every=timedelta(seconds=each) if each else None)
        for code, each in zip(codes, intervals, strict=False)
    ]
    found = checked(files, server=Metrics(series))
    return [each.problem.message for each in found if each.rule == "scrape-interval-differs"]


@pytest.mark.parametrize("seconds", [45.0, 60.0, 75.0])
def test_up_to_a_quarter_more_or_less_is_as_written(seconds: float) -> None:
    assert messages(seconds) == []


@pytest.mark.parametrize("seconds", [44.0, 76.0])
def test_more_than_a_quarter_differs(seconds: float) -> None:
    [message] = messages(seconds)
    assert message == (
        "scrapeInterval is 1m, and 2 of 2 selectors of SLIs have another interval, "
        f"mostly {seconds:.0f}s"
    )


def test_an_interval_that_the_server_does_not_know_is_no_finding() -> None:
    assert messages(None) == []
    [message] = messages(None, 15.0)
    assert message.endswith("another interval, mostly 15s")
