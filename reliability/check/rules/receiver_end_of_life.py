"""A receiver whose service ends.

## What it does

Finds receivers in `policies/alertmanager.base.yml`, and webhooks of teams, that notify a service
with an announced end:

- Opsgenie (`opsgenie_configs`): its support and its API end on 2027-04-05.
- Grafana OnCall OSS (a webhook with the path `/integrations/v1/...`): archived on 2026-03-24.
  Grafana Cloud (`grafana.net`) has the same paths and is maintained, so it is not reported.

## Why it matters

When the service is turned off, Alertmanager keeps trying to send, and nobody is notified.

## Example

```yaml bad
# policies/alertmanager.base.yml
route: {receiver: on-call}
receivers:
  - name: on-call
    opsgenie_configs:  # <- receiver-end-of-life
      - api_key_file: /etc/alertmanager/secrets/opsgenie
```

```yaml good
# policies/alertmanager.base.yml
route: {receiver: on-call}
receivers:
  - name: on-call
    pagerduty_configs:
      - routing_key_file: /etc/alertmanager/secrets/pager
```

## Source

- Atlassian, "End of sales and support for Opsgenie":
  <https://support.atlassian.com/opsgenie/docs/what-happens-when-opsgenie-is-turned-off>
- Grafana OnCall documentation, "As of 2026-03-24, the Grafana OnCall OSS project is archived":
  <https://grafana.com/docs/oncall/next/configure/integrations/>
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import EntryPart
from reliability.location import Location, Pointer
from reliability.message import Message
from reliability.model.team import Team

OPSGENIE: Final = "opsgenie_configs"
ON_CALL_PATH: Final = "/integrations/v1/"
MAINTAINED: Final = ".grafana.net"
"""Hosts of Grafana Cloud, whose IRM continues OnCall under the same paths."""

HELP: Final = Message("notify another service, such as PagerDuty, before the end")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def receiver_end_of_life(context: Context) -> Iterator[Problem]:
    """Search the base configuration of Alertmanager and the webhooks of teams."""
    base = context.catalog.raw.get(BASE_ALERTMANAGER)
    if base is not None:
        for pointer, url in _receivers(base.values):
            if url is None:
                at = base.locate(pointer, EntryPart.KEY)
                yield Problem(at, Message("Opsgenie ends on 2027-04-05"), HELP)
            elif is_on_call(url):
                yield _archived(base.locate(pointer))

    for team in context.catalog.documents(Team):
        for tier in ("alert", "ticket", "log"):
            channel = getattr(team.value.spec.channels, tier)
            if channel is not None and channel.webhook and is_on_call(channel.webhook.url):
                yield _archived(team.at("spec", "channels", tier, "webhook", "url"))


def is_on_call(url: str) -> bool:
    """Return whether a URL is an integration of a Grafana OnCall outside of Grafana Cloud."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return ON_CALL_PATH in parts.path and not f".{host}".endswith(MAINTAINED)


def _archived(at: Location) -> Problem:
    message = Message("Grafana OnCall OSS was archived on 2026-03-24, and gets no fixes")
    return Problem(at, message, HELP)


def _receivers(values: Any) -> Iterator[tuple[Pointer, str | None]]:
    """Yield each Opsgenie integration, without a URL, and each webhook with its URL."""
    receivers = values.get("receivers") if isinstance(values, dict) else None
    for index, receiver in enumerate(receivers if isinstance(receivers, list) else ()):
        if not isinstance(receiver, dict):
            continue
        if receiver.get(OPSGENIE):
            yield ("receivers", index, OPSGENIE), None
        webhooks = receiver.get("webhook_configs")
        for number, webhook in enumerate(webhooks if isinstance(webhooks, list) else ()):
            url = webhook.get("url") if isinstance(webhook, dict) else None
            if isinstance(url, str):
                yield ("receivers", index, "webhook_configs", number, "url"), url
