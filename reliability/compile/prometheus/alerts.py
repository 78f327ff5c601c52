"""Alerting rules of Prometheus: burn rates, missing data, and signals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus.annotations import (
    burn_annotations,
    no_data_annotations,
    signal_annotations,
)
from reliability.compile.prometheus.condition import alert_expression, no_data
from reliability.compile.prometheus.corrections import corrections_of, unless_corrected
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import Labels, Rule, SeriesNames
from reliability.model.alert_policy import NoData
from reliability.resolve.alerts import DeclaredAlert, objective_alerts, signal_alerts
from reliability.resolve.objectives import Objective
from reliability.resolve.signals import SignalAlert
from reliability.resolve.sli import AnySli
from reliability.scalars import duration_text

ALERT_NAME = "alertname"


def objective_rules(
    objective: Objective, sli: AnySli, directory: Directory, every: timedelta
) -> Iterator[Rule]:
    """Build the rules of an objective that belong to the group with this interval.

    Burn-rate alerts of alert policies have no `for`: the short window already checks that the
    budget still burns, and a `for` starts again after every gap (Site Reliability Workbook,
    chapter 5).
    """
    names, corrections = SeriesNames.of(objective), corrections_of(objective)
    evaluated = (alert for alert in objective_alerts(objective) if alert.every == every)

    # Fast and slow alerts are in groups with different intervals: a window of days does not change
    # within a minute, and evaluating it costs the most.
    for alert in evaluated:
        match alert.condition:
            case BurnRateAlert() as burn:
                expr = alert_expression(burn, names, corrections)
                annotations = burn_annotations(objective, sli, burn, directory=directory)
                yield _rule(alert, expr, annotations, after=burn.after)
            case NoData(after=after):
                expr = unless_corrected(no_data(names), corrections, timedelta(0))
                yield _rule(alert, expr, no_data_annotations(objective, directory), after=after)
            case _:
                pass  # a signal belongs to no objective


def signal_rules(signal: SignalAlert, directory: Directory) -> Iterator[Rule]:
    """Yield the rule of a signal, or nothing if it has no tier."""
    declared = signal.signal
    summary = declared.summary or f"{signal.service}: {declared.name}"
    summary = f"{signal.placement.place}{summary}"
    texts = (summary, declared.description, declared.runbook)

    for alert in signal_alerts(signal):
        annotations = signal_annotations(texts, signal.team, directory)
        yield _rule(
            alert,
            declared.expr,
            annotations,
            after=declared.for_,
            keep_firing=declared.keep_firing_for,
        )


def sent_labels(alert: DeclaredAlert) -> dict[str, str]:
    """Return the labels that Alertmanager receives with an alert, as far as rules set them.

    An alert keeps the labels of the recorded series that its expression returns.
    """
    subject = alert.subject
    names = SeriesNames.of(subject) if isinstance(subject, Objective) else None
    recorded = names.labels() if names else {}
    dropped = names.dropped if names else ()
    return {name: str(value) for name, value in recorded.items() if name not in dropped} | {
        **alert.labels,
        ALERT_NAME: alert.name,
    }


def _rule(
    alert: DeclaredAlert,
    expr: str,
    annotations: Labels,
    after: timedelta,
    keep_firing: timedelta | None = None,
) -> Rule:
    return {
        "alert": alert.name,
        "expr": expr,
        **_duration("for", after),
        **_duration("keep_firing_for", keep_firing),
        "labels": {**alert.labels},
        "annotations": annotations,
    }


def _duration(key: str, duration: timedelta | None) -> Rule:
    return {key: duration_text(duration)} if duration else {}
