"""What a case may give a rule: each field with a value of its type."""

from typing import Any

import pytest

from reliability.check.custom.fields import Subject
from reliability.check.custom.given import CelInputs, world_of
from reliability.model.rule_policy import RuleCase


def read(given: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str, str | None]]]:
    """What is read of a case of a rule on objectives, and what is said, with its route."""
    reader = CelInputs()
    values = reader.values("objective", given)
    return values, [
        (".".join(map(str, problem.pointer)), problem.message, problem.help)
        for problem in reader.problems
    ]


@pytest.mark.parametrize(
    ("given", "values"),
    [
        (
            {"slo": {"name": "a", "period": "30d", "labels": {"b": "c"}, "groupBy": ["x"]}},
            {
                "slo": {
                    "name": "a",
                    "period": {"seconds": 2592000},
                    "labels": {"b": "c"},
                    "groupBy": ["x"],
                }
            },
        ),
        ({"slo": {"isCalendar": True}}, {"slo": {"isCalendar": True}}),
        ({"objective": {"target": 1}}, {"objective": {"target": 1}}),
        ({"objective": {"target": 0.5}}, {"objective": {"target": 0.5}}),
        (
            {"service": {"slos": [{"name": "a"}, {"name": "b"}]}},
            {"service": {"slos": [{"name": "a"}, {"name": "b"}]}},
        ),
    ],
)
def test_values_of_the_right_type_are_read(given: dict[str, Any], values: dict[str, Any]) -> None:
    assert read(given) == (values, [])


@pytest.mark.parametrize(
    ("given", "route", "message"),
    [
        ({"slo": {"name": 1}}, "slo.name", "name is 1, expected a string"),
        ({"slo": 3}, "slo", "slo is 3, expected a mapping"),
        ({"slo": {"labels": ["a"]}}, "slo.labels", "labels is ['a'], expected a mapping"),
        ({"slo": {"labels": {"a": 1}}}, "slo.labels.a", "a is 1, expected a string"),
        ({"slo": {"groupBy": "x"}}, "slo.groupBy", "groupBy is 'x', expected a list"),
        ({"slo": {"groupBy": ["x", 1]}}, "slo.groupBy.1", "1 is 1, expected a string"),
        (
            {"slo": {"period": "soon"}},
            "slo.period",
            "period is 'soon', expected a duration such as 30d",
        ),
        (
            {"slo": {"isCalendar": 1}},
            "slo.isCalendar",
            "isCalendar is 1, expected true or false",
        ),
        (
            {"objective": {"target": True}},
            "objective.target",
            "target is True, expected a number",
        ),
        (
            {"slo": {"name": ["x" * 36]}},
            "slo.name",
            f"name is ['{'x' * 36}'], expected a string",
        ),
        (
            {"slo": {"name": ["x" * 37]}},
            "slo.name",
            f"name is ['{'x' * 35}..., expected a string",
        ),
    ],
)
def test_a_value_of_another_type_is_said_with_the_one_needed(
    given: dict[str, Any], route: str, message: str
) -> None:
    _, problems = read(given)
    assert problems == [(route, message, None)]


def test_a_field_that_is_unknown_is_said_with_the_nearest() -> None:
    assert read({"slos": {}, "slo": {"nam": "a"}}) == (
        {"slo": {}},
        [
            ("slos", "unknown field slos", "did you mean slo?"),
            ("slo.nam", "unknown field nam", "did you mean name?"),
        ],
    )


@pytest.mark.parametrize(
    ("subject", "given", "world"),
    [
        (
            "slo",
            {"slo": {"name": "a"}, "service": {"name": "s", "slos": [{"name": "b"}]}},
            {"service": {"name": "s", "slos": [{"name": "a"}, {"name": "b"}]}},
        ),
        ("slo", {"slo": {"name": "a"}}, {"service": {"slos": [{"name": "a"}]}}),
        ("service", {"service": {"name": "s"}}, {"service": {"name": "s"}}),
        (
            "objective",
            {"slo": {"name": "a"}, "objective": {"name": "o"}},
            {"service": {"slos": [{"name": "a"}], "objectives": [{"name": "o", "slo": "a"}]}},
        ),
        (
            "objective",
            {"slo": {"name": "a"}, "objective": {"slo": "b"}},
            {"service": {"slos": [{"name": "a"}], "objectives": [{"slo": "b"}]}},
        ),
        (
            "objective",
            {"objective": {"name": "o"}},
            {"service": {"objectives": [{"name": "o"}]}},
        ),
        (
            "catalog",
            {"catalog": {"services": [{"name": "s"}]}},
            {"catalog": {"services": [{"name": "s"}], "named": {"s": {"name": "s"}}}},
        ),
        ("catalog", {}, {"catalog": {"named": {}}}),
    ],
)
def test_a_subject_stands_in_its_service(
    subject: Subject, given: dict[str, Any], world: dict[str, Any]
) -> None:
    assert world_of(subject, RuleCase(name="x", given=given, findings=0)) == world
