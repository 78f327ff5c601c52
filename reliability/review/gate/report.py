"""The gate's answer as text and as JSON (keys: docs/concepts/error-budget.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from reliability.backtest.report.text import printable
from reliability.backtest.status import ObjectiveStatus, UnknownStatus
from reliability.render.display import inert_json
from reliability.review.gate.figures import figures, moment
from reliability.review.gate.gate import JudgedObjective, ServiceGate, attained_words, named
from reliability.review.gate.table import burn_words, known_words

VERSION: Final = 1
OTHERWISE: Final = "sync the rules and declare the Prometheus that evaluates them, or pull history"
EXIT_CODES: Final = {"open": 0, "closed": 1, "unknown": 5}


def text(gate: ServiceGate, source: str) -> str:
    """Return the answer and the status of each objective as text."""
    return "\n".join(printable(_lines(gate, source)))


def _lines(gate: ServiceGate, source: str) -> Iterator[str]:
    yield f"{gate.service}: {gate.answer}: {gate.reason}"
    yield from (f"  {_judged(objective)}" for objective in gate.judged)
    if gate.openings:
        yield f"  opens when {', and '.join(gate.openings)}"
    if gate.answer == "closed":
        yield f"  or with an exception for {gate.service} in the error-budget policy"
    if gate.answer == "unknown":
        yield from (f"  to get figures: {remedy}" for remedy in remedies(gate))
    yield f"  source {source}"


def remedies(gate: ServiceGate) -> tuple[str, ...]:
    """Return the remedies for unknown budgets, each once."""
    unknown = (
        objective.status for objective in gate.judged if isinstance(objective.status, UnknownStatus)
    )
    return tuple(dict.fromkeys(status.remedy or OTHERWISE for status in unknown))


def _judged(objective: JudgedObjective) -> str:
    if isinstance(objective.status, UnknownStatus):
        return f"{named(objective.status)}: not known: {objective.status.reason}"
    line = f"{named(objective.status)}: {attained_words(objective.status)}"
    line += f", burn rate {burn_words(objective.status)}{known_words(objective.status)}"
    state = objective.state
    if state is None:
        return line
    then = ", ".join(state.then) or "nothing"
    to = f" to {', '.join(state.escalate_to)}" if state.escalate_to else ""
    return f"{line}: {state.name}: {then}{to}"


def document(gate: ServiceGate, source: str) -> str:
    """Return the answer as indented JSON."""
    exception = gate.exception
    values = {
        "version": VERSION,
        "service": gate.service,
        "answer": gate.answer,
        "exit_code": EXIT_CODES[gate.answer],
        "reason": gate.reason,
        "remedies": list(remedies(gate)) if gate.answer == "unknown" else [],
        "opens_when": list(gate.openings),
        "opens_above": gate.opens_above,
        "exception": {
            "reason": exception.reason,
            "approver": exception.approver,
            "until": exception.until.isoformat(),
        }
        if exception
        else None,
        "source": source,
        "objectives": [_objective(objective, gate) for objective in gate.judged],
    }
    return inert_json(json.dumps(values, indent=2, ensure_ascii=False))


def _objective(judged_objective: JudgedObjective, gate: ServiceGate) -> dict[str, Any]:
    objective = judged_objective.status.objective
    state = judged_objective.state
    status = (
        judged_objective.status if isinstance(judged_objective.status, ObjectiveStatus) else None
    )
    recovers = status.recovers(gate.opens_above) if status and judged_objective.closes else None

    return {
        "slo": objective.slo_name,
        "objective": objective.name,
        "state": state.name if state else None,
        "then": list(state.then) if state else [],
        "escalate_to": list(state.escalate_to) if state else [],
        "opens": moment(recovers),
        **figures(judged_objective.status),
    }
