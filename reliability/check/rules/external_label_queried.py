"""A query or template of a label that only its server adds.

## What it does

Finds signals that group by, match or show a label which is in `externalLabels` of a server that
evaluates them, and not in `selectorLabels` of its environment.

## Why it matters

Prometheus adds external labels when it sends an alert or a sample to another system. Its own
queries and templates never see them: `by (cluster)` has no effect, `cluster="eu"` matches nothing,
and `{{ $labels.cluster }}` is empty. The alert has the label when it reaches Alertmanager.

## Example

```yaml bad
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus, provider: prometheus, url: "http://prometheus:9090", folder: /etc/rules}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      series: unlabeled
      servers:
        - {name: eu, target: prometheus, externalLabels: {cluster: eu}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: max by (cluster) (attendance_queue_depth) > 1000  # <- external-label-queried
      summary: "clock-ins wait in {{ $labels.cluster }}"  # <- external-label-queried
```

```yaml good
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus, provider: prometheus, url: "http://prometheus:9090", folder: /etc/rules}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      series: unlabeled
      servers:
        - {name: eu, target: prometheus, externalLabels: {cluster: eu}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: max(attendance_queue_depth) > 1000
      summary: "clock-ins wait in {{ $externalLabels.cluster }}"
```

## Source

The Prometheus documentation, "Configuration" (`external_labels`) and "Alerting rules" (templates).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from reliability.check.context import Context
from reliability.check.lookups.templates import template_labels, templates
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.message import Message, listed
from reliability.promql.tree import Aggregation, Node, StringLiteral, VectorSelector, read, walk
from reliability.resolve.environments.placements import owners, placements
from reliability.resolve.signals import SignalAlert, signals

IN_QUERY: Final = Message(
    "add it to the series when they are scraped, or remove it: the alert has it in Alertmanager"
)


@catalog_rule(severity=Severity.WARNING, since="0.1")
def external_label_queried(context: Context) -> Iterator[Problem]:
    """Compare the labels of each signal with the external labels of its servers."""
    unseen = _unseen(context.catalog)
    for alert in signals(context.catalog) if any(unseen.values()) else ():
        # A signal may name a service that has no folder
        yield from _problems(alert, unseen.get(alert.service, {}))


def _unseen(catalog: Catalog) -> Mapping[str, Mapping[str, str]]:
    """Return the external labels that are not on series, by service, each with a server."""
    unseen: dict[str, dict[str, str]] = {}
    running, every = owners(catalog), placements(catalog)
    for service in catalog.services:
        labels = unseen.setdefault(service, {})
        for placement in every:
            if placement.shard is not None and placement.has_series(running.get(service)):
                on_series = placement.environment.selector_labels
                labels |= {
                    name: placement.name
                    for name, _ in placement.terms.external
                    if name not in on_series
                }
    return unseen


def _problems(alert: SignalAlert, unseen: Mapping[str, str]) -> Iterator[Problem]:
    tree = read(alert.signal.expr)
    if tree is None:
        return
    made = {node.text for node in walk(tree) if isinstance(node, StringLiteral)}
    for name in sorted(_queried(tree) & unseen.keys() - made):
        yield _problem(alert, ("expr",), name, unseen[name], IN_QUERY)
    for route, text in templates(alert.signal):
        for name in sorted(template_labels(text) & unseen.keys() - made):
            instead = Message("write {text}", text=f"{{{{ $externalLabels.{name} }}}}")
            yield _problem(alert, route, name, unseen[name], instead)


def _problem(
    alert: SignalAlert, route: tuple[str, ...], name: str, server: str, help_text: Message
) -> Problem:
    message = Message(
        "{label} is an external label of {server}, and its own queries and templates never see it",
        label=listed([name]),
        server=server,
    )
    return Problem(alert.policy.at(*alert.route, *route), message, help_text, subject=name)


def _queried(tree: Node) -> frozenset[str]:
    """Return the labels that an expression groups by, or requires of its series."""
    labels: set[str] = set()
    for node in walk(tree):
        match node:
            case Aggregation(grouping="by"):
                labels |= node.labels
            case VectorSelector():
                labels |= {matcher.label for matcher in node.matchers}
            case _:
                continue
    return frozenset(labels)
