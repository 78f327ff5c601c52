"""The first team of a new repository, with its members, channels and pager."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HERE: Final = "<!here>"
TEAM: Final = """\
# The team that gets notified. `reliability check` reports what is missing.
apiVersion: reliability/v1
kind: Team
metadata: {{name: {team}}}
spec:
  members: [{member}]
  timeZone: UTC                     # of the on-call engineers, such as Asia/Tokyo
  onCall:                           # who gets paged by an alert
{on_call}
  channels:                         # one per tier; the log tier needs none
    alert: {{slack: "{alerts}"}}
    ticket: {{slack: "{tickets}", issues: {issues}}}   # {queue}
"""
NO_REPOSITORY: Final = "a GitHub repository, or a name for `tickets --forge folder:DIR`"
MENTIONED: Final = (
    f'    mention: "{HERE}"              # prefer a user group, by its ID: <!subteam^S01TEAM>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A team with one member (`@name`), its Slack channel and its repository for tickets.

    `pager_key` is the path of the file with its PagerDuty key; empty without PagerDuty.
    """

    team: str
    member: str
    channel: str = ""
    repository: str = ""
    pager_key: str = ""


def team_text(people: People) -> str:
    """Return the text of `policies/teams/<team>.yaml`."""
    alerts = people.channel or f"#{people.team}-alerts"
    stem = alerts.removesuffix("-alerts")
    on_call = MENTIONED
    if people.pager_key:
        key = f"file:{people.pager_key}"
        on_call = f"    pagerduty: {{routingKey: {key}}}   # read by Alertmanager\n{MENTIONED}"

    return TEAM.format(
        team=people.team,
        member=f'"{people.member}"',
        on_call=on_call,
        alerts=alerts,
        tickets=f"{stem}-tickets",
        issues=people.repository or f"{people.team}/tickets",
        queue="a GitHub repository" if people.repository else NO_REPOSITORY,
    )


def as_name(text: str, otherwise: str) -> str:
    """Return a text as one safe path segment of lower-case letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
    return name or otherwise


def as_handle(text: str, otherwise: str = "@me") -> str:
    """Return a text as a handle: `@name`."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-._")
    return f"@{name}" if name else otherwise
