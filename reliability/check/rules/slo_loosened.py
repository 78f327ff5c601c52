"""An SLO that is looser than at the base.

## What it does

Compares each objective with the merge base (`check --base`) and finds changes that loosen it or
that may loosen it:

- a lower target, or a wider threshold
- another query, SLO period, budgeting method or time slice
- a new correction, or a removed objective
- a higher `minimumFailures`, other burn-rate windows, or a later alert for missing data
- another service, because its approvers would approve later changes
- fewer servers of an environment, because events on the others no longer count

A higher target is not a finding. A changed query is a finding, unless its matchers show that it
counts fewer good events or more bad events.

The finding is an error until the approvers approve the change. `looseningRequires` of the SloPolicy
and `approvers` of the ownership, both at the base, say who has to. After that it is listed as
waived.

## Why it matters

A looser SLO makes the graphs look better. The diff does not show whether users are fine with it, so
a person who represents them has to approve it.

## Example

```yaml base
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.999
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.99  # <- slo-loosened
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.9995
```

## Source

The Site Reliability Workbook, chapter 2: product, developers and SRE agree on an SLO, and a change
needs their approval.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reliability.check.changes.approvals import needs_service_approval
from reliability.check.changes.loosening import loosened
from reliability.check.context import Context
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.kinds import API_VERSION, KINDS
from reliability.resolve.environments.placements import environments, owners, servers_of


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def slo_loosened(context: Context) -> Iterator[Problem]:
    """Compare all that decides how many failures pass."""
    if context.base is None:
        return
    changes, base = context.objective_changes, context.base
    # Objectives share an SLO or an entry of an alert policy, whose problems are reported once.
    loosenings = (problem for change in changes for problem in _objective(change, base, context))
    yield from dict.fromkeys(loosenings)
    moves = (problem for change in changes for problem in _moved(change, context))
    yield from dict.fromkeys(moves)
    yield from _corrections(base, context)
    yield from _servers(base, context)


def _servers(base: Catalog, context: Context) -> Iterator[Problem]:
    """Find services whose events on some servers of an environment no longer count."""
    before = owners(base)
    for service, owner in owners(context.catalog).items():
        was = before.get(context.former_services.get(service, service))
        for environment in environments(base) if was is not None else ():
            kept = {shard.name for shard in servers_of(owner, environment)}
            gone = [each.name for each in servers_of(was, environment) if each.name not in kept]
            if gone:
                message = Message(
                    "{service} no longer counts events on {servers} of {environment}",
                    service=service,
                    servers=", ".join(gone),
                    environment=environment.name,
                )
                at = owner.at("spec", "environments", environment.name, "servers")
                yield needs_service_approval(
                    at, message, service, context, owner, subject=environment.name
                )


def _moved(change: ObjectiveChange, context: Context) -> Iterator[Problem]:
    """Find SLOs that moved to another service, whose approvers would approve later changes."""
    old, new = change.slo.old, change.slo.new
    was, now = old.value.spec.service, new.value.spec.service
    if was not in (now, context.former_services.get(now)):
        message = Message("service changed from {was} to {now}", was=was, now=now)
        yield needs_service_approval(new.at("spec", "service"), message, was, context, new)


def _objective(change: ObjectiveChange, base: Catalog, context: Context) -> Iterator[Problem]:
    """Report the looser parts of one objective."""
    slo = change.slo.new
    documents: list[Located[Any]] = [slo]
    if change.new is not None and change.new.source is not None:
        documents.append(change.new.source.policy)

    for loosening in loosened(change, base, context.catalog):
        yield needs_service_approval(
            loosening.at,
            loosening.message,
            change.old.service,
            context,
            *documents,
            subject=loosening.subject,
        )


def _corrections(base: Catalog, context: Context) -> Iterator[Problem]:
    """Find new and changed corrections: events in a correction cost no error budget."""
    before = [_as_named_now(*values, context) for _, _, values in _written(base)]
    for located, route, values in _written(context.catalog):
        if values not in before:
            at = located.at(*route)
            message = Message("this correction is new, and what it covers costs no error budget")
            yield needs_service_approval(at, message, values[0], context, located)


def _as_named_now(service: str, correction: Any, context: Context) -> tuple[str, Any]:
    """Return a correction of the base with the names that its service and SLOs have now."""
    now = {old: new for new, old in context.former_services.items()}
    if service not in now:
        return service, correction
    names = {
        change.old.value.metadata.name: change.new.value.metadata.name
        for change in context.slo_changes.kept
        if change.old.value.spec.service == service
    }
    slos = [names.get(name, name) for name in correction.get("slos", ())]
    return now[service], {**correction, "slos": slos} if slos else correction


def _written(catalog: Catalog) -> Iterator[tuple[Located[Any], Pointer, tuple[str, Any]]]:
    """Yield each correction with its document, its route, and its service and raw values."""
    kind = KINDS.get((API_VERSION, "Corrections"))
    for located in catalog.located.get(kind, ()) if kind is not None else ():
        values = located.document.values
        for step in located.pointer:
            values = values[step]
        spec = values["spec"]
        for key, items in spec.items():
            for index, item in enumerate(items if isinstance(items, list) else ()):
                yield located, ("spec", key, index), (spec.get("service", ""), item)
