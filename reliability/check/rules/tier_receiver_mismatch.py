"""A tier reaches another kind of receiver than it is for.

## What it does

Follows what each team is told through the routes that Alertmanager will be given, and compares the
tier with the receivers: `alert` needs one that calls somebody (a pager, a mention, or a webhook to
a program that does), `ticket` one that keeps it (`issues`, a webhook to a program that opens
tickets, Jira) where the policy says `ticket: true`, and `log` none that people read.

A channel that is not there at all is `team-channel-missing`; nobody on call is
`alert-without-oncall`.

## Why it matters

An alert that calls nobody waits until somebody looks. A ticket in a chat is gone by the evening. A
log that people see asks them to decide, each time, that it needs nothing.

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

The talk; GitLab's linter (pager if and only if severity is s1 or s2); *Site Reliability
Engineering*, chapter 1: alerts, tickets, logging.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.alertmanager.receivers import keeps, loud, read_by_people, wakes
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, Routes
from reliability.check.lookups.channels import missing_channel
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.policy import too_loud
from reliability.compile.alertmanager.unreached import log_problems
from reliability.finding import Label, Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.location import pointer_text
from reliability.model.team import Team


@catalog_rule(severity=Severity.ERROR, since="0.2")
def tier_receiver_mismatch(context: Context) -> Iterator[Problem]:
    """Look at what the policy and teams ask for, and at where alerts end; once a team and tier."""
    yield from (problem for act, problem in too_loud(context.catalog) if act == "ticket")
    for team in context.catalog.each(Team):
        yield from log_problems(team)
    if context.routes is None:
        return
    said: set[tuple[str, str]] = set()
    for alike in context.routes.alike:
        first = alike.first
        team_of = context.catalog.find(Team, first.team)
        if team_of is None or first.declared.is_heartbeat or (first.team, first.tier) in said:
            continue
        for problem in _mismatch(context.routes, alike, team_of):
            said.add((first.team, first.tier))
            yield problem


def _mismatch(routes: Routes, alike: EquivalentAlerts, team: Located[Team]) -> Iterator[Problem]:
    if alike.first.tier == "log":
        yield from _seen_log(routes, alike)
    elif missing_channel(team.value.spec, alike.first.tier) is not None:
        return
    elif alike.first.tier == "alert":
        yield from _silent_alert(routes, alike, team)
    elif routes.situation.means.tiers["ticket"].ticket:
        yield from _lost_ticket(routes, alike, team)


def _silent_alert(
    routes: Routes, alike: EquivalentAlerts, team: Located[Team]
) -> Iterator[Problem]:
    spec, needed = team.value.spec, requirements("alert", routes.context.notification)
    channel = spec.channels.alert
    if spec.on_call is None and "on-call" in needed:
        return  # alert-without-oncall says so
    if channel is not None and channel.slack and routes.situation.means.slack is None:
        return  # notification-not-compiled says so
    for outcome in alike.outcomes:
        if not any(wakes(routes.receiver(route)) for route in outcome):
            ends_at = Label(routes.at_route(outcome[0]), "it ends here")
            yield Problem(
                team.at("spec", "channels", "alert", part=EntryPart.KEY),
                f"{_what(alike)} is an alert, and receiver {outcome[0].receiver} calls nobody",
                "name onCall.pagerduty or onCall.mention, and let alert page or mention",
                (ends_at, _why(alike)),
            )
            return


def _lost_ticket(routes: Routes, alike: EquivalentAlerts, team: Located[Team]) -> Iterator[Problem]:
    channel = team.value.spec.channels.ticket
    if channel is not None and channel.issues is not None:
        return
    for outcome in alike.outcomes:
        if not any(keeps(routes.receiver(route)) for route in outcome):
            yield Problem(
                team.at("spec", "channels", "ticket", part=EntryPart.KEY),
                f"{_what(alike)} is a ticket, and nothing there keeps it until it is done",
                "name issues or a webhook beside it, or say ticket: false in the policy",
                (_why(alike),),
            )
            return


def _seen_log(routes: Routes, alike: EquivalentAlerts) -> Iterator[Problem]:
    for route in alike.routes.values():
        receiver = routes.receiver(route)
        if next(loud(receiver), None) is not None:
            continue  # mention-outside-alert-tier says so
        for part in read_by_people(receiver):
            yield Problem(
                routes.at_receiver(receiver.name, part.pointer),
                f"{_what(alike)} is a log, and receiver {receiver.name} {part.words}",
                "route log to nobody or to a program, or make it a ticket",
                (Label(routes.at_route(route), "by this route"), _why(alike)),
                subject=f"{alike.first.team} {receiver.name}{pointer_text(part.pointer)}",
            )


def _what(alike: EquivalentAlerts) -> str:
    return f"{alike.first.what} of {alike.first.service}"


def _why(alike: EquivalentAlerts) -> Label:
    return Label(alike.first.declared.tier_at, "its tier")
