"""PagerDuty pages, as Alertmanager templates.

Alertmanager 0.33 parses the text of a detail as YAML, and expands strings in it as templates again
(`DeepCopyWithTemplate`): with two braces in a label or annotation, the page would not be sent. So
no detail contains two braces, including those that Alertmanager adds by itself.
"""

from __future__ import annotations

from typing import Final

from reliability.alert_labels import AlertLabelNames
from reliability.resource import Json

PLAIN: Final = '{{ define "plain" }}{{ . | reReplaceAll "[{]+" "{" }}{{ end -}}'
"""Prefix of every detail that shows text of an alert, which it passes to `plain`."""

RUNBOOK: Final = "{{ .CommonAnnotations.runbook_url }}"
LINK: Final = (
    f'{{{{ if match "^https?://" .CommonAnnotations.runbook_url }}}}{RUNBOOK}{{{{ end }}}}'
)


def common(annotation: str) -> str:
    """Return a template of an annotation that all alerts of the page share."""
    return f'{PLAIN}{{{{ template "plain" .CommonAnnotations.{annotation} }}}}'


def listed(alerts: str) -> str:
    """Return a template with the summary of each alert on a line."""
    return f"""\
{PLAIN}
{{{{ range {alerts} }}}}{{{{ template "plain" .Annotations.summary }}}}
{{{{ end }}}}"""


def page(routing_key_file: str, names: AlertLabelNames) -> dict[str, Json]:
    """Build one entry of `pagerduty_configs`; a runbook is linked if it is a URL."""
    return {
        "routing_key_file": routing_key_file,
        "send_resolved": True,
        "severity": "critical",
        "description": "{{ (index .Alerts 0).Annotations.summary }}",
        "class": "{{ .CommonLabels.alertname }}",
        "component": f"{{{{ .CommonLabels.{names.slo} }}}}",
        "group": f"{{{{ .CommonLabels.{names.service} }}}}",
        "details": {
            "description": common("description"),
            "runbook": common("runbook_url"),
            "owner": common("owner"),
            "tier": f'{PLAIN}{{{{ template "plain" .CommonLabels.{names.tier} }}}}',
            "firing": listed(".Alerts.Firing"),
            "resolved": listed(".Alerts.Resolved"),
        },
        "links": [{"text": "Runbook", "href": LINK}],
    }
