"""A ticket or a log that pages or mentions people.

## What it does

Follows each signal and each burn-rate alert of the tiers `ticket` and `log` through the
Alertmanager routing tree, including a team's own `policies/alertmanager.base.yml`, and checks the
receivers that it can reach: pagers (PagerDuty, Opsgenie, VictorOps, incident.io, Pushover), and
texts with `@here`, `@channel`, a user or a group (`<!subteam^...>`, `<@U...>`). Labels that are
unknown before run time may have any value. Summaries and descriptions of such signals must not
mention anyone either, and the policy must not let these tiers mention or page.

A webhook is assumed not to call anyone, and texts in template files are not read.

## Why it matters

A mention means "now". If notifications that can wait mention people too, nobody believes a mention
any more, and the one that matters is missed.

## Example

```yaml bad
# policies/alertmanager.base.yml
route: {receiver: everything}
receivers:
  - name: everything
    pagerduty_configs:
      - routing_key_file: /etc/alertmanager/key  # <- mention-outside-alert-tier
# policies/teams/workforce.yaml
kind: Team
spec:
  channels:  # <- team-channel-missing
    alert: {slack: "#workforce-alerts"}
```

```yaml good
# policies/alertmanager.base.yml
route: {receiver: everything}
receivers:
  - name: everything
    pagerduty_configs:
      - routing_key_file: /etc/alertmanager/key
```

## Source

VTRyo's talk at SRE NEXT 2022: only the alert tier mentions people. Wikimedia's linter:
`severity=page` if and only if the summary says `#page`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.alertmanager.receivers import NotifyingPart, mentions_in, notifying_parts
from reliability.alertmanager.routing import Route
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, Routes
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.policy import forbidden_notifications
from reliability.finding import Label, Problem, Severity
from reliability.location import pointer_text
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import HEARTBEAT

QUIET: Final = ("ticket", "log")


@catalog_rule(severity=Severity.ERROR, since="0.1")
def mention_outside_alert_tier(context: Context) -> Iterator[Problem]:
    """Check the policy, the texts of signals, and the receivers that they can reach."""
    yield from (
        problem for act, problem in forbidden_notifications(context.catalog) if act != "ticket"
    )
    yield from _texts(context)
    if context.routes is not None:
        yield from _receivers(context.routes)


def _texts(context: Context) -> Iterator[Problem]:
    for policy in context.catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            if signal.tier not in QUIET or signal.kind == HEARTBEAT:
                continue
            for key in ("summary", "description"):
                mentioned = dict.fromkeys(mentions_in(getattr(signal, key) or ""))
                if mentioned:
                    yield Problem(
                        policy.at("spec", "signals", index, key),
                        Message(
                            "{signal} is in the {tier} tier, and its {key} mentions {mentions}",
                            signal=signal.name,
                            tier=signal.tier,
                            key=key,
                            mentions=", ".join(mentioned),
                        ),
                        Message(
                            "remove the mention: only receivers of the alert tier mention people"
                        ),
                    )


def _receivers(routes: Routes) -> Iterator[Problem]:
    """Yield a problem for each tier and each part of a receiver that pages or mentions."""
    reached: dict[tuple[str, str, NotifyingPart], tuple[Route, list[EquivalentAlerts]]] = {}
    for alike in routes.alike:
        if alike.first.tier in QUIET and not alike.first.declared.is_heartbeat:
            for route, part in _notifying_routes(routes, alike):
                key = (route.receiver, alike.first.tier, part)
                _, groups = reached.setdefault(key, (route, []))
                # Several routes may lead the same alerts to one receiver.
                if not groups or groups[-1] is not alike:
                    groups.append(alike)

    for (receiver, tier, part), (route, groups) in reached.items():
        first = groups[0].first
        yield Problem(
            routes.at_receiver(receiver, part.pointer),
            Message.plural(
                "receiver {receiver} {action}, and an alert of the {tier} tier can reach it: "
                "{alert} in service {service}",
                "receiver {receiver} {action}, and {count} alerts of the {tier} tier can reach it, "
                "such as {alert} in service {service}",
                sum(len(alike.alerts) for alike in groups),
                receiver=receiver,
                action=part.words,
                tier=tier,
                alert=first.what,
                service=first.service,
            ),
            Message(
                "use a receiver for {tier} that pages and mentions no one, or add a {tier} channel "
                "to the team",
                tier=tier,
            ),
            related=(
                Label(routes.at_route(route), Message("through this route")),
                Label(first.declared.tier_at, Message("the tier of the alert")),
            ),
            subject=f"{tier} {receiver}{pointer_text(part.pointer)}",
        )


def _notifying_routes(
    routes: Routes, alike: EquivalentAlerts
) -> Iterator[tuple[Route, NotifyingPart]]:
    for route in alike.routes.values():
        for part in notifying_parts(routes.receiver(route)):
            yield route, part
