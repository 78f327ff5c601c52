"""How often rules are evaluated, and what their labels may never be."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from reliability.burnrate import SLOW_EVERY
from tests.compile.repositories import Document, ours, policy, rules_of, shop, slo
from tests.compile.scenarios import QUIET, TICKET, Scenario, promtool_file
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

LOOKBACK = timedelta(minutes=5)


def test_rules_over_a_day_or_more_are_in_a_slow_group_of_their_own() -> None:
    for group in rules_of(shop())["groups"]:
        days = [rule for rule in group["rules"] if re.search(r"\[\d+d\]", rule["expr"])]
        slow = group["interval"] == "2m"
        assert bool(days) == slow, group["name"]
        assert group["name"].endswith("-slow") == slow


def test_an_alert_on_long_windows_is_evaluated_with_them() -> None:
    fast, slow = rules_of(shop())["groups"]
    tiers = [
        [
            rule["labels"]["tier"]
            for rule in group["rules"]
            if rule.get("alert") == "ErrorBudgetBurn"
        ]
        for group in (fast, slow)
    ]
    assert tiers == [["alert"], ["ticket"]]


def test_a_lost_evaluation_of_the_slow_group_is_survived() -> None:
    """Trap F9: what is older than the lookback is gone, on Prometheus 3 what is as old too."""
    assert 2 * SLOW_EVERY < LOOKBACK


@pytest.mark.tools
@pytest.mark.parametrize(("every", "after_a_gap"), [(2, TICKET), (5, QUIET)])
def test_an_alert_on_values_two_minutes_apart_goes_on_over_a_gap_and_on_five_it_flaps(
    generation: Generation, tmp_path: Path, every: int, after_a_gap: dict[tuple[str, str], int]
) -> None:
    rules = rules_of(shop())
    alerts = [rule for rule in rules["groups"][1]["rules"] if "alert" in rule]
    rules = {"groups": [{"name": "alerts", "rules": alerts}]}
    blanks = " ".join(["_"] * (every - 1))
    values = f" {blanks} ".join(["1", "1", "1", "_", "1", "1"])
    names = 'sloth_service="shop",sloth_slo="shop-checkout"'
    series = {
        f'slo:sli_error:ratio_rate{window}{{{names},sloth_window="{window}"}}': values
        for window in ("2h", "1d", "6h", "3d")
    }
    lost = 4 * every - 1
    scenario = Scenario(series, {2 * every: TICKET, lost: after_a_gap, 4 * every: TICKET})
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(promtool_file(rules, scenario)))
    said = run_rule_tests(generation, tmp_path / "tests.yml")
    assert said.accepted, said.text


def labels_of_records(rules: Document) -> dict[str, set[str]]:
    return {
        rule["record"]: set(rule["labels"])
        for group in rules["groups"]
        for rule in group["rules"]
        if "record" in rule
    }


def test_labels_that_may_change_are_on_the_info_series_alone() -> None:
    """Trap: a label that changes makes a new series, and the sum over 30 days begins again."""
    promise = slo()
    before = labels_of_records(rules_of(shop(promise, policy())))
    promise["metadata"]["labels"] = {"tier": "2", "cost-center": "4711"}
    promise["metadata"]["annotations"] = {"reliability/status": "established"}
    team = ours("Team", "sales", members=["@one"])
    after = labels_of_records(rules_of(shop(promise, policy(), team)))
    changed = {record for record in after if after[record] != before[record]}
    assert changed == {"sloth_slo_info"}
    for record, labels in after.items():
        if record != "sloth_slo_info":
            assert labels <= {"sloth_id", "sloth_service", "sloth_slo", "sloth_window", "events"}
    assert {"tier", "cost_center", "status", "team"} <= after["sloth_slo_info"]
