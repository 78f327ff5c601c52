"""Wording that all formats of a plan share."""

from __future__ import annotations

from typing import Final, assert_never

from reliability.plan.change import Blocked, Change, Claim, Create, Delete, Reload, Update
from reliability.plan.plan import Plan

MISSING: Final = "this secret file does not exist on this machine; notifications that need it fail"


def verb(change: Change) -> str:
    """Name the action of a change."""
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
    """Name the action of a change that was made: `created`."""
    return verb(change).removesuffix("e") + "ed"


def summary(plan: Plan) -> str:
    """Summarize a plan: the number of its changes and of the objects owned, and its digest."""
    owned = "; ".join((f"{plan.owned} owned", *_others(plan)))
    if plan.routes_owner:
        return f"not written: the routes belong to {plan.routes_owner}"
    if not plan.changes:
        left_alone = len(plan.held_back)
        return f"{f'{left_alone} left alone' if left_alone else 'no changes'}; {owned}"

    counts = [
        f"{plan.count(kind)} to {word}"
        for kind, word in ((Create, "create"), (Update, "update"), (Delete, "delete"))
    ]
    if plan.count(Claim):
        counts.append(f"{plan.count(Claim)} to claim")
    if plan.count(Reload):
        counts.append(f"{plan.count(Reload)} to reload")

    return f"{', '.join(counts)}; {owned}; plan {plan.short_digest}"


def _others(plan: Plan) -> tuple[str, ...]:
    return tuple(f"{count} owned by {owner}" for owner, count in plan.others)


def taken_over(change: Change) -> str:
    """Name the owner from whom an object is taken over; empty if it is not."""
    match change:
        case Update(_, _, former) | Claim(_, former) | Delete(_, former) if former is not None:
            return f"taken over from {former}"
        case Claim():
            return "only its mark changes, to this repository"
        case _:
            return ""


def left_alone(blocked: Blocked) -> str:
    """Say why an object is not written."""
    return f"left alone: {blocked.why}"
