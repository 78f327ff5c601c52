"""Reports as Markdown for a comment or a job summary; nothing in a value can act as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from reliability.check.report.display import inert, safe
from reliability.plan.change import Change, Reload, Update
from reliability.plan.fields import ABSENT, Difference
from reliability.plan.plan import Plan
from reliability.plan.render.words import past, summary, values, verb
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.resource import ResourceId
from reliability.sync import Failed, Outcome

MOST_FIELDS: Final = 10
"""Fields shown of one object."""


def as_markdown(reports: Sequence[Report]) -> str:
    """A section for each target: a table of its objects, and below it what differs in each."""
    return "\n\n".join("\n".join(_section(report)) for report in reports)


def code(text: str) -> str:
    """A text as a code span in a table cell: no markup, no mention, no link in it works."""
    text = _line(text)
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|")


def _section(report: Report) -> Iterator[str]:
    match report:
        case Unreached(target, why):
            yield from (_title(target, "not reached"), code(why))
        case Planned(plan):
            yield from _plan(plan)
        case Unsafe(plan, why):
            yield from _plan(plan)
            yield from ("", f"**Refused**: {code(why)}")
        case Synced(plan, outcomes):
            yield from _synced(plan, outcomes, len(report.failed))
        case _:
            assert_never(report)


def _title(target: str, words: str) -> str:
    return f"### {target}: {words}\n"


def _plan(plan: Plan) -> Iterator[str]:
    yield _title(plan.target, summary(plan))
    rows = [_row(verb(change), change, _detail(change)) for change in plan.changes]
    yield from _table([*rows, *_left_alone(plan)])
    yield from _differences(plan)


def _synced(plan: Plan, outcomes: Sequence[Outcome], failed: int) -> Iterator[str]:
    yield _title(plan.target, f"{len(outcomes) - failed} of {len(outcomes)} changes done")
    yield from _table([*map(_outcome, outcomes), *_left_alone(plan)])
    yield from _drifts(plan)


def _outcome(outcome: Outcome) -> str:
    if isinstance(outcome, Failed):
        return _row("**failed**", outcome.change, code(outcome.why))
    return _row(past(outcome.change), outcome.change, "")


def _table(rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield from ("| | object | |", "|---|---|---|", *rows)


def _row(word: str, change: Change, detail: str) -> str:
    return f"| {word} | {change.id.kind} {code(change.id.name)} | {detail} |"


def _detail(change: Change) -> str:
    return code(change.why) if isinstance(change, Reload) else ""


def _left_alone(plan: Plan) -> Iterator[str]:
    for drift in plan.drifted:
        word = "held" if drift.held else "mended"
        yield f"| {word} | {drift.id.kind} {code(drift.id.name)} | {code(drift.why)} |"
    for blocked in plan.blocked:
        yield f"| not ours | {blocked.id.kind} {code(blocked.id.name)} | {code(blocked.why)} |"


def _differences(plan: Plan) -> Iterator[str]:
    """What differs in each object that is updated, then what was changed behind our back."""
    for change in plan.changes:
        if isinstance(change, Update):
            yield from _block("update", change.id, change.differences)
    yield from _drifts(plan)


def _drifts(plan: Plan) -> Iterator[str]:
    for drift in plan.drifted:
        yield from _block("held" if drift.held else "mended", drift.id, drift.differences)


def _block(word: str, of: ResourceId, differences: Sequence[Difference]) -> Iterator[str]:
    """The fields of one object as a diff, in a fence that no value can close."""
    if not differences:
        return
    lines = [line for each in differences[:MOST_FIELDS] for line in _field(each)]
    fence = "`" * max(3, _longest_run("\n".join(lines)) + 1)
    yield from ("", f"{word} {of.kind} {code(of.name)}", "", f"{fence}diff", *lines, fence)
    if len(differences) > MOST_FIELDS:
        yield from ("", f"and {len(differences) - MOST_FIELDS} more")


def _field(difference: Difference) -> Iterator[str]:
    """A field's path, and its values below it; one that is not there has no line."""
    before, after = values(difference)
    yield f"@@ {_line(difference.path)} @@"
    if difference.before is not ABSENT:
        yield f"- {_line(before)}"
    if difference.after is not ABSENT:
        yield f"+ {_line(after)}"


def _line(text: str) -> str:
    return inert(safe(" ".join(text.split())))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
