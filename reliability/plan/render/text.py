"""Reports as text for a terminal: a line for each target, then a line for each object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from reliability.plan.change import Change, Create, Delete, Drift, Reload, Update
from reliability.plan.fields import Difference
from reliability.plan.plan import Plan
from reliability.plan.render.words import past, summary, values
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.resource import ResourceId
from reliability.sync import Done, Failed, Outcome

MOST_FIELDS: Final = 20
"""Fields shown of one object."""

HOLD_HELP: Final = (
    "write the change into services/ or policies/, or let `onDrift: mend` in policies/targets.yaml "
    "overwrite it"
)


def as_text(reports: Sequence[Report]) -> str:
    """All targets, one after the other, without a newline at the end."""
    return "\n".join(line for report in reports for line in _lines(report))


def drift_as_text(reports: Sequence[Report]) -> str:
    """What was changed behind our back, and what is not run as it is stored."""
    return "\n".join(line for report in reports for line in _drift_report(report))


def _lines(report: Report) -> Iterator[str]:
    match report:
        case Unreached(_, why):
            yield why
        case Planned(plan):
            yield from _plan(plan)
        case Unsafe(plan, why):
            yield from _plan(plan)
            yield why
        case Synced(plan, outcomes):
            yield from _synced(plan, outcomes, len(report.failed))
        case _:
            assert_never(report)


def _plan(plan: Plan) -> Iterator[str]:
    yield f"{plan.target}: {summary(plan)}"
    for change in plan.changes:
        yield from _change(change)
    yield from _left_alone(plan, "to be mended")


def _change(change: Change) -> Iterator[str]:
    name = _name(change.id)
    match change:
        case Create():
            yield f"  + {name}"
        case Update():
            yield f"  ~ {name}"
            yield from _fields(change.differences, "->")
        case Delete():
            yield f"  - {name}"
        case Reload(_, why):
            yield f"  > {name}: {why}"
        case _:
            assert_never(change)


def _left_alone(plan: Plan, otherwise: str) -> Iterator[str]:
    for drift in plan.drifted:
        yield from _drift(drift, otherwise)
    if any(drift.held for drift in plan.drifted):
        yield f"    = help: {HOLD_HELP}"
    for blocked in plan.blocked:
        yield f"  x {_name(blocked.id)}: not ours, and left untouched: {blocked.why}"


def _drift(drift: Drift, otherwise: str = "to be mended") -> Iterator[str]:
    held = "held" if drift.held else otherwise
    yield f"  ! {_name(drift.id)}: {drift.why}; {held}"
    yield from _fields(drift.differences, "became")


def _fields(differences: Sequence[Difference], arrow: str) -> Iterator[str]:
    for difference in differences[:MOST_FIELDS]:
        before, after = values(difference)
        yield f"      {difference.path}: {before} {arrow} {after}"
    if len(differences) > MOST_FIELDS:
        yield f"      and {len(differences) - MOST_FIELDS} more"


def _synced(plan: Plan, outcomes: Iterable[Outcome], failed: int) -> Iterator[str]:
    if plan.changes:
        done = len(plan.changes) - failed
        yield f"{plan.target}: {done} of {len(plan.changes)} changes done"
    else:
        yield f"{plan.target}: {summary(plan)}"
    for outcome in outcomes:
        match outcome:
            case Done(change):
                yield f"  {past(change)} {_name(change.id)}"
            case Failed(change, why):
                yield f"  failed {_name(change.id)}: {why}"
            case _:
                assert_never(outcome)
    yield from _left_alone(plan, "mended, unless it failed above")


def _drift_report(report: Report) -> Iterator[str]:
    if isinstance(report, Unreached):
        yield report.why
        return
    plan = report.plan
    if not plan.drifted and not plan.stale:
        yield f"{plan.target}: nothing was changed behind our back; {plan.owned} owned"
        return
    yield f"{plan.target}: {len(plan.drifted) + len(plan.stale)} of {plan.owned} not as left"
    for drift in plan.drifted:
        yield from _drift(drift)
    for stale in plan.stale:
        yield f"  > {_name(stale.id)}: {stale.why}"


def _name(identity: ResourceId) -> str:
    return f"{identity.kind} {identity.name}"
