"""Runs `reliability plan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.targets import planned, selected
from reliability.pipeline import load_revision
from reliability.plan.decisions import PlanDecisions
from reliability.plan.limits import allowances
from reliability.plan.render import render
from reliability.plan.render.detail import PlanDetail
from reliability.plan.report import exit_code
from reliability.providers.targets import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """The options of one plan."""

    names: Sequence[str]
    environments: Sequence[str]
    decisions: PlanDecisions
    allow: Sequence[str]
    form: str
    brief: bool
    full: bool
    revision: str | None
    detailed_exitcode: bool

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> PlanRequest:
        """Return the request; given options without a field here are decisions of the plan."""
        own = {field.name for field in fields(cls)} - {"decisions"}
        decided = {name: value for name, value in given.items() if name not in own}
        return cls(decisions=PlanDecisions(**decided), **{name: given[name] for name in own})


def run(app: App, request: PlanRequest) -> int:
    """Print the plan of each target, and return the exit code."""
    if request.brief and request.full:
        raise click.UsageError("--brief and --full exclude each other; pass one of them")
    documents = changed_documents(app, request.revision)
    selection = selected(app, request.names, request.form, request.environments)
    allowed = allowances(request.allow, [target.name for target in selection.targets])

    with ExitStack() as closing:
        targets = planned(app, selection, request.decisions, closing=closing, writable=False)
        reports = [shown(target, allowed.get(target.name)) for target in targets]

    detail = PlanDetail(brief=request.brief, full=request.full, documents=documents, view=app.view)
    app.say(render(reports, request.form, detail))
    return exit_code(reports, detailed=request.detailed_exitcode)


def changed_documents(app: App, revision: str | None) -> tuple[str, ...] | None:
    """Return what the documents change since a revision, in sentences; None without one."""
    base = load_revision(app.root, revision)
    if base is None:
        return None
    from reliability.review.pull_request.sentences import sentences_between

    since = f"no document changed since {base.commit[:12]}"
    return sentences_between(base.catalog, app.catalog(), app.today) or (since,)
