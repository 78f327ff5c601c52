"""Sloth's rule groups of all objectives of a service, and problems of what Sloth cannot express."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.refusals import duplicate_objective
from reliability.compile.sloth.objective import sloth_objective
from reliability.compile.sloth.rules import sloth_groups
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resolve.objectives import Objective
from reliability.resource import Json


def sloth_rules(
    objectives: Iterable[Objective], _directory: Directory, catalog: Catalog
) -> Iterator[dict[str, Json] | Problem]:
    """Yield the groups of each objective; of two with the same name, only those of the first."""
    seen: dict[str, Objective] = {}
    for objective in objectives:
        read = sloth_objective(objective, catalog)
        if isinstance(read, Problem):
            yield read
            continue

        twin = seen.setdefault(read.id, objective)
        if twin is not objective:
            yield duplicate_objective(objective, twin)
            continue

        yield from sloth_groups(read)
