"""KINDS: every kind says its own apiVersion and kind, refuses what it does not know, is frozen."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from reliability.model.kind import check_zone
from reliability.model.kinds import API_VERSION, KINDS, OPENSLO
from reliability.model.openslo.metadata import Review
from reliability.model.openslo.slo import Slo
from reliability.model.openslo.window import parse_window
from reliability.model.slo_policy import BurnRateWindows, SloPolicy

FOLDER = Path(__file__).parents[2] / "reliability" / "model"
each_kind = pytest.mark.parametrize("key", KINDS, ids="/".join)


@each_kind
def test_a_kind_says_what_it_is_called(key: tuple[str, str]) -> None:
    fields = KINDS[key].model_fields
    assert get_args(fields["api_version"].annotation) == (key[0],)
    assert get_args(fields["kind"].annotation) == (key[1],)


@each_kind
def test_a_kind_refuses_what_it_does_not_know(key: tuple[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS[key].model_validate({"apiVersion": key[0], "kind": key[1], "colour": "red"})
    assert "extra_forbidden" in {error["type"] for error in caught.value.errors()}


def test_kinds_are_ours_or_of_openslo() -> None:
    assert {version for version, _ in KINDS} == {API_VERSION, OPENSLO}


def test_every_kind_of_the_folder_is_in_the_list() -> None:
    listed = {kind.__name__ for kind in KINDS.values()}
    written = [line for path in FOLDER.rglob("*.py") for line in path.read_text().splitlines()]
    of_kind = {line[6:].partition("(")[0] for line in written if line.endswith("(Kind):")}
    assert of_kind <= listed


def slo(**spec: Any) -> Slo:
    metric = {"metricSource": {"spec": {"query": "x"}}}
    whole = {
        "service": "a",
        "indicator": {
            "metadata": {"name": "b"},
            "spec": {"ratioMetric": {"good": metric, "total": metric}},
        },
        "budgetingMethod": "Occurrences",
        "timeWindow": [{"duration": "30d", "isRolling": True}],
        "objectives": [{"target": 0.999}],
    }
    values = {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "c"}}
    return Slo.model_validate({**values, "spec": whole | spec})


def test_an_slo_is_frozen() -> None:
    with pytest.raises(ValidationError):
        slo().kind = "SLI"  # type: ignore[misc,assignment]


def test_an_objective_without_a_name_is_called_by_its_number_from_the_second_on() -> None:
    two = slo(objectives=[{"target": 0.9}, {"target": 0.99}, {"target": 0.5, "displayName": "Ok!"}])
    assert [two.objective_name(index) for index in range(3)] == ["", "1", "ok"]


def test_a_percentage_is_the_same_ratio() -> None:
    [objective] = slo(objectives=[{"targetPercent": 99.9}]).spec.objectives
    assert str(objective.ratio) == "0.999"


@pytest.mark.parametrize(
    ("objective", "ratio"),
    [
        ({"target": 0}, "0"),
        ({"target": 0.5}, "0.5"),
        ({"targetPercent": 0}, "0"),
        ({"targetPercent": 0.5}, "0.005"),
    ],
)
def test_a_target_may_be_zero(objective: dict[str, float], ratio: str) -> None:
    [read] = slo(objectives=[objective]).spec.objectives
    assert str(read.ratio) == ratio


RATIO = "is not a ratio from 0 to less than 1"


@pytest.mark.parametrize(
    ("objective", "message", "help_text"),
    [
        ({"target": 1.5}, f"1.5 {RATIO}", "write a ratio such as 0.999"),
        ({"target": 49.9}, f"49.9 {RATIO}", "write a ratio such as 0.999"),
        ({"target": 50}, f"50 {RATIO}", "write 0.5, or targetPercent: 50"),
        ({"target": 99.9}, f"99.9 {RATIO}", "write 0.999, or targetPercent: 99.9"),
        ({"target": 100}, f"100 {RATIO}", "write a ratio such as 0.999"),
        (
            {"targetPercent": 100.5},
            "100.5 is not a percentage from 0 to less than 100",
            "write 99.9",
        ),
    ],
)
def test_a_target_that_is_too_large_is_refused_with_what_was_meant(
    objective: dict[str, float], message: str, help_text: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        slo(objectives=[objective])
    [error] = refused.value.errors()
    assert (error["msg"], error["ctx"]["help"]) == (message, help_text)


def test_openslo_counts_months_as_thirty_days() -> None:
    assert [parse_window(text).days for text in ("1M", "1Q", "1Y", "4w", " 7d")] == [
        30,
        90,
        365,
        28,
        7,
    ]


def test_a_time_zone_is_one_of_the_database() -> None:
    assert check_zone("Asia/Tokyo") == "Asia/Tokyo"
    with pytest.raises(Exception, match="not an IANA time zone: 'Mars/Base'"):
        check_zone("Mars/Base")


def test_a_review_says_when_the_next_one_is_due() -> None:
    review = Review.model_validate(
        {"reliability/reviewed": "2026-10-01", "reliability/agreed-by": "@a, @b"}
    )
    assert review.agreed == ("@a", "@b")
    policy = KINDS[(API_VERSION, "SloPolicy")].model_validate(
        {"apiVersion": API_VERSION, "kind": "SloPolicy", "metadata": {"name": "p"}, "spec": {}}
    )
    cadence: Any = policy
    assert str(review.due(cadence.spec.review.provisional)) == "2026-10-31"
    assert Review.model_validate({}).due(cadence.spec.review.provisional) is None


@pytest.mark.parametrize(
    ("lowest", "highest", "is_accepted"),
    [
        (0.5, 0.9999, True),
        (0.99, 0.99, True),
        (0.99, 1, True),
        (0, 0.99, False),
        (0.99, 1.01, False),
        (0.99, 0.98, False),
        (1.9, 2, False),
    ],
)
def test_limits_of_targets_are_ratios_in_order(
    lowest: float, highest: float, *, is_accepted: bool
) -> None:
    values = {"apiVersion": API_VERSION, "kind": "SloPolicy", "metadata": {"name": "slos"}}
    spec = {"targets": {"min": lowest, "max": highest}}
    with nullcontext() if is_accepted else pytest.raises(ValidationError, match="0 < min <= max"):
        SloPolicy.model_validate({**values, "spec": spec})


def test_a_short_window_is_shorter_than_the_long_one() -> None:
    values = {"apiVersion": API_VERSION, "kind": "BurnRateWindows", "metadata": {"name": "w"}}
    pair = {"long": "5m", "short": "1h", "budget": "2%"}
    with pytest.raises(ValidationError, match="shorter than the long one"):
        BurnRateWindows.model_validate({**values, "spec": {"period": "30d", "fast": [pair]}})


def test_models_are_built_when_they_are_first_used() -> None:
    assert len(KINDS) >= 15
    assert all(kind.model_config.get("defer_build") for kind in KINDS.values())
