"""Alert rules: one burn-rate alert for each objective and tier, no data, and signals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.alert_labels import AlertLabelNames
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
from reliability.resolve.objectives import Objective
from reliability.resolve.signals import SignalAlert
from reliability.resolve.sli import AnySli
from reliability.scalars import duration_text

BURN: Final = "ErrorBudgetBurn"
NO_DATA: Final = "SLINoData"


def burn_alerts(
    objective: Objective, sli: AnySli, directory: Directory, every: timedelta
) -> Iterator[Rule]:
    """The burn-rate alerts that are evaluated this often.

    Ours have no `for`: the short window already asks whether it still burns, and a `for` would
    reset at every gap (Site Reliability Workbook, chapter 5).
    """
    names = SeriesNames.of(objective)
    for alert in objective.alerts:
        if alert.every == every:
            yield {
                "alert": BURN,
                "expr": render(alert.condition, names, corrections_of(objective)),
                **_duration("for", alert.after),
                "labels": burn_labels(objective, alert),
                "annotations": burn_annotations(objective, sli, alert, directory),
            }


def no_data(objective: Objective, names: SeriesNames, directory: Directory) -> Iterator[Rule]:
    """The alert that the SLI's total has no series; no traffic is a total of zero, and fine."""
    if objective.tells_no_data:
        absent = f"absent({names.select(TOTAL)})"
        yield {
            "alert": NO_DATA,
            "expr": unless_corrected(absent, corrections_of(objective), timedelta(0)),
            **_duration("for", objective.no_data.after),
            "labels": objective_labels(objective, objective.no_data.tier),
            "annotations": no_data_annotations(objective, directory),
        }


def signal_rule(signal: SignalAlert, tier: str, directory: Directory) -> Rule:
    """The rule of a signal; its own labels never hide ours, by which it is routed."""
    written = signal.signal
    summary = written.summary or f"{written.name} of {signal.service}"
    return {
        "alert": written.alertname,
        "expr": written.expr,
        **_duration("for", written.for_),
        **_duration("keep_firing_for", written.keep_firing_for),
        "labels": signal_labels(signal, tier),
        "annotations": signal_annotations(
            (summary, written.description, written.runbook), signal.team, directory
        ),
    }


def signal_labels(signal: SignalAlert, tier: str) -> Labels:
    """The labels that the rule of a signal sets: its own, and ours over them."""
    written = signal.signal
    names = signal.label_names
    ours: Labels = {names.service: signal.service, **_team(names, signal.team)}
    if written.slo is not None:
        ours[names.slo] = written.slo
    return {**written.labels, **ours, names.tier: tier, names.kind: written.kind}


def burn_labels(objective: Objective, alert: BurnRateAlert) -> Labels:
    """The labels of a burn-rate alert; OpenSLO's says from which of its policies it comes."""
    labels = objective_labels(objective, alert.tier)
    return labels | {"alert_policy": alert.policy} if alert.policy else labels


def objective_labels(objective: Objective, tier: str) -> Labels:
    """The labels by which an objective's alerts are routed, grouped and inhibited.

    The objective is always named: Alertmanager takes a label that both sides lack for equal.
    """
    names = objective.label_names
    return {
        names.service: objective.service,
        names.slo: objective.slo_name,
        names.objective: objective.name or objective.slo_name,
        **_team(names, objective.team),
        names.tier: tier,
    }


def _team(names: AlertLabelNames, team: str) -> Labels:
    """The team's label; none for a service that nobody owns, which is a finding of its own."""
    return {names.team: team} if team else {}


def _duration(key: str, duration: timedelta | None) -> Rule:
    return {key: duration_text(duration)} if duration else {}
