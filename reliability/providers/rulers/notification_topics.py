"""Receivers of Amazon Managed Prometheus: Amazon SNS topics in place of Slack, pagers and webhooks.

The service takes SNS topics only, and PagerDuty with a key in AWS Secrets Manager.
https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-config.html names
what is not allowed (`api_url`, `http_config`) and needed (`sigv4.region`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reliability.resource import Json

PREFIX: Final = "reliability/"
CONFIGS: Final = "_configs"
ACCEPTED: Final = frozenset(("sns_configs",))
SUBJECT: Final = (
    '{{ if eq .Status "firing" }}Firing{{ else }}Resolved{{ end }}: {{ .CommonLabels.alertname }}'
)
MESSAGE: Final = """\
{{ range .Alerts.Firing }}{{ .Annotations.summary }}
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ with .Annotations.runbook_url }}Runbook: {{ . }}
{{ end }}{{ end }}{{ range .Alerts.Resolved }}Resolved: {{ .Annotations.summary }}
{{ end }}"""


def with_topics(config: Mapping[str, Json], topics: Mapping[str, str], region: str) -> Any:
    """Return a configuration whose generated receivers notify the topic of their tier.

    A receiver whose tier has no topic notifies nobody.
    """
    receivers: Any = config.get("receivers", [])
    made = [_with_topic(receiver, topics, region) for receiver in receivers]
    return {**config, "receivers": made}


def unaccepted(config: Mapping[str, Json]) -> Iterator[str]:
    """Yield what the service refuses of the receivers: `slack_configs of the receiver desk`."""
    receivers: Any = config.get("receivers", [])
    for receiver in receivers:
        for key in receiver:
            if key.endswith(CONFIGS) and key not in ACCEPTED:
                yield f"{key} of the receiver {receiver['name']}"


def _with_topic(receiver: Mapping[str, Any], topics: Mapping[str, str], region: str) -> Any:
    name = str(receiver["name"])
    if not name.startswith(PREFIX):
        return receiver
    team, _, tier = name.removeprefix(PREFIX).rpartition("/")
    topic = topics.get(tier)
    notifies = [key for key in receiver if key.endswith(CONFIGS)]
    if topic is None or not notifies:
        return {"name": name}
    attributes = {"tier": tier, **({"team": team} if team else {})}
    sent_resolved = all(config["send_resolved"] for key in notifies for config in receiver[key])
    return {
        "name": name,
        "sns_configs": [
            {
                "topic_arn": topic,
                "sigv4": {"region": region},
                "send_resolved": sent_resolved,
                "subject": SUBJECT,
                "message": MESSAGE,
                "attributes": attributes,
            }
        ],
    }
