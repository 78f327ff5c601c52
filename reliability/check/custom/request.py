"""What the process of custom rules is asked: rules, worlds, and how much it may take."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from reliability.check.custom.fields import MANY, Subject
from reliability.check.custom.template import Part, Value

MIB: Final = 2**20
OUT_OF_MEMORY: Final = 70
"""What the process ends with where it is given no more memory."""


@dataclass(frozen=True, slots=True)
class CustomRuleLimits:
    """How long and how large: one rule, all of them; memory, request and replies in bytes."""

    rule: timedelta = timedelta(seconds=2)
    whole: timedelta = timedelta(seconds=30)
    memory: int = 384 * MIB
    request: int = 64 * MIB
    replies: int = 64 * MIB


@dataclass(frozen=True, slots=True)
class CustomRuleRequest:
    """One rule as it is sent; `worlds` are the numbers of those it is asked of, None is all."""

    index: int
    id: str
    on: Subject
    holds: str
    message: tuple[Part, ...]
    concerns: str | None = None
    worlds: tuple[int, ...] | None = None

    def sent(self) -> dict[str, Any]:
        """What the child reads."""
        return {
            "index": self.index,
            "on": self.on,
            "holds": self.holds,
            "message": list(map(_part, self.message)),
            "concerns": self.concerns,
            "worlds": self.worlds,
        }


@dataclass(frozen=True, slots=True)
class Request:
    """Rules and the worlds that they are asked of; a world is data by the name of its variable."""

    rules: tuple[CustomRuleRequest, ...]
    worlds: tuple[Mapping[str, Any], ...]

    def lines(
        self, rules: Sequence[CustomRuleRequest], limits: CustomRuleLimits
    ) -> Iterator[bytes]:
        """The request as the child reads it, for some of its rules."""
        head = {
            "memory": limits.memory,
            "seconds": math.ceil(limits.whole.total_seconds()) + 1,
            "rules": [rule.sent() for rule in rules],
        }
        yield _line(head)
        yield from map(_line, self.worlds)

    def has(self, on: Subject, world: int, subject: int) -> bool:
        """Whether there is such a subject."""
        return 0 <= world < len(self.worlds) and 0 <= subject < subjects(self.worlds[world], on)


def subjects(world: Mapping[str, Any], on: Subject) -> int:
    """How many subjects a world has."""
    if on in MANY:
        return len(world["service"].get(MANY[on], ())) if "service" in world else 0
    return int(on in world)


def size(lines: Iterable[bytes]) -> int:
    """How many bytes that is."""
    return sum(map(len, lines))


def _part(part: Part) -> dict[str, str]:
    return {"value": part.expression} if isinstance(part, Value) else {"text": part.text}


def _line(data: Mapping[str, Any]) -> bytes:
    """ASCII; what is no text of Unicode, such as half a surrogate pair, becomes `?`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"
