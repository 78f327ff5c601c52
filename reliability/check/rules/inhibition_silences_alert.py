"""An inhibition that a team already has may silence our alerts.

## What it does

Looks at the `inhibit_rules` of `policies/alertmanager.base.yml`, and finds those whose target
matchers an alert of the alert tier may meet. A label in `equal` that neither side has counts as
equal, so it holds nothing back; the message names such labels. What the expression of a signal
leaves on it is taken for missing.

## Why it matters

The alert of an SLO says that users are hurt. Whatever else is known to be broken, that is still
news, and the one that silences it may be a cause that nobody is woken for.

## Example

```yaml bad
# policies/alertmanager.base.yml
route: {receiver: mail}
receivers:
  - name: mail
inhibit_rules:
  - source_matchers: [alertname=ClusterDown]
    target_matchers: [service=~".+"]  # <- inhibition-silences-alert
    equal: [namespace]
```

```yaml good
# policies/alertmanager.base.yml
route: {receiver: mail}
receivers:
  - name: mail
inhibit_rules:
  - source_matchers: [alertname=ClusterDown]
    target_matchers: [service=~".+", tier!="alert"]
    equal: [namespace]
```

## Source

Alertmanager's `inhibit/inhibit.go`; measured: with `equal: [slo]`, an alert without `slo` silenced
an unrelated ticket without one. *The Site Reliability Workbook*, chapter 5: suppress the lower
tier, never the higher.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.alertmanager.routing import Inhibition
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, added_labels, may_silence
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.check.wording import listed
from reliability.compile.alertmanager.labels import EXTERNAL
from reliability.finding import Label, Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import Document
from reliability.location import Pointer


@catalog_rule(severity=Severity.WARNING, since="0.2")
def inhibition_silences_alert(context: Context) -> Iterator[Problem]:
    """Ask of each inhibition of theirs whether it may take one of our alerts for its target."""
    routes, theirs = context.routes, context.catalog.raw.get(BASE_ALERTMANAGER)
    if routes is None or theirs is None:
        return
    alerts = [each for each in routes.alike if each.first.tier == ALERT]
    for index in range(len(theirs.values.get("inhibit_rules") or ())):
        inhibition = routes.routing.inhibitions[index]
        silenced = next((each for each in alerts if may_silence(inhibition, each)), None)
        if silenced is not None:
            yield _problem(theirs, inhibition, ("inhibit_rules", index), silenced)


def _problem(
    theirs: Document, inhibition: Inhibition, pointer: Pointer, alike: EquivalentAlerts
) -> Problem:
    first = alike.first
    key = next(
        (
            key
            for key in ("target_matchers", "target_match", "target_match_re")
            if theirs.has((*pointer, key))
        ),
        None,
    )
    return Problem(
        theirs.locate((*pointer, key) if key else pointer),
        f"this silences an alert, {first.what} of {first.service}, while "
        f"{_source(inhibition)}{_held(inhibition, alike)}",
        'add tier!="alert" to the target matchers',
        (Label(first.declared.tier_at, "its tier"),),
    )


def _source(inhibition: Inhibition) -> str:
    matchers = listed(map(str, inhibition.source)) if inhibition.source else ""
    return f"an alert with {matchers} fires" if matchers else "any alert fires"


def _held(inhibition: Inhibition, alike: EquivalentAlerts) -> str:
    """What `equal` holds back: labels that the alert may have; two that are missing are equal."""
    may_have = {*alike.knowledge.labels, *(added_labels(alike.first) or EXTERNAL)}
    known = [name for name in inhibition.equal if name in may_have]
    lacking = [name for name in inhibition.equal if name not in may_have]
    same = f" with the same {listed(known)}" if known else ""
    equal = f"; it has no {listed(lacking, 'or')}, and what both lack is equal" if lacking else ""
    return same + equal
