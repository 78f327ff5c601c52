"""Whether a team has a channel for a tier, as far as its own file shows."""

from __future__ import annotations

from reliability.model.team import TeamSpec


def missing_channel(spec: TeamSpec, tier: str) -> str | None:
    """What is missing for a tier, or None."""
    if tier == "ticket":
        return None if spec.channels.ticket else "channel for tickets"
    if tier != "alert":
        return None
    pager = spec.on_call is not None and spec.on_call.pagerduty is not None
    mention = spec.on_call is not None and spec.on_call.mention is not None
    slack = spec.channels.alert is not None and spec.channels.alert.slack is not None
    if spec.channels.alert is None and not pager:
        return "channel for alerts, and no pager"
    if mention and not pager and not slack:
        return "Slack channel for alerts, and its on-call is a mention there"
    return None
