"""A placeholder where a person belongs.

## What it does

Finds placeholders such as `@undecided`, `@me` or `@todo` among the members of a `Team` and the
approvers of an `Ownership`. `init`, `new` and `import` write `@undecided` if nobody has named a
person.

## Why it matters

A placeholder cannot approve a change. Reviews ignore it, so a looser SLO of a service without other
approvers cannot be approved.

## Example

```yaml bad
# policies/teams/workforce.yaml
kind: Team
spec:
  members: ["@undecided"]  # <- person-undecided
```

```yaml good
# policies/teams/workforce.yaml
kind: Team
spec:
  members: ["@lead-workforce", "@lead-payments"]
```

## Source

The Site Reliability Workbook, chapter 2: an SLO document names its authors, reviewers and
approvers.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.wording import is_placeholder
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.ownership import Ownership
from reliability.model.team import Team


@catalog_rule(severity=Severity.WARNING, since="0.1")
def person_undecided(context: Context) -> Iterator[Problem]:
    """Find placeholders among members and approvers."""
    catalog = context.catalog
    for team in catalog.documents(Team):
        for number, member in enumerate(team.value.spec.members):
            yield from _problems(team, ("spec", "members", number), member)
    for owner in catalog.documents(Ownership):
        if (approvers := owner.value.spec.approvers) is not None:
            for role in ("product", "technical"):
                for number, handle in enumerate(approvers.role(role)):
                    route = ("spec", "approvers", role)
                    is_list = not isinstance(getattr(approvers, role), str)
                    yield from _problems(owner, (*route, number) if is_list else route, handle)


def _problems(
    document: Located[Team] | Located[Ownership], route: Pointer, handle: str
) -> Iterator[Problem]:
    if is_placeholder(handle):
        message = Message("{handle} is a placeholder, not a person", handle=handle)
        yield Problem(document.at(*route), message, Message("name the person, by their handle"))
