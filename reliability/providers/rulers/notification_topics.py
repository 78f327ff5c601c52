"""Receivers of Amazon Managed Prometheus: Amazon SNS topics in place of Slack, pagers and webhooks.

The service takes SNS topics, and PagerDuty with a key in AWS Secrets Manager. Pages of
https://docs.aws.amazon.com/prometheus/latest/userguide/ say how: AMP-alertmanager-receiver-config
names what is not allowed (`api_url`, `http_config`) and needed (`sigv4.region`), and
AMP-alertmanager-pagerduty-configure-alertmanager has the form of a key and the fields of a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reliability.compile.alertmanager.slack import FIGURES, KNOWN, NAME
from reliability.resource import Json

PREFIX: Final = "reliability/"
CONFIGS: Final = "_configs"
TOPICS: Final = "sns_configs"
PAGES: Final = "pagerduty_configs"
FIELDS_OF_PAGES: Final = ("description", "severity", "details")
"""Fields of a page that the documentation shows; links are not among them."""
REFRESH: Final = "5m"
"""How often the service reads a key again, as in the documentation's example."""
SUBJECT: Final = (
    '{{ if eq .Status "firing" }}Firing{{ else }}Resolved{{ end }}: {{ .CommonLabels.alertname }}'
)
MESSAGE: Final = f"""\
{{{{ range $index, $alert := .Alerts.Firing }}}}{{{{ {NAME} }}}}
{{{{ {FIGURES} }}}}{{{{ with index $alert.Annotations . | {KNOWN} }}}}{{{{ . }}}}
{{{{ end }}}}{{{{ end }}}}{{{{ with .Annotations.runbook_url }}}}Runbook: {{{{ . }}}}
{{{{ end }}}}{{{{ end }}}}{{{{ range .Alerts.Resolved }}}}Resolved: {{{{ {NAME} }}}}
{{{{ end }}}}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonNotifications:
    """What generated receivers notify: topics by tier, and PagerDuty by the paths of its keys."""

    region: str
    topics: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)

    def applied(self, config: Mapping[str, Json]) -> Any:
        """Return a configuration whose generated receivers notify the topic of their tier.

        A receiver with a key of PagerDuty notifies PagerDuty, too. One without topic and key
        notifies nobody.
        """
        receivers: Any = config.get("receivers", [])
        return {**config, "receivers": [self._receiver(receiver) for receiver in receivers]}

    def _receiver(self, receiver: Mapping[str, Any]) -> Any:
        name = str(receiver["name"])
        if not name.startswith(PREFIX):
            return receiver
        team, _, tier = name.removeprefix(PREFIX).rpartition("/")
        notifies = [key for key in receiver if key.endswith(CONFIGS)]
        made: dict[str, Any] = {"name": name}

        topic = self.topics.get(tier)
        if topic is not None and notifies:
            resolved = all(item["send_resolved"] for key in notifies for item in receiver[key])
            made[TOPICS] = [self._topic(topic, team, tier, resolved=resolved)]
        pages = [self._page(page) for page in receiver.get(PAGES, ()) if self.pages(page)]
        return {**made, PAGES: pages} if pages else made

    def pages(self, page: Mapping[str, Any]) -> bool:
        """Return whether the key of a page is in AWS Secrets Manager."""
        return page.get("routing_key_file") in self.secrets

    def _page(self, page: Mapping[str, Any]) -> dict[str, Any]:
        arn, _, key = self.secrets[page["routing_key_file"]].rpartition(":")
        secret = {"secret_arn": arn, "secret_key": key, "refresh_interval": REFRESH}
        fields = {name: page[name] for name in FIELDS_OF_PAGES}
        return {"routing_key": {"aws_secrets_manager": secret}, **fields}

    def _topic(self, topic: str, team: str, tier: str, *, resolved: bool) -> dict[str, Any]:
        return {
            "topic_arn": topic,
            "sigv4": {"region": self.region},
            "send_resolved": resolved,
            "subject": SUBJECT,
            "message": MESSAGE,
            "attributes": {"tier": tier, **({"team": team} if team else {})},
        }


def unaccepted(config: Mapping[str, Json]) -> Iterator[str]:
    """Yield what the service refuses of the receivers: `slack_configs of the receiver desk`."""
    receivers: Any = config.get("receivers", [])
    for receiver in receivers:
        for key in receiver:
            if key.endswith(CONFIGS) and not _is_accepted(key, receiver[key]):
                yield f"{key} of the receiver {receiver['name']}"


def _is_accepted(key: str, configs: Sequence[Mapping[str, Any]]) -> bool:
    if key == PAGES:
        return all(isinstance(page.get("routing_key"), Mapping) for page in configs)
    return key == TOPICS
