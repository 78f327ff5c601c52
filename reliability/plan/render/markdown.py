"""Renders reports as Markdown for a comment or a job summary; values are never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from reliability.check.masking.masking import redacted
from reliability.finding import Problem
from reliability.plan.change import Change, Create, Delete, Reload, Update
from reliability.plan.fields import FieldDifference
from reliability.plan.plan import Plan
from reliability.plan.render.diff import diff_lines, display
from reliability.plan.render.words import MISSING, past, summary, taken_over, verb
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe, target_of
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.resource import ResourceId


def as_markdown(reports: Sequence[Report], most_lines: int | None = None) -> str:
    """Render a section for each target: a table of its objects, then the diff of each.

    The size of a comment is limited: after `most_lines` a diff is cut, with the number of lines
    that are left out.
    """
    sections = ["\n".join(_section(report, most_lines)) for report in reports]
    first: dict[str, str] = {}
    shown: list[str] = []

    for report, section in zip(reports, sections, strict=True):
        head, _, body = section.partition("\n")
        known = first.setdefault(body, target_of(report))
        is_repeated = "```diff" in body and known != target_of(report)
        shown.append(f"{head}\n\nthe same as {code(known)}" if is_repeated else section)

    return redacted("\n\n".join(shown))


def unreadable_as_markdown(message: str, _problems: Sequence[Problem]) -> str:
    """Say why there is no plan, for a job summary that would be empty otherwise."""
    lines = [display(line) for line in message.splitlines()]
    fence = "`" * max(3, _longest_run(message) + 1)
    return "\n".join(("### no plan", "", f"{fence}text", *lines, fence))


def code(text: str) -> str:
    """Format a text as a code span in a table cell, where no markup, mention or link works."""
    text = _line(text)
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|")


def _section(report: Report, most_lines: int | None) -> Iterator[str]:
    match report:
        case Unreached(target, why):
            yield from (_title(target, "not reached"), code(why))
        case Planned(plan):
            yield from _plan(plan, most_lines)
        case Unsafe(plan, why):
            yield from _plan(plan, most_lines)
            yield from ("", f"**Refused**: {code(why)}")
        case Synced(plan, outcomes):
            yield from _synced(plan, outcomes, len(report.failed))
        case _:
            assert_never(report)


def _title(target: str, words: str) -> str:
    return f"### {target}: {words}\n"


def _plan(plan: Plan, most_lines: int | None) -> Iterator[str]:
    yield _title(plan.target, summary(plan))
    rows = [_row(verb(change), change, _detail(change)) for change in plan.changes]
    written = frozenset(change.id for change in plan.changes)
    yield from _table([*rows, *_left_alone(plan, written, "to overwrite")])
    yield from _differences(plan, most_lines)


def _synced(plan: Plan, outcomes: Sequence[Outcome], failed: int) -> Iterator[str]:
    yield _title(plan.target, f"{len(outcomes) - failed} of {len(outcomes)} changes done")
    written = frozenset(
        outcome.change.id for outcome in outcomes if isinstance(outcome, ChangeApplied)
    )
    yield from _table([*map(_outcome, outcomes), *_left_alone(plan, written, "overwritten")])
    yield from _held(plan, None)


def _outcome(outcome: Outcome) -> str:
    if isinstance(outcome, ChangeFailed):
        return _row("**failed**", outcome.change, code(outcome.why))
    return _row(past(outcome.change), outcome.change, "")


def _table(rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield from ("| | object | |", "|---|---|---|", *rows)


def _row(word: str, change: Change, detail: str) -> str:
    return f"| {word} | {change.id.kind} {code(change.id.name)} | {detail} |"


def _detail(change: Change) -> str:
    note = change.why if isinstance(change, Reload) else taken_over(change)
    return code(note) if note else ""


def _left_alone(plan: Plan, written: frozenset[ResourceId], word: str) -> Iterator[str]:
    for drift in plan.drifted:
        otherwise = word if drift.id in written else "not overwritten"
        yield _cells("held" if drift.held else otherwise, drift.id, drift.why)

    for postponed in plan.postponed:
        alerts = "; ".join(map(str, postponed.alerts))
        yield _cells("held", postponed.id, f"would end an active alert: {alerts}")

    for pending in plan.pending:
        yield _cells("pending", pending.id, pending.why)
    yield from _missing(plan)
    for blocked in plan.blocked:
        yield _cells("left alone", blocked.id, blocked.why)


def _missing(plan: Plan) -> Iterator[str]:
    for path in plan.missing:
        yield f"| missing | {code(path)} | {MISSING} |"


def _cells(word: str, identity: ResourceId, why: str) -> str:
    return f"| {word} | {identity.kind} {code(identity.name)} | {code(why)} |"


def _differences(plan: Plan, most_lines: int | None) -> Iterator[str]:
    """Show the diff of each object that is created, updated or deleted, then of what is held."""
    for change in plan.changes:
        if isinstance(change, Create | Update | Delete):
            yield from _block(verb(change), change.id, change.differences, most_lines=most_lines)
    yield from _held(plan, most_lines)


def _held(plan: Plan, most_lines: int | None) -> Iterator[str]:
    for drift in plan.drifted:
        if drift.held:
            outdated = "held, from the actual to the declared object:"
            word = outdated if drift.is_outdated else "held, changed outside the repository:"
            yield from _block(word, drift.id, drift.differences, most_lines=most_lines)
    for postponed in plan.postponed:
        yield from _block("held", postponed.id, postponed.change.differences, most_lines=most_lines)


def _block(
    word: str, of: ResourceId, differences: Sequence[FieldDifference], most_lines: int | None
) -> Iterator[str]:
    """Show the diff of an object, in a fence that no value can close."""
    lines = [line for difference in differences for line in _field(difference)]
    if not lines or most_lines == 0:
        return

    shown = lines[:most_lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    yield from ("", f"{word} {of.kind} {code(of.name)}", "", f"{fence}diff", *shown, fence)
    if len(lines) > len(shown):
        more = len(lines) - len(shown)
        yield from ("", f"and {more} more lines; run `reliability plan` to see them")


def _field(difference: FieldDifference) -> Iterator[str]:
    """Show the path of a field, and the lines of its values below it."""
    yield f"@@ {display(difference.path)} @@"
    yield from (f"{line.sign} {line.text}" for line in diff_lines(difference))


def _line(text: str) -> str:
    return display(" ".join(text.split()))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
