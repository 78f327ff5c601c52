"""The gate's answer as text and as JSON (keys: docs/concepts/error-budget.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from reliability.backtest.report.text import printable
from reliability.backtest.status import ObjectiveStatus, SloStatus, UnknownStatus
from reliability.render.display import inert_json
from reliability.render.times import utc_minute
from reliability.review.gate.figures import figures, moment
from reliability.review.gate.gate import Answer, JudgedObjective, ServiceGate, attained_words, named
from reliability.review.gate.table import firing_words, known_words, rate_words

VERSION: Final = 1
OTHERWISE: Final = "sync the rules and declare the Prometheus that evaluates them, or pull history"
EXIT_CODES: Final[dict[Answer, int]] = {"open": 0, "closed": 1, "unknown": 5}
WORST_FIRST: Final[tuple[Answer, ...]] = ("closed", "unknown", "open")

Sourced = tuple[ServiceGate, str]
"""An answer, and the description of the source of its figures."""


def answer_of(gates: Iterable[Sourced]) -> Answer:
    """Return the answer for all environments: closed or unknown if any of them is."""
    answers = {gate.answer for gate, _ in gates}
    return next(answer for answer in WORST_FIRST if answer in answers)


def text(gates: Iterable[Sourced]) -> str:
    """Return the answer and the status of each objective as text, for each environment."""
    lines = (line for gate, source in gates for line in _lines(gate, source))
    return "\n".join(printable(lines))


def _lines(gate: ServiceGate, source: str) -> Iterator[str]:
    of = f" in {gate.environment}" if gate.environment else ""
    reason = gate.reason
    if gate.answer == "unknown":
        # The lines below have the reasons.
        names = [named(objective.status) for objective in gate.judged if not objective.is_known]
        reason = f"too little is known of {', '.join(names)}"
    yield f"{gate.service}{of}: {gate.answer}: {reason}"
    yield from (f"  {_judged(objective, gate)}" for objective in gate.judged)
    if gate.openings:
        yield f"  opens when {', and '.join(gate.openings)}"
    if gate.answer == "closed":
        yield f"  or with an exception for {gate.service} in the error-budget policy"
    if gate.answer == "unknown":
        yield from (f"  to get an answer: {remedy}" for remedy in remedies(gate))
    yield f"  source {source}"


def remedies(gate: ServiceGate) -> tuple[str, ...]:
    """Return the remedies for budgets of which too little is known, each once."""
    statuses = (objective.status for objective in gate.judged if not objective.is_known)
    return tuple(dict.fromkeys(_remedy(status, gate) for status in statuses))


def _remedy(status: SloStatus, gate: ServiceGate) -> str:
    if isinstance(status, UnknownStatus):
        return status.remedy or OTHERWISE
    when = status.known_from(float(gate.min_coverage))
    wait = f"wait until {utc_minute(when)}" if when else ""
    return ", or ".join(filter(None, (status.remedy, wait)))


def _judged(objective: JudgedObjective, gate: ServiceGate) -> str:
    status, state = objective.status, objective.state
    if isinstance(status, UnknownStatus):
        return f"{named(status)}: not known: {status.reason}; {_burning(status)}"
    line = f"{named(status)}: {attained_words(status)}, {_burning(status)}{known_words(status)}"
    if not objective.is_known:
        return f"{line}; {gate.needed}"
    if state is None:
        return line
    then = ", ".join(state.then) or "nothing"
    to = f" to {', '.join(state.escalate_to)}" if state.escalate_to else ""
    return f"{line}: {state.name}: {then}{to}"


def _burning(status: SloStatus) -> str:
    """Return the burn rate, its time if the other figures have another, and what fires."""
    present = status.present
    line = f"burn rate {rate_words(present.burn if present else None)}"
    if present is None:
        return line
    if present.burn is not None and present.at != getattr(status, "at", None):
        line += f" at {utc_minute(present.at)}"
    return f"{line}, firing {firing_words(present)}" if present.firing else line


def document(gates: Sequence[Sourced]) -> str:
    """Return the answer as indented JSON; one for each environment, if any is declared."""
    every = [_document(gate, source) for gate, source in gates]
    values: dict[str, Any] = every[0]
    if "environment" in values:
        answer = answer_of(gates)
        values = {
            "version": VERSION,
            "service": values["service"],
            "answer": answer,
            "exit_code": EXIT_CODES[answer],
            "environments": every,
        }
    return inert_json(json.dumps(values, indent=2, ensure_ascii=False))


def _document(gate: ServiceGate, source: str) -> dict[str, Any]:
    exception = gate.exception
    return {
        **({"environment": gate.environment} if gate.environment else {}),
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
