"""What a finding about mentions says of the alerts that end at a receiver."""

import pytest

from tests.check.examples import laid_over
from tests.check.repository import checked

TICKETS = """\
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: strangers
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
SIGNALS
# policies/alertmanager.base.yml
route: {receiver: chat}
receivers:
  - name: chat
    slack_configs: [{channel: "@lead", api_url_file: /etc/alertmanager/slack}]
"""
SIGNAL = "    - {name: Backlog@, kind: cause, tier: log, expr: queue_depth > 1000@}"


@pytest.mark.parametrize(
    ("count", "reached"),
    [
        (1, "an alert of the log tier can reach it: Backlog0 in service attendance"),
        (2, "2 alerts of the log tier can reach it, such as Backlog0 in service attendance"),
        (4, "4 alerts of the log tier can reach it, such as Backlog0 in service attendance"),
    ],
)
def test_the_first_alert_is_named_and_the_others_are_counted(count: int, reached: str) -> None:
    signals = "\n".join(SIGNAL.replace("@", str(number)) for number in range(count))
    findings = checked(laid_over(TICKETS.replace("SIGNALS", signals)))
    [message] = [
        finding.problem.message
        for finding in findings
        if finding.rule == "mention-outside-alert-tier"
        and "the log tier" in finding.problem.message
    ]
    assert message.endswith(reached)
