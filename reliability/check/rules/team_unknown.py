"""An owner that is no team of this repository.

## What it does

Looks up the team of each `Ownership` among the documents of kind `Team`.

## Why it matters

A team that is not declared has no channel and nobody on call: its alerts go nowhere.

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

GitLab's and Konflux's policy linters: each alert's owner is in the registry of teams.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.nearest import nearest
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.ownership import Ownership
from reliability.model.team import Team


@rule(on=Ownership, severity=Severity.ERROR, since="0.1")
def team_unknown(owner: Located[Ownership], context: Context) -> Iterator[Problem]:
    """Look the team up."""
    team = owner.value.spec.team
    if context.catalog.find(Team, team) is None and context.is_whole("policies"):
        message = f"no team is named {team}, so nobody answers for {owner.value.service}"
        help_text = nearest(team, context.names(Team), "team")
        yield Problem(owner.at("spec", "team"), message, help_text)
