"""Compiler of the generated lines of CODEOWNERS, and what they cannot express."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.ownership import Ownership
from reliability.model.targets import CodeOwnersTarget, SyncTargets
from reliability.model.team import Team
from reliability.resolve.code_owners import owner_lines
from reliability.resolve.target_gaps import CODE_HOST
from reliability.resource import Json, Resource, ResourceId

TARGET: Final = "codeowners"
IDENTITY: Final = ResourceId(TARGET, "code-owners", "CODEOWNERS")


@dataclass(frozen=True, slots=True)
class CodeOwnersCompiler:
    """Compiler of the lines of each declared CODEOWNERS target."""

    target: str = TARGET
    by_service: bool = False

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the lines, unless nothing has an owner."""
        targets = _targets(catalog)
        lines = owner_lines(catalog) if targets else []
        if lines:
            yield Resource(IDENTITY, lines_body(lines), targets=targets)


def lines_body(lines: list[str]) -> dict[str, Json]:
    """Return lines of CODEOWNERS as the body of a resource; a line is named by its pattern."""
    body: list[Json] = []
    for line in lines:
        pattern, *owners = line.split()
        body.append({"name": pattern, "owners": [*owners]})
    return {"lines": body}


def code_owner_gaps(catalog: Catalog) -> Iterator[Problem]:
    """Yield the teams that own a service and have no handle on the code host."""
    if not _targets(catalog):
        return
    owning = {owner.value.spec.team for owner in catalog.documents(Ownership)}
    for team in catalog.documents(Team):
        name = team.value.metadata.name
        if name in owning and team.value.spec.code_host is None:
            yield CODE_HOST.problem(team.at("metadata", "name"), name)


def _targets(catalog: Catalog) -> tuple[str, ...]:
    """Return the names of the declared CODEOWNERS targets."""
    declared = catalog.only(SyncTargets)
    targets = declared.value.spec.targets if declared else ()
    return tuple(target.name for target in targets if isinstance(target, CodeOwnersTarget))
