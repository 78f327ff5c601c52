"""A draft after decisions: what is removed is not written, and a policy of nothing neither."""

import csv
from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.check.repository import write
from tests.cli.program import in_process

TRIAGE = ("--today", "2026-11-25", "triage", "rules.yml", "--worksheet", "sheet.csv")
RULES = """\
groups:
  - name: shop
    rules:
      - {alert: QueueFull, expr: queue_length > 100, for: 10m, labels: {service: shop}}
      - {alert: DiskFull, expr: disk_free < 5, for: 10m, labels: {service: shop}}
      - {alert: Slow, expr: latency_seconds > 3, for: 10m, labels: {service: cart}}
"""


def drafted(root: Path, decisions: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The tiers of the signals in each drafted alert policy, after these decisions."""
    write({"rules.yml": RULES}, root)
    assert in_process(*TRIAGE, folder=root).code == 0
    sheet = root / "sheet.csv"
    with sheet.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["decided"] = decisions.get(row["name"], "")
    with sheet.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)

    ended = in_process(*TRIAGE, "--draft", "draft", "--team", "sales", folder=root)
    assert ended.code == 0, ended.err
    return {
        path.parent.name: {
            signal["name"]: signal["tier"]
            for document in yaml.safe_load_all(path.read_text())
            if document["kind"] == "AlertPolicy"
            for signal in document["spec"]["signals"]
        }
        for path in sorted((root / "draft").rglob("alert-policy.yaml"))
    }


def test_decided_tiers_are_written(tmp_path: Path) -> None:
    decisions = {"QueueFull": "alert", "DiskFull": "log", "Slow": "ticket"}
    assert drafted(tmp_path, decisions) == {
        "cart": {"Slow": "ticket"},
        "shop": {"DiskFull": "log", "QueueFull": "alert"},
    }


def test_a_removed_rule_is_not_in_the_draft(tmp_path: Path) -> None:
    decisions = {"QueueFull": "remove", "DiskFull": "log", "Slow": "ticket"}
    assert drafted(tmp_path, decisions)["shop"] == {"DiskFull": "log"}


def test_a_service_whose_rules_are_all_removed_has_no_policy(tmp_path: Path) -> None:
    decisions = {"QueueFull": "remove", "DiskFull": "remove", "Slow": "log"}
    assert drafted(tmp_path, decisions) == {"cart": {"Slow": "log"}}
