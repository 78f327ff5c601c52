"""An Alertmanager configuration that Alertmanager would refuse.

## What it does

Reads `policies/alertmanager.base.yml`, the configuration that a team already has, as Alertmanager
0.28 and 0.33 do, and finds each value that they refuse:

- unknown keys, and values of another type
- addresses without a scheme or a port, and durations, regular expressions, label names, time zones,
  times and ranges that are not valid
- settings that are missing or exclude each other, for each kind of receiver and in `global`
- receivers and time intervals that are not declared, or declared twice
- a root route that has matchers, sets `continue` or is muted
- receivers with a name that generated receivers use, and words such as `off` that YAML 1.1 reads as
  another value

If the file has no such value, the rule also reads the merged configuration. It reports a refusal of
a generated receiver at the team or the policy that the receiver comes from.

The rule does not judge values such as `${NAME}`, which another program fills in, and does not run
amtool on a file that has them. `routing-newer` reports what 0.28 refuses and 0.33 accepts. Template
files are not read, because they are on the machine that runs Alertmanager.

If `amtool` is installed, `reliability check` also runs `amtool check-config` on the merged
configuration, and reports a refusal on the first line of the file. `--amtool PROGRAM` selects
another amtool, such as that of the Alertmanager in use. `--amtool off` turns it off.

## Why it matters

Alertmanager keeps running with its former configuration. The change seems to be live, and only the
metric `alertmanager_config_last_reload_successful` shows that it is not.

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

Alertmanager's `config/config.go`, `config/notifiers.go` and `notify/*/config.go`. `amtool
check-config` refuses the same, except for list entries without a value, which only this rule finds.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.finding import Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.message import Message


@catalog_rule(severity=Severity.ERROR, since="0.1")
def routing_refused(context: Context) -> Iterator[Problem]:
    """Report what the compiler, and amtool if it was run, refuse of the configuration."""
    if BASE_ALERTMANAGER in context.broken:
        return
    inputs = CompilerInputs.of(context.catalog)
    if inputs.theirs is None and not inputs.teams:
        return
    yield from inputs.refusals()
    if context.amtool is not None:
        help_text = Message("run `reliability build`, then `amtool check-config` on the result")
        yield Problem(inputs.origin, context.amtool, help_text, subject="amtool")
