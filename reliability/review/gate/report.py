"""The gate's answer for a terminal and as JSON (docs/concepts/error-budget.md has the keys)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from reliability.backtest.report.text import printable
from reliability.backtest.standing import ObjectiveStatus, UnknownStatus
from reliability.render.display import inert_json
from reliability.review.gate.figures import figures, moment
from reliability.review.gate.gate import JudgedObjective, ServiceGate, attained_words, named
from reliability.review.gate.table import burn_words, known_words

VERSION: Final = 1
OTHERWISE: Final = "sync the rules and declare the Prometheus that evaluates them, or pull history"
EXIT_CODES: Final = {"open": 0, "closed": 1, "unknown": 5}


def text(found: ServiceGate, source: str) -> str:
    """The answer first, then what it follows from."""
    return "\n".join(printable(_lines(found, source)))


def _lines(found: ServiceGate, source: str) -> Iterator[str]:
    yield f"{found.service}: {found.answer}: {found.reason}"
    yield from (f"  {_judged(each)}" for each in found.judged)
    if found.openings:
        yield f"  opens when {', and '.join(found.openings)}"
    if found.answer == "closed":
        yield f"  or with an exception for {found.service} in the error-budget policy"
    if found.answer == "unknown":
        yield from (f"  to get figures: {each}" for each in remedies(found))
    yield f"  source {source}"


def remedies(found: ServiceGate) -> tuple[str, ...]:
    """What would make each budget known that is not, each of these once."""
    unknown = (each.stands for each in found.judged if isinstance(each.stands, UnknownStatus))
    return tuple(dict.fromkeys(each.remedy or OTHERWISE for each in unknown))


def _judged(each: JudgedObjective) -> str:
    if isinstance(each.stands, UnknownStatus):
        return f"{named(each.stands)}: not known: {each.stands.reason}"
    said = f"{named(each.stands)}: {attained_words(each.stands)}"
    said += f", burn rate {burn_words(each.stands)}{known_words(each.stands)}"
    state = each.state
    if state is None:
        return said
    then = ", ".join(state.then) or "nothing"
    to = f" to {', '.join(state.escalate_to)}" if state.escalate_to else ""
    return f"{said}: {state.name}: {then}{to}"


def document(found: ServiceGate, source: str) -> str:
    """As JSON, indented."""
    exception = found.exception
    said = {
        "version": VERSION,
        "service": found.service,
        "answer": found.answer,
        "exit_code": EXIT_CODES[found.answer],
        "reason": found.reason,
        "remedies": list(remedies(found)) if found.answer == "unknown" else [],
        "opens_when": list(found.openings),
        "opens_above": found.opens_above,
        "exception": {
            "reason": exception.reason,
            "approver": exception.approver,
            "until": exception.until.isoformat(),
        }
        if exception
        else None,
        "source": source,
        "objectives": [_objective(each, found) for each in found.judged],
    }
    return inert_json(json.dumps(said, indent=2, ensure_ascii=False))


def _objective(each: JudgedObjective, found: ServiceGate) -> dict[str, Any]:
    objective = each.stands.objective
    state = each.state
    stands = each.stands if isinstance(each.stands, ObjectiveStatus) else None
    recovers = stands.recovers(found.opens_above) if stands and each.closes else None
    return {
        "slo": objective.slo_name,
        "objective": objective.name,
        "state": state.name if state else None,
        "then": list(state.then) if state else [],
        "escalate_to": list(state.escalate_to) if state else [],
        "opens": moment(recovers),
        **figures(each.stands),
    }
