"""Alertmanager would refuse `policies/alertmanager.base.yml`.

## What it does

Reads the configuration that a team already has as Alertmanager does: a receiver or a time interval
that is not declared, a matcher that cannot be read, a regular expression that RE2 refuses, a
duration that is none, a root that does not take all; and what our routes cannot go into, such as a
receiver with one of our names, or a word such as `off` that Alertmanager, a reader of YAML 1.1,
takes for another value.

Keys of receivers are not checked: ask `amtool check-config` about those.

## Why it matters

Alertmanager keeps running on what it had. The change seems to be out, and nobody is told by it.

## Example

```yaml bad
# policies/alertmanager.base.yml
route:
  receiver: mail
  routes:
    - receiver: male  # <- routing-refused
      matchers: [severity=critical]
receivers:
  - name: mail
```

```yaml good
# policies/alertmanager.base.yml
route:
  receiver: mail
  routes:
    - receiver: mail
      matchers: [severity=critical]
receivers:
  - name: mail
```

## Source

Alertmanager's `config/config.go`; what is refused here, `amtool check-config` refuses too.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.compiler import Situation
from reliability.finding import Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER


@catalog_rule(severity=Severity.ERROR, since="0.2")
def routing_refused(context: Context) -> Iterator[Problem]:
    """Ask the compiler why nothing can go into their configuration."""
    if BASE_ALERTMANAGER in context.catalog.raw and BASE_ALERTMANAGER not in context.broken:
        yield from Situation.of(context.catalog).refusals()
