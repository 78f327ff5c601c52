"""In the child process: compiles the expressions of a rule and evaluates them for a subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cel_expr_python import cel

from reliability.check.custom.fields import CONCERNED, PACKAGE

if TYPE_CHECKING:
    from reliability.check.custom.typed import Typed

FAULT: Final = re.compile(r"(?:^|: )ERROR: [^\n]*?:(-?\d+):(-?\d+): (.*)$", re.MULTILINE)
STATUS: Final = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")
MESSAGE_TYPES: Final = ("STRING", "INT", "UINT", "DOUBLE", "BOOL", "DURATION", "LIST<STRING>")
LONGEST: Final = 1000

Fault = list[Any]
"""The part (`holds`, `concerns` or the number of a message part), line, column, CEL's message."""


class NoValueError(Exception):
    """An expression that type-checks but has no value for a subject."""

    def __init__(self, text: str, part: str | int) -> None:
        super().__init__(STATUS.sub("", text.strip()))
        self.part = part


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule whose expressions compiled with the expected types."""

    holds_expression: Any
    concerned: Any | None
    words: tuple[str | Any, ...]

    def holds(self, named: Mapping[str, Any]) -> bool:
        """Return whether the rule holds for a subject."""
        return bool(_value(self.holds_expression, named, "holds"))

    def messages(self, named: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
        """Yield the message for a subject, or for each concerned service."""
        if self.concerned is None:
            yield self._message(named), None
            return
        for service in _value(self.concerned, named, "concerns"):
            yield self._message({**named, CONCERNED: str(service)}), str(service)

    def _message(self, named: Mapping[str, Any]) -> str:
        parts = (
            part if isinstance(part, str) else value_text(_value(part, named, number))
            for number, part in enumerate(self.words)
        )
        return "".join(parts)[:LONGEST]


def compiled(typed: Typed, rule: Mapping[str, Any]) -> Compiled | list[Fault]:
    """Compile the expressions of a rule, or return their faults."""
    has_concerned = rule["concerns"] is not None
    subject_environment = typed.environment(rule["on"])
    message_environment = typed.environment(rule["on"], concerned=has_concerned)
    faults: list[Fault] = []
    holds_expression = _expression(
        subject_environment, rule["holds"], "holds", wanted=("BOOL",), faults=faults
    )
    concerned = None

    if has_concerned:
        wanted = ("LIST<STRING>",)
        concerned = _expression(
            subject_environment, rule["concerns"], "concerns", wanted=wanted, faults=faults
        )

    words = [
        part["text"]
        if "text" in part
        else _expression(
            message_environment, part["value"], number, wanted=MESSAGE_TYPES, faults=faults
        )
        for number, part in enumerate(rule["message"])
    ]
    return faults or Compiled(holds_expression, concerned, tuple(words))


def _expression(
    environment: Any, text: str, part: str | int, wanted: tuple[str, ...], faults: list[Fault]
) -> Any:
    try:
        expression = environment.compile(text)
    except RuntimeError as error:
        faults.extend(_faults(part, str(error)))
        return None

    kind = expression.return_type().name()
    if kind not in wanted:
        shown = kind.removeprefix(f"{PACKAGE}.") if "." in kind else kind.lower()
        faults.append([part, 0, 0, f"is of type {shown}, expected {_listed(wanted)}"])

    return expression


def _faults(part: str | int, text: str) -> Iterator[Fault]:
    faults = FAULT.findall(text)
    for line, column, message in faults[:10]:
        yield [part, max(int(line), 0), max(int(column), 0), STATUS.sub("", message)]
    if not faults:
        yield [part, 0, 0, STATUS.sub("", text.strip())]


def _value(expression: Any, named: Mapping[str, Any], part: str | int) -> Any:
    try:
        result = expression.eval(data=named)
    except (RuntimeError, ValueError) as error:
        raise NoValueError(str(error), part) from error
    if result.type() == cel.Type.ERROR:
        raise NoValueError(str(result.value()), part)
    return result.plain_value()


def value_text(value: Any) -> str:
    """Format a value for a message: `0.999`, `30d`, `a, b`."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.10g}"
        case timedelta():
            return _length(value)
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _length(value: timedelta) -> str:
    seconds = value.total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{int(seconds // length)}{unit}"
    return f"{seconds:g}s"


def _listed(words: tuple[str, ...]) -> str:
    *first, last = [word.lower() for word in words if word != "UINT"]
    return f"{', '.join(first)} or {last}" if first else last
