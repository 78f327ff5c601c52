"""`reliability triage`: what makes a noise today, sorted into alert, ticket and log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.triage.options import TriageOptions
from reliability.cli.whole import Whole
from reliability.errors import ReliabilityError
from reliability.model.incidents import Incidents
from reliability.render.display import safe
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.alert_labels import AlertLabelSet
    from reliability.onboarding.triage.noise import NotificationSource, ServiceIncident
    from reliability.onboarding.triage.reading import TriageInputs
    from reliability.onboarding.triage.triaged import Triaged
    from reliability.onboarding.triage.worksheet import Worksheet


@click.command("triage", cls=ExperimentalCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--prometheus", metavar="URL", help="A server: its rules, and what fired.")
@click.option("--authorization", metavar="REF", help="Its Authorization header, as env:NAME.")
@click.option(
    "--days",
    type=Whole(1, 3650),
    default=30,
    show_default=True,
    help="How far back to look in Prometheus.",
)
@click.option("--channel", multiple=True, metavar="NAME", help="Only this channel of Slack.")
@click.option(
    "--worksheet",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A CSV to fill in together; what is decided there wins.",
)
@click.option(
    "--draft",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the policy that follows; files that are there stay.",
)
@click.option("--service", metavar="NAME", help="One service for all rules.")
@click.option("--team", metavar="NAME", help="The team of services that nobody answers for.")
@click.option("--top", type=Whole(1), default=40, show_default=True, help="Noises to show.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Sort what makes a noise today into alert, ticket and log.

    PATHS are rule files or folders of them, Alertmanager's configuration, an export of Slack
    (folder or ZIP), PagerDuty's incidents as CSV, Datadog's events as JSON, or any CSV with a time
    and a text; what each is, is seen by itself. Nothing leaves this machine. Ends with 1 when
    something could not be read.

    \b
    reliability triage slack-export.zip --channel errors      what the channel is made of
    reliability triage rules/ alertmanager.yml --prometheus http://localhost:9090
    reliability triage rules/ export.zip --worksheet triage.csv --draft new
    reliability triage export.zip --worksheet triage.csv --format markdown > meeting.md
    """
    from reliability.onboarding.triage.reading import read_all
    from reliability.onboarding.triage.worksheet import Worksheet, read_worksheet

    asked = TriageOptions(**given)
    if not asked.paths and asked.prometheus is None:
        raise click.UsageError("nothing to read; name PATHS, or a server with --prometheus")
    before = read_worksheet(asked.worksheet) if asked.worksheet else Worksheet()
    gathered = read_all(asked.sources(app))
    triaged = _triaged(app, gathered, before)
    if not triaged.noises:
        _tell_unread(app, gathered)
        raise click.UsageError("no alerting rule and no notification was found")
    _print(app, triaged, asked)
    if asked.worksheet:
        _write_worksheet(app, asked.worksheet, triaged, before)
    elif asked.form == "text":
        app.note("next: add --worksheet triage.csv, decide together, and run it again")
    kept = _write_draft(app, gathered, triaged.noises, asked)
    _tell_unread(app, gathered)
    return int(bool(gathered.unread) or kept)


def _triaged(app: App, gathered: TriageInputs, before: Worksheet) -> Triaged:
    from reliability.onboarding.triage.collector import put_together
    from reliability.onboarding.triage.noise import TriageKnowledge, noises
    from reliability.onboarding.triage.promises import promises
    from reliability.onboarding.triage.totals import span_of, totals
    from reliability.onboarding.triage.triaged import Triaged

    known = TriageKnowledge(
        metrics=gathered.metrics,
        unhealthy=gathered.unhealthy,
        evaluated=gathered.evaluated,
        teams=_teams(app),
        decisions=dict(before.decisions()),
        incidents=_incidents(app),
    )
    collector = gathered.collector
    found = noises(put_together(gathered.rules, collector), known)
    span = gathered.span or span_of(collector.first, collector.last)
    counted = totals(found, span, mentions_are_known=gathered.mentions_are_known)
    return Triaged(tuple(found), counted, tuple(promises(found)), span, dict(collector.read))


def _teams(app: App) -> dict[str, str]:
    """Who answers for the services of the repository around, where there is one."""
    if not (app.root_or_here / "services").is_dir():
        return {}
    from reliability.resolve.objectives import team_names

    return dict(team_names(app.catalog()))


def _incidents(app: App) -> tuple[ServiceIncident, ...]:
    """What users of the repository's services felt, as `incidents.yaml` has it."""
    if not (app.root_or_here / "services").is_dir():
        return ()
    from reliability.onboarding.triage.noise import ServiceIncident

    return tuple(
        ServiceIncident(declared.value.spec.service, TimeSpan(each.start, each.end))
        for declared in app.catalog().each(Incidents)
        for each in declared.value.spec.incidents
    )


def _print(app: App, triaged: Triaged, asked: TriageOptions) -> None:
    from reliability.onboarding.triage.report.json import json_report
    from reliability.onboarding.triage.report.markdown import markdown_report
    from reliability.onboarding.triage.report.text import text_report

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
    from reliability.onboarding.triage.worksheet import worksheet_text
    from reliability.writing import replace

    text = worksheet_text(triaged.noises, triaged.totals.weeks, before)
    try:
        replace(path, text.encode(), app.committed)
    except OSError as error:
        raise ReliabilityError(f"{path} cannot be written: {error.strerror}") from error
    app.note(f"{path}: written; fill in `decided`, and run this again")


def _write_draft(
    app: App, gathered: TriageInputs, found: tuple[NotificationSource, ...], asked: TriageOptions
) -> bool:
    """Whether a file stood in the way."""
    if asked.draft is None:
        return False
    if not gathered.originals:
        app.note("no draft: messages have no expression; name rule files, or --prometheus")
        return False
    from reliability.cli.import_.command import starting
    from reliability.convert.converter import ConversionOptions
    from reliability.convert.gathering import gather
    from reliability.convert.prometheus_rules.converter import PrometheusRulesConverter
    from reliability.onboarding.landing import WritePlan
    from reliability.onboarding.triage.draft import with_tiers

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
    from reliability.onboarding.triage.reading import TOLD_AT

    for each in gathered.unread[:TOLD_AT]:
        app.note(safe(each))
    if len(gathered.unread) > TOLD_AT:
        app.note(f"{len(gathered.unread) - TOLD_AT:,} more could not be read")
