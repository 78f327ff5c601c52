"""Errors of CEL as problems: reworded, at their location in the file."""

from __future__ import annotations

import re
from typing import Final

from reliability.check.custom.fields import CONCERNED, MANY, VARIABLES, names_in
from reliability.check.custom.replies import CelFault
from reliability.check.custom.template import Value
from reliability.check.custom.written import LocatedCustomRule, message_parts
from reliability.check.lookups.nearest import near, nearest
from reliability.finding import Problem
from reliability.location import Location
from reliability.message import Message

FIELD: Final = re.compile(r"undefined field '(\w+)' not found in struct '(?:world\.)?(\w+)'")
NAME: Final = re.compile(r"undeclared reference to '([\w.]+)' \(in container ''\)")
DURATION: Final = re.compile(
    r"[Dd]uration, (?:string|int|double)|(?:string|int|double), \S*[Dd]uration"
)
NUMBERS: Final = re.compile(r"applied to '\((?:double, int|int, double)\)'")
PACKAGE: Final = re.compile(r"\bworld\.(?=[A-Z])")
FUNCTIONS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        all exists exists_one filter map has size contains startsWith endsWith matches int double
        string bool duration timestamp join split lowerAscii upperAscii replace trim substring
        indexOf format getHours getMinutes getSeconds
        """,
    )
)
"""Functions that a misspelled name may have meant."""


def fault_problem(rule: LocatedCustomRule, fault: CelFault) -> Problem:
    """Make the problem at the token that CEL reports."""
    key, text, start, length = _part(rule, fault.part)
    expression = text[start : start + length]
    offset = _offset(expression, fault.line, fault.column)
    message, help_text, name = _explained(rule, fault.message)

    if offset is None:
        if message.startswith("is of type"):
            message = f"{_where(key)} {message}"
        at = _whole(rule, key, text, start=start)
        return Problem(at, message, help_text, subject=name or f"part {fault.part}")

    offset = _name_at(expression, offset, name)
    at = rule.token(key, text, start + offset)
    return Problem(at, message, help_text, subject=name or f"{key} {start + offset}")


def _where(key: str) -> str:
    return "this expression" if key == "message" else key


def _whole(rule: LocatedCustomRule, key: str, text: str, start: int) -> Location:
    return rule.token(key, text, start) if key == "message" else rule.at(key)


def _part(custom_rule: LocatedCustomRule, part: str | int) -> tuple[str, str, int, int]:
    """Return the key, its text, and the offset and length of the expression in it."""
    rule = custom_rule.rule
    if isinstance(part, str):
        key = part if part in ("holds", "concerns") else "holds"
        text = (rule.concerns if key == "concerns" else rule.holds) or ""
        return key, text, 0, len(text)

    parts = message_parts(custom_rule)
    at_part = parts[part] if 0 <= part < len(parts) else None
    if isinstance(at_part, Value):
        return "message", rule.message, at_part.offset, len(at_part.expression)

    return "message", rule.message, 0, len(rule.message)


def _offset(expression: str, line: int, column: int) -> int | None:
    """Return the offset of a line and a column from 1; None if CEL reports no location."""
    lines = expression.split("\n")
    if not (0 < line <= len(lines) and column > 0):
        return None
    return min(sum(len(before) + 1 for before in lines[: line - 1]) + column - 1, len(expression))


def _name_at(expression: str, offset: int, name: str) -> int:
    """Return the offset of the name that CEL reports: after a dot, or before a parenthesis."""
    if not name or expression.startswith(name, offset):
        return offset
    behind = re.compile(rf"\.\s*({re.escape(name)})\b").match(expression, offset)
    if behind:
        return behind.start(1)
    before = expression[:offset].rstrip()
    return len(before) - len(name) if before.endswith(name) else offset


def _explained(custom_rule: LocatedCustomRule, message: str) -> tuple[str, str | None, str]:
    """Return the message, its help, and the name that it is about."""
    rule = custom_rule.rule
    field, unknown = FIELD.search(message), NAME.search(message)
    if field:
        known = names_in(field[2])
        message = Message("{type} has no field {field}", type=field[2], field=field[1])
        return message, nearest(field[1], known, "field"), field[1]

    if unknown:
        name = unknown[1].partition(".")[0]
        names = {*VARIABLES[rule.subject], *FUNCTIONS}
        if rule.concerns is not None:
            names.add(CONCERNED)
        if near(name, frozenset(names)) is not None:
            help_text = nearest(name, frozenset(names), "name")
        else:
            help_text = Message(
                "a rule about {subject} can use {names}",
                subject=rule.subject,
                names=", ".join(VARIABLES[rule.subject]),
            )
        return Message("unknown name or function {name}", name=name), help_text, name

    plain = PACKAGE.sub("", message)
    plain = plain[:1].lower() + plain[1:]
    return plain, _help(rule.subject, plain), ""


def _help(on: str, message: str) -> Message | None:
    if NUMBERS.search(message):
        return Message("compare a double with a double: write 1.0 instead of 1")
    if DURATION.search(message):
        return Message("write a duration as duration('720h')")
    if "expected bool" in message and on in MANY:
        return Message("write a condition that is true for a subject without a problem")
    if "duration or list<string>" in message:
        return Message(
            "write a string or a number, such as {examples}", examples="{size(x)} or {x.name}"
        )

    return None
