"""A secret in plain text.

## What it does

Finds secrets in `policies/alertmanager.base.yml`: passwords, tokens, routing keys, the Slack
webhook URL, `Authorization` headers, and URLs with a password, a secret parameter or a secret path.
In other documents it checks the URLs of webhooks, because the loader already refuses every other
secret there. Placeholders that another program fills in (`$NAME`, `${NAME}`, `{{ ... }}`) are fine.

No message shows the secret.

## Why it matters

Everybody who can read the repository, now or in years, can page people and write to their channels.
Git keeps deleted text in its history.

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
from reliability.message import Message
from reliability.model.notification import NotificationPolicy
from reliability.model.team import Team, Webhook

PLACEHOLDER: Final = "${NAME}"


@catalog_rule(severity=Severity.ERROR, since="0.1")
def secret_plain(context: Context) -> Iterator[Problem]:
    """Search the base configuration of Alertmanager and the URLs of webhooks."""
    base = context.catalog.raw.get(BASE_ALERTMANAGER)
    for pointer, what in secrets(base.values) if base else ():
        if base is not None:
            message = Message("{secret} is in plain text", secret=what)
            yield Problem(base.locate(pointer), message, _help(str(pointer[-1])))

    for located, route, webhook in _webhooks(context):
        address = secret_address(webhook.url)
        if address is not None:
            message = Message("{secret} is in plain text", secret=address)
            help_text = Message(
                "write file: and the path from which Alertmanager reads it, and rotate the secret: "
                "it stays in the history of Git"
            )
            yield Problem(located.at(*route, "url"), message, help_text)


def _help(key: str) -> Message:
    """Name the `_file` key only if Alertmanager has one for this secret."""
    if key in FILED:
        return Message(
            "write {key} and a path, or {placeholder} if another program fills it in, and rotate "
            "the secret: it stays in the history of Git",
            key=f"{key}_file",
            placeholder=PLACEHOLDER,
        )
    return Message(
        "write {placeholder} if another program fills it in, and rotate the secret: it stays in "
        "the history of Git",
        placeholder=PLACEHOLDER,
    )


def _webhooks(context: Context) -> Iterator[tuple[Located[Any], Pointer, Webhook]]:
    """Yield the webhooks of teams and of the heartbeat, with their routes."""
    for team in context.catalog.documents(Team):
        for tier in ("alert", "ticket", "log"):
            channel = getattr(team.value.spec.channels, tier)
            if channel is not None and channel.webhook is not None:
                yield team, ("spec", "channels", tier, "webhook"), channel.webhook
    for policy in context.catalog.documents(NotificationPolicy):
        if policy.value.spec.heartbeat is not None:
            yield policy, ("spec", "heartbeat", "webhook"), policy.value.spec.heartbeat.webhook
