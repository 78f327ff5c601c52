"""A service whose name differs from its directory.

## What it does

Compares the directory below `services/` with the service that its SLOs, alert policies, ownership,
incidents and corrections name.

## Why it matters

People look for a service by its directory, CODEOWNERS gives approvals by path, and waivers name
the service. With two names, one of these does not match.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  service: attendence  # <- name-differs, ownership-missing
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives: []
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  service: attendance
```

## Source

The layout of this repository: one directory for each service.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog, service_directory
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.corrections import Corrections
from reliability.model.incidents import Incidents
from reliability.model.openslo.service import Service
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership


@catalog_rule(severity=Severity.WARNING, since="0.1")
def name_differs(context: Context) -> Iterator[Problem]:
    """Compare the service that each document names with its directory."""
    for located, service, route in _named(context.catalog):
        directory = service_directory(located.document.path)
        if directory is not None and directory != service:
            message = Message(
                "the service is {service}, and its directory is {directory}",
                service=service,
                directory=directory,
            )
            help_text = Message(
                "write {directory}, or move the file to services/{service}/",
                directory=directory,
                service=service,
            )
            yield Problem(located.at(*route), message, help_text)


def _named(catalog: Catalog) -> Iterator[tuple[Located[Any], str, Pointer]]:
    policies = (catalog.documents(Slo), catalog.documents(AlertPolicy))
    past = (catalog.documents(Incidents), catalog.documents(Corrections))
    every = (*policies, *past)
    for located in chain[Located[Slo | AlertPolicy | Incidents | Corrections]](*every):
        yield located, located.value.spec.service, ("spec", "service")
    for owner in catalog.documents(Ownership):
        written = owner.value.spec.service is not None
        yield owner, owner.value.service, ("spec", "service") if written else ("metadata", "name")
    for service in catalog.documents(Service):
        yield service, service.value.metadata.name, ("metadata", "name")
