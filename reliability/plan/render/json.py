"""Reports as JSON: `{version, targets: [...]}`, for tools that act on a plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, assert_never

from reliability.plan.change import Change, Create, Delete, Reload, Update
from reliability.plan.fields import Difference
from reliability.plan.plan import Plan
from reliability.plan.render.words import values, verb
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.resource import ResourceId
from reliability.sync import Failed, Outcome

VERSION: Final = 1


def as_json(reports: Sequence[Report]) -> str:
    """All targets, in their order.

    A target has `target`, `error` (why it was not read, or null) and, where it was read, `digest`,
    `owned`, `unsafe`, `changes`, `drifted`, `blocked`, and after a sync `outcomes`.
    """
    document = {"version": VERSION, "targets": [_target(report) for report in reports]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _target(report: Report) -> dict[str, Any]:
    match report:
        case Unreached(target, why):
            return {"target": target, "error": why}
        case Planned(plan):
            return _plan(plan, None)
        case Unsafe(plan, why):
            return _plan(plan, why)
        case Synced(plan, outcomes):
            return {**_plan(plan, None), "outcomes": [_outcome(each) for each in outcomes]}
    assert_never(report)


def _plan(plan: Plan, unsafe: str | None) -> dict[str, Any]:
    return {
        "target": plan.target,
        "error": None,
        "digest": plan.digest,
        "owned": plan.owned,
        "unsafe": unsafe,
        "changes": [_change(change) for change in plan.changes],
        "drifted": [
            {
                **_name(drift.id),
                "why": drift.why,
                "held": drift.held,
                "differences": _differences(drift.differences),
            }
            for drift in plan.drifted
        ],
        "blocked": [{**_name(blocked.id), "why": blocked.why} for blocked in plan.blocked],
    }


def _change(change: Change) -> dict[str, Any]:
    named = {"action": verb(change), **_name(change.id)}
    match change:
        case Create(after):
            return {**named, "before": None, "after": after.digest}
        case Update(before, after):
            digests = {"before": before.digest, "after": after.digest}
            return {**named, **digests, "differences": _differences(change.differences)}
        case Delete(before):
            return {**named, "before": before.digest, "after": None}
        case Reload(_, why):
            return {**named, "why": why}
    assert_never(change)


def _differences(differences: Iterable[Difference]) -> list[dict[str, str]]:
    return [
        {"path": difference.path, "before": before, "after": after}
        for difference in differences
        for before, after in [values(difference)]
    ]


def _outcome(outcome: Outcome) -> dict[str, Any]:
    named = {"action": verb(outcome.change), **_name(outcome.change.id)}
    if isinstance(outcome, Failed):
        return {**named, "done": False, "why": outcome.why}
    return {**named, "done": True}


def _name(identity: ResourceId) -> dict[str, str]:
    return {"kind": identity.kind, "name": identity.name}
