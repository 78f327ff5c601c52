"""Rendering of reports as text: a line for each target, then each object with its diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from reliability.check.masking.masking import redacted
from reliability.plan.change import (
    Change,
    Claim,
    Create,
    Delete,
    Drift,
    Postponed,
    Reload,
    Update,
)
from reliability.plan.fields import ABSENT, FieldDifference
from reliability.plan.plan import Plan
from reliability.plan.render.diff import diff_lines, display, one_line
from reliability.plan.render.words import MISSING, left_alone, past, summary, taken_over
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.resource import ResourceId

HOLD_HELP: Final = (
    "declare the change in services/ or policies/, or overwrite it: "
    "`reliability sync --overwrite {object}`"
)
ACTIVE_HELP: Final = "sync again when it is resolved, or pass --allow-active"
OWNER_HELP: Final = "pass --take-over {target} if this repository should own these objects"
CONFIG_HELP: Final = (
    "an Alertmanager has one configuration and one owner: set `routes: external` on this target, "
    "and ask the owner to add the routes"
)


FIELD: Final = "      "
"""Indentation of diffs, which no other line has."""


def as_text(reports: Sequence[Report], *, brief: bool = False) -> str:
    """Render all targets, without a newline at the end; if `brief`, without diffs."""
    return _joined(map(_lines, reports), brief=brief)


def drift_as_text(reports: Sequence[Report], *, brief: bool = False) -> str:
    """Render what was changed outside the repository, and what does not run as stored."""
    return _joined(map(_drift_report, reports), brief=brief)


def _joined(sections: Iterable[Iterable[str]], *, brief: bool) -> str:
    kept = (
        [line for line in section if not (brief and line.startswith(FIELD))] for section in sections
    )
    return redacted("\n".join(_without_repeats(kept)))


def _without_repeats(sections: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of all targets; of replicas with the same changes, only one shows them."""
    first: dict[tuple[str, ...], str] = {}
    for head, *body in sections:
        yield head
        known = first.setdefault(tuple(body), head.partition(":")[0])
        if len(body) > 1 and not head.startswith(f"{known}:"):
            yield f"  the same as {known}"
        else:
            yield from body


def _lines(report: Report) -> Iterator[str]:
    match report:
        case Unreached(_, why):
            yield _line(why)
        case Planned(plan):
            yield from _plan(plan)
        case Unsafe(plan, why):
            yield from _plan(plan)
            yield _line(why)
        case Synced(plan, outcomes):
            yield from _synced(plan, outcomes, len(report.failed))
        case _:
            assert_never(report)


def _plan(plan: Plan) -> Iterator[str]:
    yield f"{plan.target}: {summary(plan)}"
    for change in plan.changes:
        yield from _change(change)
    yield from _left_alone(plan, frozenset(change.id for change in plan.changes), "to overwrite")


def _change(change: Change) -> Iterator[str]:
    name = _name(change.id)
    note = f" ({taken_over(change)})" if taken_over(change) else ""
    match change:
        case Create():
            yield f"  + {name}"
            yield from _fields(change.differences)
        case Update():
            yield f"  ~ {name}{note}"
            yield from _fields(change.differences)
        case Claim():
            yield f"  = {name}{note}"
        case Delete():
            yield f"  - {name}{note}"
            yield from _fields(change.differences)
        case Reload(_, why):
            yield f"  > {name}: {_line(why)}"
        case _:
            assert_never(change)


def _left_alone(plan: Plan, written: frozenset[ResourceId], word: str) -> Iterator[str]:
    """Yield what is held and what cannot be written; `word` describes drift that is overwritten."""
    for drift in plan.drifted:
        yield from _drift(drift, word if drift.id in written else "not overwritten")
    for postponed in plan.postponed:
        yield from _postponed(postponed)
    for pending in plan.pending:
        yield f"  . {_name(pending.id)}: {_line(pending.why)}"
    for path in plan.missing:
        yield f"  ? {display(path)}: {MISSING}"
    for blocked in plan.blocked:
        yield f"  x {_name(blocked.id)}: {_line(left_alone(blocked))}"
    if any(blocked.is_marked for blocked in plan.blocked):
        if any(blocked.id.kind == "config" for blocked in plan.blocked):
            yield f"    = help: {CONFIG_HELP}"
        yield f"    = help: {OWNER_HELP.format(target=plan.target)}"


def _drift(drift: Drift, otherwise: str) -> Iterator[str]:
    """Yield a drifted object; if it is overwritten, its update shows the differences."""
    word = "held" if drift.held else otherwise
    yield f"  ! {_name(drift.id)}: {_line(drift.why)}; {word}"
    if drift.held:
        if drift.is_outdated and drift.differences:
            yield f"{FIELD}from the actual to the declared object:"
        yield from _fields(drift.differences)
        name = f"{drift.id.kind}/{drift.id.name}"
        yield f"    = help: {HOLD_HELP.format(object=name)}"


def _postponed(postponed: Postponed) -> Iterator[str]:
    for alert in postponed.alerts:
        yield f"  ! {_name(postponed.id)}: would end an active alert: {display(str(alert))}; held"
    yield from _fields(postponed.change.differences)
    yield f"    = help: {ACTIVE_HELP}"


def _fields(differences: Sequence[FieldDifference]) -> Iterator[str]:
    for difference in differences:
        line = one_line(difference)
        if line is not None:
            yield f"{FIELD}{line}"
            continue
        yield f"{FIELD}{_sign(difference)}{display(difference.path)}:"
        yield from (f"{FIELD}  {line.sign} {line.text}" for line in diff_lines(difference))


def _sign(difference: FieldDifference) -> str:
    """Return the sign of a field that is added or removed; empty if it is changed."""
    if difference.before is ABSENT:
        return "+ "
    return "- " if difference.after is ABSENT else ""


def _synced(plan: Plan, outcomes: Sequence[Outcome], failed: int) -> Iterator[str]:
    if plan.changes:
        done = len(plan.changes) - failed
        yield f"{plan.target}: {done} of {len(plan.changes)} changes done"
    else:
        yield f"{plan.target}: {summary(plan)}"

    for outcome in outcomes:
        match outcome:
            case ChangeApplied(change):
                yield f"  {past(change)} {_name(change.id)}"
            case ChangeFailed(change, why):
                yield f"  failed {_name(change.id)}: {_line(why)}"
            case _:
                assert_never(outcome)

    written = frozenset(
        result.change.id for result in outcomes if isinstance(result, ChangeApplied)
    )
    yield from _left_alone(plan, written, "overwritten")


def _drift_report(report: Report) -> Iterator[str]:
    if isinstance(report, Unreached):
        yield _line(report.why)
        return

    plan = report.plan
    if not plan.drifted and not plan.stale:
        yield f"{plan.target}: no drift; {plan.owned} owned"
        return

    yield f"{plan.target}: {len(plan.drifted) + len(plan.stale)} of {plan.owned} drifted"
    for drift in plan.drifted:
        yield from _drift(drift, "overwritten by the next sync")
    for stale in plan.stale:
        yield f"  > {_name(stale.id)}: {_line(stale.why)}"


def _name(identity: ResourceId) -> str:
    return f"{identity.kind} {identity.name}"


def _line(why: str) -> str:
    """Return a reason on one line and safe to print: it may quote the text of a server."""
    return display(" ".join(why.split()))
