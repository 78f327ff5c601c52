"""Which fields of a policy are looser than at the base, by the guards of its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from reliability.check.changes.guards import POLICIES, Guard
from reliability.check.wording import listed
from reliability.location import Pointer
from reliability.model.kind import Model
from reliability.model.notification import NotificationPolicySpec
from reliability.model.slo_policy import SloPolicySpec
from reliability.model.team import TeamSpec
from reliability.scalars import duration_text

WHO_APPROVES: Final = frozenset(
    (
        (NotificationPolicySpec, "owner"),
        (NotificationPolicySpec, "approvals"),
        (SloPolicySpec, "loosening_requires"),
        (TeamSpec, "members"),
        (TeamSpec, "code_host"),
    )
)
"""The fields that decide whose approval counts."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A looser field: where it is now, what it is and was, and whether it says who approves.

    `key` is its name in the file; of one that is not written, `route` leads to what it is a part
    of.
    """

    route: Pointer
    key: str
    message: str
    says_who_approves: bool = False


def looser_fields(old: Model, new: Model, route: Pointer) -> Iterator[FieldChange]:
    """Every field of a model that moved to its lax side; both are of one class."""
    kind = type(new)
    for field, guard in POLICIES[kind].items():
        key = kind.model_fields[field].alias or field
        was, now = getattr(old, field), getattr(new, field)
        if guard == "inside" and isinstance(was, Model) and isinstance(now, Model):
            yield from looser_fields(was, now, (*route, key))
        elif was != now and (message := _message(key, was, now, guard)):
            at = (*route, key) if field in new.model_fields_set else route
            yield FieldChange(at, key, message, (kind, field) in WHO_APPROVES)


def _message(key: str, was: Any, now: Any, guard: Guard) -> str:
    """What changed, or nothing if the field is not looser."""
    match guard:
        case "free" | "compared":
            return ""
        case "rises" | "falls" if None not in (was, now):
            is_looser = now > was if guard == "rises" else now < was
            return _both(key, was, now) if is_looser else ""
        case "gains":
            gained = [item for item in now if item not in was]
            return f"{key} has {_items(gained)}, which the base does not have" if gained else ""
        case "loses":
            lost = [item for item in was if item not in now]
            return f"{key} has lost {_items(lost)} of the base" if lost else ""
        case _:
            return _changed(key, was, now)


def _changed(key: str, was: Any, now: Any) -> str:
    if isinstance(was, tuple) and isinstance(now, tuple):
        parts = [
            f"{verb} {_items(items)}"
            for verb, items in (
                ("has gained", [item for item in now if item not in was]),
                ("has lost", [item for item in was if item not in now]),
            )
            if items
        ]
        return f"{key} {' and '.join(parts) or 'has another order'}"
    if isinstance(was, Model | Mapping) or isinstance(now, Model | Mapping):
        return f"{key} is not what it was at the base"
    return _both(key, was, now)


def _both(key: str, was: Any, now: Any) -> str:
    return f"{key} is {value_text(now)}, and was {value_text(was)} at the base"


def _items(items: list[Any]) -> str:
    return listed(map(value_text, items))


def value_text(value: object) -> str:
    """A value as people write it; of a part of a document its name."""
    match value:
        case None:
            return "not set"
        case timedelta():
            return duration_text(value)
        case Fraction():
            return f"{float(value * 100):g} %"
        case float():
            return f"{value:g}"
        case Model():
            name = getattr(value, "name", None) or getattr(value, "service", None)
            return str(name or "another one")
        case _:
            return str(value)
