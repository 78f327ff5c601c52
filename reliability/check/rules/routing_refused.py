"""Alertmanager would refuse `policies/alertmanager.base.yml`, or what our routes make of it.

## What it does

Reads the configuration that a team already has as Alertmanager 0.28 and 0.33 do, and finds each
value that they refuse:

- keys that do not exist, and values of another type
- addresses without a scheme or a port, durations, regular expressions, label names, time zones,
  times and ranges that cannot be read
- settings that are missing, or that exclude each other, of every kind of receiver and in `global`
- receivers and time intervals that are not declared, or declared twice
- a root route that has matchers, continues or is muted
- receivers with one of our names, and words such as `off` that YAML 1.1 reads as another value

If nothing is wrong in the file, the merged configuration is read as well. A refusal of our own
receivers is found at the team or the policy that they come from.

Values such as `${NAME}`, which another program fills in, are not judged, and amtool is not asked.

What 0.33 reads and 0.28 does not is found by `routing-newer`. Template files are not read: they are
on the machine of the Alertmanager.

If `amtool` is installed, `reliability check` also asks it about the merged configuration, and what
it refuses is a finding on the first line of the file. `--amtool PROGRAM` names another amtool, such
as the one of the version that runs; `--amtool off` asks none.

## Why it matters

Alertmanager keeps running on the configuration that it had. The change seems to be live, and only a
metric of Alertmanager says that it is not.

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

Alertmanager's `config/config.go`, `config/notifiers.go` and `notify/*/config.go`; what is refused
here, `amtool check-config` refuses too. Entries of a list without a value are refused here only.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.finding import Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER


@catalog_rule(severity=Severity.ERROR, since="0.2")
def routing_refused(context: Context) -> Iterator[Problem]:
    """Ask the compiler why nothing can go into their configuration."""
    if BASE_ALERTMANAGER in context.broken:
        return
    situation = CompilerInputs.of(context.catalog)
    if situation.theirs is None and not situation.teams:
        return
    yield from situation.refusals()
    if context.amtool is not None:
        help_text = "run `reliability build`, and `amtool check-config` on its file"
        yield Problem(situation.origin, context.amtool, help_text, subject="amtool")
