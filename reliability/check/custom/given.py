"""What a case gives a custom rule: fields of the world as people write them, with their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic_core import PydanticCustomError

from reliability.check.custom.data import Data, duration, with_names
from reliability.check.custom.fields import MANY, TYPES, VARIABLES, CelField, Subject
from reliability.check.custom.written import LocatedCustomRule
from reliability.check.lookups.nearest import nearest
from reliability.finding import Problem
from reliability.load.document import EntryPart
from reliability.location import Pointer
from reliability.model.kind import parse_duration
from reliability.model.rule_policy import RuleCase

Said = tuple[Pointer, str, str | None]
WANTED: Final = {
    "string": "a text",
    "double": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "duration": "a length of time such as 30d",
}


class CelInputs:
    """Reads what is given; what has no place in a world is told in `said`."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self.said: list[Said] = []

    def values(self, on: Subject, given: Mapping[str, Any]) -> Data:
        """The values by the names of variables, such as `slo` and `service`."""
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
                message = f"{key} is no field that is known here"
                self.said.append(((*route, key), message, nearest(key, frozenset(fields), "key")))
        return data

    def _field(self, value: Any, field: CelField, route: Pointer) -> Any:
        if field.form == "list" and isinstance(value, list | tuple):
            return [self._one(each, field, (*route, at)) for at, each in enumerate(value)]
        if field.form == "map" and isinstance(value, Mapping):
            return {key: self._one(each, field, (*route, key)) for key, each in value.items()}
        if field.form != "one":
            return self._refused(value, f"a {'list' if field.form == 'list' else 'mapping'}", route)
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
                fields = {each.name: each for each in TYPES[type_name]}
                return self._fields(value, fields, route)
            case _:
                return self._refused(value, WANTED.get(field.type, "a mapping"), route)

    def _duration(self, value: str, route: Pointer) -> Any:
        try:
            return duration(parse_duration(value))
        except PydanticCustomError:
            return self._refused(value, WANTED["duration"], route)

    def _refused(self, value: Any, wanted: str, route: Pointer) -> None:
        shown = repr(value)
        shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
        self.said.append((route, f"{route[-1]} is {shown}, and {wanted} is needed", None))


def world_of(on: Subject, case: RuleCase) -> Data:
    """The world of a case: a subject that is given stands in its service."""
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


def case_problems(each: LocatedCustomRule) -> Iterator[Problem]:
    """What the cases of a rule give that no world has."""
    for number, case in enumerate(each.rule.cases):
        given = CelInputs()
        given.values(each.rule.subject, case.given)
        for route, message, help_text in given.said:
            where = (*each.route, "cases", number, "given", *route)
            is_key = "no field" in message
            at = each.policy.at(*where, part=EntryPart.KEY if is_key else EntryPart.VALUE)
            yield Problem(at, message, help_text)
