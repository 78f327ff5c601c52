"""The comment below a merged pull request: what of it is live, held or failed, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, assert_never

from reliability.check.masking.masking import redacted
from reliability.plan.render.words import MISSING, postponed_reasons, summary
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe, target_of
from reliability.render.markdown import code
from reliability.render.words import Words, worded
from reliability.resource import ResourceId
from reliability.review.tickets.issue import cut

KIND: Final = "sync"
LISTED: Final = 10
"""The maximum number of objects of a target."""
TARGETS: Final = 50

SyncState = Literal["live", "held", "refused", "failed"]
STATES: Final[dict[SyncState, str]] = {
    "live": worded("live"),
    "held": worded("held"),
    "refused": worded("refused"),
    "failed": worded("failed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """The result of one sync of a commit; `run` is the URL of its workflow run, or empty.

    `failure` is why it ended early; then there may be no reports.
    """

    commit: str
    run: str
    reports: Sequence[Report]
    failure: str = ""


def sync_comment(result: SyncResult, words: Words) -> str:
    """Return the text of the comment."""
    return redacted("\n".join(_lines(result, words)))


def _lines(result: SyncResult, words: Words) -> Iterator[str]:
    states = [_state(report) for report in result.reports]
    yield f"### {_headline(result, states, words)}"
    commit = code(result.commit[:12])
    if result.run:
        yield from ("", words("Commit {commit}, [this run]({url})", commit=commit, url=result.run))
    else:
        yield from ("", words("Commit {commit}", commit=commit))
    if result.failure:
        yield from ("", words("It ended early: {why}", why=code(cut(words.text(result.failure)))))

    # Those that need somebody come first, because the list is cut at its end.
    pairs = sorted(zip(states, result.reports, strict=True), key=lambda pair: pair[0] == "live")
    if pairs:
        yield ""
    for state, report in pairs[:TARGETS]:
        yield from _target(report, state, words)
    if (left := len(pairs) - TARGETS) > 0:
        yield "- " + words.many("and {count} more", "and {count} more", left)

    steps = [step for report in result.reports for step in _steps(report, words)]
    if result.failure or "failed" in states:
        command = code("reliability sync")
        steps.append(
            words("fix the cause, then start the workflow again, or run {command}", command=command)
        )
    if steps:
        yield from ("", words("**Next:**"), "", *(f"- {step}" for step in steps[:TARGETS]))


def _headline(result: SyncResult, states: Sequence[SyncState], words: Words) -> str:
    """Return the worst state in words."""
    if result.failure or {"failed", "refused"} & {*states}:
        return words("❌ Not live: the sync failed or was refused")
    if "held" in states:
        return words("⏸️ Not all live: some objects are held")
    return words.many(
        "✅ Live in {count} sync target", "✅ Live in {count} sync targets", len(states)
    )


def _state(report: Report) -> SyncState:
    match report:
        case Unreached():
            return "failed"
        case Unsafe():
            return "refused"
        case Planned(plan):
            return "live" if plan.is_settled else "held"
        case Synced(plan):
            if report.failed:
                return "failed"
            return "held" if plan.held_back or plan.missing else "live"
        case _:
            assert_never(report)


def _target(report: Report, state: SyncState, words: Words) -> Iterator[str]:
    """Yield a line about a target, and below it what is not live there."""
    name, shown = code(target_of(report)), words(STATES[state])
    match report:
        case Unreached(_, why) | Unsafe(_, why):
            yield f"- {name}: **{shown}**: {code(cut(words.text(why)))}"
        case Planned(plan):
            yield f"- {name}: **{shown}**: {summary(plan, words)}"
        case Synced(plan, outcomes):
            done = len(outcomes) - len(report.failed)
            text = words.many(
                "{done} of {count} change made", "{done} of {count} changes made",
                len(outcomes), done=done,
            )  # fmt: skip
            yield f"- {name}: **{shown}**: {text if outcomes else summary(plan, words)}"
            rows = [*_reasons(report, words)]
            yield from (f"  - {row}" for row in rows[:LISTED])
            if (left := len(rows) - LISTED) > 0:
                yield "  - " + words.many("and {count} more", "and {count} more", left)


def _reasons(report: Synced, words: Words) -> Iterator[str]:
    """Yield why objects of a target are not as declared: what failed, then what is held."""
    plan = report.plan
    for failure in report.failed:
        yield _object(failure.change.id, words.text(failure.why))
    for drift in plan.drifted:
        if drift.held:
            yield _object(drift.id, words.text(drift.why))
    for postponed in plan.postponed:
        for why in postponed_reasons(postponed, words):
            yield _object(postponed.id, why)
    for blocked in plan.blocked:
        yield _object(blocked.id, words.text(blocked.why))
    yield from (f"{code(path)}: {words(MISSING)}" for path in plan.missing)


def _object(identity: ResourceId, why: str) -> str:
    return f"{identity.kind} {code(identity.name)}: {code(cut(why))}"


def _steps(report: Report, words: Words) -> Iterator[str]:
    """Yield what to do about a target that is not live, with the command."""
    target = f"--sync-target {target_of(report)}"
    match report:
        case Unsafe(plan):
            allow = f"{plan.target}:{plan.short_digest}"
            command = code(f"reliability sync {target} --allow {allow}")
            yield words(
                "read the plan in the run, then start the workflow with {allow} as `allow`, or "
                "run {command}",
                allow=code(allow),
                command=command,
            )
        case Synced(plan):
            held = next((drift.id for drift in plan.drifted if drift.held), None)
            if held is not None:
                object_ = f"{held.kind}/{held.name}"
                command = code(f"reliability sync {target} --overwrite {object_}")
                yield words(
                    "take the change over into the repository, or overwrite it with {command}",
                    command=command,
                )
            if plan.postponed:
                command = code(f"reliability sync {target} --allow-active")
                yield words("sync again when these have ended, or run {command}", command=command)
            if plan.blocked or plan.missing:
                command = code(f"reliability plan {target}")
                yield words("see what prevents the write with {command}", command=command)
        case _:
            pass
