"""Runs `reliability gate`."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from reliability.cli.app import App
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
    from reliability.resolve.objectives import Objective


def run(app: App, /, service: str, form: str, prometheus: str | None, origin: str | None) -> int:
    """Print the answer of the gate; return 0 if it is open, 1 if closed, 5 if unknown."""
    lost = "cannot evaluate the gate: documents that it needs cannot be read"
    ensure_readable(app, lost, f"services/{service}", "policies")
    statuses = slo_statuses(
        app, _objectives(app, service), "gate", prometheus=prometheus, origin=origin
    )
    judged = gate(
        service,
        _criticality(app, service),
        statuses.objectives,
        policy=_policy(app),
        today=app.today,
    )
    write = {"text": report.text, "json": report.document}[form]
    app.say(write(judged, statuses.source))

    return report.EXIT_CODES[judged.answer]


def _objectives(app: App, service: str) -> list[Objective]:
    """Return the objectives of a service.

    Raises:
        ReliabilityError: the service has no objectives.
    """
    every = list(objectives(app.catalog()))
    of_service = [objective for objective in every if objective.service == service]
    if not of_service:
        near = get_close_matches(service, {objective.service for objective in every}, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ReliabilityError(f"{service} is not a service with an SLO{hint}")

    return of_service


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
