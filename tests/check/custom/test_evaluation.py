"""What CEL says of the expressions of a rule, and the texts of its values."""

from datetime import timedelta
from typing import Any

import pytest

from reliability.check.custom.evaluation import (
    Compiled,
    Fault,
    NoValueError,
    compiled,
    value_text,
)
from reliability.check.custom.typed import Typed

TYPED = Typed()
SAYABLE = "expected string, int, double, bool, duration or list<string>"


def asked(**parts: Any) -> Compiled | list[Fault]:
    """A rule on a service that holds, or with other parts."""
    rule = {"on": "service", "holds": "true", "concerns": None, "message": [{"text": "m"}]}
    return compiled(TYPED, {**rule, **parts})


def runnable(**parts: Any) -> Compiled:
    rule = asked(**parts)
    assert isinstance(rule, Compiled), rule
    return rule


def service(**fields: Any) -> dict[str, Any]:
    return {"service": TYPED.message("Service", fields)}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0.999, "0.999"),
        (1 / 3, "0.3333333333"),
        (3.0, "3"),
        (7, "7"),
        (timedelta(), "0s"),
        (timedelta(days=30), "30d"),
        (timedelta(hours=36), "36h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=90), "90s"),
        (timedelta(milliseconds=1500), "1.5s"),
        (["a", "b"], "a, b"),
        ([], ""),
        ("x", "x"),
    ],
)
def test_a_value_is_written_as_people_write_it(value: object, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("parts", "faults"),
    [
        (
            {"holds": "service.name"},
            [["holds", 0, 0, "is of type string, expected bool"]],
        ),
        (
            {"holds": "service"},
            [["holds", 0, 0, "is of type Service, expected bool"]],
        ),
        (
            {"holds": "service.nme == '' &&\n service.x"},
            [
                ["holds", 1, 8, "undefined field 'nme' not found in struct 'world.Service'"],
                ["holds", 2, 9, "undefined field 'x' not found in struct 'world.Service'"],
            ],
        ),
        (
            {"on": "catalog", "concerns": "'a'"},
            [["concerns", 0, 0, "is of type string, expected list<string>"]],
        ),
        (
            {"on": "catalog", "concerns": "[1]"},
            [["concerns", 0, 0, "is of type list<int>, expected list<string>"]],
        ),
        (
            {"message": [{"text": "a"}, {"value": "service"}, {"value": "service.x"}]},
            [
                [1, 0, 0, f"is of type Service, {SAYABLE}"],
                [2, 1, 8, "undefined field 'x' not found in struct 'world.Service'"],
            ],
        ),
        (
            {"message": [{"value": "concerned"}]},
            [[0, 1, 1, "undeclared reference to 'concerned' (in container '')"]],
        ),
    ],
)
def test_every_fault_has_its_part_and_place(parts: dict[str, Any], faults: list[Fault]) -> None:
    assert asked(**parts) == faults


def test_at_most_ten_faults_of_an_expression_are_listed() -> None:
    names = [f"service.x{number}" for number in range(11)]
    faults = asked(holds=" || ".join(names))
    assert isinstance(faults, list)
    assert [fault[3].split("'")[1] for fault in faults] == [f"x{number}" for number in range(10)]


def test_a_rule_holds_or_has_a_message() -> None:
    rule = runnable(
        holds="service.name == 's'",
        message=[{"text": "it is "}, {"value": "service.name"}, {"text": "!"}],
    )
    assert rule.holds(service(name="s")) is True
    assert rule.holds(service(name="t")) is False
    assert list(rule.messages(service(name="t"))) == [("it is t!", None)]


def test_a_message_ends_after_a_thousand_characters() -> None:
    rule = runnable(message=[{"value": "service.name"}, {"text": "x" * 1000}])
    assert list(rule.messages(service(name="s"))) == [("s" + "x" * 999, None)]


def test_each_service_that_is_concerned_has_a_message() -> None:
    message = [{"text": "of "}, {"value": "concerned"}]
    rule = runnable(on="catalog", concerns="['a', 'b']", message=message)
    world = {"catalog": TYPED.message("Catalog", {})}
    assert list(rule.messages(world)) == [("of a", "a"), ("of b", "b")]


def test_an_expression_without_a_value_names_its_part() -> None:
    rule = runnable(holds="service.slos[0].name == ''", message=[{"value": "service.slos[1].name"}])
    with pytest.raises(NoValueError, match=r"^Index error: index=0 size=0$") as of_rule:
        rule.holds(service(name="s"))
    assert of_rule.value.part == "holds"
    with pytest.raises(NoValueError, match=r"^Index error: index=1 size=0$") as of_message:
        list(rule.messages(service(name="s")))
    assert of_message.value.part == 0
