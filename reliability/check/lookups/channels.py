"""The channels that a team lacks for a tier, as far as its own file shows."""

from __future__ import annotations

from reliability.message import Message
from reliability.model.team import Team


def missing_channel(team: Team, tier: str) -> Message | None:
    """Return which channel a team lacks for a tier; None if it has all that the tier needs."""
    name, spec = team.metadata.name, team.spec
    if tier == "ticket":
        if spec.channels.ticket:
            return None
        return Message("{team} has no channel for tickets", team=name)
    if tier != "alert":
        return None

    has_pager = spec.on_call is not None and spec.on_call.pagerduty is not None
    has_mention = spec.on_call is not None and spec.on_call.mention is not None
    has_slack = spec.channels.alert is not None and spec.channels.alert.slack is not None
    if spec.channels.alert is None and not has_pager:
        return Message("{team} has neither a channel for alerts nor a pager", team=name)
    # A mention is a text in a Slack message, so it needs a Slack channel to be posted in.
    if has_mention and not has_pager and not has_slack:
        return Message(
            "{team} has no Slack channel for alerts, in which its on-call mention can be posted",
            team=name,
        )
    return None
