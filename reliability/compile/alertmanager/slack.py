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

ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

STEPS: Final = " | ".join(f'reReplaceAll "{sign}" "{name}"' for sign, name in ESCAPES.items())

SAFE: Final = f'{{{{ define "safe" }}}}{{{{ . | {STEPS} }}}}{{{{ end -}}}}'
"""Prefix of every template that shows a label or an annotation, which it passes to `safe`."""

SHOWS: Final = '{{ template "safe" . }}'


def title(firing: str, subject: str, more: str = "") -> str:
    """Return a message title: the tier or `Resolved`, the subject, and `more` while firing."""
    return (
        f'{SAFE}{{{{ if eq .Status "firing" }}}}{firing}{{{{ else }}}}Resolved{{{{ end }}}} · '
        f"{subject}{more}"
    )


ALERT_NAME: Final = '{{ template "safe" .CommonLabels.alertname }}'
NUMBER: Final = "{{ with .Alerts.Firing }} · {{ len . }} firing{{ end }}"

UNROUTED_TITLE: Final = title("Unrouted alert", ALERT_NAME, NUMBER)


def alert_title(names: AlertLabelNames) -> str:
    """Return the title of an alert: its service, and its SLO or else its name."""
    slo = f"{{{{ with .CommonLabels.{names.slo} }}}}{SHOWS}{{{{ else }}}}{ALERT_NAME}{{{{ end }}}}"
    return title("Alert", f"{_common(names.service)} · {slo}")


def ticket_title(names: AlertLabelNames) -> str:
    """Return the title of a ticket: its service, and the number of firing alerts."""
    return title("Ticket", _common(names.service), NUMBER)


def _common(label: str) -> str:
    return f'{{{{ template "safe" .CommonLabels.{label} }}}}'


NAME: Final = (
    f"{{{{ with .Annotations.summary }}}}{SHOWS}"
    '{{ else }}{{ template "safe" .Labels.alertname }}{{ end }}'
)

TEXT: Final = f"""\
{SAFE}
{{{{ range $index, $alert := .Alerts.Firing }}}}{{{{ if lt $index {LISTED} -}}}}
*{NAME}*
Firing since {{{{ $alert.StartsAt.UTC.Format "Jan 2, 15:04 UTC" }}}}
{{{{ with .Annotations.description }}}}{SHOWS}
{{{{ end }}}}{{{{ with .Annotations.runbook_url }}}}Runbook: {SHOWS}
{{{{ end }}}}{{{{ with .Annotations.owner }}}}Owner: {SHOWS}
{{{{ end }}}}{{{{ end }}}}{{{{ end -}}}}
{{{{ range $index, $alert := .Alerts.Resolved }}}}{{{{ if lt $index {LISTED} -}}}}
Resolved at {{{{ $alert.EndsAt.UTC.Format "15:04 UTC" }}}}: {NAME}
{{{{ end }}}}{{{{ end -}}}}
{{{{ if gt (len .Alerts) {LISTED} }}}}… {{{{ len .Alerts }}}} alerts in total{{{{ end }}}}"""


def message(channel: str, heading: str, color: str, address: Mapping[str, Json]) -> dict[str, Json]:
    """Build one entry of `slack_configs`; `address` has the settings with Slack's URL."""
    return {
        **address,
        "channel": channel,
        "send_resolved": True,
        "color": f'{{{{ if eq .Status "firing" }}}}{color}{{{{ else }}}}good{{{{ end }}}}',
        "title": heading,
        "fallback": heading,
        "text": TEXT,
    }


def mention_of(mention: str) -> dict[str, Json]:
    """Return the setting that mentions people in the message while the alert fires."""
    return {"pretext": f'{{{{ if eq .Status "firing" }}}}{mention}{{{{ end }}}}'}
