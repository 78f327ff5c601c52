"""An existing inhibition rule that may inhibit alerts.

## What it does

Checks the `inhibit_rules` of `policies/alertmanager.base.yml` and finds rules whose target
matchers may match an alert of the alert tier. If a label in `equal` is missing on both sides,
Alertmanager treats it as equal, so it does not restrict the rule; the message names such labels. A
label that the expression of a signal may or may not keep is treated as missing.

## Why it matters

The alert of an SLO says that users are affected. That is still news if something else is known to
be broken, and the source of the inhibition may be a cause that pages no one.

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

Alertmanager's `inhibit/inhibit.go`. Measured: with `equal: [slo]`, an alert without `slo`
inhibited an unrelated ticket without one. *The Site Reliability Workbook*, chapter 5: suppress the
lower tier, never the higher.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.alertmanager.routing import Inhibition
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, added_labels, may_silence
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.labels import EXTERNAL
from reliability.finding import Label, Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import Document
from reliability.location import Pointer
from reliability.message import Message


@catalog_rule(severity=Severity.WARNING, since="0.1")
def inhibition_silences_alert(context: Context) -> Iterator[Problem]:
    """Find inhibition rules of the base file whose targets may include an alert."""
    routes, base_file = context.routes, context.catalog.raw.get(BASE_ALERTMANAGER)
    if routes is None or base_file is None:
        return

    alerts = [alike for alike in routes.alike if alike.first.tier == ALERT]
    # The compiled configuration begins with the rules of the base file, so indexes agree.
    for index in range(len(base_file.values.get("inhibit_rules") or ())):
        inhibition = routes.routing.inhibitions[index]
        silenced = next((alike for alike in alerts if may_silence(inhibition, alike)), None)
        if silenced is not None:
            yield _problem(base_file, inhibition, ("inhibit_rules", index), alike=silenced)


def _problem(
    base_file: Document, inhibition: Inhibition, pointer: Pointer, alike: EquivalentAlerts
) -> Problem:
    keys = ("target_matchers", "target_match", "target_match_re")
    key = next((key for key in keys if base_file.has((*pointer, key))), None)
    first = alike.first
    return Problem(
        base_file.locate((*pointer, key) if key else pointer),
        Message(
            "this rule may inhibit an alert, {alert} in service {service}, while {condition}",
            alert=first.what,
            service=first.service,
            condition=_condition(inhibition, alike),
        ),
        Message('add tier!="alert" to the target matchers'),
        related=(Label(first.declared.tier_at, Message("the tier of the alert")),),
    )


def _condition(inhibition: Inhibition, alike: EquivalentAlerts) -> Message:
    """Return when a rule inhibits: its source fires, and labels of `equal` that restrict it."""
    may_have = {*alike.knowledge.labels, *(added_labels(alike.first) or EXTERNAL)}
    equal = [name for name in inhibition.equal if name in may_have]
    missing = [name for name in inhibition.equal if name not in may_have]

    source = (
        Message("an alert with {matchers} fires", matchers=", ".join(map(str, inhibition.source)))
        if inhibition.source
        else Message("any alert fires")
    )
    if equal:
        source = Message("{source} with the same {labels}", source=source, labels=", ".join(equal))
    if missing:
        return Message(
            "{source}; the alert has no label {labels}, and a label that both lack counts as equal",
            source=source,
            labels=", ".join(missing),
        )
    return source
