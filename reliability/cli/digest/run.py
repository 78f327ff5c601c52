"""Runs `reliability digest`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.drifted import drifted_targets
from reliability.cli.environments import apps_in
from reliability.cli.issues import issue_run
from reliability.compile.prometheus.names import TARGET
from reliability.errors import (
    ProviderError,
    ReliabilityError,
    SettingsError,
)
from reliability.forge.reconcile import no_word
from reliability.history.open import known_source
from reliability.model.kind import TIERS
from reliability.providers.fired import ensure_evaluated, ever_fired, fired_in_prometheus
from reliability.providers.past import open_past
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.environments.measured import chosen_placements
from reliability.resolve.objectives import objectives
from reliability.review.digest.counts import WEEKS, earlier
from reliability.review.digest.drafts import UserImpact, ending, issue_drafts, of_record, replayed
from reliability.review.digest.issue import Digest, DigestIssueWriter, DriftedTarget
from reliability.review.digest.period import KIND, before
from reliability.review.digest.signals import count_signals
from reliability.review.issue_run import IssueRun
from reliability.review.language import policy_words
from reliability.review.slo_review.drafts import due
from reliability.review.slo_review.evidence import evidence

if TYPE_CHECKING:
    from reliability.forge.notes import Issue
    from reliability.providers.fired import FiredAlert, Labels
    from reliability.review.digest.counts import DigestCounts
    from reliability.review.digest.period import Period
    from reliability.review.digest.signals import DigestSignals
    from reliability.review.slo_review.evidence import ReviewEvidence


SILENT_FOR: Final = timedelta(days=90)


def run(app: App, /, **options: Any) -> int:
    """Update the digest; return 0 if every write succeeded, else 1."""
    issues = issue_run(app, "digest", options)
    return 0 if update_digest(app, issues, options) else 1


def update_digest(app: App, issues: IssueRun, options: dict[str, Any]) -> bool:
    """Update the digest of the last period; return whether every write succeeded."""
    period = before(app.today, options["length"])
    present = issues.present(KIND)
    signals, why = _signals_or_reason(app, period, options)
    environments = options["environments"]
    drift = () if options["no_drift"] else _drift(app, environments)
    writer = DigestIssueWriter(policy_words(app.catalog()))
    inputs = DigestInputs(present=present, signals=signals, drift=drift, environments=environments)
    digest = replace(_digest(app, period, inputs), why=why)
    draft = writer.issue(digest)
    drafts = tuple(issue_drafts(draft, present, period))
    # Closed without a comment: the newer digest is mail enough.
    done = issues.write(KIND, drafts, present, word=no_word)
    issues.end()

    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestInputs:
    """What a digest is made of: earlier issues, what fired, drift, and names of environments."""

    present: tuple[Issue, ...]
    signals: DigestSignals | None
    drift: tuple[DriftedTarget, ...]
    environments: Sequence[str]


def _digest(app: App, period: Period, inputs: DigestInputs) -> Digest:
    signals, environments = inputs.signals, inputs.environments
    budgets, is_made_up = _budgets(app, period, environments)
    placed = [
        (placement.name, placement.terms.series)
        for placement in chosen_placements(app.catalog(), environments)
    ]
    if signals is not None:
        before = earlier(inputs.present, period)
        # Users are affected in environments that may page, and not in others.
        paging = [each for each in budgets if each.objective.placement.highest_tier == TIERS[0]]
        impact = UserImpact.of(paging, app.catalog(), period)
        counts: DigestCounts | None = signals.counts(impact)
        here = [(name, signals.within(dict(labels)).counts(impact)) for name, labels in placed]
    else:
        weeks = replayed(budgets, period)
        counts = dict(weeks).get(period.name)
        before = [week for week in weeks if week[0] != period.name]
        here = [
            (name, week)
            for name, _ in placed
            if (week := dict(replayed(_of(budgets, name), period)).get(period.name)) is not None
        ]

    return Digest(
        period=period,
        signals=signals,
        counts=counts,
        earlier=tuple(before),
        budgets=budgets,
        is_made_up=is_made_up,
        drift=inputs.drift,
        waivers=ending(app.catalog(), period.until),
        due=tuple(due(Context(today=app.today, catalog=app.catalog()))),
        silent_for=SILENT_FOR,
        in_environments=tuple(here),
    )


def _of(budgets: Iterable[ReviewEvidence], environment: str) -> list[ReviewEvidence]:
    return [each for each in budgets if each.objective.placement.name == environment]


def _budgets(
    app: App, period: Period, environments: Sequence[str]
) -> tuple[tuple[ReviewEvidence, ...], bool]:
    """Return each objective's evidence up to the end of a period, and whether it is synthetic.

    An objective has one for each environment.
    """
    length = timedelta(weeks=WEEKS)
    budgets: list[ReviewEvidence] = []
    made_up = []
    for environment in apps_in(app, environments):
        catalog = environment.catalog()
        _, source = known_source(catalog, app.root)
        incidents = of_record(catalog, period.until, length)
        budgets += (
            evidence(objective, source, period.until, length=length, incidents=incidents)
            for objective in objectives(catalog)
        )
        made_up.append(source.is_made_up)
    return tuple(budgets), any(made_up)


def _signals_or_reason(
    app: App, period: Period, options: dict[str, Any]
) -> tuple[DigestSignals | None, str]:
    """Return what fired, or why that is unknown; the rest of a digest is useful without it."""
    try:
        return _fired_signals(app, period, options), ""
    except (ProviderError, SettingsError) as error:
        app.note(f"alerts that fired are unknown: {error}")
        return None, str(error)


def _fired_signals(app: App, period: Period, options: dict[str, Any]) -> DigestSignals | None:
    """Return what fired; None without a Prometheus, because Alertmanager has no past."""
    by_environment = {
        each.catalog().placement.name: _fired_in(each, period, options)
        for each in apps_in(app, options["environments"])
    }
    known = [each for each in by_environment.values() if each is not None]
    if not known:
        return None
    if len(known) < len(by_environment):
        # Figures without one of the environments would look complete.
        unknown = ", ".join(name for name, fired in by_environment.items() if fired is None)
        raise ProviderError(f"no Prometheus reports what fired in {unknown}")

    fired = [alert for alerts, _ in known for alert in alerts]
    ever = [labels for _, every in known for labels in every]
    return count_signals(fired, ever, app.catalog())


def _fired_in(
    app: App, period: Period, options: dict[str, Any]
) -> tuple[Iterable[FiredAlert], Iterable[Labels]] | None:
    """Return what fired in an environment in a period and before; None without a Prometheus.

    One server may evaluate the rules of several, so the labels of the environment are compared.
    """
    names = alert_label_names(app.catalog())
    placed = "".join(f', {name}="{value}"' for name, value in app.catalog().placement.series)
    selector = f'{names.tier}=~"alert|ticket|log"{placed}'
    servers = options["prometheus"], options["alertmanager"]

    with open_past(app.catalog(), app.settings.secret, *servers) as past:
        if past is None:
            return None
        if not past.is_prometheus:
            app.note("Alertmanager only has current alerts; the digest needs a Prometheus")
            return None
        fired = fired_in_prometheus(past.server, selector, period.span)
        if not fired and any(objectives(app.catalog())):
            recorded = f"{TARGET}{{{placed.removeprefix(', ')}}}"
            ensure_evaluated(past.server, recorded, period.span)
        ever = ever_fired(
            past.server, (names.service, "alertname"), period.span.end, back=SILENT_FOR
        )
    return fired, ever


def _drift(app: App, environments: Sequence[str]) -> tuple[DriftedTarget, ...]:
    try:
        return drifted_targets(app, environments)
    except ReliabilityError as error:
        app.note(f"drift is unknown: {error}")
        return ()
