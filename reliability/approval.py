"""The approvals that a change requires, role by role, and those that it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.message import CommaList, Message, listed

POLICIES: Final = "policies/"
"""The subject of changes that belong to no single service."""

MAX_NAMED: Final = 5
"""The maximum number of handles of one role in a text; a role may be a whole team."""

Role = tuple[str, ...]
"""Handles, any one of which can approve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """The handles of people who approved, and of those who approved an earlier commit.

    An approval of an earlier commit does not count. `author` are the handles that the author may
    act for, and of other people who pushed a part of the change (`pushed`): they cannot approve
    alone. `proposed` are those of them whose proposing counts for their own role: the author if
    nobody else pushed, and others who pushed and also approved. `on_forge` is true if a forge knows
    who the author is, and not only a local commit. `pushers_unknown` says why it is
    not known who pushed. `absent` are handles that have no access to the repository and so
    cannot approve.
    `access_unknown` says why the access of others is unknown. `incomparable` are those of
    `outdated` whose commit is gone, as after a force push.
    """

    given: frozenset[str] = frozenset()
    outdated: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    proposed: frozenset[str] = frozenset()
    on_forge: bool = False
    pushed: frozenset[str] = frozenset()
    pushers_unknown: str = ""
    absent: frozenset[str] = frozenset()
    access_unknown: tuple[str, ...] = ()
    incomparable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RequiredApproval:
    """The required approvers of a change of a service or of `policies/`: one handle of each role.

    If there are no roles, the change cannot be approved.
    """

    subject: str
    roles: tuple[Role, ...]

    @property
    def handles(self) -> tuple[str, ...]:
        """The handles of all roles, each once."""
        return tuple(dict.fromkeys(handle for role in self.roles for handle in role))

    @property
    def names_people(self) -> bool:
        """Whether each role has one handle, not a team to choose from."""
        return all(len(role) == 1 for role in self.roles)

    def missing(self, approved: Iterable[str], author: Iterable[str] = ()) -> tuple[Role, ...]:
        """Return the roles for which no approval exists.

        `approved` are the handles of people other than the author. `author` are the handles that
        the author may act for: proposing counts as approving once another person has approved for
        another role. Code hosts compare handles without case.
        """
        given, own = _lower(approved), _lower(author)
        missing = tuple(role for role in self.roles if given.isdisjoint(_lower(role)))
        if len(missing) < len(self.roles):
            return tuple(role for role in missing if own.isdisjoint(_lower(role)))

        return missing

    def met_by(self, approved: Iterable[str], author: Iterable[str] = ()) -> bool:
        """Return whether each role has an approval."""
        return bool(self.roles) and not self.missing(approved, author)

    def __str__(self) -> str:
        return roles_text(self.roles)


def roles_text(roles: Iterable[Role]) -> str:
    """Return roles in words.

    `@one and @two`, `@one or @two`, `@one and one of @two and @three`
    """
    every = tuple(roles)
    if len(every) == 1:
        return any_of(every[0])

    alone = [role[0] for role in every if len(role) == 1]
    return everyone([*alone, *(_one_of(role) for role in every if len(role) > 1)])


def everyone(names: Sequence[str]) -> str:
    """Return names that must all act; Japanese says "both" or "all" to make that clear."""
    match names:
        case [first, second]:
            return Message("{first} and {second}", first=first, second=second)
        case [*others, last] if others:
            return Message("{names} and {last}", names=CommaList(others), last=last)
        case _:
            # The name itself and no copy as text, since it may be a message in another language.
            return names[0] if names else ""


def any_of(role: Role) -> str:
    """Return names, any one of which may act; of many, only the first ones."""
    left = len(role) - MAX_NAMED
    if left <= 0:
        return listed(role, "or")
    names = CommaList(role[:MAX_NAMED])
    return Message("{names} or {count} more", names=names, count=left)


def _one_of(role: Role) -> Message:
    left = len(role) - MAX_NAMED
    if left <= 0:
        return Message("one of {names}", names=listed(role))
    names = CommaList(role[:MAX_NAMED])
    return Message("one of {names} and {count} more", names=names, count=left)


def _lower(handles: Iterable[str]) -> set[str]:
    return {handle.lower() for handle in handles}
