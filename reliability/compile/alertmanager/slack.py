"""Slack messages, as Alertmanager templates.

Labels and annotations are escaped as Slack requires (`&`, `<`, `>`; see
https://api.slack.com/reference/surfaces/formatting), so that no text of an alert can mention people
or disguise a link. A mention is constant text, exists only in the alert tier, and is not repeated
when the alert is resolved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.alert_labels import AlertLabelNames
from reliability.resource import Json

LISTED: Final = 10
"""Limit of firing alerts that a message lists, and of resolved ones."""

KNOWN: Final = 'reReplaceAll "(?s)^<error expanding template.*" ""'
"""Filter that leaves nothing of what Prometheus writes if it cannot expand a text."""

FIGURES: Final = 'range stringSlice "description" "events" "budget"'
"""Annotations in the order in which a notification shows them; each may be missing."""

NAME: Final = f"or (.Annotations.summary | {KNOWN}) .Labels.alertname"

ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
STEPS: Final = " | ".join(f'reReplaceAll "{sign}" "{name}"' for sign, name in ESCAPES.items())
NAMED: Final = f'{{{{ template "reliability.escaped" {NAME} }}}}'
SHOWS: Final = '{{ template "reliability.escaped" . }}'

MESSAGE: Final = f"""\
{{{{ define "reliability.escaped" }}}}{{{{ . | {STEPS} }}}}{{{{ end }}}}
{{{{ define "reliability.slack" -}}}}
{{{{ range $index, $alert := .Alerts.Firing }}}}{{{{ if lt $index {LISTED} -}}}}
*{NAMED}*
Firing since {{{{ .StartsAt.UTC.Format "Jan 2, 15:04 UTC" }}}}
{{{{ {FIGURES} }}}}{{{{ with index $alert.Annotations . | {KNOWN} }}}}{SHOWS}
{{{{ end }}}}{{{{ end }}}}{{{{ with .Annotations.runbook_url | {KNOWN} }}}}Runbook: {SHOWS}
{{{{ end }}}}{{{{ with .Annotations.owner | {KNOWN} }}}}Owner: {SHOWS}
{{{{ end }}}}{{{{ end }}}}{{{{ end -}}}}
{{{{ range $index, $alert := .Alerts.Resolved }}}}{{{{ if lt $index {LISTED} -}}}}
Resolved at {{{{ .EndsAt.UTC.Format "15:04 UTC" }}}}: {NAMED}
{{{{ end }}}}{{{{ end -}}}}
{{{{ if gt (len .Alerts) {LISTED} }}}}… {{{{ len .Alerts }}}} alerts in total{{{{ end }}}}
{{{{- end }}}}
"""
"""Definitions of the template file; see `templates.py`."""


NUMBER: Final = "{{ with .Alerts.Firing }} · {{ len . }} firing{{ end }}"


def title(firing: str, *subjects: str, more: str = "") -> str:
    """Return a message title: the tier or `Resolved`, the subjects, and `more` while firing.

    It uses no template file, so that a message says what it is about if the file is missing.
    """
    shown = "".join(f" · {{{{ html {subject} }}}}" for subject in subjects)
    return (
        f'{{{{ if eq .Status "firing" }}}}{firing}{{{{ else }}}}Resolved{{{{ end }}}}{shown}{more}'
    )


UNROUTED_TITLE: Final = title("Unrouted alert", ".CommonLabels.alertname", more=NUMBER)


def alert_title(names: AlertLabelNames) -> str:
    """Return the title of an alert: its service, and its SLO or else its name."""
    subject = f"(or .CommonLabels.{names.slo} .CommonLabels.alertname)"
    return title("Alert", f".CommonLabels.{names.service}", subject)


def ticket_title(names: AlertLabelNames) -> str:
    """Return the title of a ticket: its service, and the number of firing alerts."""
    return title("Ticket", f".CommonLabels.{names.service}", more=NUMBER)


def message(channel: str, heading: str, color: str, address: Mapping[str, Json]) -> dict[str, Json]:
    """Build one entry of `slack_configs`; `address` has the settings with Slack's URL."""
    return {
        **address,
        "channel": channel,
        "send_resolved": True,
        "color": f'{{{{ if eq .Status "firing" }}}}{color}{{{{ else }}}}good{{{{ end }}}}',
        "title": heading,
        "fallback": heading,
        "text": '{{ block "reliability.slack" . }}{{ end }}',
    }


def mention_of(mention: str) -> dict[str, Json]:
    """Return the setting that mentions people in the message while the alert fires."""
    return {"pretext": f'{{{{ if eq .Status "firing" }}}}{mention}{{{{ end }}}}'}
