"""What tiers need, what teams lack, and which budgets are too short to react."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from reliability.check.context import Context
from reliability.check.lookups.burn import impossible, is_unreachable
from reliability.check.lookups.channels import missing_channel
from reliability.check.lookups.environments import environment_labels
from reliability.check.lookups.tiers import requirements
from reliability.model.team import Team
from tests.check.examples import laid_over, minimal_files
from tests.check.repository import TODAY, loaded

PAGER = {"pagerduty": {"routingKey": "file:/run/key"}}
MENTION = {"mention": "<!here>"}
SLACK, WEBHOOK = {"slack": "#a"}, {"webhook": {"url": "https://example.com/hook"}}
NEITHER = "desk has neither a channel for alerts nor a pager"
NOWHERE = "desk has no Slack channel for alerts, in which its on-call mention can be posted"


def team(**parts: Any) -> Team:
    values = {
        "apiVersion": "reliability/v1",
        "kind": "Team",
        "metadata": {"name": "desk"},
        "spec": {"members": ["@a"], **parts},
    }
    return Team.model_validate(values)


@pytest.mark.parametrize(
    ("parts", "of_alerts", "of_tickets"),
    [
        ({}, NEITHER, True),
        ({"onCall": PAGER}, None, True),
        ({"onCall": MENTION}, NEITHER, True),
        ({"onCall": PAGER | MENTION}, None, True),
        ({"channels": {"alert": SLACK}}, None, True),
        ({"channels": {"alert": WEBHOOK}}, None, True),
        ({"channels": {"alert": SLACK}, "onCall": MENTION}, None, True),
        ({"channels": {"alert": WEBHOOK}, "onCall": MENTION}, NOWHERE, True),
        ({"channels": {"alert": WEBHOOK | SLACK}, "onCall": MENTION}, None, True),
        ({"channels": {"alert": WEBHOOK}, "onCall": MENTION | PAGER}, None, True),
        ({"channels": {"alert": WEBHOOK}, "onCall": PAGER}, None, True),
        ({"channels": {"ticket": WEBHOOK}}, NEITHER, False),
        ({"channels": {"ticket": SLACK}, "onCall": PAGER}, None, False),
    ],
)
def test_a_team_lacks_a_channel_for_a_tier(
    parts: dict[str, Any], of_alerts: str | None, of_tickets: bool
) -> None:
    of_team = team(**parts)
    assert missing_channel(of_team, "alert") == of_alerts
    wanted = "desk has no channel for tickets" if of_tickets else None
    assert missing_channel(of_team, "ticket") == wanted
    assert missing_channel(of_team, "log") is None


NOTIFICATION = "policies/notification.yaml"
TIERS = """\
# policies/notification.yaml
kind: NotificationPolicy
spec:
  tiers:
    alert: {alert}
    ticket: {ticket}
    log: {{}}
"""


@pytest.mark.parametrize(
    ("alert", "ticket", "needed"),
    [
        ("{}", "{}", "on-call runbook slo; ; "),
        ("{requires: []}", "{requires: [slo]}", "; slo; "),
        ("{requires: [runbook]}", "{ticket: true}", "runbook; ; "),
    ],
)
def test_a_tier_needs_what_the_policy_says_or_all_of_alerts(
    alert: str, ticket: str, needed: str
) -> None:
    catalog, _ = loaded(laid_over(TIERS.format(alert=alert, ticket=ticket)))
    policy = Context(today=TODAY, catalog=catalog).notification
    assert policy is not None
    tiers = ("alert", "ticket", "log")
    assert "; ".join(" ".join(sorted(requirements(tier, policy))) for tier in tiers) == needed
    assert requirements("alert", None) == {"on-call", "runbook", "slo"}
    assert requirements("ticket", None) == frozenset()


@pytest.mark.parametrize(
    ("target", "minutes", "expected"),
    [
        ("0.99", 100, False),
        ("0.99", 99, True),
        ("0.5", 1, True),
        ("0", 1, False),
        ("0.99", 0, False),
        ("0.999", 43200, False),
        ("0.9999", 10080, False),
        ("0.9999", 9999, True),
    ],
)
def test_a_budget_of_less_than_a_minute_is_unreachable(
    target: str, minutes: int, expected: bool
) -> None:
    assert is_unreachable(Decimal(target), timedelta(minutes=minutes)) is expected


ENVIRONMENTS = """\
# policies/environments.yaml
kind: Environments
spec:
  environments:
"""


@pytest.mark.parametrize(
    ("environments", "labels"),
    [
        ([], {}),
        (["{name: a, selectorLabels: {env: a}, externalLabels: {b: c}}"], {"environment": True}),
        (["{name: a, selectorLabels: {environment: a}}"], {"environment": False}),
        (["{name: a, selectorLabels: {environment: a}}", "{name: b}"], {"environment": True}),
        (["{name: b}", "{name: a, selectorLabels: {environment: a}}"], {"environment": True}),
        (
            ["{name: a, servers: [{name: eu, target: x}, {name: us, target: y}]}"],
            {"environment": True, "shard": True},
        ),
        (
            [
                "{name: a, selectorLabels: {environment: a, shard: x}, "
                "servers: [{name: eu, target: x}, {name: us, target: y}]}"
            ],
            {"environment": False, "shard": False},
        ),
    ],
)
def test_labels_of_environments_are_fixed_by_selectors_alone(
    environments: list[str], labels: dict[str, bool]
) -> None:
    lines = "".join(f"    - {environment}\n" for environment in environments)
    files = laid_over(ENVIRONMENTS + lines) if lines else minimal_files()
    assert environment_labels(loaded(files)[0]) == labels


OPENSLO = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives: [{{target: {target}}}]
  alertPolicies:
"""
POLICY = """\
    - kind: AlertPolicy
      metadata: {{name: {name}, annotations: {{reliability/tier: {tier}}}}}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {{name: {name}}}
            spec:
              severity: page
              condition: {{kind: burnrate, op: gt, threshold: {factor}, lookbackWindow: 1h}}
        notificationTargets: [{{targetRef: nobody}}]
"""


@pytest.mark.parametrize(
    ("target", "factors", "worst"),
    [
        ("0.9", (5, 9), None),
        ("0.9", (20, 9), ("p0", 20.0, 2.0)),
        ("0.9", (20, 30, 25), ("p1", 30.0, 3.0)),
        ("0.5", (2, 1), ("p0", 2.0, 1.0)),
    ],
)
def test_the_worst_burn_rate_of_openslo_comes_first(
    target: str, factors: tuple[int, ...], worst: tuple[str, float, float] | None
) -> None:
    policies = "".join(
        POLICY.format(name=f"p{index}", tier="alert", factor=factor)
        for index, factor in enumerate(factors)
    )
    files = laid_over(OPENSLO.format(target=target) + policies)
    del files["services/attendance/alert-policy.yaml"]
    catalog, said = loaded(files)
    assert [finding.problem.message for finding in said] == []
    context = Context(today=TODAY, catalog=catalog)
    [objective] = context.objectives
    found = impossible(objective, context)
    shown = found and (found.speed, found.factor, round(found.error_ratio, 9))
    assert shown == worst
