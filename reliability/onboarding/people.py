"""Who answers in a new repository: a team with its channels, from few answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HERE: Final = "<!here>"
TEAM: Final = """\
# Those who answer. `reliability check` says what is missing before anybody is woken for nothing.
apiVersion: reliability/v1
kind: Team
metadata: {{name: {team}}}
spec:
  members: [{member}]
  timeZone: UTC                     # whose night it is, such as Asia/Tokyo
  onCall:                           # who is woken by an alert
{on_call}
  channels:                         # one for each tier; log needs none
    alert: {{slack: "{alerts}"}}
    ticket: {{slack: "{tickets}", issues: {issues}}}   # {queue}
"""
NO_REPOSITORY: Final = "on GitHub a repository; else a name for `tickets --forge folder:DIR`"
MENTIONED: Final = (
    f'    mention: "{HERE}"              # better a group: <!subteam^S01TEAM>, by its id'
)


@dataclass(frozen=True, slots=True)
class People:
    """A team, one of its members (`@name`), its Slack channel, its queue of issues, its pager.

    `pager_key` is the path of the file with its PagerDuty key, empty without PagerDuty.
    """

    team: str
    member: str
    channel: str = ""
    repository: str = ""
    pager_key: str = ""


def team_text(people: People) -> str:
    """`policies/teams/<team>.yaml`."""
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
        queue="a repository on GitHub" if people.repository else NO_REPOSITORY,
    )


def as_name(text: str, otherwise: str) -> str:
    """A text as one safe path segment of small letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
    return name or otherwise


def as_handle(text: str, otherwise: str = "@me") -> str:
    """A text as a handle: `@name`."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-._")
    return f"@{name}" if name else otherwise
