"""List of every alert: its name, its tier, the labels that its rule sets, and its route.

Rules are compiled from it, `check` follows its alerts through the routing tree of Alertmanager, a
review compares it with the list of the base branch, and a backtest derives notifications from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

from reliability.alert_labels import AlertLabelNames
from reliability.burnrate import FAST_EVERY, BurnRateAlert
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy, NoData, Signal
from reliability.resolve.objectives import Objective
from reliability.resolve.signals import SignalAlert

BURN: Final = "ErrorBudgetBurn"
NO_DATA: Final = "SLINoData"
HEARTBEAT: Final = "heartbeat"
"""Kind of a signal that always fires; it goes to the dead man's switch, whatever its tier."""
OPENSLO: Final = ("spec", "alertPolicies")


class AlertRoute(NamedTuple):
    """Key that Alertmanager routes match: the team, and the tier or `heartbeat`."""

    team: str
    tier: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PolicyAlert:
    """One alert that a document sends to a tier, with the location of both.

    The SLO that it names need not exist.
    """

    what: str
    tier: str
    located: Located[Any]
    pointer: Pointer
    tier_pointer: Pointer
    runbook: str | None = None
    is_heartbeat: bool = False

    @property
    def tier_at(self) -> Location:
        """Location of the tier; computing it parses the file again."""
        return self.located.at(*self.tier_pointer)

    def route(self, team: str) -> AlertRoute:
        """Return the route of the alert's notifications, to the team or the dead man's switch."""
        return AlertRoute(team, HEARTBEAT if self.is_heartbeat else self.tier)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeclaredAlert:
    """One alert: name and labels of its rule, its condition, and what declares it."""

    name: str
    labels: Mapping[str, str]
    subject: Objective | SignalAlert
    condition: BurnRateAlert | NoData | Signal
    declared: PolicyAlert

    @property
    def what(self) -> str:
        """Name of the alert in messages."""
        return self.declared.what

    @property
    def tier(self) -> str:
        """Tier of the alert, which decides whom it may notify and how."""
        return self.declared.tier

    @property
    def service(self) -> str:
        """Service that the alert belongs to."""
        return self.subject.service

    @property
    def team(self) -> str:
        """Team that owns the service; empty if it has no owner."""
        return self.subject.team

    @property
    def every(self) -> timedelta:
        """Evaluation interval."""
        match self.condition:
            case BurnRateAlert(every=every):
                return every
            case _:
                return FAST_EVERY

    @property
    def route(self) -> AlertRoute:
        """Route of the alert's notifications, to the team or the dead man's switch."""
        return self.declared.route(self.team)


def alerts(
    objectives: Iterable[Objective], signals: Iterable[SignalAlert]
) -> Iterator[DeclaredAlert]:
    """Yield every alert in the order of the files: those of objectives first, then signals."""
    for objective in objectives:
        yield from objective_alerts(objective)
    for signal in signals:
        yield from signal_alerts(signal)


def objective_alerts(objective: Objective) -> Iterator[DeclaredAlert]:
    """Yield the burn-rate alerts of an objective, and the alert on missing data."""
    labels, name, source = objective_labels(objective), objective.identity, objective.source
    entry = tuple(_entry_alerts(source.policy, source.index, name)) if source else ()

    def alert_of(
        name: str, condition: BurnRateAlert | NoData, declared: PolicyAlert, **more: str
    ) -> DeclaredAlert:
        return DeclaredAlert(
            name=name,
            labels={**labels, objective.label_names.tier: declared.tier, **more},
            subject=objective,
            condition=condition,
            declared=declared,
        )

    for burn in objective.alerts:
        if burn.policy:
            what = Message("{policy} of {slo}", policy=burn.policy, slo=name)
            declared = PolicyAlert(
                what=what,
                tier=burn.tier,
                located=objective.slo,
                pointer=OPENSLO,
                tier_pointer=OPENSLO,
            )
            yield alert_of(BURN, burn, declared, alert_policy=burn.policy)
        else:
            declared = next(alert for alert in entry if alert.tier == burn.tier)
            yield alert_of(BURN, burn, declared)

    if objective.alerts_on_no_data:
        no_data = objective.no_data
        by_openslo = PolicyAlert(
            what=Message("missing data of {slo}", slo=name),
            tier=no_data.tier,
            located=objective.slo,
            pointer=OPENSLO,
            tier_pointer=OPENSLO,
        )
        yield alert_of(NO_DATA, no_data, entry[-1] if entry else by_openslo)


def signal_alerts(signal: SignalAlert) -> Iterator[DeclaredAlert]:
    """Yield the alert of a signal, or nothing if it has no tier."""
    for declared in _signal_alerts(signal.policy, signal.index):
        yield DeclaredAlert(
            name=signal.signal.alertname,
            labels=_signal_labels(signal, declared.tier),
            subject=signal,
            condition=signal.signal,
            declared=declared,
        )


def policy_alerts(policy: Located[AlertPolicy]) -> Iterator[PolicyAlert]:
    """Yield the alerts of a policy, whether or not the SLOs that they name exist."""
    spec = policy.value.spec
    for index, entry in enumerate(spec.objectives):
        name = f"{entry.slo}-{entry.objective}" if entry.objective else entry.slo
        yield from _entry_alerts(policy, index, name)
    for index in range(len(spec.signals)):
        yield from _signal_alerts(policy, index)


def _entry_alerts(policy: Located[AlertPolicy], index: int, name: str) -> Iterator[PolicyAlert]:
    """Yield the alerts of an entry: fast burn, slow burn, and missing data."""
    entry = policy.value.spec.objectives[index]
    pointer: Pointer = ("spec", "objectives", index)
    for what, tier, inner in (
        (Message("the fast burn of {slo}", slo=name), entry.tiers.fast, ("tiers", "fast")),
        (Message("the slow burn of {slo}", slo=name), entry.tiers.slow, ("tiers", "slow")),
        (Message("missing data of {slo}", slo=name), entry.no_data.tier, ("noData", "tier")),
    ):
        tier_pointer = (*pointer, *inner)
        yield PolicyAlert(
            what=what,
            tier=tier,
            located=policy,
            pointer=pointer,
            tier_pointer=tier_pointer,
            runbook=entry.runbook,
        )


def _signal_alerts(policy: Located[AlertPolicy], index: int) -> Iterator[PolicyAlert]:
    """Yield the alert of a signal, or nothing if it has no tier."""
    signal = policy.value.spec.signals[index]
    if signal.tier is not None:
        pointer: Pointer = ("spec", "signals", index)
        is_heartbeat = signal.kind == HEARTBEAT
        yield PolicyAlert(
            what=signal.name,
            tier=signal.tier,
            located=policy,
            pointer=pointer,
            tier_pointer=(*pointer, "tier"),
            runbook=signal.runbook,
            is_heartbeat=is_heartbeat,
        )


def objective_labels(objective: Objective) -> dict[str, str]:
    """Return the labels that route, group and inhibit an objective's alerts.

    The objective is always set: in `equal` of an inhibition rule, Alertmanager treats a label that
    both sides lack as equal (inhibit/inhibit.go).
    """
    names = objective.label_names
    return {
        names.service: objective.service,
        names.slo: objective.slo_name,
        names.objective: objective.name or objective.slo_name,
        **_team(names, objective.team),
        **objective.placement.written,
    }


def _signal_labels(signal: SignalAlert, tier: str) -> dict[str, str]:
    """Return the labels of a signal: its own, overridden by those that route it."""
    written, names = signal.signal, signal.label_names
    labels = {names.service: signal.service, **_team(names, signal.team)}
    labels |= signal.placement.written
    if written.slo is not None:
        labels[names.slo] = written.slo
    return {**written.labels, **labels, names.tier: tier, names.kind: written.kind}


def _team(names: AlertLabelNames, team: str) -> dict[str, str]:
    """Return the team label, or none for a service without an owner, which another rule reports."""
    return {names.team: team} if team else {}
