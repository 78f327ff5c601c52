"""Who gets notified before and after a change: every alert, routed through both trees."""

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
from reliability.compile.alertmanager.receivers import RECEIVER_PREFIX
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import NoData, Signal
from reliability.model.team import Team
from reliability.resolve.alerts import DeclaredAlert
from reliability.resolve.objectives import AlertEntry, Objective, speeds, window_set

How = Literal["page", "mention", "channel", "webhook", "issues", "other"]
AlertSpeed = Literal["fast", "slow", "no-data", "signal"]
MOST_URGENT_FIRST: Final[tuple[How, ...]] = get_args(How)
SUBTEAM: Final = re.compile(r"<!subteam\^(\w+)(?:\|[^>]*)?>")
"""The mention of a Slack user group by its ID ("Formatting text for app surfaces")."""
HERE: Final = ("title", "text", "pretext", "fallback")


@dataclass(frozen=True, slots=True, order=True)
class NotifiedRecipient:
    """A person or a channel, and how it is notified."""

    how: How
    whom: str


@dataclass(frozen=True, slots=True)
class BurnRateCondition:
    """The error ratios (0..1) above which an alert fires, each with its long window."""

    pairs: tuple[tuple[float, timedelta], ...]


@dataclass(frozen=True, slots=True)
class AbsenceCondition:
    """The time without data after which an alert fires."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class ExpressionCondition:
    """A PromQL expression, and how long it must be true until an alert fires (`for`)."""

    expression: str
    held: timedelta


FiringCondition = BurnRateCondition | AbsenceCondition | ExpressionCondition


@dataclass(frozen=True, slots=True, order=True)
class AlertSource:
    """An alert: a burn-rate speed or the missing data of an SLO, or a signal by name."""

    service: str
    name: str
    speed: AlertSpeed


@dataclass(frozen=True, slots=True)
class DeliveryPath:
    """Tier and recipients on one side; `reached` is None if the routing tree is unreadable."""

    tier: str
    when: FiringCondition
    reached: tuple[NotifiedRecipient, ...] | None


@dataclass(frozen=True, slots=True)
class AlertNotificationChange:
    """An alert whose tier, recipients or threshold change.

    `old` or `new` is None if that side does not have the alert. `environments` are those in which
    it changes; empty if none is declared.
    """

    source: AlertSource
    old: DeliveryPath | None
    new: DeliveryPath | None
    environments: tuple[str, ...] = ()

    @property
    def sort_key(self) -> tuple[AlertSource, tuple[str, ...]]:
        """The order in a report: by service and name."""
        return self.source, self.environments


def notification_changes(before: Context, after: Context) -> tuple[AlertNotificationChange, ...]:
    """Return every alert whose notifications change, sorted by service and name."""
    old, new = dict(delivery_paths(before)), dict(delivery_paths(after))
    return tuple(
        AlertNotificationChange(source, old.get(source), new.get(source))
        for source in sorted({*old, *new})
        if not _alike(old.get(source), new.get(source))
    )


def _alike(old: DeliveryPath | None, new: DeliveryPath | None) -> bool:
    """Return whether both are known to be equal; unknown recipients count as unchanged."""
    if old is None or new is None:
        return old is new
    is_known = old.reached is not None and new.reached is not None
    return (old.tier, old.when) == (new.tier, new.when) and (
        not is_known or old.reached == new.reached
    )


def delivery_paths(context: Context) -> Iterator[tuple[AlertSource, DeliveryPath]]:
    """Yield the path of every alert of the alert policies, one for each burn-rate speed."""
    tree = SideRoutes.of(context)
    for alert in context.alerts:
        for name, speed, when in _conditions(alert, context.catalog):
            path = DeliveryPath(alert.tier, when, tree.reached(alert))
            yield AlertSource(alert.service, name, speed), path


def _conditions(
    alert: DeclaredAlert, catalog: Catalog
) -> Iterator[tuple[str, AlertSpeed, FiringCondition]]:
    """Yield name, speed and condition of an alert; alerts that only OpenSLO declares have none."""
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
    """Return the error ratio at which each window fires: burn rate times error budget.

    Source: The Site Reliability Workbook, chapter 5, multiwindow, multi-burn-rate alerts.
    """
    budget, period = budget_of(objective.target), objective.period
    return BurnRateCondition(tuple((pair.factor(period) * budget, pair.long) for pair in pairs))


@dataclass(frozen=True, slots=True)
class SideRoutes:
    """The routes of one side, and those of each alert; empty without a routing tree.

    `names` are the team names behind Slack group mentions, which are ids in texts.
    """

    context: Context
    routes: Routes | None
    index: Mapping[DeclaredAlert, EquivalentAlerts]
    names: Mapping[str, str]

    @classmethod
    def of(cls, context: Context) -> SideRoutes:
        """Index the routes by alert."""
        alike = context.routes.alike if context.routes is not None else ()
        index = {alert: equivalent for equivalent in alike for alert in equivalent.alerts}
        return cls(context, context.routes, index, names=dict(_mentioned(context.catalog)))

    def reached(self, alert: DeclaredAlert) -> tuple[NotifiedRecipient, ...] | None:
        """Return all recipients that an alert may notify; None if they are not known."""
        alike = self.index.get(alert)
        if self.routes is None or alike is None:
            return None

        receivers = {route.receiver for route in alike.routes.values()}
        recipients = {
            replace(recipient, whom=self.names.get(recipient.whom, recipient.whom))
            for name in receivers
            for recipient in _reached(self.routes.routing.receivers[name])
        }
        everybody = {*recipients, *self._queue(alert)}

        return tuple(sorted(everybody, key=lambda each: (MOST_URGENT_FIRST.index(each.how), each)))

    def _queue(self, alert: DeclaredAlert) -> Iterator[NotifiedRecipient]:
        """Yield the issue queue in which `reliability tickets` opens tickets."""
        located = self.context.catalog.find(Team, alert.team)
        is_ticket = alert.tier == "ticket"
        channel = located.value.spec.channels.ticket if located and is_ticket else None
        if channel is not None and channel.issues is not None:
            yield NotifiedRecipient("issues", channel.issues)


def _mentioned(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield each mention of a Slack group with the name of its team."""
    for team in catalog.documents(Team):
        spec = team.value.spec
        mention = spec.on_call.mention if spec.on_call is not None else None
        group = SUBTEAM.fullmatch(mention or "")
        if mention is not None and group is not None:
            yield mention, f"{spec.display_name or team.value.metadata.name} ({group[1]})"


def _reached(receiver: Receiver) -> Iterator[NotifiedRecipient]:
    """Yield the recipients of a receiver; URLs and keys are left out, as they are secrets."""
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
    """Return the name of a receiver; for a generated one, the name of the team."""
    return (
        name.removeprefix(RECEIVER_PREFIX).partition("/")[0]
        if name.startswith(RECEIVER_PREFIX)
        else name
    )
