"""The fields of a policy that are looser than at the base, by the guards of its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from reliability.check.changes.change_text import (
    NOT_SET,
    changed_text,
    lowered_text,
    raised_text,
)
from reliability.check.changes.guards import POLICIES, Guard
from reliability.location import Pointer
from reliability.message import Message, listed
from reliability.model.error_budget import BudgetException
from reliability.model.kind import Model
from reliability.model.notification import NotificationPolicySpec
from reliability.model.slo_policy import SloPolicySpec
from reliability.model.team import TeamSpec
from reliability.render.numbers import significant_percent
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
"""Fields that decide whose approval counts."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A looser field: its route, the message, and whether it decides who approves.

    `key` is its name in the file. If the field is not set, `route` leads to its parent.
    """

    route: Pointer
    key: str
    message: Message
    says_who_approves: bool = False


def looser_fields(old: Model, new: Model, route: Pointer) -> Iterator[FieldChange]:
    """Yield the fields that are looser than before; both models are of the same class."""
    kind = type(new)
    for field, guard in POLICIES[kind].items():
        key = str(kind.model_fields[field].alias)
        was, now = getattr(old, field), getattr(new, field)
        if guard == "inside" and isinstance(was, Model) and isinstance(now, Model):
            yield from looser_fields(was, now, (*route, key))
        elif was != now and (message := _message(key, was, now, guard=guard)):
            at = (*route, key) if field in new.model_fields_set else route
            yield FieldChange(at, key, message, says_who_approves=(kind, field) in WHO_APPROVES)


def _message(key: str, was: Any, now: Any, guard: Guard) -> Message | None:
    """Say what changed, or None if the field is not looser."""
    match guard:
        case "free" | "compared":
            return None
        case "rises" if None not in (was, now):
            return raised_text(key, value_text(was), value_text(now)) if now > was else None
        case "falls" if None not in (was, now):
            return lowered_text(key, value_text(was), value_text(now)) if now < was else None
        case "gains":
            added = [item for item in now if item not in was]
            return _added(key, added) if added else None
        case "loses":
            removed = [item for item in was if item not in now]
            return _removed(key, removed) if removed else None
        case _:
            return _changed(key, was, now)


def _changed(key: str, was: Any, now: Any) -> Message:
    """Describe a change for which it is unknown whether it is looser."""
    if isinstance(was, tuple):
        added = [item for item in now if item not in was]
        removed = [item for item in was if item not in now]
        match bool(added), bool(removed):
            case True, True:
                return Message(
                    "added to {key}: {added}; removed: {removed}",
                    key=key,
                    added=_items(added),
                    removed=_items(removed),
                )
            case True, False:
                return _added(key, added)
            case False, True:
                return _removed(key, removed)
            case _:
                return Message("the order of {key} changed", key=key)

    if isinstance(was, Model | Mapping) or isinstance(now, Model | Mapping):
        return Message("{key} changed", key=key)
    return changed_text(key, value_text(was), value_text(now))


def _added(key: str, items: list[Any]) -> Message:
    return Message("added to {key}: {added}", key=key, added=_items(items))


def _removed(key: str, items: list[Any]) -> Message:
    return Message("removed from {key}: {removed}", key=key, removed=_items(items))


def _items(items: list[Any]) -> str:
    return listed(map(value_text, items))


def value_text(value: object) -> str:
    """Return a value as people write it, or the name of a part of a document."""
    match value:
        case None:
            return NOT_SET
        case bool():
            return str(value).lower()
        case timedelta():
            return duration_text(value)
        case Fraction():
            return significant_percent(value)
        case float():
            return f"{value:g}"
        case BudgetException():
            return value.service
        case _:
            return str(value)
