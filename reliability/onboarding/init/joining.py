"""Files of servers that a repository syncs already, recognized by the mark in them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reliability.plan.held import Owner
from reliability.providers.mark import MARK, MARK_WITHIN, owner_in

MONITORING: Final = "monitoring"
"""The service of the heartbeat; its rules are in a file of this name."""

LONGEST_NAME: Final = 63


def marked_owner(file: Path) -> Owner | None:
    """Return the owner in the mark of a file; None if it has none, or cannot be read."""
    try:
        with file.open("rb") as opened:
            mark = MARK.search(opened.read(MARK_WITHIN))
    except OSError:
        return None
    return owner_in(mark) if mark else None


def monitoring_service(team: str, rules_folder: Path | None, own_id: str, *, joins: bool) -> str:
    """Return a name for the service of the heartbeat that no other repository has there.

    `joins` says that the Alertmanager has another owner, who probably has a heartbeat, too.
    """
    other = marked_owner(rules_folder / f"{MONITORING}.yml") if rules_folder else None
    if joins or (other is not None and other.id != own_id):
        return f"{MONITORING}-{team}"[:LONGEST_NAME].rstrip("-")
    return MONITORING
