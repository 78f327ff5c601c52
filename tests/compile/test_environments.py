"""One definition in several environments: what each server evaluates, and who is notified."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.load.catalog import Catalog
from reliability.resource import Resource
from tests.compile.environments import compiled, environment, environments, rule_files, server
from tests.compile.repositories import (
    GOOGLE_30D,
    OWNERSHIP,
    Document,
    catalog_of,
    ours,
    policy,
    slo,
    windows,
)
from tests.compile.scenarios import QUIET, Scenario, http, promtool_file
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

TEAM = ours("Team", "sales", members=["@sales"], channels={"alert": {"slack": "#a"}})
WEEK = windows(
    "7d",
    "7d",
    [("1h", "5m", "8%"), ("6h", "30m", "12.5%")],
    [("1d", "2h", "20%"), ("3d", "6h", "42%")],
)
PRODUCTION = environment("production", series="unlabeled", servers=[server("one", "prometheus")])
STAGING = environment(
    "staging", highestTier="ticket", servers=[server("staging", "prometheus-staging")]
)


def shop(*more: Document, owner: Document = OWNERSHIP, slos: tuple[Document, ...] = ()) -> Catalog:
    return catalog_of(GOOGLE_30D, WEEK, owner, *(slos or (slo(),)), policy(), *more)


def text(resource: Resource) -> str:
    return json.dumps(resource.body, sort_keys=True)


def rules(resource: Resource, kind: str) -> list[dict[str, Any]]:
    body: Any = resource.body
    return [rule for group in body["groups"] for rule in group["rules"] if kind in rule]


def test_without_environments_there_is_one_rule_file_for_every_target() -> None:
    [(name, resource)] = rule_files(shop()).items()
    assert (name, resource.targets) == ("shop", None)
    assert "environment" not in text(resource)


def test_an_environment_changes_no_rule_of_the_others() -> None:
    alone = rule_files(shop(environments(PRODUCTION)))
    both = rule_files(shop(environments(PRODUCTION, STAGING)))
    assert [*both] == ["shop", "shop.staging"]
    assert both["shop"].body == alone["shop"].body
    assert both["shop"].targets == ("prometheus",)
    assert both["shop.staging"].targets == ("prometheus-staging",)


def test_unlabeled_series_keep_their_labels_and_names() -> None:
    [before] = rule_files(shop()).values()
    [after] = rule_files(shop(environments(PRODUCTION))).values()
    assert after.id == before.id
    for kind in ("record", "alert"):
        was, now = rules(before, kind), rules(after, kind)
        assert [(each[kind], each["labels"]) for each in was] == [
            (each[kind], each["labels"]) for each in now
        ]
    # The rules read series without the label only, so that no other environment is in them.
    assert text(after).count("sloth_service=") == text(after).count('environment=\\"\\"')
    assert text(after).count("http_requests_total") == text(after).count('env=\\"production\\"')


def test_series_and_alerts_of_an_environment_carry_its_name() -> None:
    staging = rule_files(shop(environments(PRODUCTION, STAGING)))["shop.staging"]
    every = [*rules(staging, "record"), *rules(staging, "alert")]
    assert {each["labels"]["environment"] for each in every} == {"staging"}
    assert text(staging).count("http_requests_total") == text(staging).count('env=\\"staging\\"')


def test_no_tier_is_above_the_highest_of_the_environment() -> None:
    openslo = slo(
        alertPolicies=[
            {
                "kind": "AlertPolicy",
                "metadata": {"name": "burn", "annotations": {"reliability/tier": "alert"}},
                "spec": {
                    "conditions": [
                        {
                            "kind": "AlertCondition",
                            "metadata": {"name": "fast"},
                            "spec": {
                                "severity": "page",
                                "condition": {
                                    "kind": "burnrate",
                                    "op": "gt",
                                    "threshold": 2,
                                    "lookbackWindow": "1h",
                                },
                            },
                        }
                    ],
                    "notificationTargets": [{"targetRef": "nobody"}],
                },
            }
        ]
    )
    signal = {"name": "Down", "kind": "symptom", "tier": "alert", "expr": "up == 0"}
    log = environment("log", highestTier="log", servers=[server("log", "prometheus-log")])
    catalog = catalog_of(
        GOOGLE_30D,
        OWNERSHIP,
        openslo,
        policy(signals=(signal,)),
        environments(PRODUCTION, STAGING, log),
    )

    tiers = {
        name: {rule["labels"]["tier"] for rule in rules(resource, "alert")}
        for name, resource in rule_files(catalog).items()
    }
    assert tiers == {"shop": {"alert", "ticket"}, "shop.staging": {"ticket"}, "shop.log": {"log"}}


def test_overrides_apply_in_their_environment_only() -> None:
    written = slo(
        annotations={"target.staging": "0.9", "period.staging": "7d"},
    )
    entry = {
        "slo": "shop-checkout",
        "environments": {"staging": {"windows": "7d", "tiers": {"slow": "log"}}},
    }
    owner = ours(
        "Ownership",
        "shop",
        team="sales",
        criticality="critical",
        environments={"production": None, "staging": {"notify": "platform"}},
    )
    declared = environments(PRODUCTION, STAGING)
    files = rule_files(catalog_of(GOOGLE_30D, WEEK, owner, written, policy(entry), declared))

    def shown(name: str) -> tuple[set[str], set[str], set[str]]:
        constants = {
            rule["expr"] for rule in rules(files[name], "record") if rule["expr"][:7] == "vector("
        }
        alerts = rules(files[name], "alert")
        return (
            constants,
            {rule["labels"]["tier"] for rule in alerts},
            {rule["labels"]["team"] for rule in alerts},
        )

    assert shown("shop") == (
        {"vector(0.999)", "vector(0.001)", "vector(30)", "vector(1)"},
        {"alert", "ticket"},
        {"sales"},
    )
    assert shown("shop.staging") == (
        {"vector(0.9)", "vector(0.1)", "vector(7)", "vector(1)"},
        {"ticket", "log"},
        {"platform"},
    )


def test_a_service_runs_only_where_its_owner_says() -> None:
    owner = ours(
        "Ownership",
        "shop",
        team="sales",
        criticality="critical",
        environments={"production": None},
    )
    assert [*rule_files(shop(environments(PRODUCTION, STAGING), owner=owner))] == ["shop"]


SHARDED = environment(
    "production",
    servers=[
        server("eu", "prometheus-eu-a", replicas=["prometheus-eu-b"]),
        server("us", "prometheus-us"),
    ],
    ruler={"target": "global"},
)
SIGNALS = (
    {"name": "Down", "kind": "symptom", "tier": "ticket", "expr": "up == 0"},
    {"name": "Alive", "kind": "heartbeat", "tier": "log", "expr": "vector(1)"},
)


def test_an_slo_over_several_servers_is_evaluated_by_the_ruler() -> None:
    catalog = catalog_of(
        GOOGLE_30D, OWNERSHIP, slo(), policy(signals=SIGNALS), environments(SHARDED)
    )
    files = rule_files(catalog)
    assert {name: each.targets for name, each in files.items()} == {
        "shop.production.eu": ("prometheus-eu-a", "prometheus-eu-b"),
        "shop.production.us": ("prometheus-us",),
        "shop.production": ("global",),
    }
    assert [rule["alert"] for rule in rules(files["shop.production.eu"], "alert")] == [
        "Down",
        "Alive",
    ]
    assert {rule["alert"] for rule in rules(files["shop.production"], "alert")} == {
        "ErrorBudgetBurn",
        "SLINoData",
        "Alive",
    }


def test_with_per_shard_every_shard_has_a_budget() -> None:
    written = slo(annotations={"per-shard": "true"})
    files = rule_files(shop(environments(SHARDED), slos=(written,)))
    assert [*files] == ["shop.production.eu", "shop.production.us"]
    assert {rule["labels"]["shard"] for rule in rules(files["shop.production.us"], "record")} == {
        "us"
    }


def test_a_service_on_one_server_needs_no_ruler() -> None:
    owner = ours(
        "Ownership",
        "shop",
        team="sales",
        criticality="critical",
        environments={"production": {"servers": ["us"]}},
    )
    files = rule_files(shop(environments(SHARDED), owner=owner))
    assert [*files] == ["shop.production.us"]


def test_alerts_of_two_environments_or_shards_are_neither_grouped_nor_inhibited_together() -> None:
    catalog = shop(TEAM, environments(PRODUCTION, STAGING))
    [config] = [
        made.body
        for made in compiled(catalog)
        if isinstance(made, Resource) and made.id.kind == "config"
    ]
    body: Any = json.loads(json.dumps(config))
    [rule] = body["inhibit_rules"]
    assert {"environment", "shard"} <= {*rule["equal"]}
    groups = [text for text in _groups(body["route"]) if "slo" in text]
    assert groups
    assert all({"environment", "shard"} <= {*names} for names in groups)


def _groups(route: Any) -> list[list[str]]:
    own = [route["group_by"]] if "group_by" in route else []
    return [*own, *(each for inner in route.get("routes", ()) for each in _groups(inner))]


def test_two_environments_with_prefixed_labels() -> None:
    notification = ours(
        "NotificationPolicy",
        "notification",
        tiers={"alert": {}, "ticket": {}, "log": {}},
        alertLabels="prefixed",
    )
    staging = rule_files(shop(notification, environments(PRODUCTION, STAGING)))["shop.staging"]
    assert {rule["labels"]["reliability_environment"] for rule in rules(staging, "alert")} == {
        "staging"
    }


@pytest.mark.tools
def test_two_environments_on_one_server_do_not_see_each_other(
    generation: Generation, tmp_path: Path
) -> None:
    """Staging fails: a ticket of staging, and nothing of production."""
    production = environment(
        "production", series="unlabeled", servers=[server("one", "prometheus")]
    )
    staging = environment("staging", highestTier="ticket", servers=[server("one", "prometheus")])
    files = rule_files(shop(environments(production, staging)))
    both = {"groups": [group for each in files.values() for group in _renamed(each)]}

    healthy = http((60000, 0.0001, 60), more=',env="production"')
    failing = http((60000, 0.5, 60), more=',env="staging"')
    played = promtool_file(both, Scenario({**healthy, **failing}, firing={1: QUIET}))
    [test] = played["tests"]
    test["promql_expr_test"] = [
        {
            "expr": 'count by (tier, environment) (ALERTS{alertname="ErrorBudgetBurn"})',
            "eval_time": "60m",
            "exp_samples": [{"labels": '{tier="ticket",environment="staging"}', "value": 1}],
        },
        {
            "expr": "slo:sli_error:ratio_rate5m > 0.1",
            "eval_time": "60m",
            "exp_samples": [
                {
                    "labels": 'slo:sli_error:ratio_rate5m{environment="staging",'
                    'sloth_id="shop-shop-checkout",sloth_service="shop",'
                    'sloth_slo="shop-checkout",sloth_window="5m"}',
                    "value": 0.5,
                }
            ],
        },
    ]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(both), encoding="utf-8")
    (tmp_path / "test.yml").write_text(yaml.safe_dump(played), encoding="utf-8")
    said = run_rule_tests(generation, tmp_path / "test.yml")
    assert said.accepted, said.text


def _renamed(resource: Resource) -> list[Any]:
    """The groups under names that say their environment, as two rule files are on one server."""
    body: Any = json.loads(json.dumps(resource.body))
    return [{**group, "name": f"{resource.id.name}-{group['name']}"} for group in body["groups"]]


def test_the_tests_of_the_rules_hold_in_each_environment(
    generation: Generation, tmp_path: Path
) -> None:
    catalog = shop(environments(PRODUCTION, STAGING))
    for made in compiled(catalog, tests=True):
        if isinstance(made, Resource) and made.id.kind in ("rules", "tests"):
            folder = "prometheus" if made.id.kind == "rules" else "prometheus-tests"
            (tmp_path / folder).mkdir(exist_ok=True)
            body = json.loads(json.dumps(made.body))
            (tmp_path / folder / f"{made.id.name}.yml").write_text(yaml.safe_dump(body))
    files = sorted((tmp_path / "prometheus-tests").iterdir())
    assert [file.name for file in files] == ["shop.staging.yml", "shop.yml"]
    said = run_rule_tests(generation, *files)
    assert said.accepted, said.text
