"""Wording shared by all formats of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from reliability.plan.change import (
    Blocked,
    Change,
    Claim,
    Create,
    Delete,
    Postponed,
    Reload,
    Update,
)
from reliability.plan.plan import Plan
from reliability.render.words import ENGLISH, Words, worded

MISSING: Final = worded(
    "this secret file does not exist on this machine; notifications that need it fail"
)
VERBS: Final = {
    "create": worded("create"),
    "update": worded("update"),
    "claim": worded("claim"),
    "delete": worded("delete"),
    "reload": worded("reload"),
}
COUNTS: Final = (
    (Create, worded("{count} to create")),
    (Update, worded("{count} to update")),
    (Delete, worded("{count} to delete")),
)


def verb(change: Change) -> str:
    """Return the name of a change's action."""
    match change:
        case Create():
            return "create"
        case Update():
            return "update"
        case Claim():
            return "claim"
        case Delete():
            return "delete"
        case Reload():
            return "reload"
    assert_never(change)


def past(change: Change) -> str:
    """Return the past tense of a change's action, such as `created`."""
    return verb(change).removesuffix("e") + "ed"


def summary(plan: Plan, words: Words = ENGLISH) -> str:
    """Summarize a plan: the number of its changes and of the objects owned, and its digest."""
    if plan.routes_owner:
        return words("not written: the routes belong to {owner}", owner=plan.routes_owner)

    owned = [words("{count} owned", count=plan.owned), *_others(plan, words)]
    if plan.is_experimental:
        owned.append(words("experimental provider"))
    if plan.endpoints:
        owned.append(words("endpoints {paths}", paths=plan.endpoints))
    if not plan.changes:
        left_alone = len(plan.held_back)
        kept = words("{count} left alone", count=left_alone) if left_alone else words("no changes")
        return words("; ").join((kept, *owned))

    counts = [words(text, count=plan.count(kind)) for kind, text in COUNTS]
    if plan.count(Claim):
        counts.append(words("{count} to claim", count=plan.count(Claim)))
    if plan.count(Reload):
        counts.append(words("{count} to reload", count=plan.count(Reload)))

    digest = words("plan {digest}", digest=plan.short_digest)
    return words("; ").join((words(", ").join(counts), *owned, digest))


def _others(plan: Plan, words: Words) -> Iterator[str]:
    for owner, count in plan.others:
        yield words("{count} owned by {owner}", count=count, owner=owner)


def taken_over(change: Change, words: Words = ENGLISH) -> str:
    """Describe from which owner an object is taken over; empty if it is not."""
    match change:
        case Update(_, _, former) | Claim(_, former) | Delete(_, former) if former is not None:
            return words("taken over from {owner}", owner=former)
        case Claim():
            return words("only its mark changes, to this repository")
        case _:
            return ""


def postponed_reasons(postponed: Postponed, words: Words) -> Iterator[str]:
    """Yield the alerts and silences for which a change is held."""
    if postponed.alerts:
        alerts = "; ".join(map(str, postponed.alerts))
        yield words("would end an active alert: {alerts}", alerts=alerts)
    if postponed.silences:
        silences = "; ".join(f"{silence} {silence.effect}" for silence in postponed.silences)
        yield words("would change what a silence matches: {silences}", silences=silences)


def left_alone(blocked: Blocked) -> str:
    """Describe why an object is not written."""
    return f"left alone: {blocked.why}"
