"""Rendering of reports as text: a line for each target, then each object with its diff."""

from __future__ import annotations

import re
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
from reliability.plan.render.detail import WHOLE, PlanDetail
from reliability.plan.render.diff import LONGEST, diff_lines, display, one_line, without_followers
from reliability.plan.render.words import MISSING, left_alone, past, summary, taken_over
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.render.display import GREEN, PLAIN, RED, YELLOW
from reliability.resource import ResourceId

HOLD_HELP: Final = (
    "declare the change in services/ or policies/, or overwrite it: "
    "`reliability sync --overwrite {object}`"
)
ACTIVE_HELP: Final = "sync again when it is resolved, or pass --allow-active"
SILENCE_HELP: Final = (
    "run all commands above and sync again, keep the labels with `keepSlothLabels: true` in "
    "policies/notification.yaml, or pass --allow-active"
)
OWNER_HELP: Final = "pass --take-over {target} if this repository should own these objects"
OTHERS_HELP: Final = (
    "another repository owns an object of this name: rename the service here, or remove it if it "
    "is only a second heartbeat"
)
CONFIG_HELP: Final = (
    "an Alertmanager has one configuration and one owner: set `routes: external` on this target, "
    "and ask the owner to add the routes"
)


FIELD: Final = "      "
"""Indentation of diffs, which no other line has."""
SIGN: Final = re.compile(r"(?: {2}| {6}| {8})([-+~!x]) ")
COLORS: Final = {"+": GREEN, "-": RED, "~": YELLOW, "!": YELLOW, "x": RED}


def as_text(reports: Sequence[Report], detail: PlanDetail = WHOLE) -> str:
    """Render all targets, without a newline at the end."""
    return _joined((_lines(report, detail) for report in reports), detail)


def drift_as_text(reports: Sequence[Report], detail: PlanDetail = WHOLE) -> str:
    """Render what was changed outside the repository, and what does not run as stored."""
    return _joined(map(_drift_report, reports), detail)


def _joined(sections: Iterable[Iterable[str]], detail: PlanDetail) -> str:
    kept = (
        [line for line in section if not (detail.brief and line.startswith(FIELD))]
        for section in sections
    )
    begin = [*map(display, detail.documents), ""] if detail.documents else []
    text = redacted("\n".join([*begin, *_without_repeats(kept)]))
    return "\n".join(map(_painted, text.split("\n"))) if detail.view.color else text


def _painted(line: str) -> str:
    sign = SIGN.match(line)
    return f"{COLORS[sign[1]]}{line}{PLAIN}" if sign else line


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


def _lines(report: Report, detail: PlanDetail) -> Iterator[str]:
    match report:
        case Unreached(_, why):
            yield _line(why)
        case Planned(plan):
            yield from _plan(plan, detail)
        case Unsafe(plan, why):
            yield from _plan(plan, detail)
            yield _line(why)
        case Synced(plan, outcomes):
            yield from _synced(plan, outcomes, len(report.failed))
        case _:
            assert_never(report)


def _plan(plan: Plan, detail: PlanDetail) -> Iterator[str]:
    yield f"{plan.target}: {summary(plan)}"
    for change in plan.changes:
        yield from _change(change, detail)
    yield from _left_alone(plan, frozenset(change.id for change in plan.changes), "to overwrite")


def _change(change: Change, detail: PlanDetail) -> Iterator[str]:
    name = _name(change.id)
    note = f" ({taken_over(change)})" if taken_over(change) else ""
    match change:
        case Create():
            yield f"  + {name}"
            yield from _fields(change.differences, detail)
        case Update():
            yield f"  ~ {name}{note}"
            yield from _updated(change.differences, detail)
        case Claim():
            yield f"  = {name}{note}"
        case Delete():
            yield f"  - {name}{note}"
            yield from _fields(change.differences, detail)
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
    yield from (f"    = help: {help_text}" for help_text in _owner_help(plan))


def _owner_help(plan: Plan) -> Iterator[str]:
    """Yield what to do about objects of other owners; taking one over would end their alerts."""
    marked = [blocked for blocked in plan.blocked if blocked.mark != "none"]
    if any(blocked.id.kind == "config" for blocked in marked):
        yield CONFIG_HELP
    if any(blocked.id.kind != "config" and blocked.mark == "another" for blocked in marked):
        yield OTHERS_HELP
    if any(blocked.mark == "own" for blocked in marked):
        yield OWNER_HELP.format(target=plan.target)


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
    for changed in postponed.silences:
        yield f"  ! {_name(postponed.id)}: {display(str(changed))}; held"
        yield f"    it {display(changed.effect)}"
        yield from (f"    $ {display(command)}" for command in changed.commands)
    yield from _fields(postponed.change.differences)
    if postponed.alerts:
        yield f"    = help: {ACTIVE_HELP}"
    if postponed.silences:
        yield f"    = help: {SILENCE_HELP}"


def _updated(differences: Sequence[FieldDifference], detail: PlanDetail) -> Iterator[str]:
    """Yield the fields that differ; those that only follow are counted."""
    shown, following = (differences, 0) if detail.full else without_followers(differences)
    yield from _fields(shown, detail)
    if following:
        yield f"{FIELD}and {following:,} lines that follow; `reliability plan --full` shows them"


def _fields(differences: Sequence[FieldDifference], detail: PlanDetail = WHOLE) -> Iterator[str]:
    longest = None if detail.full else (detail.view.width or LONGEST) - len(FIELD) - len("  - ")
    for difference in differences:
        line = one_line(difference)
        if line is not None:
            yield f"{FIELD}{line}"
            continue
        yield f"{FIELD}{_sign(difference)}{display(difference.path)}:"
        yield from (f"{FIELD}  {one.sign} {one.text}" for one in diff_lines(difference, longest))


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
