"""A tier that reaches the wrong kind of receiver.

## What it does

Follows each alert of a team through the routes of the compiled Alertmanager configuration, and
compares its tier with the receivers:

- `alert` needs a receiver that pages or mentions people, or a webhook to a program that does.
- `ticket` needs a receiver that keeps tickets (`issues`, Jira, or a webhook to a program that opens
  tickets), if the NotificationPolicy says `ticket: true`.
- `log` must not reach a receiver that people read.

`team-channel-missing` reports a missing channel, and `alert-without-oncall` a team without on-call.

## Why it matters

An alert that neither pages nor mentions anybody is seen too late. A ticket in a chat is forgotten
by the evening. A log entry in a chat distracts people who then decide that it needs no action.

## Example

```yaml bad
# policies/teams/workforce.yaml
kind: Team
spec:
  channels:
    alert: {slack: "#workforce-alerts"}
    ticket: {slack: "#workforce-tickets"}  # <- tier-receiver-mismatch
```

```yaml good
# policies/teams/workforce.yaml
kind: Team
spec:
  channels:
    alert: {slack: "#workforce-alerts"}
    ticket: {slack: "#workforce-tickets", issues: example/workforce}
```

## Source

GitLab's linter: alerts with severity s1 and s2, and no others, go to the pager. *Site Reliability
Engineering*, chapter 1: alerts, tickets and logging.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.alertmanager.receivers import keeps, may_notify_at_once
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, Routes
from reliability.check.lookups.channels import missing_channel
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.policy import forbidden_notifications
from reliability.compile.alertmanager.unreached import log_problems
from reliability.finding import Label, Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.message import Message
from reliability.model.team import Team


@catalog_rule(severity=Severity.ERROR, since="0.1")
def tier_receiver_mismatch(context: Context) -> Iterator[Problem]:
    """Check what the policy and the teams declare, and the receivers of each team and tier."""
    yield from (
        problem for act, problem in forbidden_notifications(context.catalog) if act == "ticket"
    )
    for team in context.catalog.documents(Team):
        yield from log_problems(team)
    if context.routes is None:
        return

    reported: set[tuple[str, str]] = set()
    for alike in context.routes.alike:
        first = alike.first
        owner = context.catalog.find(Team, first.team)
        if owner is None or first.declared.is_heartbeat or (first.team, first.tier) in reported:
            continue
        for problem in _mismatch(context.routes, alike, owner):
            reported.add((first.team, first.tier))
            yield problem


def _mismatch(routes: Routes, alike: EquivalentAlerts, team: Located[Team]) -> Iterator[Problem]:
    """Compare the tier of alerts with the same route with their receivers."""
    # The generated routes send logs to the webhook of the team, or to nobody.
    if alike.first.tier == "log" or missing_channel(team.value, alike.first.tier) is not None:
        return
    if alike.first.tier == "alert":
        yield from _silent_alert(routes, alike, team)
    elif routes.situation.means.tiers["ticket"].ticket:
        yield from _lost_ticket(routes, alike, team)


def _silent_alert(
    routes: Routes, alike: EquivalentAlerts, team: Located[Team]
) -> Iterator[Problem]:
    """Report an alert that neither pages nor mentions anybody."""
    spec, needed = team.value.spec, requirements("alert", routes.context.notification)
    channel = spec.channels.alert
    if spec.on_call is None and "on-call" in needed:
        return  # alert-without-oncall reports it
    if channel is not None and channel.slack and routes.situation.means.slack is None:
        return  # notification-not-compiled reports it

    for outcome in alike.outcomes:
        if not any(may_notify_at_once(routes.receiver(route)) for route in outcome):
            at = team.at("spec", "channels", "alert", part=EntryPart.KEY)
            message = Message(
                "{alert} of {service} is an alert, and the receiver {receiver} neither pages nor "
                "mentions anybody",
                receiver=outcome[0].receiver,
                **_names(alike),
            )
            help_text = Message(
                "set onCall.pagerduty or onCall.mention, and allow the alert tier to page or "
                "mention"
            )
            route = Label(routes.at_route(outcome[0]), Message("its last route"))
            yield Problem(at, message, help_text, related=(route, _tier(alike)))
            return


def _lost_ticket(routes: Routes, alike: EquivalentAlerts, team: Located[Team]) -> Iterator[Problem]:
    """Report a ticket that only appears in a chat."""
    channel = team.value.spec.channels.ticket
    if channel is not None and channel.issues is not None:
        return

    for outcome in alike.outcomes:
        if not any(keeps(routes.receiver(route)) for route in outcome):
            at = team.at("spec", "channels", "ticket", part=EntryPart.KEY)
            message = Message(
                "{alert} of {service} is a ticket, and no receiver keeps it until it is closed",
                **_names(alike),
            )
            help_text = Message(
                "add issues or a webhook to the channel, or set ticket: false in the "
                "NotificationPolicy"
            )
            yield Problem(at, message, help_text, related=(_tier(alike),))
            return


def _names(alike: EquivalentAlerts) -> dict[str, object]:
    return {"alert": alike.first.what, "service": alike.first.service}


def _tier(alike: EquivalentAlerts) -> Label:
    return Label(alike.first.declared.tier_at, Message("its tier"))
