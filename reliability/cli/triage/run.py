"""Runs `reliability triage`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.app import App
from reliability.cli.import_.run import starting
from reliability.cli.pager import with_pager
from reliability.convert.converter import ConversionOptions
from reliability.convert.gathering import gather
from reliability.convert.prometheus_rules.converter import PrometheusRulesConverter
from reliability.errors import ReliabilityError
from reliability.model.incidents import Incidents
from reliability.onboarding.triage.alert import ServiceIncident, TriageKnowledge, alerts
from reliability.onboarding.triage.collector import match_messages
from reliability.onboarding.triage.draft import with_tiers
from reliability.onboarding.triage.reading import MAX_UNREAD, TriageSources, read_all
from reliability.onboarding.triage.report.json import json_report
from reliability.onboarding.triage.report.markdown import markdown_report
from reliability.onboarding.triage.report.text import text_report
from reliability.onboarding.triage.suggested_slos import suggested_slos
from reliability.onboarding.triage.totals import span_of, totals
from reliability.onboarding.triage.triaged import Triaged
from reliability.onboarding.triage.worksheet import Worksheet, read_worksheet, worksheet_text
from reliability.onboarding.write_plan import WritePlan
from reliability.render.display import safe
from reliability.resolve.objectives import team_names
from reliability.timespan import TimeSpan
from reliability.writing import replace

if TYPE_CHECKING:
    from reliability.alert_labels import AlertLabelSet
    from reliability.onboarding.triage.alert import TriagedAlert
    from reliability.onboarding.triage.reading import TriageInputs
    from reliability.providers.pagerduty.analytics import PagerSource


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageOptions:
    """The options; `prometheus` is a URL, `authorization` a reference to a secret.

    `pager` is a PagerDuty account to read, if any.
    """

    paths: tuple[Path, ...]
    prometheus: str | None
    authorization: str | None
    pager: PagerSource | None
    days: int
    channel: tuple[str, ...]
    worksheet: Path | None
    draft: Path | None
    service: str | None
    team: str | None
    top: int
    form: str

    def sources(self, app: App) -> TriageSources:
        """Return the sources to read; a `#` before a channel is removed."""
        return TriageSources(
            paths=self.paths,
            channels=frozenset(name.lstrip("#") for name in self.channel),
            prometheus=self.prometheus,
            authorization=self.authorization,
            pager=self.pager,
            days=self.days,
            service=self.service,
            team=self.team,
            secret=app.settings.secret,
            note=app.note,
        )


def run(app: App, /, **given: Any) -> int:
    """Print the triage, and write the worksheet and the drafts that are requested.

    Return 1 if something could not be read, or an existing file was kept; else 0.
    """
    options = TriageOptions(**with_pager(given))
    if not options.paths and options.prometheus is None and options.pager is None:
        raise click.UsageError("nothing to read; pass PATHS, --prometheus or --pager")

    before = read_worksheet(options.worksheet) if options.worksheet else Worksheet()
    gathered = read_all(options.sources(app))
    triaged = _triaged(app, gathered, before)
    if not triaged.alerts:
        _note_unread(app, gathered)
        raise click.UsageError("no alerting rules and no notifications found")

    _print(app, triaged, options)
    if options.worksheet:
        _write_worksheet(app, options.worksheet, triaged, before=before)
    elif options.form == "text":
        app.note("next: add --worksheet triage.csv, fill in the decisions and run this again")

    kept = _write_draft(app, gathered, triaged.alerts, options=options)
    _note_unread(app, gathered)
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
    triaged_alerts = alerts(match_messages(gathered.rules, collector), known)
    span = gathered.span or span_of(collector.first, collector.last)
    counted = totals(triaged_alerts, span, mentions_are_known=gathered.mentions_are_known)

    return Triaged(
        alerts=tuple(triaged_alerts),
        totals=counted,
        suggested_slos=tuple(suggested_slos(triaged_alerts)),
        span=span,
        read=dict(collector.read),
    )


def _teams(app: App) -> dict[str, str]:
    """Return the owners of the repository's services; empty outside of a repository."""
    if not (app.root_or_here / "services").is_dir():
        return {}
    return dict(team_names(app.catalog()))


def _incidents(app: App) -> tuple[ServiceIncident, ...]:
    """Return the incidents on record in the repository."""
    if not (app.root_or_here / "services").is_dir():
        return ()
    return tuple(
        ServiceIncident(declared.value.spec.service, TimeSpan(incident.start, incident.end))
        for declared in app.catalog().documents(Incidents)
        for incident in declared.value.spec.incidents
    )


def _print(app: App, triaged: Triaged, options: TriageOptions) -> None:
    match options.form:
        case "json":
            app.say(json_report(triaged))
        case "markdown":
            app.say("\n".join(markdown_report(triaged, options.top)))
        case _:
            app.say("\n".join(text_report(triaged, options.top, app.view)))


def _write_worksheet(app: App, path: Path, triaged: Triaged, before: Worksheet) -> None:
    """Replace the worksheet atomically, so a crash cannot leave half of it."""
    text = worksheet_text(triaged.alerts, triaged.totals.weeks, before)
    try:
        replace(path, text.encode(), app.committed)
    except OSError as error:
        raise ReliabilityError(f"{path} cannot be written: {error.strerror}") from error
    app.note(f"{path}: written; fill in `decided` and run this again")


def _write_draft(
    app: App,
    gathered: TriageInputs,
    triaged_alerts: tuple[TriagedAlert, ...],
    options: TriageOptions,
) -> bool:
    """Write the drafts; return whether an existing file was kept."""
    if options.draft is None:
        return False
    if not gathered.originals:
        app.note("no draft: messages have no expressions; pass rule files or --prometheus")
        return False

    conversion = ConversionOptions(service=options.service, team=options.team)
    converted = PrometheusRulesConverter().convert(gathered.originals, conversion)
    drafted = gather(with_tiers(converted, triaged_alerts), conversion)
    label_set: AlertLabelSet = "prefixed" if drafted.collision else "plain"
    write_plan = WritePlan.of(
        options.draft, {**drafted.files, **starting(options.draft, label_set)}
    )
    for path in write_plan.write():
        app.note(f"{options.draft / path}: written")
    for path in write_plan.kept:
        app.note(f"{options.draft / path}: exists and is not changed; use a new folder to compare")
    if drafted.diagnostics:
        app.note(
            f"{len(drafted.diagnostics):,} messages; run `reliability import --dry-run` to see them"
        )

    return bool(write_plan.kept)


def _note_unread(app: App, gathered: TriageInputs) -> None:
    for message in gathered.unread[:MAX_UNREAD]:
        app.note(safe(message))
    if len(gathered.unread) > MAX_UNREAD:
        app.note(f"{len(gathered.unread) - MAX_UNREAD:,} more could not be read")
