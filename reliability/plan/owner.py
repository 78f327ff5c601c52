"""Whose an object is: the owner in its mark, compared with the repository that makes the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from reliability.plan.held import Intact, Kept, Owner
from reliability.resource import Resource


@dataclass(frozen=True, slots=True)
class OwnObject:
    """An object with the mark of this repository."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An object that becomes this repository's with its next write; `former` is who had it."""

    former: Owner | None


@dataclass(frozen=True, slots=True)
class OthersObject:
    """An object of another owner, or of an unknown one, which is neither written nor deleted."""

    owner: Owner | None
    why: str


Ownership = OwnObject | Claimed | OthersObject


def ownership(
    kept: Kept, wanted: Resource | None, owner: Owner | None, *, takes_over: bool
) -> Ownership:
    """Whose an object is to `owner`, the repository that makes the plan.

    A repository without an owner writes marks without one, and has what carries such a mark.
    `takes_over` claims what this repository declares, and everything with its own id, which is
    what a repository that moved to another address needs.
    """
    marked = kept.owner
    if owner is None:
        return OwnObject() if marked is None else OthersObject(marked, f"owned by {marked}")
    if marked is None:
        return _without_owner(kept, wanted, takes_over=takes_over)
    if marked.id != owner.id:
        if takes_over and wanted is not None:
            return Claimed(marked)
        return OthersObject(marked, f"owned by {marked}")

    if marked.address == owner.address:
        return OwnObject()
    if not marked.address or takes_over:
        return Claimed(marked)

    return OthersObject(marked, _moved(marked, owner))


def _without_owner(kept: Kept, wanted: Resource | None, *, takes_over: bool) -> Ownership:
    """Judge a mark without an owner, as older versions wrote them.

    Any repository may have written it. It is adopted if nobody changed the object since, and it is
    exactly what this repository declares: then the adoption changes nothing but the mark.
    """
    if wanted is not None and (takes_over or _is_as_declared(kept, wanted)):
        return Claimed(None)
    return OthersObject(
        None, "its mark names no owner, and its content is not what is declared here"
    )


def _is_as_declared(kept: Kept, wanted: Resource) -> bool:
    return isinstance(kept, Intact) and kept.digest == wanted.digest


def _moved(marked: Owner, owner: Owner) -> str:
    """Say that the id fits and the address does not: a fork, a copy, or a repository that moved."""
    here = owner.address or "a folder without a Git remote"
    return f"owned by {marked}; this repository has the same id at another address: {here}"


def former_owner(ownership: Ownership) -> Owner | None:
    """Whose an object was that is taken over; None if it was nobody else's."""
    match ownership:
        case Claimed(former):
            return former
        case OwnObject() | OthersObject():
            return None
    assert_never(ownership)
