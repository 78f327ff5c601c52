"""The Alertmanager configuration: golden files that load, and who is told what."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.alertmanager.routing import parse, walk
from reliability.compile.alertmanager.compiler import routing_of
from reliability.compile.alertmanager.templates import KEY, TEXT, name_of, without_template
from reliability.render.yaml_text import yaml_text
from tests.compile.alertmanager_cases import (
    ALONE,
    BASE,
    CASES,
    INSIDE_THEIRS,
    THEIRS,
    TWO_TEAMS,
    Files,
    catalog_at,
    compiled,
    config,
    notification,
)
from tests.golden import Golden
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config, receivers_of

GOLDEN = Path(__file__).parent / "golden"

WEB = {"service": "shop", "team": "web", "alertname": "ErrorBudgetBurn", "slo": "shop-checkout"}
LAKE = {"service": "lake", "team": "data", "alertname": "LakeFull", "kind": "cause"}
STRANGER = {"alertname": "InstanceDown", "severity": "critical"}


@pytest.mark.parametrize("case", CASES)
def test_a_repository_is_compiled_as_its_golden_file_says(case: str, golden: Golden) -> None:
    made = config(CASES[case])
    golden.check(GOLDEN / f"alertmanager-{case}.yml", yaml_text(without_template(made)))
    if KEY in made:
        golden.check(GOLDEN / "alertmanager.tmpl", made[KEY])
        assert made["templates"][-1] == name_of(made[KEY])


@pytest.mark.parametrize("new", ["data", "web"])
@pytest.mark.parametrize("files", [TWO_TEAMS, INSIDE_THEIRS], ids=["alone", "inside of theirs"])
def test_a_new_team_adds_lines_and_changes_none(files: Files, new: str) -> None:
    team = f"policies/teams/{new}.yaml"
    without = {path: document for path, document in files.items() if path != team}
    before, after = (yaml_text(compiled(made)[0]).splitlines() for made in (without, files))
    rest = iter(after)
    assert [line for line in before if line not in rest] == []
    assert sum("team=" in line for line in after) == 2


@pytest.mark.tools
@pytest.mark.parametrize("case", CASES)
def test_amtool_accepts_the_configuration_with_its_template_file(
    case: str, generation: Generation, tmp_path: Path
) -> None:
    file = tmp_path / "alertmanager.yml"
    shutil.copy(GOLDEN / f"alertmanager-{case}.yml", file)
    shutil.copy(GOLDEN / "alertmanager.tmpl", tmp_path / name_of(TEXT))
    said = check_alertmanager_config(generation, file)
    assert said.accepted, said.text


@pytest.mark.tools
@pytest.mark.parametrize(
    ("case", "labels", "receivers"),
    [
        ("two-teams", WEB | {"tier": "alert"}, ["reliability/web/alert"]),
        ("two-teams", WEB | {"tier": "ticket"}, ["reliability/web/ticket"]),
        ("two-teams", WEB | {"tier": "log"}, ["reliability/nobody"]),
        ("two-teams", WEB | {"tier": "alert", "kind": "heartbeat"}, ["reliability/heartbeat"]),
        ("two-teams", LAKE | {"tier": "alert"}, ["reliability/data/alert"]),
        ("two-teams", LAKE | {"tier": "log"}, ["reliability/data/log"]),
        ("two-teams", WEB | {"tier": "page"}, ["reliability/unrouted"]),
        ("two-teams", WEB | {"tier": "alert", "team": "gone"}, ["reliability/unrouted"]),
        ("two-teams", STRANGER, ["reliability/unrouted"]),
        ("alone", WEB | {"tier": "alert", "team": "me"}, ["reliability/me/alert"]),
        ("alone", WEB | {"tier": "ticket", "team": "me"}, ["reliability/me/ticket"]),
        ("inside-theirs", WEB | {"tier": "alert"}, ["reliability/web/alert"]),
        ("inside-theirs", WEB | {"tier": "log"}, ["reliability/nobody"]),
        ("inside-theirs", WEB | {"severity": "critical"}, ["audit", "old-pager"]),
        ("inside-theirs", {"team": "web"}, ["audit", "old-web"]),
        ("inside-theirs", {"team": "web", "tier": "alert"}, ["audit", "old-web"]),
        ("inside-theirs", {"alertname": "Other"}, ["audit"]),
    ],
)
def test_each_alert_goes_to_its_receiver(
    case: str, labels: Mapping[str, str], receivers: list[str], generation: Generation
) -> None:
    tree = routing_of(catalog_at(CASES[case]))
    assert tree is not None
    assert [route.receiver for route in walk(tree.root, labels)] == receivers
    file = GOLDEN / f"alertmanager-{case}.yml"
    assert receivers_of(generation, file, labels) == receivers


def test_what_the_team_had_stays_as_it_is() -> None:
    theirs, merged = yaml.safe_load(THEIRS), without_template(config(INSIDE_THEIRS))
    for team in ("data", "web"):
        assert merged["route"]["routes"].pop(0)["matchers"][1] == f'team="{team}"'
    assert merged["templates"].pop() == name_of(TEXT)
    merged["receivers"] = [
        each for each in merged["receivers"] if not each["name"].startswith("reliability/")
    ]
    assert merged["inhibit_rules"].pop()["equal"][-2:] == ["region", "tenant"]
    assert merged == theirs


def test_the_order_of_files_and_teams_changes_nothing() -> None:
    reversed_files = dict(reversed([*TWO_TEAMS.items()]))
    assert yaml_text(config(reversed_files)) == yaml_text(config(TWO_TEAMS))


@pytest.mark.parametrize(
    ("files", "alert_tier"),
    [
        (TWO_TEAMS, ["reliability/data/alert", "reliability/web/alert"]),
        (ALONE, []),
        (INSIDE_THEIRS, ["reliability/data/alert", "reliability/web/alert"]),
    ],
    ids=["two teams", "no channel for alerts", "inside of theirs"],
)
def test_only_the_alert_tier_mentions_or_pages(files: Files, alert_tier: list[str]) -> None:
    assert [
        receiver["name"]
        for receiver in config(files)["receivers"]
        if "pagerduty_configs" in receiver or any("<" in text for text in bare(receiver))
    ] == alert_tier


def bare(value: Any) -> Iterator[str]:
    """Every text in a value, without the escapes that templates write."""
    match value:
        case str():
            yield value.replace('"<" "&lt;"', "")
        case dict():
            for inner in value.values():
                yield from bare(inner)
        case list():
            for inner in value:
                yield from bare(inner)
        case _:
            pass


def test_a_policy_that_lets_nothing_page_or_mention_gets_neither() -> None:
    quiet = notification({"alert": {}}, slack={"apiUrl": "file:/secrets/slack"})
    body, _ = compiled({**TWO_TEAMS, "policies/notification.yaml": quiet})
    [web] = [each for each in body["receivers"] if each["name"] == "reliability/web/alert"]
    assert set(web) == {"name", "slack_configs"}
    assert "pretext" not in web["slack_configs"][0]


def test_alerts_that_may_open_tickets_reach_the_webhook_of_tickets_too() -> None:
    both = notification({"alert": {"page": True, "ticket": True}}, slack={"apiUrl": "file:/slack"})
    body, _ = compiled({**TWO_TEAMS, "policies/notification.yaml": both})
    [data] = [each for each in body["receivers"] if each["name"] == "reliability/data/alert"]
    assert [hook.get("url_file") for hook in data["webhook_configs"]] == [
        None,
        "/secrets/data-tickets",
    ]


def test_promises_are_told_apart_by_every_label_that_has_a_budget_of_its_own() -> None:
    tree = parse(config(TWO_TEAMS))
    alert = WEB | {"tier": "alert", "objective": "fast", "region": "eu"}
    [route] = walk(tree.root, alert)
    assert route.group(alert | {"instance": "a"}) == {
        key: alert[key] for key in ("alertname", "service", "slo", "objective", "region")
    }
    [rule] = tree.inhibitions
    assert rule.silences(alert, alert | {"tier": "ticket"})
    assert not rule.silences(alert, alert | {"tier": "ticket", "region": "us"})


def test_heartbeats_are_told_one_by_one_each_time_the_switch_waits_for() -> None:
    tree = parse(config(TWO_TEAMS))
    [route] = walk(tree.root, WEB | {"tier": "alert", "kind": "heartbeat"})
    assert route.group_by == ("...",)
    assert route.group_wait.total_seconds() == 0
    ticks = route.repeat_interval // route.group_interval + 1
    assert (ticks * route.group_interval).total_seconds() == 300


def test_without_teams_there_is_nothing_to_configure() -> None:
    assert compiled({"policies/notification.yaml": notification()}) == ({}, [])


def test_without_teams_theirs_is_all_there_is() -> None:
    merged = config({BASE: THEIRS})
    assert merged["route"] == yaml.safe_load(THEIRS)["route"]
