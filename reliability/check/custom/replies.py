"""Replies of the process that evaluates custom rules; they may be malformed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class GarbageError(Exception):
    """A reply that is not valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CelFault:
    """An error in `holds`, `concerns` or a part of the message, which is a number.

    `line` and `column` count from 1 within the expression; 0 if CEL reports no location.
    """

    rule: int
    part: str | int
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomViolation:
    """A subject that violates a rule, with the message."""

    rule: int
    world: int
    subject: int
    message: str
    concerned: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoValue:
    """A subject for which a rule has no value, with the reason; the rule stopped there."""

    rule: int
    world: int
    subject: int
    part: str | int
    why: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A rule that did not run to completion, with the reason."""

    rule: int
    why: str


@dataclass(frozen=True, slots=True)
class WorldsReady:
    """The process has read all worlds."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A library is not installed."""

    name: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The evaluation of a rule begins."""

    rule: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The evaluation of a rule has ended."""

    rule: int


Answer = CelFault | CustomViolation | NoValue | Stopped | Missing
"""A reply that callers get."""
Reply = CelFault | CustomViolation | NoValue | WorldsReady | Missing | Begun | Ended


def replies_of(line: bytes) -> list[Reply]:
    """Read one line.

    Raises:
        GarbageError: the line is not a valid reply.
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
            return [_fault(rule, fault) for fault in faults]
        case {
            "rule": int(rule),
            "found": str(message),
            "concerned": (str() | None) as concerned,
            "at": [int(world), int(subject)],
        }:
            return [
                CustomViolation(
                    rule=rule, world=world, subject=subject, message=message, concerned=concerned
                )
            ]
        case {"rule": int(rule), "error": str(why), "at": [int(world), int(subject)]}:
            part = reply.get("part", "holds")
            return [NoValue(rule=rule, world=world, subject=subject, part=part, why=why)]
        case _:
            raise GarbageError


def _fault(rule: int, fault: Any) -> CelFault:
    match fault:
        case [(str() | int()) as part, int(line), int(column), str(message)]:
            return CelFault(rule=rule, part=part, line=line, column=column, message=message)
        case _:
            raise GarbageError
