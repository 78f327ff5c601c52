"""Configurations with a secret in plain text are blocked, and nothing else is."""

from typing import Any

import pytest

from reliability.plan.change import Blocked, Change, Claim, Create, Delete, Update
from reliability.plan.plain_secrets import without_plain_secrets
from reliability.plan.plan import Plan
from reliability.resource import Resource, ResourceId

CONFIG = ResourceId("am", "config", "alertmanager")
RULES = ResourceId("am", "rules", "search")
PLAIN: dict[str, Any] = {"global": {"smtp_auth_password": "correct horse"}}
FILED: dict[str, Any] = {"global": {"smtp_auth_password_file": "/run/secrets/smtp"}}


def config(body: dict[str, Any]) -> Resource:
    return Resource(CONFIG, body)


def receivers(count: int) -> dict[str, Any]:
    """So many receivers with a token each, which Alertmanager reads from no file."""
    return {
        "receivers": [
            {"name": "x", "webhook_configs": [{"url": "http://x", "secret": f"s3cret {number}"}]}
            for number in range(count)
        ]
    }


def shown(body: dict[str, Any]) -> list[str]:
    made = without_plain_secrets(Plan(target="am", changes=(Create(config(body)),)))
    return [item.why for item in made.blocked]


def where(count: int) -> str:
    return ", ".join(
        f"secret is in plain text at receivers[{number}].webhook_configs[0].secret"
        for number in range(count)
    )


@pytest.mark.parametrize(
    "change",
    [
        Create(config(PLAIN)),
        Update(config(FILED), config(PLAIN)),
        Claim(config(PLAIN)),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_configuration_with_a_plain_secret_is_blocked_however_it_comes(change: Change) -> None:
    other = Create(Resource(RULES, PLAIN))
    earlier = Blocked(RULES, "not ours")
    made = without_plain_secrets(Plan(target="am", changes=(change, other), blocked=(earlier,)))
    assert made.changes == (other,)
    assert made.blocked[0] == earlier
    assert [(item.id, item.why) for item in made.blocked[1:]] == [
        (
            CONFIG,
            "smtp_auth_password is in plain text at global.smtp_auth_password; "
            "write smtp_auth_password_file and a path",
        )
    ]


@pytest.mark.parametrize(
    "change",
    [
        Update(config(PLAIN), config(FILED)),
        Delete(config(PLAIN)),
        Create(Resource(RULES, PLAIN)),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_writes_no_secret_goes_on(change: Change) -> None:
    plan = Plan(target="am", changes=(change,))
    assert without_plain_secrets(plan) == plan


@pytest.mark.parametrize(
    ("count", "more"),
    [
        (1, ""),
        (3, ""),
        (4, ", and 1 more, which `reliability check` shows"),
        (6, ", and 3 more, which `reliability check` shows"),
    ],
)
def test_the_first_three_secrets_are_named_and_the_others_counted(count: int, more: str) -> None:
    assert shown(receivers(count)) == [where(min(count, 3)) + more]
