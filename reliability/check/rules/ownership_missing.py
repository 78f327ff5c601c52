"""A service that nobody answers for.

## What it does

Finds services that have documents and no `Ownership`.

## Why it matters

Without an owner no alert has a receiver and no promise an approver. Services outlive the teams
that made them, and the file is where that shows.

## Example

```yaml bad
# services/payslips/slo.yaml
kind: SLO
metadata: {name: payslips-view}
spec:
  service: payslips  # <- ownership-missing
```

```yaml good
# services/payslips/slo.yaml
kind: SLO
metadata: {name: payslips-view}
spec:
  service: payslips
# services/payslips/ownership.yaml
kind: Ownership
metadata: {name: payslips}
```

## Source

The talk: every service has an owner who can be reached; GitLab's and Konflux's policy linters.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.model.alert_policy import AlertPolicy
from reliability.model.incidents import Incidents
from reliability.model.openslo.service import Service
from reliability.model.openslo.slo import Slo


@catalog_rule(severity=Severity.ERROR, since="0.1")
def ownership_missing(context: Context) -> Iterator[Problem]:
    """Look up the owner of each service, at the first document that names it."""
    seen: set[str] = set()
    for service, located, route in _services(context.catalog):
        if service in context.ownerships or service in seen:
            continue
        seen.add(service)
        folder = located.document.path.parent.as_posix()
        if context.is_whole(f"services/{service}", folder):
            message = f"{service} has no Ownership, so nobody answers for it"
            help_text = f"write services/{service}/ownership.yaml with its team"
            yield Problem(located.at(*route), message, help_text)


def _services(catalog: Catalog) -> Iterator[tuple[str, Located[Any], Pointer]]:
    every = (catalog.each(Slo), catalog.each(AlertPolicy), catalog.each(Incidents))
    for located in chain[Located[Slo | AlertPolicy | Incidents]](*every):
        yield located.value.spec.service, located, ("spec", "service")
    for service in catalog.each(Service):
        yield service.value.metadata.name, service, ("metadata", "name")
