"""Words and values that every report shares; what may be a secret is masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, assert_never, cast

from reliability.plan.change import Change, Create, Delete, Reload, Update
from reliability.plan.fields import ABSENT, Absent, Difference, Value
from reliability.plan.plan import Plan
from reliability.resource import Json

SECRET: Final = re.compile(
    r"(^|[._])(password|secret|token|credentials|api_key|api_url|routing_key|service_key"
    r"|user_key|webhook_url)(#\d+)?$|webhook_configs\[[^\]]*\]\.url$|authorization",
    re.IGNORECASE,
)
"""Paths whose value may be a credential that somebody wrote in by hand."""

USERINFO: Final = re.compile(r"(?<=://)[^/@\s]+@")
MASK: Final = "***"
LONGEST: Final = 160
AROUND: Final = 40
"""Characters kept on both sides of what differs in a long text."""


def verb(change: Change) -> str:
    """What a change does."""
    match change:
        case Create():
            return "create"
        case Update():
            return "update"
        case Delete():
            return "delete"
        case Reload():
            return "reload"
    assert_never(change)


def past(change: Change) -> str:
    """What a change has done."""
    return verb(change).removesuffix("e") + "ed"


def summary(plan: Plan) -> str:
    """What a plan would do, in numbers."""
    if not plan.changes:
        left_alone = len(plan.held_back)
        words = f"{left_alone} left alone" if left_alone else "nothing to change"
        return f"{words}; {plan.owned} owned"
    counts = [
        f"{plan.count(kind)} to {word}"
        for kind, word in ((Create, "create"), (Update, "update"), (Delete, "delete"))
    ]
    if plan.count(Reload):
        counts.append(f"{plan.count(Reload)} to load again")
    return f"{', '.join(counts)}; {plan.owned} owned; plan {plan.short_digest}"


def values(difference: Difference) -> tuple[str, str]:
    """A difference's two values as short text; of long ones, the part that differs."""
    before, after = (
        value_text(masked(difference.path, value))
        for value in (difference.before, difference.after)
    )
    return excerpts(before, after)


def masked(path: str, value: Value) -> Value:
    """A value without what may be a credential, however deep."""
    match value:
        case Absent():
            return value
        case _ if SECRET.search(path):
            return MASK
        case Mapping():
            return {key: _inner(f"{path}.{key}", each) for key, each in value.items()}
        case list() | tuple():
            return [_inner(f"{path}[]", each) for each in value]
        case _:
            return value


def _inner(path: str, value: Json) -> Json:
    return cast("Json", masked(path, value))


def value_text(value: Value) -> str:
    """A value on one line, without what would move a terminal's cursor."""
    if value is ABSENT:
        return "(not there)"
    if not isinstance(value, str):
        return _redacted(json.dumps(value, ensure_ascii=False))
    line = " ".join(value.split()) if value.strip() else json.dumps(value)
    return _redacted(line if line.isprintable() else json.dumps(line))


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Two texts, cut to where they differ if one is long."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    start = next(
        (at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    return _window(before, start), _window(after, start)


def _window(text: str, start: int) -> str:
    first = max(0, start - AROUND)
    last = first + LONGEST
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"


def _redacted(text: str) -> str:
    return USERINFO.sub(f"{MASK}@", text)
