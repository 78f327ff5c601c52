"""What cannot be as it was asked for is said where it was asked for, and left out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reliability.compile.alertmanager.templates import without_template
from reliability.finding import Problem
from reliability.location import Pointer, pointer_text
from reliability.render.yaml_text import yaml_text
from tests.compile.alertmanager_cases import (
    ALONE,
    BASE,
    INSIDE_THEIRS,
    SLACK,
    THEIRS,
    TWO_TEAMS,
    WEB,
    Files,
    alert_policy,
    compiled,
    config,
    notification,
    ownership,
    signal,
    team,
)
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config

POLICY, WEB_FILE = "policies/notification.yaml", "policies/teams/web.yaml"
SHOP = "services/shop/alert-policy.yaml"


def without(path: str, files: Files = TWO_TEAMS) -> dict[str, Any]:
    return {name: each for name, each in files.items() if name != path}


def with_web(**changes: Any) -> Files:
    """The two teams, where the web team's specification has some keys changed or, by None, not."""
    spec = {key: each for key, each in (WEB["spec"] | changes).items() if each is not None}
    return TWO_TEAMS | {WEB_FILE: WEB | {"spec": spec}}


def with_policy(tiers: Mapping[str, Any] | None = None, **changes: Any) -> Files:
    """The two teams under another policy, without what is None in the changes."""
    heartbeat = {"webhook": {"url": "https://switch.example.com/"}}
    spec = {"slack": SLACK, "heartbeat": heartbeat} | changes
    present = {key: each for key, each in spec.items() if each is not None}
    return TWO_TEAMS | {POLICY: notification(tiers, **present)}


def with_theirs(text: str) -> Files:
    return INSIDE_THEIRS | {BASE: text}


QUIET = {"wait": "1m", "interval": "1h", "repeat": "1d"}

PROBLEMS: list[tuple[str, Files, str, str, str]] = [
    (
        "no owner",
        without("services/lake/ownership.yaml"),
        "services/lake/alert-policy.yaml",
        "/spec/service",
        "lake has no owner, so no one can be notified",
    ),
    (
        "an unknown team",
        without("policies/teams/data.yaml"),
        "services/lake/ownership.yaml",
        "/spec/team",
        "unknown team data, so no one can be notified about lake",
    ),
    (
        "an unknown team of two services",
        without("policies/teams/data.yaml")
        | {"services/shop/ownership.yaml": ownership("shop", "data")},
        "services/lake/ownership.yaml",
        "/spec/team",
        "unknown team data, so no one can be notified about its 2 services",
    ),
    (
        "an alert that reaches nobody",
        with_web(onCall=None, channels={"ticket": {"slack": "#web-tickets"}}),
        WEB_FILE,
        "/spec/channels/alert",
        "alerts of shop reach no one: team web has no pager that may page, no Slack channel and no "
        "webhook",
    ),
    (
        "a ticket that reaches nobody",
        with_web(channels={"alert": {"slack": "#web-alerts"}}),
        WEB_FILE,
        "/spec/channels/ticket",
        "tickets of shop reach no one: team web has no Slack channel, no webhook and no issue "
        "tracker",
    ),
    (
        "a channel for log",
        with_web(channels=WEB["spec"]["channels"] | {"log": {"slack": "#web-log"}}),
        WEB_FILE,
        "/spec/channels/log/slack",
        "logs would be posted to #web-log, but no one should have to read the log tier",
    ),
    (
        "a mention without Slack",
        with_web(channels={"ticket": {"slack": "#web-tickets"}}),
        WEB_FILE,
        "/spec/onCall/mention",
        "<!subteam^S01WEB> is a Slack mention, but alerts of this team go to no Slack channel",
    ),
    (
        "a ticket that mentions",
        with_policy({"ticket": {"mention": True, "ticket": True}}),
        POLICY,
        "/spec/tiers/ticket/mention",
        "the ticket tier must not mention people; only alert may",
    ),
    (
        "a log that pages",
        with_policy({"log": {"page": True}}),
        POLICY,
        "/spec/tiers/log/page",
        "the log tier must not page; only alert may",
    ),
    (
        "a log that opens tickets",
        with_policy({"log": {"ticket": True}}),
        POLICY,
        "/spec/tiers/log/ticket",
        "the log tier must not open tickets; only alert and ticket may",
    ),
    (
        "an interval of nothing",
        with_policy({"ticket": {"grouping": QUIET | {"interval": "0s"}}}),
        POLICY,
        "/spec/tiers/ticket/grouping/interval",
        "the group interval is 0s; Alertmanager requires a longer one",
    ),
    (
        "a repeat that cannot be kept",
        with_policy({"ticket": {"grouping": QUIET | {"repeat": "5m"}}}),
        POLICY,
        "/spec/tiers/ticket/grouping/repeat",
        "the repeat interval is 5m, shorter than the group interval of 1h",
    ),
    (
        "a heartbeat without a switch",
        with_policy(heartbeat=None),
        SHOP,
        "/spec/signals/0/tier",
        "the heartbeat reaches no one: no dead man's switch is set",
    ),
    (
        "a heartbeat that never rests",
        with_policy(heartbeat={"webhook": {"url": "https://x.example.com/"}, "repeat": "0s"}),
        POLICY,
        "/spec/heartbeat/repeat",
        "the heartbeat repeats every 0s; the minimum is 1s",
    ),
    (
        "a receiver with one of our names",
        with_theirs(THEIRS.replace("old-web", "reliability/web/alert")),
        BASE,
        "/receivers/3/name",
        "receiver name reliability/web/alert is reserved",
    ),
    (
        "a receiver that is not there",
        with_theirs(THEIRS.replace("receiver: old-web", "receiver: new-web")),
        BASE,
        "/route/routes/2/receiver",
        "unknown receiver new-web",
    ),
    (
        "a pattern that cannot be read",
        with_theirs(THEIRS.replace('"web|data"', '"(?!web)"')),
        BASE,
        "/route/routes/2/match_re/team",
        "not a valid regular expression: '(?!web)': no such perl operator: (?!",
    ),
    (
        "no route",
        with_theirs("receivers: [{name: mail}]\n"),
        BASE,
        "/route",
        "missing key /route",
    ),
    (
        "no mapping",
        with_theirs("- nothing\n"),
        BASE,
        "",
        "expected a mapping with the key route",
    ),
    (
        "a word that YAML 1.1 takes otherwise",
        with_theirs(THEIRS.replace("send_resolved: false", "send_resolved: off")),
        BASE,
        "/receivers/2/webhook_configs/0/send_resolved",
        "Alertmanager reads off as false, since it reads YAML 1.1",
    ),
    (
        "a version that would lose its zero",
        with_theirs(THEIRS.replace("match: {", "match: {version: 1.10, ")),
        BASE,
        "/route/routes/1/match/version",
        "1.10 becomes 1.1 when the file is written with the generated routes",
    ),
    (
        "a label's value that would change its case",
        with_theirs(THEIRS.replace("match: {", "match: {canary: True, ")),
        BASE,
        "/route/routes/1/match/canary",
        "True becomes true when the file is written with the generated routes",
    ),
    (
        "a second document",
        with_theirs("# nothing\n---\n" + THEIRS + "---\n" + THEIRS),
        BASE,
        "",
        "more than one document in the file; Alertmanager reads one",
    ),
]


def places(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(str(p.at.path), pointer_text(p.at.pointer), p.message) for p in problems]


@pytest.mark.parametrize(
    ("files", "path", "pointer", "message"),
    [case[1:] for case in PROBLEMS],
    ids=[case[0] for case in PROBLEMS],
)
def test_a_problem_stands_where_it_was_asked_for(
    files: Files, path: str, pointer: str, message: str
) -> None:
    _, problems = compiled(files)
    assert places(problems) == [(path, pointer, message)]
    assert problems[0].help


@pytest.mark.tools
@pytest.mark.parametrize(
    "files", [case[1] for case in PROBLEMS], ids=[case[0] for case in PROBLEMS]
)
def test_a_configuration_with_problems_loads_or_is_not_made(
    files: Files, generation: Generation, tmp_path: Path
) -> None:
    body, _ = compiled(files)
    if body:
        (tmp_path / "alertmanager.yml").write_text(
            yaml_text(without_template(body)), encoding="utf-8"
        )
        said = check_alertmanager_config(generation, tmp_path / "alertmanager.yml")
        assert said.accepted, said.text


PORT = "https://hooks.example.com:port/"
NO_URL = "url must be an address with http:// or https:// and a host"


@pytest.mark.parametrize("base", [{}, {BASE: THEIRS}])
def test_what_alertmanager_refuses_of_a_generated_receiver_is_found_at_its_team(
    base: Files,
) -> None:
    channels = WEB["spec"]["channels"] | {"alert": {"slack": "#a", "webhook": {"url": PORT}}}
    body, problems = compiled(with_web(channels=channels) | base)
    assert places(problems) == [(WEB_FILE, "/spec/channels", NO_URL)]
    assert body == {}


def test_what_alertmanager_refuses_of_the_heartbeat_is_found_at_the_policy() -> None:
    _, problems = compiled(with_policy(heartbeat={"webhook": {"url": PORT}}))
    assert places(problems) == [(POLICY, "/spec/heartbeat", NO_URL)]


def test_a_configuration_that_cannot_be_merged_is_not_judged_as_a_whole() -> None:
    channels = WEB["spec"]["channels"] | {"alert": {"slack": "#a", "webhook": {"url": PORT}}}
    files = with_web(channels=channels) | {BASE: "receivers: [{name: mail}]\n"}
    _, problems = compiled(files)
    assert places(problems) == [(BASE, "/route", "missing key /route")]


def test_slack_without_an_address_is_told_of_at_each_channel() -> None:
    body, problems = compiled(without(POLICY))
    asked: list[Pointer] = [("spec", "channels", tier, "slack") for tier in ("alert", "ticket")]
    slack = [p.at.pointer for p in problems if "no Slack URL is set" in p.message]
    assert [*asked[:1], *asked] == slack
    assert "slack_configs" not in json.dumps(body)


def test_what_reaches_nobody_says_who_asks_for_it() -> None:
    me = team("me", channels={"alert": {"webhook": {"url": "file:/secrets/phone"}}})
    _, [problem] = compiled(ALONE | {"policies/teams/me.yaml": me})
    [label] = problem.related
    assert label.at.path.name == "alert-policy.yaml"
    assert label.message == "shop uses the tier"


def test_a_tier_that_nobody_asks_for_needs_no_way() -> None:
    me = team("me", channels={})
    logs = alert_policy("shop", signal("ShopLogged", "log"))
    config(ALONE | {"policies/teams/me.yaml": me, SHOP: logs})


def test_tickets_that_go_to_issues_only_are_left_to_the_command_that_opens_them() -> None:
    [ticket] = [r for r in config(ALONE)["receivers"] if r["name"] == "reliability/me/ticket"]
    assert ticket == {"name": "reliability/me/ticket"}


@pytest.mark.tools
def test_times_without_quotes_are_times(generation: Generation, tmp_path: Path) -> None:
    office = "time_intervals:\n  - name: office\n    time_intervals:\n"
    times = "      - {times: [{start_time: 09:00, end_time: 17:30}], weekdays: ['monday:friday']}\n"
    muted = "receiver: old-pager\n      mute_time_intervals: [office]"
    body, problems = compiled(
        with_theirs(THEIRS.replace("receiver: old-pager", muted) + office + times)
    )
    assert places(problems) == []
    (tmp_path / "alertmanager.yml").write_text(yaml_text(without_template(body)), encoding="utf-8")
    said = check_alertmanager_config(generation, tmp_path / "alertmanager.yml")
    assert said.accepted, said.text
    assert body["time_intervals"][0]["time_intervals"][0]["times"] == [
        {"start_time": "09:00", "end_time": "17:30"}
    ]


def test_a_heartbeat_may_repeat_every_second() -> None:
    webhook = {"url": "https://x.example.com/"}
    assert compiled(with_policy(heartbeat={"webhook": webhook, "repeat": "1s"}))[1] == []
