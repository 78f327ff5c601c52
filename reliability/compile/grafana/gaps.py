"""What a repository asks for and the dashboards of a Grafana target cannot show."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.compile.alertmanager.receivers import UNROUTED
from reliability.compile.boards.facts import fit_a_board, runbook_urls
from reliability.compile.grafana.alerting import contact_points, owning_targets
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.refusals import why_not_objective
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.targets import GrafanaTarget, SyncTargets
from reliability.resolve.objectives import objectives
from reliability.resolve.target_gaps import (
    MANY_RUNBOOKS,
    NO_INHIBITION,
    NO_UNROUTED,
    UNRECORDED,
)


def grafana_gaps(catalog: Catalog) -> Iterator[Problem]:
    """Yield what Grafana does not show, and what its notification policies cannot do."""
    yield from _of_dashboards(catalog)
    yield from _of_policies(catalog)


def _of_policies(catalog: Catalog) -> Iterator[Problem]:
    """Yield what a tree of notification policies cannot do, at the first target with one."""
    declared = catalog.only(SyncTargets)
    owning = next(owning_targets(catalog), None)
    if declared is None or owning is None:
        return
    inputs = CompilerInputs.of(catalog)
    if not inputs.teams:
        return
    number = declared.value.spec.targets.index(owning)
    at = declared.at("spec", "targets", number, "ownsPolicyTree")
    yield NO_INHIBITION.problem(at)
    names = [point["name"] for point in contact_points(catalog, inputs) if isinstance(point, dict)]
    if UNROUTED not in names:
        yield NO_UNROUTED.problem(at)


def _of_dashboards(catalog: Catalog) -> Iterator[Problem]:
    """Yield the SLOs that no dashboard shows, and more runbooks than fit a dashboard."""
    declared = catalog.only(SyncTargets)
    numbers = [
        number
        for number, target in enumerate(declared.value.spec.targets if declared else ())
        if isinstance(target, GrafanaTarget)
    ]
    if declared is None or not numbers:
        return
    compiled = []
    for objective in objectives(catalog):
        if objective.metrics:
            yield UNRECORDED.problem(objective.slo.at("spec", "indicator"), objective.slo_name)
        elif objective.sli is not None and why_not_objective(objective, catalog) is None:
            compiled.append(objective)

    urls = runbook_urls(compiled, Directory.of(catalog))
    if not fit_a_board(urls):
        yield MANY_RUNBOOKS.problem(declared.at("spec", "targets", numbers[0]), str(len(urls)))
