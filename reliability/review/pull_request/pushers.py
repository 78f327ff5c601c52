"""The people who pushed what a pull request changes in governed files."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.errors import RevisionError
from reliability.forge.pull_request import PushHistory
from reliability.load.changes import Change, Changes
from reliability.message import Message


@dataclass(frozen=True, slots=True)
class Pushers:
    """Handles of people who pushed a governed change; `unknown` says why others are not known."""

    handles: frozenset[str] = frozenset()
    unknown: str = ""


def pushers(history: PushHistory, changes: Changes, tip: str) -> Pushers:
    """Return who pushed the change that the newest push proposes to the branch at `tip`.

    A push that proposes the same as the commit before it is not counted, such as a merge of the
    base branch. A commit that is gone, as after a force push, counts as another proposal. Pushes
    before the first proposal do not matter.
    """
    found: set[str] = set()
    for push in history.pushes:
        before, after = (_proposal(commit, changes, tip) for commit in (push.before, push.after))
        if after is not None and not after:
            return Pushers(frozenset(found))
        if before is None or before != after:
            if not push.actor:
                why = Message("the person who pushed {commit} is gone", commit=push.after[:12])
                return Pushers(frozenset(found), why)
            found.add(f"@{push.actor}")
        if before is not None and not before:
            return Pushers(frozenset(found))

    return Pushers(frozenset(found), history.unknown)


def _proposal(commit: str, changes: Changes, tip: str) -> Change | None:
    """Return what a commit proposes; None if it is gone or ambiguous."""
    try:
        return changes.proposal(tip, commit)
    except RevisionError:
        return None
