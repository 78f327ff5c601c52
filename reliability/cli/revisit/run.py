"""Runs `reliability revisit`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reliability.backtest.events import recorded
from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.environments import apps_in
from reliability.cli.issues import issue_run
from reliability.history.open import known_source
from reliability.model.history import HistorySourcesSpec, StoreSource
from reliability.review.issue_run import IssueRun
from reliability.review.language import policy_words
from reliability.review.slo_review.drafts import ReviewInputs, due, issue_drafts
from reliability.review.slo_review.due import KIND, measured_until, slo_reviews
from reliability.review.slo_review.issue import FigureOrigin, SloReviewIssueWriter
from reliability.timespan import TimeSpan


def run(app: App, /, **options: Any) -> int:
    """Update the review issues; return 0 if every write succeeded, else 1."""
    issues = issue_run(app, "revisit", options)
    return 0 if update_issues(app, issues, options["environments"]) else 1


def update_issues(app: App, issues: IssueRun, environments: Sequence[str]) -> bool:
    """Open, update and close review issues; return whether every write succeeded."""
    context = Context(today=app.today, catalog=app.catalog())
    # An issue is about an SLO, so it has the figures of all environments that are chosen.
    chosen = {one.catalog().placement.name for one in apps_in(app, environments)}
    pasts = [(one.catalog().placement.name in chosen, *_past(one)) for one in apps_in(app, ())]
    inputs = [of_one for is_chosen, of_one, _ in pasts if is_chosen]
    others = [of_one for is_chosen, of_one, _ in pasts if not is_chosen]
    origins = [origin for is_chosen, _, origin in pasts if is_chosen]
    sources = dict.fromkeys(origin.source for origin in origins)
    origin = replace(
        origins[0],
        source="; ".join(sources),
        is_made_up=any(origin.is_made_up for origin in origins),
    )
    known = {(slo.service, slo.name): slo for slo in slo_reviews(context)}
    writer = SloReviewIssueWriter(policy_words(app.catalog()), origin, app.today, slo_reviews=known)
    present = issues.present(KIND)
    drafts = tuple(issue_drafts(inputs, due(context), present, writer=writer, others=others))
    done = issues.write(KIND, drafts, present, word=writer.word)
    issues.end()
    return done


def _past(app: App) -> tuple[ReviewInputs, FigureOrigin]:
    """Return the inputs of the reports of one environment, and the origin of their figures."""
    spec, source = known_source(app.catalog(), app.root)
    length = (spec or HistorySourcesSpec(source=StoreSource(type="store"))).span
    until = measured_until(app.today)
    kind = spec.source.type if spec else ""
    origin = FigureOrigin(
        until=until, span=length, source=source.description, is_made_up=source.is_made_up, kind=kind
    )
    incidents = tuple(recorded([app.catalog()], TimeSpan.before(until, length)))
    context = Context(today=app.today, catalog=app.catalog())
    return ReviewInputs.of(context, source, length, incidents=incidents), origin
