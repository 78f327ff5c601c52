"""The request to the process that evaluates custom rules: rules, worlds and limits."""

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
"""The exit code of the process if it runs out of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomRuleLimits:
    """Time limits of one rule and of all rules; memory, request and replies in bytes."""

    rule: timedelta = timedelta(seconds=2)
    whole: timedelta = timedelta(seconds=30)
    memory: int = 384 * MIB
    request: int = 64 * MIB
    replies: int = 64 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomRuleRequest:
    """One rule as it is sent; `worlds` are the indexes of its worlds, None for all worlds."""

    index: int
    id: str
    on: Subject
    holds: str
    message: tuple[Part, ...]
    concerns: str | None = None
    worlds: tuple[int, ...] | None = None

    def sent(self) -> dict[str, Any]:
        """Return the rule as JSON data for the child."""
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
    """Rules and the worlds they are evaluated on; a world maps variable names to data."""

    rules: tuple[CustomRuleRequest, ...]
    worlds: tuple[Mapping[str, Any], ...]

    def lines(
        self, rules: Sequence[CustomRuleRequest], limits: CustomRuleLimits
    ) -> Iterator[bytes]:
        """Encode the request for some of its rules, one line of JSON each."""
        head = {
            "memory": limits.memory,
            "seconds": math.ceil(limits.whole.total_seconds()) + 1,
            "rules": [rule.sent() for rule in rules],
        }
        yield _line(head)
        yield from map(_line, self.worlds)

    def has(self, on: Subject, world: int, subject: int) -> bool:
        """Return whether the subject exists."""
        return 0 <= world < len(self.worlds) and 0 <= subject < subjects(self.worlds[world], on)


def subjects(world: Mapping[str, Any], on: Subject) -> int:
    """Count the subjects of a world."""
    if on in MANY:
        return len(world["service"].get(MANY[on], ())) if "service" in world else 0
    return int(on in world)


def size(lines: Iterable[bytes]) -> int:
    """Return the total size in bytes."""
    return sum(map(len, lines))


def _part(part: Part) -> dict[str, str]:
    return {"value": part.expression} if isinstance(part, Value) else {"text": part.text}


def _line(data: Mapping[str, Any]) -> bytes:
    """Encode as UTF-8; what it cannot encode, such as a lone surrogate, becomes `?`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"
