"""A secret is written out.

## What it does

Finds secrets in `policies/alertmanager.base.yml`: passwords, tokens, keys of pagers, Slack's
address, `Authorization` headers, addresses with a password, with a token in a parameter, or with a
path that is one. In our own kinds, where any other secret is refused as a value, it looks at the
addresses of webhooks. What another program fills in (`$NAME`, `${NAME}`, `{{ ... }}`) is no secret.

No message shows the secret.

## Why it matters

Whoever can read the repository, now or in years, can page people and write in their channels. Git
keeps what is deleted.

## Example

```yaml bad
# policies/alertmanager.base.yml
route: {receiver: pager}
receivers:
  - name: pager
    pagerduty_configs:
      - routing_key: 0123456789abcdef0123456789abcdef  # <- secret-plain
```

```yaml good
# policies/alertmanager.base.yml
route: {receiver: pager}
receivers:
  - name: pager
    pagerduty_configs:
      - routing_key_file: /etc/alertmanager/secrets/pager
```

## Source

Alertmanager's configuration: the fields of type `secret`, and their `_file` siblings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.masking.secrets import FILED, secret_address, secrets
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.model.kind import IN_PLAIN_TEXT
from reliability.model.notification import NotificationPolicy
from reliability.model.team import Team, Webhook

AFTERWARDS: Final = "and change it, as whoever has a copy of the repository knows it"


@catalog_rule(severity=Severity.ERROR, since="0.2")
def secret_plain(context: Context) -> Iterator[Problem]:
    """Look through what a team already has, and at the addresses of webhooks."""
    theirs = context.catalog.raw.get(BASE_ALERTMANAGER)
    for pointer, what in secrets(theirs.values) if theirs else ():
        if theirs is not None:
            message = f"{what} {IN_PLAIN_TEXT}"
            yield Problem(theirs.locate(pointer), message, _help(str(pointer[-1])))
    for located, route, webhook in _webhooks(context):
        address = secret_address(webhook.url)
        if address is not None:
            message = f"{address} {IN_PLAIN_TEXT}"
            help_text = f"write file: and the path that Alertmanager reads it from, {AFTERWARDS}"
            yield Problem(located.at(*route, "url"), message, help_text)


def _help(key: str) -> str:
    instead = f"{key}_file and a path, or " if key in FILED else ""
    return f"write {instead}${{NAME}} where a program fills it in, {AFTERWARDS}"


def _webhooks(context: Context) -> Iterator[tuple[Located[Any], Pointer, Webhook]]:
    for team in context.catalog.each(Team):
        for tier in ("alert", "ticket", "log"):
            channel = getattr(team.value.spec.channels, tier)
            if channel is not None and channel.webhook is not None:
                yield team, ("spec", "channels", tier, "webhook"), channel.webhook
    for policy in context.catalog.each(NotificationPolicy):
        if policy.value.spec.heartbeat is not None:
            yield policy, ("spec", "heartbeat", "webhook"), policy.value.spec.heartbeat.webhook
