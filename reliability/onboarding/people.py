"""The first team of a new repository, with its members, channels and pager."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reliability.check.wording import NOBODY
from reliability.convert.documents import DECIDE_MEMBERS

HERE: Final = "<!here>"
TEAM: Final = """\
# The team that gets notified. `reliability check` reports what is missing.
apiVersion: reliability/v1
kind: Team
metadata: {{name: {team}}}
spec:
  members: {members}
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
    """A team, its Slack channel and its repository for tickets.

    `member` is a handle (`@name`); empty if nobody has named one.
    `pager_key` is the path of the file with its PagerDuty key; empty without PagerDuty.
    """

    team: str
    member: str = ""
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
        members=members_text(people.member),
        on_call=on_call,
        alerts=alerts,
        tickets=f"{stem}-tickets",
        issues=people.repository or f"{people.team}/tickets",
        queue="a GitHub repository" if people.repository else NO_REPOSITORY,
    )


def members_text(member: str) -> str:
    """Return a list of one member as YAML; a placeholder that `check` reports if it is empty."""
    return f'["{member}"]' if member else f'["{NOBODY}"]         # {DECIDE_MEMBERS}'


def as_name(text: str, otherwise: str) -> str:
    """Return a text as one safe path segment of lower-case letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
    return name or otherwise


def as_handle(text: str) -> str:
    """Return a text as a handle, `@name`; empty if nothing of it can be in one."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-._")
    return f"@{name}" if name else ""


def handle_text(handle: str) -> str:
    """Return a handle as YAML; a placeholder that `check` reports if it is empty."""
    return f'"{handle}"' if handle else f'"{NOBODY}"    # decide: who'
