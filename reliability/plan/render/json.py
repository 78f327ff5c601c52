"""Rendering of reports as JSON, `{version, sync_targets: [...]}`, for tools that act on a plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final, assert_never

from reliability.check.masking.masking import masked, redacted
from reliability.finding import Problem
from reliability.plan.change import Change, Claim, Create, Delete, Drift, Postponed, Reload, Update
from reliability.plan.fields import ABSENT, FieldDifference
from reliability.plan.held import Owner
from reliability.plan.plan import Plan
from reliability.plan.render.detail import WHOLE, PlanDetail
from reliability.plan.render.words import verb
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.plan.sync import ChangeFailed, Outcome
from reliability.render.display import inert_json
from reliability.resource import ResourceId

VERSION: Final = 1
WITH_DIFFERENCES: Final = ("changes", "drifted", "postponed")


def as_json(reports: Sequence[Report], detail: PlanDetail = WHOLE) -> str:
    """Render all targets, in their order; if `brief`, without differences.

    `documents` are sentences about changed documents, if there is a base to compare with.

    A sync target has `sync_target`, `error` (why it was not read, or null) and, if it was read,
    `digest`, `stability` of its provider, `owned`, `others`, `unsafe`, `changes`, `drifted`,
    `postponed`, `pending`, `missing`, `blocked`, and after a sync `outcomes`. A difference has
    `path`, and `before` and `after` if the field exists there.
    """
    targets = [_target(report) for report in reports]
    if detail.brief:
        for target in targets:
            for item in chain.from_iterable(target.get(key, ()) for key in WITH_DIFFERENCES):
                item.pop("differences", None)

    return _document(None, (), targets, detail.documents)


def unreadable_as_json(error: str, problems: Sequence[Problem]) -> str:
    """Render a repository that cannot be read: `error`, `unreadable`, and no target."""
    unreadable = [
        {
            "path": str(problem.at.path),
            "line": problem.at.span.line,
            "column": problem.at.span.column,
            "message": problem.message,
        }
        for problem in problems
    ]
    return _document(error, unreadable, [])


def _document(
    error: str | None,
    unreadable: Sequence[dict[str, Any]],
    targets: Sequence[dict[str, Any]],
    documents: Sequence[str] | None = None,
) -> str:
    document = {
        "version": VERSION,
        "error": error,
        "unreadable": [*unreadable],
        **({} if documents is None else {"documents": [*documents]}),
        "sync_targets": [*targets],
    }
    return inert_json(redacted(json.dumps(document, indent=2, ensure_ascii=False)))


def _target(report: Report) -> dict[str, Any]:
    match report:
        case Unreached(target, why):
            return {"sync_target": target, "error": why}
        case Planned(plan):
            return _plan(plan, None)
        case Unsafe(plan, why):
            return _plan(plan, why)
        case Synced(plan, outcomes):
            return {**_plan(plan, None), "outcomes": [_outcome(outcome) for outcome in outcomes]}
    assert_never(report)


def _plan(plan: Plan, unsafe: str | None) -> dict[str, Any]:
    return {
        "sync_target": plan.target,
        "error": None,
        "digest": plan.digest,
        "stability": "experimental" if plan.is_experimental else "stable",
        "endpoints": plan.endpoints or None,
        "owned": plan.owned,
        "others": [{"owner": owner, "objects": count} for owner, count in plan.others],
        "routes_owner": plan.routes_owner or None,
        "unsafe": unsafe,
        "changes": [_change(change) for change in plan.changes],
        "drifted": [_drift(drift) for drift in plan.drifted],
        "postponed": [_postponed(postponed) for postponed in plan.postponed],
        "pending": [{**_name(item.id), "reason": item.why} for item in plan.pending],
        "missing": list(plan.missing),
        "blocked": [
            {
                **_name(blocked.id),
                "reason": blocked.why,
                "owner": str(blocked.owner) if blocked.owner else None,
            }
            for blocked in plan.blocked
        ],
    }


def _postponed(postponed: Postponed) -> dict[str, Any]:
    return {
        **_change(postponed.change),
        "alerts": [
            {"labels": dict(alert.labels), "state": alert.state, "since": alert.since.isoformat()}
            for alert in postponed.alerts
        ],
        "silences": [
            {
                "id": changed.silence.id,
                "reason": f"{changed} {changed.effect}",
                "commands": [*changed.commands],
            }
            for changed in postponed.silences
        ],
    }


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        **_name(drift.id),
        "reason": drift.why,
        "held": drift.held,
        "outdated": drift.is_outdated,
        "differences": _differences(drift.differences),
    }


def _change(change: Change) -> dict[str, Any]:
    named = {"action": verb(change), **_name(change.id)}
    if isinstance(change, Reload):
        return {**named, "reason": change.why}
    return {**named, **_digests(change), "differences": _differences_of(change)}


def _digests(change: Create | Update | Claim | Delete) -> dict[str, str | None]:
    match change:
        case Create(after):
            return {"before": None, "after": after.digest}
        case Update(before, after, former):
            return {"before": before.digest, "after": after.digest, **_former(former)}
        case Claim(after, former):
            return {"before": after.digest, "after": after.digest, **_former(former)}
        case Delete(before, former):
            return {"before": before.digest, "after": None, **_former(former)}
    assert_never(change)


def _former(owner: Owner | None) -> dict[str, str | None]:
    return {"taken_over_from": str(owner)} if owner else {}


def _differences_of(change: Create | Update | Claim | Delete) -> list[dict[str, Any]]:
    return [] if isinstance(change, Claim) else _differences(change.differences)


def _differences(differences: Iterable[FieldDifference]) -> list[dict[str, Any]]:
    """Render values in full, with secrets masked; a missing field has no key, not even null."""
    return [
        {
            "path": difference.path,
            **{
                side: masked(difference.keys, value)
                for side, value in (("before", difference.before), ("after", difference.after))
                if value is not ABSENT
            },
        }
        for difference in differences
    ]


def _outcome(outcome: Outcome) -> dict[str, Any]:
    named = {"action": verb(outcome.change), **_name(outcome.change.id)}
    if isinstance(outcome, ChangeFailed):
        return {**named, "done": False, "reason": outcome.why}
    return {**named, "done": True}


def _name(identity: ResourceId) -> dict[str, str]:
    return {"kind": identity.kind, "name": identity.name}
