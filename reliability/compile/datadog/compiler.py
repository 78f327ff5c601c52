"""Compiler of SLOs whose queries are Datadog's; all others stay with Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reliability.compile.datadog.corrections import corrections_by_service, slo_corrections
from reliability.compile.datadog.monitors import monitors_of
from reliability.compile.datadog.slos import TARGET, slo_of
from reliability.compile.datadog.texts import Recipients
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resolve.compilable import why_not_compiled
from reliability.resolve.declared_targets import writes_to_datadog
from reliability.resolve.objectives import Objective, objectives
from reliability.resource import Resource


@dataclass(frozen=True, slots=True)
class DatadogCompiler:
    """Compiler of SLOs, monitors and corrections, if a Datadog target is declared."""

    target: str = TARGET
    by_service: bool = True

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the objects of each objective: its SLO, its monitors, its corrections."""
        if not writes_to_datadog(catalog):
            return
        recipients, corrections = Recipients.of(catalog), corrections_by_service(catalog)
        for objective in for_datadog(catalog):
            yield slo_of(objective)
            yield from monitors_of(objective, recipients)
            yield from slo_corrections(objective, corrections)


def for_datadog(catalog: Catalog) -> Iterator[Objective]:
    """Yield the objectives that Datadog gets, sorted by service.

    The compiler of Prometheus rules reports the others: it walks all objectives.
    """
    seen: set[tuple[str, str]] = set()
    for objective in sorted(objectives(catalog), key=lambda objective: objective.service):
        identity = (objective.service, objective.identity)
        is_twin = identity in seen
        seen.add(identity)
        if not objective.metrics or is_twin:
            continue
        if why_not_compiled(objective.slo, objective.index, catalog) is None:
            yield objective
