"""Pages, as Alertmanager's templates.

Alertmanager 0.33 reads the text of a detail as YAML, and takes what strings it finds there for
templates again (`DeepCopyWithTemplate`): two braces in a label or an annotation, and the page
would not go out. So no detail has two, also none of those that Alertmanager adds by itself.
"""

from __future__ import annotations

from typing import Final

from reliability.alert_labels import AlertLabelNames
from reliability.resource import Json

PLAIN: Final = '{{ define "plain" }}{{ . | reReplaceAll "[{]+" "{" }}{{ end -}}'
"""What stands before a detail that shows anything of an alert: it shows it by `plain`."""

RUNBOOK: Final = "{{ .CommonAnnotations.runbook_url }}"
LINK: Final = (
    f'{{{{ if match "^https?://" .CommonAnnotations.runbook_url }}}}{RUNBOOK}{{{{ end }}}}'
)


def common(annotation: str) -> str:
    """An annotation that all alerts of the page have."""
    return f'{PLAIN}{{{{ template "plain" .CommonAnnotations.{annotation} }}}}'


def listed(alerts: str) -> str:
    """A line with its summary for each of some alerts."""
    return f"""\
{PLAIN}
{{{{ range {alerts} }}}}{{{{ template "plain" .Annotations.summary }}}}
{{{{ end }}}}"""


def page(routing_key_file: str, names: AlertLabelNames) -> dict[str, Json]:
    """One entry of `pagerduty_configs`; a runbook is linked where it has an address."""
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
            "firing": listed(".Alerts.Firing"),
            "resolved": listed(".Alerts.Resolved"),
        },
        "links": [{"text": "Runbook", "href": LINK}],
    }
