"""Who gets notified, old and new: every alert, walked through both routing trees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, get_args

from reliability.alertmanager.receivers import PAGERS, READ, WEBHOOK, mentions_in
from reliability.alertmanager.routing import Receiver
from reliability.burnrate import BurnRateAlert, WindowPair, budget_of
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, Routes
from reliability.compile.alertmanager.receivers import OURS
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import NoData, Signal
from reliability.model.team import Team
from reliability.resolve.alerts import DeclaredAlert
from reliability.resolve.objectives import AlertEntry, Objective, speeds, window_set

How = Literal["page", "mention", "channel", "webhook", "issues", "other"]
AlertSpeed = Literal["fast", "slow", "no-data", "signal"]
LOUDEST_FIRST: Final[tuple[How, ...]] = get_args(How)
SUBTEAM: Final = re.compile(r"<!subteam\^(\w+)(?:\|[^>]*)?>")
"""How a group of Slack is mentioned: by its id ("Formatting text for app surfaces")."""
HERE: Final = ("title", "text", "pretext", "fallback")


@dataclass(frozen=True, slots=True, order=True)
class NotifiedRecipient:
    """One way in which people are notified: how, and whom or where."""

    how: How
    whom: str


@dataclass(frozen=True, slots=True)
class BurnRateCondition:
    """Burn rates at which it fires: a share of failures (0..1), and the window that holds it."""

    pairs: tuple[tuple[float, timedelta], ...]


@dataclass(frozen=True, slots=True)
class AbsenceCondition:
    """It fires after this long without any data."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class ExpressionCondition:
    """An expression of its own, and for how long it has to hold."""

    expression: str
    held: timedelta


FiringCondition = BurnRateCondition | AbsenceCondition | ExpressionCondition


@dataclass(frozen=True, slots=True, order=True)
class AlertSource:
    """What notifies: a speed of an SLO's burn, or a signal by its name."""

    service: str
    name: str
    speed: AlertSpeed


@dataclass(frozen=True, slots=True)
class DeliveryPath:
    """Where notifications go on one side; `reached` is None where the tree cannot be walked."""

    tier: str
    when: FiringCondition
    reached: tuple[NotifiedRecipient, ...] | None


@dataclass(frozen=True, slots=True)
class AlertNotificationChange:
    """An alert whose tier, receiver, mention or threshold changed; None: not there."""

    source: AlertSource
    old: DeliveryPath | None
    new: DeliveryPath | None


def notification_changes(before: Context, after: Context) -> tuple[AlertNotificationChange, ...]:
    """Every alert that notifies otherwise than before, in the order of services and names."""
    old, new = dict(delivery_paths(before)), dict(delivery_paths(after))
    return tuple(
        AlertNotificationChange(source, old.get(source), new.get(source))
        for source in sorted({*old, *new})
        if not _alike(old.get(source), new.get(source))
    )


def _alike(old: DeliveryPath | None, new: DeliveryPath | None) -> bool:
    """Whether nothing changes that is known; a tree that cannot be walked changes no path."""
    if old is None or new is None:
        return old is new
    is_known = old.reached is not None and new.reached is not None
    return (old.tier, old.when) == (new.tier, new.when) and (
        not is_known or old.reached == new.reached
    )


def delivery_paths(context: Context) -> Iterator[tuple[AlertSource, DeliveryPath]]:
    """Where every alert of an alert policy goes, each speed of a burn for itself."""
    tree = SideRoutes.of(context)
    for alert in context.alerts:
        for name, speed, when in _conditions(alert, context.catalog):
            path = DeliveryPath(alert.tier, when, tree.reached(alert))
            yield AlertSource(alert.service, name, speed), path


def _conditions(
    alert: DeclaredAlert, catalog: Catalog
) -> Iterator[tuple[str, AlertSpeed, FiringCondition]]:
    """What an alert is called, and when it fires; nothing of what only OpenSLO asks for."""
    match alert.subject, alert.condition:
        case Objective(source=AlertEntry(entry=entry)) as objective, BurnRateAlert(policy=""):
            windows = window_set(entry, catalog)
            for speed, tier, pairs in speeds(entry, windows.value) if windows else ():
                if tier == alert.tier and pairs:
                    yield objective.identity, speed, _burn_condition(objective, pairs)
        case Objective(source=AlertEntry()) as objective, NoData(after=after):
            yield objective.identity, "no-data", AbsenceCondition(after)
        case _, Signal() as signal:
            expression = " ".join(signal.expr.split())
            yield signal.name, "signal", ExpressionCondition(expression, signal.for_)
        case _:
            return


def _burn_condition(objective: Objective, pairs: Iterable[WindowPair]) -> BurnRateCondition:
    """The share of failures at which each window fires: the burn factor times the budget."""
    budget, period = budget_of(objective.target), objective.period
    return BurnRateCondition(tuple((pair.factor(period) * budget, pair.long) for pair in pairs))


@dataclass(frozen=True, slots=True)
class SideRoutes:
    """The routes of one side, and where each alert ends; empty where there is no tree."""

    context: Context
    routes: Routes | None
    index: Mapping[DeclaredAlert, EquivalentAlerts]

    @classmethod
    def of(cls, context: Context) -> SideRoutes:
        """Walk the routes once."""
        alike = context.routes.alike if context.routes is not None else ()
        index = {alert: equivalent for equivalent in alike for alert in equivalent.alerts}
        return cls(context, context.routes, index)

    def reached(self, alert: DeclaredAlert) -> tuple[NotifiedRecipient, ...] | None:
        """Everybody whom an alert may reach; None where that cannot be told."""
        alike = self.index.get(alert)
        if self.routes is None or alike is None:
            return None

        receivers = {route.receiver for route in alike.routes.values()}
        names = self._mentioned()
        recipients = {
            replace(recipient, whom=names.get(recipient.whom, recipient.whom))
            for name in receivers
            for recipient in _reached(self.routes.routing.receivers[name])
        }
        everybody = {*recipients, *self._queue(alert)}

        return tuple(sorted(everybody, key=lambda each: (LOUDEST_FIRST.index(each.how), each)))

    def _mentioned(self) -> Mapping[str, str]:
        """What stands for a group of Slack in a text, as people know it: the team, and the id."""
        names: dict[str, str] = {}
        for team in self.context.catalog.each(Team):
            spec = team.value.spec
            mention = spec.on_call.mention if spec.on_call is not None else None
            group = SUBTEAM.fullmatch(mention or "")
            if mention is not None and group is not None:
                names[mention] = f"{spec.display_name or team.value.metadata.name} ({group[1]})"
        return names

    def _queue(self, alert: DeclaredAlert) -> Iterator[NotifiedRecipient]:
        """The issues that `reliability tickets` opens."""
        located = self.context.catalog.find(Team, alert.team)
        is_ticket = alert.tier == "ticket"
        channel = located.value.spec.channels.ticket if located and is_ticket else None
        if channel is not None and channel.issues is not None:
            yield NotifiedRecipient("issues", channel.issues)


def _reached(receiver: Receiver) -> Iterator[NotifiedRecipient]:
    """What of a receiver reaches people; addresses and keys are left out."""
    for kind, settings in receiver.integrations:
        if kind in PAGERS:
            yield NotifiedRecipient("page", f"{PAGERS[kind]} ({_short(receiver.name)})")
        elif kind == WEBHOOK:
            yield NotifiedRecipient("webhook", _short(receiver.name))
        elif kind in READ:
            where = str(settings.get("channel") or f"{READ[kind]} ({_short(receiver.name)})")
            yield NotifiedRecipient("channel", where)
            texts = (str(settings.get(key, "")) for key in HERE)
            yield from (
                NotifiedRecipient("mention", mention)
                for text in texts
                for mention in mentions_in(text)
            )
        else:
            yield NotifiedRecipient(
                "other", f"{kind.removesuffix('_configs')} ({_short(receiver.name)})"
            )


def _short(name: str) -> str:
    """A receiver's name; of ours, the team's."""
    return name.removeprefix(OURS).partition("/")[0] if name.startswith(OURS) else name
