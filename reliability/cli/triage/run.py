"""What `reliability triage` does with its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.app import App
from reliability.cli.import_.run import starting
from reliability.cli.triage.options import TriageOptions
from reliability.convert.converter import ConversionOptions
from reliability.convert.gathering import gather
from reliability.convert.prometheus_rules.converter import PrometheusRulesConverter
from reliability.errors import ReliabilityError
from reliability.model.incidents import Incidents
from reliability.onboarding.landing import WritePlan
from reliability.onboarding.triage.alert import ServiceIncident, TriageKnowledge, alerts
from reliability.onboarding.triage.collector import match_messages
from reliability.onboarding.triage.draft import with_tiers
from reliability.onboarding.triage.reading import MOST_UNREAD, read_all
from reliability.onboarding.triage.report.json import json_report
from reliability.onboarding.triage.report.markdown import markdown_report
from reliability.onboarding.triage.report.text import text_report
from reliability.onboarding.triage.suggested_slos import suggested_slos
from reliability.onboarding.triage.totals import span_of, totals
from reliability.onboarding.triage.triaged import Triaged
from reliability.onboarding.triage.worksheet import Worksheet, read_worksheet, worksheet_text
from reliability.render.display import safe
from reliability.resolve.objectives import team_names
from reliability.timespan import TimeSpan
from reliability.writing import replace

if TYPE_CHECKING:
    from reliability.alert_labels import AlertLabelSet
    from reliability.onboarding.triage.alert import TriagedAlert
    from reliability.onboarding.triage.reading import TriageInputs


def run(app: App, /, **given: Any) -> int:
    """Do what the options say; the exit code."""
    asked = TriageOptions(**given)
    if not asked.paths and asked.prometheus is None:
        raise click.UsageError("nothing to read; name PATHS, or a server with --prometheus")
    before = read_worksheet(asked.worksheet) if asked.worksheet else Worksheet()
    gathered = read_all(asked.sources(app))
    triaged = _triaged(app, gathered, before)
    if not triaged.alerts:
        _tell_unread(app, gathered)
        raise click.UsageError("no alerting rule and no notification was found")
    _print(app, triaged, asked)
    if asked.worksheet:
        _write_worksheet(app, asked.worksheet, triaged, before)
    elif asked.form == "text":
        app.note("next: add --worksheet triage.csv, decide together, and run it again")
    kept = _write_draft(app, gathered, triaged.alerts, asked)
    _tell_unread(app, gathered)
    return int(bool(gathered.unread) or kept)


def _triaged(app: App, gathered: TriageInputs, before: Worksheet) -> Triaged:
    known = TriageKnowledge(
        metrics=gathered.metrics,
        unhealthy=gathered.unhealthy,
        evaluated=gathered.evaluated,
        teams=_teams(app),
        decisions=dict(before.decisions()),
        incidents=_incidents(app),
    )
    collector = gathered.collector
    found = alerts(match_messages(gathered.rules, collector), known)
    span = gathered.span or span_of(collector.first, collector.last)
    counted = totals(found, span, mentions_are_known=gathered.mentions_are_known)
    return Triaged(tuple(found), counted, tuple(suggested_slos(found)), span, dict(collector.read))


def _teams(app: App) -> dict[str, str]:
    """Who answers for the services of the repository around, where there is one."""
    if not (app.root_or_here / "services").is_dir():
        return {}
    return dict(team_names(app.catalog()))


def _incidents(app: App) -> tuple[ServiceIncident, ...]:
    """What users of the repository's services felt, as `incidents.yaml` has it."""
    if not (app.root_or_here / "services").is_dir():
        return ()
    return tuple(
        ServiceIncident(declared.value.spec.service, TimeSpan(each.start, each.end))
        for declared in app.catalog().each(Incidents)
        for each in declared.value.spec.incidents
    )


def _print(app: App, triaged: Triaged, asked: TriageOptions) -> None:
    match asked.form:
        case "json":
            app.say(json_report(triaged))
        case "markdown":
            app.say("\n".join(markdown_report(triaged, asked.top)))
        case _:
            report = text_report(triaged, asked.top, is_whole=not app.is_terminal)
            app.say("\n".join(report))


def _write_worksheet(app: App, path: Path, triaged: Triaged, before: Worksheet) -> None:
    """Write the worksheet beside its place first, so that no half of one replaces it."""
    text = worksheet_text(triaged.alerts, triaged.totals.weeks, before)
    try:
        replace(path, text.encode(), app.committed)
    except OSError as error:
        raise ReliabilityError(f"{path} cannot be written: {error.strerror}") from error
    app.note(f"{path}: written; fill in `decided`, and run this again")


def _write_draft(
    app: App, gathered: TriageInputs, found: tuple[TriagedAlert, ...], asked: TriageOptions
) -> bool:
    """Whether a file stood in the way."""
    if asked.draft is None:
        return False
    if not gathered.originals:
        app.note("no draft: messages have no expression; name rule files, or --prometheus")
        return False
    wishes = ConversionOptions(asked.service, asked.team)
    converted = PrometheusRulesConverter().convert(gathered.originals, wishes)
    drafted = gather(with_tiers(converted, found), wishes)
    label_set: AlertLabelSet = "prefixed" if drafted.collision else "plain"
    landing = WritePlan.of(asked.draft, {**drafted.files, **starting(asked.draft, label_set)})
    for path in landing.write():
        app.note(f"{asked.draft / path}: written")
    for path in landing.kept:
        app.note(f"{asked.draft / path}: is there and stays as it is; name a new folder to compare")
    if drafted.remarks:
        app.note(f"{len(drafted.remarks):,} remarks; `reliability import --dry-run` tells them")
    return bool(landing.kept)


def _tell_unread(app: App, gathered: TriageInputs) -> None:
    for each in gathered.unread[:MOST_UNREAD]:
        app.note(safe(each))
    if len(gathered.unread) > MOST_UNREAD:
        app.note(f"{len(gathered.unread) - MOST_UNREAD:,} more could not be read")
