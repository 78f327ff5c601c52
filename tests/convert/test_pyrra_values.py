"""Targets and windows of Pyrra at their limits: imported, imported with a question, left out."""

import pytest

from tests.convert.imported import document, said
from tests.convert.test_pyrra import RATIO, SLO, pyrra


def about(text: str, word: str) -> list[str]:
    """What is said of a value; places and matters are left out."""
    messages = [line.split(": ", 2)[2] for line in said(pyrra(text))]
    return [message for message in messages if f": {word}" in message or "window: " in message]


@pytest.mark.parametrize("target", ["0", "-1", "100", "100.5", "many", "nan"])
def test_a_target_without_an_error_budget_is_left_out(target: str) -> None:
    text = RATIO.replace('"99.9"', f'"{target}"')
    assert about(text, "target") == [
        f"shop-errors: target {target}; expected more than 0 and less than 100; "
        "the SLO is not imported"
    ]


@pytest.mark.parametrize("target", ["0.999", "0.01"])
def test_a_target_that_may_be_a_ratio_is_a_question(target: str) -> None:
    text = RATIO.replace('"99.9"', f'"{target}"')
    assert about(text, "target") == [
        f"shop-errors: target {target} means {target} % in Pyrra and is imported as {target} %"
    ]
    assert document(pyrra(text), SLO)["spec"]["objectives"] == [{"targetPercent": float(target)}]


@pytest.mark.parametrize(("target", "number"), [("1", 1), ("1.5", 1.5), ("99.999", 99.999)])
def test_a_percentage_is_imported_as_it_is(target: str, number: float) -> None:
    text = RATIO.replace('"99.9"', f'"{target}"')
    assert about(text, "target") == []
    assert document(pyrra(text), SLO)["spec"]["objectives"] == [{"targetPercent": number}]


@pytest.mark.parametrize("window", ["0s", "90s", "soon", "1y30s"])
def test_a_window_that_is_not_in_minutes_is_left_out(window: str) -> None:
    assert about(RATIO.replace("4w", window), "window") == [
        f"shop-errors: not a valid window: {window}; the SLO is not imported"
    ]
