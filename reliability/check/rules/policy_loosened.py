"""A rule of the game that is laxer than before.

## What it does

Compares the policies with the merge base (`check --base`): burn-rate windows that fire later or are
gone, tiers that may do more to people or ask for less, a larger page budget, `approvals: solo`,
wider bounds and longer cadences of SLOs, fewer who must agree, rules with a lower severity or
without their lock. Stricter is no finding.

## Why it matters

One line in a policy changes what holds for every service, and no service's own file shows it.
Approvals are judged by the base's policies, so that a change cannot excuse itself.

## Example

```yaml base
# policies/notification.yaml
kind: NotificationPolicy
spec:
  approvals: team
```

```yaml bad
# policies/notification.yaml
kind: NotificationPolicy
spec:
  approvals: solo  # <- policy-loosened
```

```yaml good
# policies/notification.yaml
kind: NotificationPolicy
spec:
  approvals: team
```

## Source

GitHub: workflows of a pull request are judged by the base branch's rules; Giant Swarm's
exceptions that may only shrink.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.policy_changes import (
    Said,
    laxer_notification,
    laxer_rules,
    laxer_slos,
    laxer_windows,
)
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy
from reliability.model.rule_policy import RulePolicy
from reliability.model.slo_policy import BurnRateWindows, SloPolicy

HELP = "say why in the pull request, and ask those who live with it"


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="base")
def policy_loosened(context: Context) -> Iterator[Problem]:
    """Compare each policy with itself at the base."""
    if context.base is not None:
        for at, message in _said(context.base, context):
            yield Problem(at, message, HELP)


def _said(base: Catalog, context: Context) -> Iterator[Said]:
    catalog = context.catalog
    for windows in catalog.each(BurnRateWindows):
        before = base.find(BurnRateWindows, windows.value.metadata.name)
        if before is not None:
            yield from laxer_windows(before, windows)
    told = base.only(NotificationPolicy), catalog.only(NotificationPolicy)
    if told[0] is not None and told[1] is not None:
        yield from laxer_notification(told[0], told[1])
    promised = base.only(SloPolicy), catalog.only(SloPolicy)
    if promised[0] is not None and promised[1] is not None:
        yield from laxer_slos(promised[0], promised[1])
    rules = catalog.only(RulePolicy)
    if rules is not None:
        yield from laxer_rules(base.only(RulePolicy), rules, context.rules)
