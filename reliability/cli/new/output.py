"""The output of `reliability new`: candidates, files, the preview and the next commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reliability.cli.app import App
from reliability.render.numbers import exact_percent, measured_percent
from reliability.render.tables import Row, text_table

if TYPE_CHECKING:
    from reliability.finding import Finding
    from reliability.onboarding.new.joining import JoinedFiles
    from reliability.onboarding.new.new_slo import NewSlo
    from reliability.onboarding.new.preview import Preview
    from reliability.onboarding.new.proposal import TargetProposal
    from reliability.onboarding.new.sli_candidate import SliCandidate


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSloResult:
    """The new SLO, the proposal of its target, its files, the preview and new findings."""

    new_slo: NewSlo
    proposal: TargetProposal
    joined: JoinedFiles
    preview: Preview | None
    findings: tuple[Finding, ...]
    """The findings of `check` that these files add."""
    others: int
    """The number of findings that were there before."""


def print_candidates(
    app: App,
    candidates: tuple[SliCandidate, ...],
    service: str,
    *,
    is_json: bool,
    aside: bool = False,
) -> None:
    """Print each candidate with its events of one day; `aside` prints to stderr.

    Candidates of the service have a number and an ID for `--sli`, those of other services neither.
    """
    if is_json:
        app.say(
            json.dumps(
                [_candidate(candidate) for candidate in candidates], indent=2, ensure_ascii=False
            )
        )
        return

    tell = app.note if aside else app.say
    if aside:
        tell("")
    if candidates and not candidates[0].fits:
        tell(
            f"no series names {service}, by a label (service, app, job ...) or by the metric's "
            "name;\nthese belong to other services:"
        )

    rows: list[Row] = [("", "ID", "events a day", "failed", "")]
    for number, candidate in enumerate(candidates, start=1):
        named = (f"{number}", candidate.id) if candidate.fits else ("-", "")
        values = (f"{candidate.about:,.0f}", measured_percent(candidate.failing))
        rows += [
            (*named, *values, candidate.kind.says),
            f"     {candidate.counts:5} {candidate.events}",
            f"     total {candidate.total}",
        ]
    if candidates:
        tell("\n".join(text_table(rows, app.view, numbers={0, 2, 3})))
    if not candidates and not aside:
        app.note("no series looks like an SLI; pass your own with --good and --total")


def print_dry(app: App, done: NewSloResult) -> None:
    """Print every file as it would be written."""
    for path, text in {**done.joined.new, **done.joined.grown}.items():
        app.say(f"# {path}\n{text}")
    for line in _summary(done):
        app.note(line)


def print_done(app: App, done: NewSloResult, *, is_json: bool) -> None:
    """Print the files, the reason of the target, the preview and the next commands."""
    if is_json:
        app.say(json.dumps(_body(done), indent=2, ensure_ascii=False))
        return

    for path in done.joined.new:
        app.say(f"wrote  {path}")
    for path in done.joined.grown:
        app.say(f"added  to the end of {path}")
    for message in done.joined.there:
        app.say(f"kept   {message}")
    for line in _summary(done):
        app.note(line)
    if done.joined.new or done.joined.grown:
        app.note(f"\nnext:\n{_next(done)}")


def _summary(done: NewSloResult) -> Iterator[str]:
    new_slo = done.new_slo
    yield ""
    yield from new_slo.indicator.lines
    yield f"target: {exact_percent(new_slo.target)} over {new_slo.period.days} days"
    yield f"why:    {new_slo.rationale}"

    if new_slo.minimum_failures is not None:
        yield (
            f"minimumFailures: {new_slo.minimum_failures}, because one failure would page with so "
            "few events"
        )

    if done.preview is not None:
        yield "these alerts would have fired in the past:"
        yield from (f"  {line}" for line in done.preview.lines())

    yield f"review: {new_slo.due.isoformat()}, in {new_slo.review_every.days} days"
    for finding in done.findings:
        at = f"{finding.problem.at.path}:{finding.problem.at.span.line}"
        yield f"{at}: {finding.severity.word}[{finding.rule}]: {finding.problem.message}"

    new, plural = len(done.findings) or "no", "" if len(done.findings) == 1 else "s"
    others = f" here, and {done.others} elsewhere: run `reliability check`" if done.others else ""
    yield f"check:  {new} finding{plural}{others}"


def _next(done: NewSloResult) -> str:
    return "\n".join(
        (
            "  reliability check                  before every commit",
            "  reliability history pull           store the history for backtests",
            f"  reliability backtest {done.new_slo.service}".ljust(37) + "replay changed alerts",
        )
    )


def _candidate(candidate: SliCandidate) -> dict[str, str | float | bool]:
    return {
        "id": candidate.id,
        "kind": candidate.kind.name,
        "names_service": candidate.fits,
        candidate.counts: candidate.events,
        "total": candidate.total,
        "events_per_day": round(candidate.counted, 3),
        "failing": round(candidate.failing, 8),
    }


def _body(done: NewSloResult) -> dict[str, object]:
    new_slo, joined = done.new_slo, done.joined
    return {
        "slo": new_slo.slo,
        new_slo.indicator.counts: new_slo.indicator.events,
        "total": new_slo.indicator.total,
        "target": str(new_slo.target),
        "measured": done.proposal.is_measured,
        "rationale": new_slo.rationale,
        "next_review": new_slo.due.isoformat(),
        "wrote": [str(path) for path in joined.new],
        "added": [str(path) for path in joined.grown],
        "kept": list(joined.there),
        "preview": done.preview.lines() if done.preview else None,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity.word,
                "path": str(finding.problem.at.path),
                "line": finding.problem.at.span.line,
                "message": finding.problem.message,
            }
            for finding in done.findings
        ],
    }
