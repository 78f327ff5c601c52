"""Whose the objects are that a repository writes to its targets."""

from __future__ import annotations

import secrets
from pathlib import Path

from reliability.load.remote import repository_address
from reliability.model.targets import SyncTargetsSpec
from reliability.plan.held import Owner


def owner_of(root: Path, spec: SyncTargetsSpec) -> Owner | None:
    """The declared owner; its address is that of the repository's Git remote.

    A declared address counts only without a remote: a fork has the same documents.
    """
    if spec.owner is None:
        return None
    declared = (spec.owner.repository or "").lower()
    return Owner(spec.owner.id, repository_address(root) or declared)


def new_owner_id() -> str:
    """Return a random owner ID; 64 bits make a collision of two repositories unlikely."""
    return secrets.token_hex(8)
