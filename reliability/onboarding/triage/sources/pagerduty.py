"""Incidents of PagerDuty's analytics, as the messages that its CSV export would be read as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reliability.onboarding.triage.message import ReceivedMessage
from reliability.providers.pagerduty.analytics import PagerDutyIncident

SOURCE = "pagerduty"
QUIET = "low"


def messages(incidents: Iterable[PagerDutyIncident]) -> Iterator[ReceivedMessage]:
    """Yield each incident; one that is not of low urgency is a page."""
    for incident in incidents:
        end, acknowledged = incident.resolved_at, incident.acknowledgement_count
        lasted = end - incident.created_at if end and end >= incident.created_at else None
        yield ReceivedMessage(
            source=SOURCE,
            location=incident.service_name or SOURCE,
            at=incident.created_at,
            text=incident.description or "",
            severity=incident.priority_name or "",
            service=incident.service_name or "",
            team=incident.team_name or incident.escalation_policy_name or "",
            mentions=(incident.urgency or "").lower() != QUIET,
            answered=None if acknowledged is None else acknowledged > 0,
            lasted=lasted,
            people=incident.acknowledged_user_names or incident.assigned_user_names or (),
        )
