"""A service without an owner.

## What it does

Finds services that have documents but no `Ownership`.

## Why it matters

Without an owner, alerts have no receiver and SLOs have no approver. Services outlive the teams
that built them, and this file shows who is responsible now.

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

The policy linters of GitLab and Konflux.
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
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.incidents import Incidents
from reliability.model.openslo.service import Service
from reliability.model.openslo.slo import Slo


@catalog_rule(severity=Severity.ERROR, since="0.1")
def ownership_missing(context: Context) -> Iterator[Problem]:
    """Look up the owner of each service and report at the first document that names it."""
    seen: set[str] = set()
    for service, located, route in _services(context.catalog):
        if service in context.ownerships or service in seen:
            continue
        seen.add(service)

        # An unreadable file in the folder may be the Ownership that seems to be missing.
        folder = located.document.path.parent.as_posix()
        if context.is_whole(f"services/{service}", folder):
            message = Message("{service} has no Ownership, so it has no owner", service=service)
            help_text = Message(
                "add services/{service}/ownership.yaml and name its team", service=service
            )
            yield Problem(located.at(*route), message, help_text)


def _services(catalog: Catalog) -> Iterator[tuple[str, Located[Any], Pointer]]:
    """Yield each service with the document that names it and the key that does."""
    kinds = (catalog.documents(Slo), catalog.documents(AlertPolicy), catalog.documents(Incidents))
    for located in chain[Located[Slo | AlertPolicy | Incidents]](*kinds):
        yield located.value.spec.service, located, ("spec", "service")
    for service in catalog.documents(Service):
        yield service.value.metadata.name, service, ("metadata", "name")
