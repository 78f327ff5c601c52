"""A key in `policies/alertmanager.base.yml` that Alertmanager 0.28 refuses and 0.33 accepts.

## What it does

Finds keys of receivers and global settings that are newer than Alertmanager 0.28, such as
`wechat_api_secret_file`, `incidentio_configs` or `chat_id_file`.

## Why it matters

Debian and older images ship 0.28. An unknown key makes it refuse the whole file and keep its former
configuration.

## Example

```yaml bad
# policies/alertmanager.base.yml
global:
  wechat_api_secret_file: /etc/alertmanager/wechat  # <- routing-newer
route:
  receiver: mail
receivers:
  - name: mail
```

```yaml good
# policies/alertmanager.base.yml
route:
  receiver: mail
receivers:
  - name: mail
```

## Source

The structs of Alertmanager's `config` package, v0.28.1 and v0.33.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.alertmanager.validation.refusals import config_refusals
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.refused import refused
from reliability.finding import Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER


@catalog_rule(severity=Severity.INFO, since="0.1")
def routing_newer(context: Context) -> Iterator[Problem]:
    """Find what Alertmanager 0.28 refuses and 0.33 accepts."""
    document = context.catalog.raw.get(BASE_ALERTMANAGER)
    if document is None or BASE_ALERTMANAGER in context.broken:
        return
    for refusal in config_refusals(document.values):
        if refusal.only_old:
            yield refused(document, refusal)
