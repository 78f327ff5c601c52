"""Whose policies judge a change: the base's, so that it cannot loosen the rules that judge it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reliability.finding import Finding, Severity
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.model.history import HistorySources
from reliability.model.kind import Model
from reliability.model.targets import SyncTargets

GOVERNED: Final[tuple[type[Model], ...]] = (SyncTargets, HistorySources)
"""What says which hosts, folders and limits there are."""


def has_policies(base: Base) -> bool:
    """Whether the base has any file below `policies/`; the first change that brings some has not.

    Also of one that cannot be read: it was meant to hold.
    """
    unread = (each.problem.at.path for each in base.findings)
    return any(path.parts[0] == "policies" for path in (*base.catalog.texts, *unread))


def governed(catalog: Catalog, base: Base) -> Catalog:
    """A catalog with the base's targets and history sources, where the base has policies."""
    if not has_policies(base):
        return catalog
    located = {kind: of for kind, of in catalog.located.items() if kind not in GOVERNED}
    theirs = {kind: of for kind, of in base.catalog.located.items() if kind in GOVERNED}
    every = (each for of in (*located.values(), *theirs.values()) for each in of)
    return Catalog.of(every, catalog.files, catalog.raw, catalog.texts)


def unread(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The files that cannot be read."""
    errors = (each for each in findings if each.severity is Severity.ERROR)
    return tuple(sorted({each.problem.at.path.as_posix() for each in errors}))
