"""Rendering of reports as Markdown for a comment or a job summary; values are never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from reliability.check.masking.masking import redacted
from reliability.finding import Problem
from reliability.plan.change import Change, Create, Delete, Reload, Update
from reliability.plan.fields import FieldDifference
from reliability.plan.plan import Plan
from reliability.plan.render.detail import WHOLE, PlanDetail
from reliability.plan.render.diff import diff_lines, display, without_followers
from reliability.plan.render.words import (
    MISSING,
    VERBS,
    past,
    postponed_reasons,
    summary,
    taken_over,
    verb,
)
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe, target_of
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.render.markdown import plain
from reliability.render.words import ENGLISH, Words
from reliability.resource import ResourceId


def as_markdown(
    reports: Sequence[Report], detail: PlanDetail = WHOLE, words: Words = ENGLISH
) -> str:
    """Render a section for each target: a table of its objects, then the diff of each.

    The size of a comment is limited, so the detail may leave out lines, and their number is shown.
    """
    sections = ["\n".join(_section(report, detail, words)) for report in reports]
    first: dict[str, str] = {}
    shown = ["\n".join(f"- {plain(text)}" for text in detail.documents)] if detail.documents else []

    for report, section in zip(reports, sections, strict=True):
        head, _, body = section.partition("\n")
        known = first.setdefault(body, target_of(report))
        is_repeated = "```diff" in body and known != target_of(report)
        same = words("the same as {target}", target=code(known))
        shown.append(f"{head}\n\n{same}" if is_repeated else section)

    return redacted("\n\n".join(shown))


def unreadable_as_markdown(message: str, _problems: Sequence[Problem]) -> str:
    """Render the reason why there is no plan, for a job summary that would be empty otherwise."""
    lines = [display(line) for line in message.splitlines()]
    fence = "`" * max(3, _longest_run(message) + 1)
    return "\n".join(("### no plan", "", f"{fence}text", *lines, fence))


def code(text: str) -> str:
    """Format a text as a code span in a table cell, where no markup, mention or link works."""
    text = _line(text)
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|")


def _section(report: Report, detail: PlanDetail, words: Words) -> Iterator[str]:
    match report:
        case Unreached(target, why):
            yield from (_title(target, words("not reached")), code(why))
        case Planned(plan):
            yield from _plan(plan, detail, words)
        case Unsafe(plan, why):
            yield from _plan(plan, detail, words)
            yield from ("", words("**Refused**: {why}", why=code(words.text(why))))
        case Synced(plan, outcomes):
            yield from _synced(plan, outcomes, len(report.failed))
        case _:
            assert_never(report)


def _title(target: str, words: str) -> str:
    return f"### {target}: {words}\n"


def _plan(plan: Plan, detail: PlanDetail, words: Words) -> Iterator[str]:
    yield _title(plan.target, summary(plan, words))
    most = detail.most_objects
    changes = plan.changes[:most]
    rows = [_row(words(VERBS[verb(change)]), change, _detail(change, words)) for change in changes]
    written = frozenset(change.id for change in plan.changes)
    left_alone = _left_alone(plan, written, words("to overwrite"), words)
    yield from _table([*rows, *left_alone], words)
    if left_out := len(plan.changes) - len(changes):
        more = words.many(
            "and {count} more object; run `reliability plan` to see it",
            "and {count} more objects; run `reliability plan` to see them",
            left_out,
        )
        yield from ("", more)
    yield from _differences(plan, detail, words)


def _synced(plan: Plan, outcomes: Sequence[Outcome], failed: int) -> Iterator[str]:
    done = f"{len(outcomes) - failed} of {len(outcomes)} changes done"
    yield _title(plan.target, done if outcomes else summary(plan))
    written = frozenset(
        outcome.change.id for outcome in outcomes if isinstance(outcome, ChangeApplied)
    )
    left_alone = _left_alone(plan, written, "overwritten", ENGLISH)
    yield from _table([*map(_outcome, outcomes), *left_alone], ENGLISH)
    yield from _held(plan, WHOLE, ENGLISH)


def _outcome(outcome: Outcome) -> str:
    if isinstance(outcome, ChangeFailed):
        return _row("**failed**", outcome.change, code(outcome.why))
    return _row(past(outcome.change), outcome.change, "")


def _table(rows: Sequence[str], words: Words) -> Iterator[str]:
    if rows:
        head = words("object")
        yield from (f"| | {head} | |", "|---|---|---|", *rows)


def _row(word: str, change: Change, detail: str) -> str:
    return f"| {word} | {change.id.kind} {code(change.id.name)} | {detail} |"


def _detail(change: Change, words: Words) -> str:
    note = words.text(change.why) if isinstance(change, Reload) else taken_over(change, words)
    return code(note) if note else ""


def _left_alone(
    plan: Plan, written: frozenset[ResourceId], word: str, words: Words
) -> Iterator[str]:
    held = words("held")
    for drift in plan.drifted:
        otherwise = word if drift.id in written else words("not overwritten")
        yield _cells(held if drift.held else otherwise, drift.id, words.text(drift.why))

    for postponed in plan.postponed:
        for why in postponed_reasons(postponed, words):
            yield _cells(held, postponed.id, why)

    for pending in plan.pending:
        yield _cells(words("pending"), pending.id, words.text(pending.why))
    yield from _missing(plan, words)
    for blocked in plan.blocked:
        yield _cells(words("left alone"), blocked.id, words.text(blocked.why))


def _missing(plan: Plan, words: Words) -> Iterator[str]:
    for path in plan.missing:
        word = words("file missing")
        yield f"| {word} | {code(path)} | {words(MISSING)} |"


def _cells(word: str, identity: ResourceId, why: str) -> str:
    return f"| {word} | {identity.kind} {code(identity.name)} | {code(why)} |"


def _differences(plan: Plan, detail: PlanDetail, words: Words) -> Iterator[str]:
    """Yield the diff of each object that is created, updated or deleted, then of held objects."""
    for change in plan.changes[: detail.most_objects]:
        if not isinstance(change, Create | Update | Delete):
            continue
        differences: Sequence[FieldDifference] = change.differences
        following = 0
        if isinstance(change, Update) and not detail.full:
            differences, following = without_followers(change.differences)
        word = words(VERBS[verb(change)])
        yield from _block(word, change.id, differences, words, detail=detail, following=following)
    yield from _held(plan, detail, words)


def _held(plan: Plan, detail: PlanDetail, words: Words) -> Iterator[str]:
    for drift in plan.drifted:
        if drift.held:
            outdated = words("held, from the actual to the declared object:")
            changed = words("held, changed outside the repository:")
            word = outdated if drift.is_outdated else changed
            yield from _block(word, drift.id, drift.differences, words, detail=detail)

    for postponed in plan.postponed:
        differences = postponed.change.differences
        yield from _block(words("held"), postponed.id, differences, words, detail=detail)


def _block(
    word: str,
    of: ResourceId,
    differences: Sequence[FieldDifference],
    words: Words,
    *,
    detail: PlanDetail,
    following: int = 0,
) -> Iterator[str]:
    """Yield the diff of an object, in a fence that no value can close.

    `following` is the number of its lines that were left out before.
    """
    longest = None if detail.full else detail.longest
    lines = [line for difference in differences for line in _field(difference, longest)]
    if not lines or detail.brief:
        return

    shown = lines[: detail.most_lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    yield from ("", f"{word} {of.kind} {code(of.name)}", "", f"{fence}diff", *shown, fence)
    left_out = len(lines) - len(shown) + following
    if left_out:
        more = words.many(
            "and {count} more line; run `reliability plan --full` to see it",
            "and {count} more lines; run `reliability plan --full` to see them",
            left_out,
        )
        yield from ("", more)


def _field(difference: FieldDifference, longest: int | None) -> Iterator[str]:
    """Yield the path of a field, and the lines of its values below it."""
    yield f"@@ {display(difference.path)} @@"
    yield from (f"{line.sign} {line.text}" for line in diff_lines(difference, longest))


def _line(text: str) -> str:
    return display(" ".join(text.split()))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
