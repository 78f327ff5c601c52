"""Runs `reliability gate`."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from reliability.cli.app import App
from reliability.cli.environments import apps_in
from reliability.cli.readable import ensure_readable
from reliability.cli.statuses import slo_statuses
from reliability.errors import ReliabilityError
from reliability.model.error_budget import ErrorBudgetPolicy
from reliability.model.ownership import Ownership
from reliability.resolve.objectives import objectives
from reliability.review.gate import report
from reliability.review.gate.gate import gate

if TYPE_CHECKING:
    from reliability.model.error_budget import Criticality, ErrorBudgetPolicySpec


def run(
    app: App,
    /,
    service: str,
    form: str,
    prometheus: str | None,
    origin: str | None,
    environments: tuple[str, ...],
) -> int:
    """Print the answer of the gate; return 0 if it is open, 1 if closed, 5 if unknown."""
    lost = "cannot evaluate the gate: documents that it needs cannot be read"
    ensure_readable(app, lost, f"services/{service}", "policies")
    _ensure_has_slos(app, service)
    measured = []
    for each in apps_in(app, environments):
        of_service = [one for one in objectives(each.catalog()) if one.service == service]
        if of_service:
            statuses = slo_statuses(each, of_service, prometheus=prometheus, origin=origin)
            measured.append(statuses)
    if not measured:
        where = ", ".join(environments) or "any environment"
        raise ReliabilityError(f"no SLO of {service} runs in {where}")

    criticality, policy = _criticality(app, service), _policy(app)
    gates = [
        (gate(service, criticality, one.objectives, policy=policy, today=app.today), one.origin)
        for one in measured
    ]
    app.say({"text": report.text, "json": report.document}[form](gates))
    return report.EXIT_CODES[report.answer_of(gates)]


def _ensure_has_slos(app: App, service: str) -> None:
    """Require a service with an SLO in the documents.

    Raises:
        ReliabilityError: the service has no objectives.
    """
    services = {objective.service for objective in objectives(app.catalog())}
    if service not in services:
        near = get_close_matches(service, services)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ReliabilityError(f"{service} is not a service with an SLO{hint}")


def _policy(app: App) -> ErrorBudgetPolicySpec:
    declared = app.catalog().only(ErrorBudgetPolicy)
    if declared is None:
        raise ReliabilityError(
            "there is no ErrorBudgetPolicy, which says what a spent error budget means; "
            "copy policies/error-budget.yaml from the shipped repository"
        )
    return declared.value.spec


def _criticality(app: App, service: str) -> Criticality:
    """Return the criticality of a service; a service without an owner counts as standard."""
    owned = [
        ownership.value
        for ownership in app.catalog().documents(Ownership)
        if ownership.value.service == service
    ]
    return owned[0].spec.criticality if owned else "standard"
