"""What `reliability new` prints: candidates with their values, files, the preview, what is next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reliability.cli.app import App
from reliability.onboarding.new.proposal import percent
from reliability.render.display import safe

if TYPE_CHECKING:
    from reliability.finding import Finding
    from reliability.onboarding.new.candidates import SliCandidate
    from reliability.onboarding.new.joining import JoinedFiles
    from reliability.onboarding.new.preview import Preview
    from reliability.onboarding.new.promise import NewSlo
    from reliability.onboarding.new.proposal import TargetProposal


@dataclass(frozen=True, slots=True)
class NewSloResult:
    """A promise, the reason of its target, its files, what they would have done, what is found."""

    promise: NewSlo
    proposal: TargetProposal
    joined: JoinedFiles
    preview: Preview | None
    findings: tuple[Finding, ...]
    """What check finds with these files, and did not find without them."""


def print_candidates(
    app: App, found: tuple[SliCandidate, ...], service: str, *, is_json: bool, aside: bool = False
) -> None:
    """A line for each, with what it counted in a day; `aside` is beside the result.

    Those of the service have a number for `--sli`; those of others have none.
    """
    if is_json:
        app.say(json.dumps([_candidate(each) for each in found], indent=2, ensure_ascii=False))
        return
    tell = app.note if aside else app.say
    if aside:
        tell("")
    if found and not found[0].fits:
        tell(
            f"no series names {service}, by a label (service, app, job ...) or by the metric's "
            "name;\nthese belong to others:"
        )
    for number, each in enumerate(found, start=1):
        values = f"{each.counted:>12,.0f} a day, {each.failing:8.4%} failed"
        tell(f"{number if each.fits else '-':>3}  {values}  {each.kind.says}")
        tell(f"     {each.counts:5} {safe(each.events)}")
        tell(f"     total {safe(each.total)}")
    if not found and not aside:
        app.note("nothing that could be an SLI; name your own with --good and --total")


def print_dry(app: App, done: NewSloResult) -> None:
    """Every file as it would be written."""
    for path, text in {**done.joined.new, **done.joined.grown}.items():
        app.say(f"# {path}\n{text}")
    for line in _told(done):
        app.note(line)


def print_done(app: App, done: NewSloResult, *, is_json: bool) -> None:
    """What was written, why this target, what it would have done, and the next commands."""
    if is_json:
        app.say(json.dumps(_body(done), indent=2, ensure_ascii=False))
        return
    for path in done.joined.new:
        app.say(f"wrote  {path}")
    for path in done.joined.grown:
        app.say(f"added  to the end of {path}")
    for said in done.joined.there:
        app.say(f"kept   {said}")
    for line in _told(done):
        app.note(line)
    if done.joined.new or done.joined.grown:
        app.note(f"\nnext:\n{_next(done)}")


def _told(done: NewSloResult) -> Iterator[str]:
    promise = done.promise
    yield ""
    yield f"target: {percent(promise.target)} over {promise.period.days} days"
    yield f"why:    {promise.rationale}"
    if promise.minimum_failures is not None:
        yield (
            f"minimumFailures: {promise.minimum_failures}, as one failure would page with so few "
            "events"
        )
    if done.preview is not None:
        yield "with these alerts, the past would have been:"
        yield from (f"  {line}" for line in done.preview.lines())
    yield f"review: {promise.due.isoformat()}, in {promise.review_every.days} days"
    for each in done.findings:
        at = f"{each.problem.at.path}:{each.problem.at.span.line}"
        yield f"{at}: {each.severity.word}[{each.rule}]: {each.problem.message}"
    yield f"check:  {len(done.findings) or 'no'} finding{'' if len(done.findings) == 1 else 's'}"


def _next(done: NewSloResult) -> str:
    return "\n".join(
        (
            "  reliability check                  before every commit",
            "  reliability history pull           keeps the past, for the next line",
            f"  reliability backtest {done.promise.service}".ljust(37) + "what a change would do",
        )
    )


def _candidate(each: SliCandidate) -> dict[str, str | float | bool]:
    return {
        "kind": each.kind.name,
        "names_service": each.fits,
        each.counts: each.events,
        "total": each.total,
        "events_per_day": round(each.counted, 3),
        "failing": round(each.failing, 8),
    }


def _body(done: NewSloResult) -> dict[str, object]:
    promise, joined = done.promise, done.joined
    return {
        "slo": promise.slo,
        "target": str(promise.target),
        "measured": done.proposal.is_measured,
        "rationale": promise.rationale,
        "next_review": promise.due.isoformat(),
        "wrote": [str(path) for path in joined.new],
        "added": [str(path) for path in joined.grown],
        "kept": list(joined.there),
        "preview": done.preview.lines() if done.preview else None,
        "findings": [
            {
                "rule": each.rule,
                "severity": each.severity.word,
                "path": str(each.problem.at.path),
                "line": each.problem.at.span.line,
                "message": each.problem.message,
            }
            for each in done.findings
        ],
    }
