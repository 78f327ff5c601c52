"""PagerDuty pages, as Alertmanager templates.

Alertmanager 0.33 parses the text of a detail as YAML, and expands strings in it as templates again
(`DeepCopyWithTemplate`): with two braces in a label or annotation, the page would not be sent. So
no detail contains two braces, including those that Alertmanager adds by itself. A line of text
begins with a tab, because YAML does not: `Shop: 3% failed` stays a text.
"""

from __future__ import annotations

from typing import Final

from reliability.alert_labels import AlertLabelNames
from reliability.compile.alertmanager.slack import FIGURES, KNOWN, NAME
from reliability.resource import Json

DETAILS: Final = f"""\
{{{{ define "reliability.plain" }}}}{{{{ . | {KNOWN} | reReplaceAll "[{{]+" "{{" }}}}{{{{ end }}}}
{{{{ define "reliability.line" }}}}{{{{ "\\t" }}}}{{{{ template "reliability.plain" . }}}}
{{{{ end }}}}
{{{{ define "reliability.figures" }}}}{{{{ {FIGURES} }}}}{{{{ with index $ . | {KNOWN} }}}}
{{{{- template "reliability.line" . }}}}{{{{ end }}}}{{{{ end }}}}{{{{ end }}}}
{{{{ define "reliability.listed" }}}}{{{{ range . }}}}
{{{{- template "reliability.line" {NAME} }}}}{{{{ end }}}}{{{{ end }}}}
"""
"""Definitions of the template file; see `templates.py`."""

RUNBOOK: Final = "{{ .CommonAnnotations.runbook_url }}"
LINK: Final = (
    f'{{{{ if match "^https?://" .CommonAnnotations.runbook_url }}}}{RUNBOOK}{{{{ end }}}}'
)


def detail(definition: str, of: str) -> str:
    """Return a detail that a definition of the template file makes of a value."""
    return f'{{{{ block "reliability.{definition}" {of} }}}}{{{{ end }}}}'


def page(routing_key_file: str, names: AlertLabelNames) -> dict[str, Json]:
    """Build one entry of `pagerduty_configs`; a runbook is linked if it is a URL."""
    return {
        "routing_key_file": routing_key_file,
        "send_resolved": True,
        "severity": "critical",
        "description": f"{{{{ with index .Alerts 0 }}}}{{{{ {NAME} }}}}{{{{ end }}}}",
        "class": "{{ .CommonLabels.alertname }}",
        "component": f"{{{{ .CommonLabels.{names.slo} }}}}",
        "group": f"{{{{ .CommonLabels.{names.service} }}}}",
        "details": {
            "description": detail("figures", ".CommonAnnotations"),
            "runbook": detail("plain", ".CommonAnnotations.runbook_url"),
            "owner": detail("plain", ".CommonAnnotations.owner"),
            # Without the template file: a rule in PagerDuty reads the tier.
            "tier": f'{{{{ reReplaceAll "[{{]+" "{{" .CommonLabels.{names.tier} }}}}',
            "firing": detail("listed", ".Alerts.Firing"),
            "resolved": detail("listed", ".Alerts.Resolved"),
        },
        "links": [{"text": "Runbook", "href": LINK}],
    }
