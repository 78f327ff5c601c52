"""Ownership of objects: the owner in the mark, compared with the repository that plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from reliability.plan.held import Intact, MarkedObject, Owner
from reliability.resource import Resource


@dataclass(frozen=True, slots=True)
class OwnObject:
    """An object with the mark of this repository."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An object that this repository takes over with the next write; `former` owned it before."""

    former: Owner | None


@dataclass(frozen=True, slots=True)
class OthersObject:
    """An object of another or an unknown owner, which is neither written nor deleted.

    `is_moved` says that only the address of its owner is another one, or that it names no owner.
    """

    owner: Owner | None
    why: str
    is_moved: bool = False


Ownership = OwnObject | Claimed | OthersObject


def ownership(
    kept: MarkedObject, wanted: Resource | None, owner: Owner | None, *, takes_over: bool
) -> Ownership:
    """Return who owns an object; `owner` is the repository that makes the plan.

    A repository without an owner writes marks without one, and owns objects with such a mark.
    `takes_over` claims what this repository declares, and all objects with its id: a repository
    that moved to another address needs it.
    """
    marked = kept.owner
    if owner is None:
        return OwnObject() if marked is None else OthersObject(marked, f"owned by {marked}")
    if marked is None:
        return _without_owner(kept, wanted, takes_over=takes_over)
    # The id before the address: an id is random, and addresses change when a repository moves.
    if marked.id != owner.id:
        if takes_over and wanted is not None:
            return Claimed(marked)
        return OthersObject(marked, f"owned by {marked}")

    if marked.address == owner.address:
        return OwnObject()
    # A mark without an address was written from a folder without a remote, so the id alone decides.
    if not marked.address or takes_over:
        return Claimed(marked)

    return OthersObject(marked, _moved(marked, owner), is_moved=True)


def _without_owner(kept: MarkedObject, wanted: Resource | None, *, takes_over: bool) -> Ownership:
    """Decide about a mark without an owner, as older versions wrote it.

    Any repository may have written it. The object is adopted if it was not changed since and is
    exactly what this repository declares: then only the mark changes.
    """
    if wanted is not None and (takes_over or _is_as_declared(kept, wanted)):
        return Claimed(None)
    return OthersObject(
        None,
        "no mark names its owner, and its content differs from what this repository declares",
        is_moved=True,
    )


def _is_as_declared(kept: MarkedObject, wanted: Resource) -> bool:
    return isinstance(kept, Intact) and kept.digest == wanted.digest


def _moved(marked: Owner, owner: Owner) -> str:
    """Describe that only the address differs: of a fork, a copy, or a repository that moved."""
    address = owner.address or "a folder without a Git remote"
    return f"owned by {marked}; this repository has the same id at another address: {address}"


def former_owner(ownership: Ownership) -> Owner | None:
    """Return the former owner of an object that is taken over; None if it had no other owner."""
    match ownership:
        case Claimed(former):
            return former
        case OwnObject() | OthersObject():
            return None
    assert_never(ownership)
