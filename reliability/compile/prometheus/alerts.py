"""Alert rules of the one list: burn-rate alerts, no data, and signals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus.annotations import (
    burn_annotations,
    no_data_annotations,
    signal_annotations,
)
from reliability.compile.prometheus.condition import render
from reliability.compile.prometheus.corrections import corrections_of, unless_corrected
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import TOTAL, Labels, Rule, SeriesNames
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
    """The alerts of an objective that are evaluated this often.

    Burn-rate alerts of alert policies have no `for`: the short window already asks whether it
    still burns, and a `for` would reset at every gap (Site Reliability Workbook, chapter 5).
    """
    names, corrections = SeriesNames.of(objective), corrections_of(objective)
    for alert in (each for each in objective_alerts(objective) if each.every == every):
        match alert.condition:
            case BurnRateAlert() as burn:
                expr = render(burn.condition, names, corrections)
                annotations = burn_annotations(objective, sli, burn, directory)
                yield _rule(alert, expr, annotations, burn.after)
            case NoData(after=after):
                # No traffic is a total of zero, and fine; only a total without series is not.
                absent = f"absent({names.select(TOTAL)})"
                expr = unless_corrected(absent, corrections, timedelta(0))
                yield _rule(alert, expr, no_data_annotations(objective, directory), after)
            case _:
                pass  # a signal is about no objective


def signal_rules(signal: SignalAlert, directory: Directory) -> Iterator[Rule]:
    """The rule of a signal; none without a tier."""
    written = signal.signal
    summary = written.summary or f"{written.name} of {signal.service}"
    texts = (summary, written.description, written.runbook)
    for alert in signal_alerts(signal):
        annotations = signal_annotations(texts, signal.team, directory)
        yield _rule(alert, written.expr, annotations, written.for_, written.keep_firing_for)


def sent_labels(alert: DeclaredAlert) -> dict[str, str]:
    """The labels with which Alertmanager gets an alert, as far as rules set them.

    Those of the recordings that a burn-rate alert reads stay on it.
    """
    subject = alert.subject
    recorded = SeriesNames.of(subject).labels() if isinstance(subject, Objective) else {}
    return {name: str(value) for name, value in recorded.items()} | {
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
