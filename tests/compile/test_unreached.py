"""A tier without a channel is one problem of its team, however many alerts need it."""

from typing import Any

from tests.compile.alertmanager_cases import (
    TWO_TEAMS,
    WEB,
    alert_policy,
    compiled,
    notification,
    signal,
)
from tests.compile.environments import environment, environments

WEB_FILE = "policies/teams/web.yaml"
SHOP = "services/shop/alert-policy.yaml"
ENVIRONMENTS = {
    "policies/environments.yaml": environments(environment("production"), environment("staging"))
}


def messages(**files: Any) -> list[tuple[str, str, list[str]]]:
    """The team's file, the message and the labels of each problem of a channel."""
    _, problems = compiled({**TWO_TEAMS, **files})
    return [
        (str(problem.at.path), str(problem.message), [str(one.message) for one in problem.related])
        for problem in problems
    ]


def without_channel(tier: str) -> Any:
    """The web team without a channel of a tier."""
    channels = {key: each for key, each in WEB["spec"]["channels"].items() if key != tier}
    spec = {key: each for key, each in WEB["spec"].items() if key != "onCall"}
    return WEB | {"spec": spec | {"channels": channels}}


def test_several_tickets_without_a_channel_are_one_problem() -> None:
    policy = alert_policy("shop", signal("One", "ticket"), signal("Two", "ticket"))
    expected = [
        (
            WEB_FILE,
            "tickets of shop reach no one: team web has no Slack channel, no webhook and no issue "
            "tracker",
            ["shop uses the tier"],
        )
    ]
    files = {WEB_FILE: without_channel("ticket"), SHOP: policy}
    assert messages(**files) == expected
    assert messages(**files, **ENVIRONMENTS) == expected


def test_several_alerts_without_a_channel_are_one_problem() -> None:
    policy = alert_policy("shop", signal("One", "alert"), signal("Two", "alert"))
    [(path, message, _)] = messages(**{WEB_FILE: without_channel("alert"), SHOP: policy})
    assert (path, message[:29]) == (WEB_FILE, "alerts of shop reach no one: ")


def test_logs_need_no_channel() -> None:
    policy = alert_policy("shop", signal("One", "log"))
    assert messages(**{SHOP: policy}) == []


def test_a_heartbeat_without_a_switch_is_one_problem() -> None:
    policy = alert_policy("shop", *TWO_TEAMS[SHOP]["spec"]["signals"])
    quiet = {"policies/notification.yaml": notification(slack={"apiUrl": "file:/secrets/slack"})}
    expected: list[tuple[str, str, list[str]]] = [
        (SHOP, "the heartbeat reaches no one: no dead man's switch is set", [])
    ]
    assert messages(**{SHOP: policy, **quiet}) == expected
    assert messages(**{SHOP: policy, **quiet, **ENVIRONMENTS}) == expected
