"""A ticket or a log pages or mentions somebody.

## What it does

Follows each signal and each burn-rate alert of the tiers `ticket` and `log` through the routes that
Alertmanager will be given, a team's own `policies/alertmanager.base.yml` included, and looks at the
receivers that it may end at: pagers (PagerDuty, Opsgenie, VictorOps, incident.io, Pushover), and
texts with `@here`, `@channel`, a user or a group (`<!subteam^...>`, `<@U...>`). Labels that are
unknown before run time may have any value. Summaries and descriptions of such signals mention
nobody either, nor may the policy let these tiers mention or page.

A webhook is taken for a program that calls nobody, and texts in template files are not seen.

## Why it matters

A mention says "now". When what can wait says it too, nobody believes it any more, and the one that
matters scrolls by.

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

The talk: mentions exist in the alert tier only. Wikimedia's linter: `severity=page` if and only if
the summary says `#page`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.alertmanager.receivers import NotifyingPart, loud, mentions_in
from reliability.alertmanager.routing import Route
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, Routes
from reliability.check.rule import catalog_rule
from reliability.check.wording import listed
from reliability.compile.alertmanager.policy import too_loud
from reliability.finding import Label, Problem, Severity
from reliability.location import pointer_text
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import HEARTBEAT, DeclaredAlert

QUIET: Final = ("ticket", "log")


@catalog_rule(severity=Severity.ERROR, since="0.2")
def mention_outside_alert_tier(context: Context) -> Iterator[Problem]:
    """Look at the policy, at the texts of signals, and at where they end."""
    yield from (problem for act, problem in too_loud(context.catalog) if act != "ticket")
    yield from _texts(context)
    if context.routes is not None:
        yield from _receivers(context.routes)


def _texts(context: Context) -> Iterator[Problem]:
    for policy in context.catalog.each(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            if signal.tier not in QUIET or signal.kind == HEARTBEAT:
                continue
            for key in ("summary", "description"):
                mentioned = [*mentions_in(getattr(signal, key) or "")]
                if mentioned:
                    who = listed(dict.fromkeys(mentioned))
                    yield Problem(
                        policy.at("spec", "signals", index, key),
                        f"{signal.name} is a {signal.tier}, and its {key} mentions {who}",
                        "leave the mention out: only alert mentions, and its receiver does it",
                    )


def _receivers(routes: Routes) -> Iterator[Problem]:
    """One problem for each loud part of a receiver and each tier that may reach it."""
    found: dict[tuple[str, str, NotifyingPart], tuple[Route, list[DeclaredAlert]]] = {}
    for alike in routes.alike:
        if alike.first.tier in QUIET and not alike.first.declared.is_heartbeat:
            for route, part in _loud(routes, alike):
                key = (route.receiver, alike.first.tier, part)
                found.setdefault(key, (route, []))[1].extend(alike.alerts)
    for (receiver, tier, part), (route, alerts) in found.items():
        first = alerts[0]
        more = f" and {len(alerts) - 1} more" if alerts[1:] else ""
        yield Problem(
            routes.at_receiver(receiver, part.pointer),
            f"receiver {receiver} {part.words}, and {tier} may end there: "
            f"{first.what} of {first.service}{more}",
            f"give {tier} a quiet receiver, or the team a channel for {tier}",
            (
                Label(routes.at_route(route), "by this route"),
                Label(first.declared.tier_at, "its tier"),
            ),
            subject=f"{tier} {receiver}{pointer_text(part.pointer)}",
        )


def _loud(routes: Routes, alike: EquivalentAlerts) -> Iterator[tuple[Route, NotifyingPart]]:
    for route in alike.routes.values():
        for part in loud(routes.receiver(route)):
            yield route, part
