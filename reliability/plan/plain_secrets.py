"""Blocking of configurations with a secret in plain text, so that none is written or uploaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from reliability.check.masking.secrets import FILED, secrets
from reliability.location import Pointer
from reliability.message import CommaList, Message
from reliability.plan.change import Blocked, Change, Claim, Create, Update
from reliability.plan.plan import Plan

CONFIGURATIONS: Final = frozenset(("config", "alertmanager-config-map"))
"""Kinds of objects with a configuration of Alertmanager."""
SHOWN: Final = 3


def without_plain_secrets(plan: Plan) -> Plan:
    """Block every configuration of a plan that contains a secret in plain text."""
    blocked = [
        Blocked(change.id, reason)
        for change in plan.changes
        if (reason := CommaList(_plain(change))) and change.id.kind in CONFIGURATIONS
    ]
    ids = {item.id for item in blocked}
    return replace(
        plan,
        changes=tuple(change for change in plan.changes if change.id not in ids),
        blocked=(*plan.blocked, *blocked),
    )


def _plain(change: Change) -> Iterator[Message]:
    """Yield a message for each secret in plain text, with its location but not its value."""
    match change:
        case Create(after) | Update(_, after) | Claim(after) if change.id.kind in CONFIGURATIONS:
            plain = [*secrets(after.body)]
            for pointer, what in plain[:SHOWN]:
                key, place = str(pointer[-1]), _place(pointer)
                if key in FILED:
                    yield Message(
                        "{secret} is in plain text at {place}; write {key} and a path",
                        secret=what,
                        place=place,
                        key=f"{key}_file",
                    )
                else:
                    yield Message("{secret} is in plain text at {place}", secret=what, place=place)
            if len(plain) > SHOWN:
                yield Message(
                    "and {count} more, which `reliability check` shows", count=len(plain) - SHOWN
                )
        case _:
            pass


def _place(pointer: Pointer) -> str:
    """Format a pointer like the paths of a plan: `receivers[1].slack_configs[0].api_url`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer)
    return "".join(parts).removeprefix(".")
