"""Who will be told, old and new: every signal and burn rate, walked through both routing trees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, get_args

from reliability.alertmanager.receivers import PAGERS, READ, WEBHOOK, mentions_in
from reliability.alertmanager.routing import Receiver
from reliability.burnrate import SingleWindow, WindowPair, budget_of
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, Routes
from reliability.compile.alertmanager.receivers import OURS
from reliability.compile.prometheus.alerts import BURN, NO_DATA
from reliability.model.team import Team
from reliability.resolve.objectives import Objective, window_set
from reliability.resolve.signals import signals

How = Literal["page", "mention", "channel", "webhook", "issues", "other"]
Speed = Literal["fast", "slow", "no-data", "signal"]
LOUDEST_FIRST: Final[tuple[How, ...]] = get_args(How)
SUBTEAM: Final = re.compile(r"<!subteam\^(\w+)(?:\|[^>]*)?>")
"""How a group of Slack is mentioned: by its id ("Formatting text for app surfaces")."""
HERE: Final = ("title", "text", "pretext", "fallback")


@dataclass(frozen=True, slots=True, order=True)
class NotifiedRecipient:
    """One way in which people are told: how, and whom or where."""

    how: How
    whom: str


@dataclass(frozen=True, slots=True)
class Burning:
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


When = Burning | AbsenceCondition | ExpressionCondition


@dataclass(frozen=True, slots=True, order=True)
class AlertSource:
    """What can make a noise: a speed of an SLO's burn, or a signal by its name."""

    service: str
    name: str
    speed: Speed


@dataclass(frozen=True, slots=True)
class DeliveryPath:
    """Where a noise goes on one side; `reached` is None where the tree cannot be walked."""

    tier: str
    when: When
    reached: tuple[NotifiedRecipient, ...] | None


@dataclass(frozen=True, slots=True)
class AlertNotificationChange:
    """A noise whose tier, receiver, mention or threshold changed; None: not there."""

    noise: AlertSource
    old: DeliveryPath | None
    new: DeliveryPath | None


def told_changes(before: Context, after: Context) -> tuple[AlertNotificationChange, ...]:
    """Everything that is told otherwise than before, in the order of services and names."""
    old, new = dict(ways(before)), dict(ways(after))
    return tuple(
        AlertNotificationChange(noise, old.get(noise), new.get(noise))
        for noise in sorted({*old, *new})
        if not _alike(old.get(noise), new.get(noise))
    )


def _alike(old: DeliveryPath | None, new: DeliveryPath | None) -> bool:
    """Whether nothing changes that is known; a tree that cannot be walked changes nobody's way."""
    if old is None or new is None:
        return old is new
    is_known = old.reached is not None and new.reached is not None
    return (old.tier, old.when) == (new.tier, new.when) and (
        not is_known or old.reached == new.reached
    )


def ways(context: Context) -> Iterator[tuple[AlertSource, DeliveryPath]]:
    """Where everything goes that can make a noise."""
    tree = SideRoutes.of(context)
    for objective in context.objectives:
        yield from _of_objective(objective, context, tree)
    for each in signals(context.catalog):
        if each.tier is not None:
            when = ExpressionCondition(" ".join(each.signal.expr.split()), each.signal.for_)
            reached = tree.reached(each.service, each.signal.alertname, "", each.tier)
            yield (
                AlertSource(each.service, each.signal.name, "signal"),
                DeliveryPath(each.tier, when, reached),
            )


def _of_objective(
    objective: Objective, context: Context, tree: SideRoutes
) -> Iterator[tuple[AlertSource, DeliveryPath]]:
    if objective.source is None:
        return
    service, name, entry = objective.service, objective.identity, objective.source.entry
    windows = window_set(entry, context.catalog)
    if windows is not None:
        spec = windows.value.spec
        speeds: tuple[tuple[Speed, str, tuple[WindowPair, ...]], ...] = (
            ("fast", entry.tiers.fast, tuple(each.pair for each in spec.fast)),
            ("slow", entry.tiers.slow, tuple(each.pair for each in spec.slow)),
        )
        for speed, tier, pairs in speeds:
            if pairs:
                reached = tree.reached(service, BURN, name, tier)
                yield (
                    AlertSource(service, name, speed),
                    DeliveryPath(tier, burning(objective, pairs), reached),
                )
    absent = objective.no_data
    reached = tree.reached(service, NO_DATA, name, absent.tier)
    yield (
        AlertSource(service, name, "no-data"),
        DeliveryPath(absent.tier, AbsenceCondition(absent.after), reached),
    )


def burning(objective: Objective, pairs: tuple[WindowPair | SingleWindow, ...]) -> Burning:
    """At which share of failures each window fires: the burn factor times the budget."""
    budget = budget_of(objective.target)
    return Burning(tuple((each.factor(objective.period) * budget, each.long) for each in pairs))


Key = tuple[str, str, str, str]
"""Service, name of the alert, SLO, tier."""


@dataclass(frozen=True, slots=True)
class SideRoutes:
    """The routes of one side, and where each alert ends; empty where there is no tree."""

    context: Context
    routes: Routes | None
    index: Mapping[Key, EquivalentAlerts]

    @classmethod
    def of(cls, context: Context) -> SideRoutes:
        """Walk the routes once."""
        routes = context.routes
        index: dict[Key, EquivalentAlerts] = {}
        for alike in routes.alike if routes is not None else ():
            for each in alike.alerts:
                slo = each.labels.get("sloth_slo", "")
                index[each.service, each.labels["alertname"], slo, each.tier] = alike
        return cls(context, routes, index)

    def reached(
        self, service: str, alert: str, slo: str, tier: str
    ) -> tuple[NotifiedRecipient, ...] | None:
        """Everybody whom an alert may reach; None where that cannot be told."""
        alike = self.index.get((service, alert, slo, tier))
        if self.routes is None or alike is None:
            return None
        receivers = {route.receiver for route in alike.routes.values()}
        names = self._mentioned()
        found = {
            replace(each, whom=names.get(each.whom, each.whom))
            for name in receivers
            for each in _reached(self.routes.routing.receivers[name])
        }
        everybody = {*found, *self._queue(alike.first.team, tier)}
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

    def _queue(self, team: str, tier: str) -> Iterator[NotifiedRecipient]:
        """The issues that `reliability tickets` opens."""
        located = self.context.catalog.find(Team, team)
        channel = located.value.spec.channels.ticket if located and tier == "ticket" else None
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
                NotifiedRecipient("mention", each) for text in texts for each in mentions_in(text)
            )
        else:
            yield NotifiedRecipient(
                "other", f"{kind.removesuffix('_configs')} ({_short(receiver.name)})"
            )


def _short(name: str) -> str:
    """A receiver's name; of ours, the team's."""
    return name.removeprefix(OURS).partition("/")[0] if name.startswith(OURS) else name
