"""What the process of custom rules says, read with care: it may be broken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class GarbageError(Exception):
    """A reply that is none."""


@dataclass(frozen=True, slots=True)
class CelFault:
    """What is wrong with a part: `holds`, `concerns` or a message's part by its number.

    `line` and `column` are from 1 within the expression, 0 where CEL names no place.
    """

    rule: int
    part: str | int
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class CustomViolation:
    """A subject of which a rule does not hold, and what is to be said of it."""

    rule: int
    world: int
    subject: int
    message: str
    concerned: str | None


@dataclass(frozen=True, slots=True)
class NoValue:
    """A subject that a rule cannot be asked of, and why; the rule ended there."""

    rule: int
    world: int
    subject: int
    part: str | int
    why: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A rule that was not carried out to its end, and why."""

    rule: int
    why: str


@dataclass(frozen=True, slots=True)
class WorldsReady:
    """All worlds are read."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A library is not installed."""

    name: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A rule is next."""

    rule: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A rule is done."""

    rule: int


Answer = CelFault | CustomViolation | NoValue | Stopped | Missing
"""What a caller hears."""
Reply = CelFault | CustomViolation | NoValue | WorldsReady | Missing | Begun | Ended


def replies_of(line: bytes) -> list[Reply]:
    """Read one line.

    Raises:
        GarbageError: it says nothing that can be understood.
    """
    try:
        return _read(json.loads(line))
    except (ValueError, RecursionError, TypeError):
        raise GarbageError from None


def _read(reply: Any) -> list[Reply]:
    match reply:
        case {"missing": str(name)}:
            return [Missing(name)]
        case {"ready": int()}:
            return [WorldsReady()]
        case {"begin": int(rule)}:
            return [Begun(rule)]
        case {"end": int(rule)}:
            return [Ended(rule)]
        case {"rule": int(rule), "faults": list(faults)}:
            return [_fault(rule, each) for each in faults]
        case {
            "rule": int(rule),
            "found": str(message),
            "concerned": (str() | None) as concerned,
            "at": [int(world), int(subject)],
        }:
            return [CustomViolation(rule, world, subject, message, concerned)]
        case {"rule": int(rule), "error": str(why), "at": [int(world), int(subject)]}:
            part = reply.get("part", "holds")
            return [NoValue(rule, world, subject, part, why)]
        case _:
            raise GarbageError


def _fault(rule: int, fault: Any) -> CelFault:
    match fault:
        case [(str() | int()) as part, int(line), int(column), str(message)]:
            return CelFault(rule, part, line, column, message)
        case _:
            raise GarbageError
