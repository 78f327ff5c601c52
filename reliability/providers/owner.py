"""Owner of the objects that a repository writes to its targets."""

from __future__ import annotations

import secrets
from pathlib import Path

from reliability.load.remote import repository_address
from reliability.model.targets import SyncTargetsSpec
from reliability.plan.held import Owner


def owner_of(root: Path, spec: SyncTargetsSpec) -> Owner | None:
    """Return the declared owner, with the address of the repository's Git remote.

    The declared address is used only if there is no remote, because a fork has the same documents.
    """
    if spec.owner is None:
        return None
    declared = (spec.owner.repository or "").lower()
    return Owner(spec.owner.id, repository_address(root) or declared)


def new_owner_id() -> str:
    """Return a random owner ID; 64 bits make a collision of two repositories unlikely."""
    return secrets.token_hex(8)
