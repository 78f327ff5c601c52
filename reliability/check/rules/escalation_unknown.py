"""An escalation contact that the repository does not know.

## What it does

Looks up each handle of `escalateTo`, and each `approver` of an exception, in the
`ErrorBudgetPolicy`. A handle is known if it is a member or the code-host handle of a team, or an
approver or contact of a service.

## Why it matters

When an error budget is exhausted, people who can decide have to hear about it. A handle that
appears nowhere else was often copied from an example, or belongs to someone who has left.

## Example

```yaml bad
# policies/error-budget.yaml
apiVersion: reliability/v1
kind: ErrorBudgetPolicy
metadata: {name: error-budget}
spec:
  states:
    - name: broken
      remaining: -1
      then: [escalate]
      escalateTo: ["@somebody-else"]  # <- escalation-unknown
```

```yaml good
# policies/error-budget.yaml
apiVersion: reliability/v1
kind: ErrorBudgetPolicy
metadata: {name: error-budget}
spec:
  states:
    - name: broken
      remaining: -1
      then: [escalate]
      escalateTo: ["@lead-workforce"]
```

## Source

The Site Reliability Workbook, appendix B, "Example Error Budget Policy", names who decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.nearest import nearest
from reliability.check.rule import rule
from reliability.check.wording import is_placeholder
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.error_budget import ErrorBudgetPolicy
from reliability.model.ownership import Ownership
from reliability.model.team import Team


@rule(on=ErrorBudgetPolicy, severity=Severity.WARNING, since="0.1")
def escalation_unknown(policy: Located[ErrorBudgetPolicy], context: Context) -> Iterator[Problem]:
    """Look up each handle that the policy names."""
    if not (context.is_whole("policies") and context.is_whole("services")):
        return
    known = frozenset(handle for handle in _people(context) if not is_placeholder(handle))
    for route, handle in _named(policy.value):
        if handle not in known:
            message = Message(
                "{handle} is neither a member of a team nor an approver of a service", handle=handle
            )
            yield Problem(policy.at(*route), message, nearest(handle, known, "team"))


def _people(context: Context) -> Iterator[str]:
    for team in context.catalog.documents(Team):
        yield from team.value.spec.members
        if team.value.spec.code_host is not None:
            yield team.value.spec.code_host
    for owner in context.catalog.documents(Ownership):
        approvers, contact = owner.value.spec.approvers, owner.value.spec.sre.contact
        if approvers is not None:
            yield from approvers.handles
        if contact is not None:
            yield contact


def _named(policy: ErrorBudgetPolicy) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each handle with its route in the document."""
    states = [(("spec", "states"), policy.spec.states)] + [
        (("spec", "scopes", index, "states"), scope.states)
        for index, scope in enumerate(policy.spec.scopes)
    ]
    for parent, entries in states:
        for index, state in enumerate(entries):
            for number, handle in enumerate(state.escalate_to):
                yield (*parent, index, "escalateTo", number), handle

    for index, exception in enumerate(policy.spec.exceptions):
        yield ("spec", "exceptions", index, "approver"), exception.approver
