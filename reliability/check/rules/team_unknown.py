"""An owner that is not a team of this repository.

## What it does

Finds `Ownership` documents whose team has no document of kind `Team`.

## Why it matters

An unknown team has no channel and no on-call engineer, so its alerts reach nobody.

## Example

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workfroce  # <- team-unknown
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
```

## Source

GitLab's and Konflux's policy linters: the owner of each alert is in the registry of teams.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.nearest import nearest
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.ownership import Ownership
from reliability.model.team import Team


@rule(on=Ownership, severity=Severity.ERROR, since="0.1")
def team_unknown(owner: Located[Ownership], context: Context) -> Iterator[Problem]:
    """Look up the team of an owner."""
    team = owner.value.spec.team
    if context.catalog.find(Team, team) is None and context.is_whole("policies"):
        message = Message(
            "unknown team: {team}, so {service} has no owner",
            team=team,
            service=owner.value.service,
        )
        help_text = nearest(team, context.names(Team), "team")
        yield Problem(owner.at("spec", "team"), message, help_text)
