"""The input of a case of a custom rule: fields as people write them, checked by type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic_core import PydanticCustomError

from reliability.check.custom.data import Data, duration, with_names
from reliability.check.custom.fields import MANY, TYPES, VARIABLES, CelField, Subject
from reliability.check.custom.written import LocatedCustomRule
from reliability.check.lookups.nearest import nearest
from reliability.finding import Problem
from reliability.load.document import EntryPart
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.kind import parse_duration
from reliability.model.rule_policy import RuleCase

EXPECTED: Final = {
    "string": Message("a string"),
    "double": Message("a number"),
    "int": Message("an integer"),
    "bool": Message("true or false"),
    "duration": Message("a duration such as 30d"),
}
LIST: Final = Message("a list")
MAPPING: Final = Message("a mapping")


class InputProblem(NamedTuple):
    """A key or a value of the input that does not fit the types, with its location."""

    pointer: Pointer
    part: EntryPart
    message: Message
    help: str | None = None


class CelInputs:
    """A converter of the input of a case; `problems` are the parts that do not fit the types."""

    def __init__(self) -> None:
        """Start without problems."""
        self.problems: list[InputProblem] = []

    def values(self, on: Subject, given: Mapping[str, Any]) -> Data:
        """Return the values by the names of variables, such as `slo` and `service`."""
        fields = {name: CelField(name, type_name, "") for name, type_name in VARIABLES[on].items()}
        return self._fields(given, fields, ())

    def _fields(
        self, given: Mapping[str, Any], fields: Mapping[str, CelField], route: Pointer
    ) -> Data:
        data: Data = {}
        for key, value in given.items():
            if key in fields:
                data[key] = self._field(value, fields[key], (*route, key))
            else:
                message = Message("unknown field {field}", field=key)
                help_text = nearest(key, frozenset(fields), "key")
                self.problems.append(
                    InputProblem((*route, key), EntryPart.KEY, message, help=help_text)
                )

        return data

    def _field(self, value: Any, field: CelField, route: Pointer) -> Any:
        if field.form == "list" and isinstance(value, list | tuple):
            return [self._one(item, field, (*route, at)) for at, item in enumerate(value)]
        if field.form == "map" and isinstance(value, Mapping):
            return {key: self._one(item, field, (*route, key)) for key, item in value.items()}
        if field.form != "one":
            return self._refused(value, LIST if field.form == "list" else MAPPING, route)
        return self._one(value, field, route)

    def _one(self, value: Any, field: CelField, route: Pointer) -> Any:
        match field.type, value:
            case "string", str():
                return value
            case "bool", bool():
                return value
            case "int" | "double", int() if not isinstance(value, bool):
                return value
            case "double", float():
                return value
            case "duration", str():
                return self._duration(value, route)
            case type_name, Mapping() if type_name in TYPES:
                fields = {cel_field.name: cel_field for cel_field in TYPES[type_name]}
                return self._fields(value, fields, route)
            case _:
                return self._refused(value, EXPECTED.get(field.type, MAPPING), route)

    def _duration(self, value: str, route: Pointer) -> Any:
        try:
            return duration(parse_duration(value))
        except PydanticCustomError:
            return self._refused(value, EXPECTED["duration"], route)

    def _refused(self, value: Any, expected: Message, route: Pointer) -> None:
        shown = repr(value)
        shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
        message = Message(
            "{field} is {value}, expected {expected}",
            field=route[-1],
            value=shown,
            expected=expected,
        )
        self.problems.append(InputProblem(route, EntryPart.VALUE, message))


def world_of(on: Subject, case: RuleCase) -> Data:
    """Build the world of a case, with the given subject in its service."""
    given = CelInputs().values(on, case.given)
    if on == "catalog":
        return {"catalog": with_names(given.get("catalog", {}))}

    service: Data = {**given.get("service", {})}
    objective, slo = given.get("objective"), given.get("slo")
    if objective is not None and slo is not None:
        objective.setdefault("slo", slo.get("name", ""))

    for name, field in MANY.items():
        if name in given:
            service[field] = [given[name], *service.get(field, ())]

    return {"service": service}


def case_problems(custom: LocatedCustomRule) -> Iterator[Problem]:
    """Yield a problem for each key or value in the cases of a rule that fits no type."""
    for number, case in enumerate(custom.rule.cases):
        inputs = CelInputs()
        inputs.values(custom.rule.subject, case.given)
        for problem in inputs.problems:
            where = (*custom.route, "cases", number, "given", *problem.pointer)
            yield Problem(
                custom.policy.at(*where, part=problem.part), problem.message, problem.help
            )
