"""`reliability import` and the label set: no label of a series is overwritten by an import."""

from pathlib import Path

import pytest
import yaml

from tests.cli.copied import copied
from tests.cli.program import in_process
from tests.convert.active_alerts import EvaluationFailed, active_alerts, as_before
from tests.servers.generation import Generation

RULES = """\
groups:
  - name: shop
    rules:
      - alert: TooManyErrors
        expr: sum by (service) (rate(errors_total[5m])) > 1
        annotations: {summary: "{{ $labels.service }} fails", runbook_url: "https://r.example/x"}
"""
HEARTBEATS = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: platform}
spec:
  service: platform
  signals:
    - {name: Watchdog, kind: heartbeat, tier: log, expr: vector(1)}
"""
OWNER = """\
apiVersion: reliability/v1
kind: Ownership
metadata: {name: platform}
spec: {team: platform, criticality: standard}
"""
POLICY = """\
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {name: default}
"""
FLOW = POLICY + "spec: {tiers: {alert: {}, ticket: {}, log: {}}}\n"
MISSING = POLICY + "spec:\n  # who is notified\n  tiers: {alert: {}, ticket: {}, log: {}}\n"
PLAIN = POLICY + "spec:\n  tiers: {alert: {}, ticket: {}, log: {}}\n  alertLabels: plain # short\n"


def with_heartbeats(root: Path, policy: str | None) -> Path:
    """A repository whose only alert is a heartbeat, with a notification policy or without."""
    files = {
        "policies/slo.yaml": "apiVersion: reliability/v1\nkind: SloPolicy\n"
        "metadata: {name: default}\nspec: {}\n",
        "services/platform/alert-policy.yaml": HEARTBEATS,
        "services/platform/ownership.yaml": OWNER,
        "rules.yml": RULES,
    } | ({} if policy is None else {"policies/notification.yaml": policy})
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_a_repository_with_plain_alerts_is_not_written_to(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "rules.yml").write_text(RULES, encoding="utf-8")
    refused = in_process("import", "rules.yml", "--service", "new", folder=root)
    assert refused.code == 2
    assert refused.err.startswith(
        "reliability: rules.yml:4:9: the series of 1 of 1 alerts may carry a label that the "
        "plain label set overwrites (first: service); write "
        "`alertLabels: prefixed`"
    )
    assert refused.err.endswith(
        ", which renames the labels of every alert, or pass --plain-labels\n"
    )
    assert not (root / "services" / "new").exists()


def test_plain_labels_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    into = ("--into", "new", "--plain-labels")
    ended = in_process("import", "rules.yml", *into, folder=tmp_path)
    assert ended.code == 0, ended.err
    assert "alert labels:" not in ended.out
    policy = yaml.safe_load((tmp_path / "new/policies/notification.yaml").read_text())
    assert policy["spec"]["alertLabels"] == "plain"
    assert "label-overwritten" in in_process("check", folder=tmp_path / "new").out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FLOW, FLOW.replace("{tiers", "{alertLabels: prefixed, tiers")),
        (MISSING, MISSING.replace("  tiers", "  alertLabels: prefixed\n  tiers")),
        (PLAIN, PLAIN.replace("plain # short", "prefixed # short")),
    ],
)
def test_the_policy_of_a_repository_with_nothing_but_heartbeats_is_edited(
    tmp_path: Path, before: str, after: str
) -> None:
    root = with_heartbeats(tmp_path, before)
    shown = in_process("import", "rules.yml", "--diff", folder=root)
    assert shown.code == 0, shown.err
    assert "--- policies/notification.yaml" in shown.out
    assert (root / "policies/notification.yaml").read_text() == before
    ended = in_process("import", "rules.yml", folder=root)
    assert ended.code == 0, ended.err
    assert "1 edited" in ended.out
    assert (root / "policies/notification.yaml").read_text() == after


@pytest.mark.parametrize("policy", [FLOW, MISSING, PLAIN, None])
def test_an_import_without_alerts_and_routes_leaves_the_policy_as_it_is(
    tmp_path: Path, policy: str | None
) -> None:
    root = with_heartbeats(tmp_path, policy)
    (root / "CODEOWNERS").write_text("* @web\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in (root / "policies").iterdir()}
    ended = in_process("import", "CODEOWNERS", folder=root)
    assert ended.code == 0, ended.err
    assert "files: 1 written\n" in ended.out
    assert "alert labels" not in ended.out
    assert {path: path.read_bytes() for path in (root / "policies").glob("*.yaml")} == before


def test_a_repository_with_prefixed_labels_keeps_them(tmp_path: Path) -> None:
    policy = PLAIN.replace("plain # short", "prefixed")
    root = with_heartbeats(tmp_path, policy)
    (root / "CODEOWNERS").write_text("* @web\n", encoding="utf-8")
    for name in ("CODEOWNERS", "rules.yml"):
        ended = in_process("import", name, folder=root)
        assert ended.code == 0, ended.err
        line = "alert labels: prefixed, so that no label of a series is overwritten\n"
        assert (line in ended.out, "edited" in ended.out) == (True, False)
        assert (root / "policies/notification.yaml").read_text() == policy


def test_a_repository_without_a_notification_policy_gets_one(tmp_path: Path) -> None:
    root = with_heartbeats(tmp_path, None)
    ended = in_process("import", "rules.yml", folder=root)
    assert ended.code == 0, ended.err
    policy = yaml.safe_load((root / "policies/notification.yaml").read_text())
    assert policy["spec"]["alertLabels"] == "prefixed"
    assert not (root / "policies/burn-rates.yaml").exists()


@pytest.mark.parametrize(
    ("route", "label_set"),
    [
        ("routes: [{receiver: ops, matchers: ['team=\"web\"']}]", "prefixed"),
        ("routes: [{receiver: ops, match_re: {service: a|b}}]", "prefixed"),
        ("group_by: [tier]", "prefixed"),
        ("routes: [{receiver: ops, matchers: ['myteam=\"web\"', 'job=\"team=x\"']}]", "plain"),
    ],
)
def test_routes_that_match_a_label_of_the_plain_set_keep_it_for_themselves(
    tmp_path: Path, route: str, label_set: str
) -> None:
    text = f"route: {{receiver: ops, {route}}}\nreceivers: [{{name: ops}}]\n"
    (tmp_path / "alertmanager.yml").write_text(text, encoding="utf-8")
    ended = in_process("import", "alertmanager.yml", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.err
    policy = yaml.safe_load((tmp_path / "new/policies/notification.yaml").read_text())
    assert policy["spec"]["alertLabels"] == label_set


SERIES = [
    {"series": 'errors_total{service="orders"}', "values": "0+300x20"},
    {"series": 'errors_total{service="mail"}', "values": "0+300x20"},
]


@pytest.mark.tools
def test_two_series_that_differ_in_service_alone_are_two_alerts_as_before(
    generation: Generation, tmp_path: Path
) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    before = active_alerts(generation, [tmp_path / "rules.yml"], SERIES, minutes=10)
    assert [dict(alert)["service"] for alert in sorted(before[9])] == ["mail", "orders"]
    ended = in_process("import", "rules.yml", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.err
    in_process("--root", "new", "build", "--out", "out", folder=tmp_path)
    built = sorted((tmp_path / "out" / "prometheus").glob("*.yml"))
    after = active_alerts(generation, built, SERIES, minutes=10)
    assert [as_before(alerts) for alerts in after] == before


@pytest.mark.tools
def test_with_plain_labels_the_same_alerts_fail_to_evaluate(
    generation: Generation, tmp_path: Path
) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    into = ("--into", "new", "--plain-labels")
    in_process("import", "rules.yml", *into, folder=tmp_path)
    in_process("--root", "new", "build", "--out", "out", folder=tmp_path)
    built = sorted((tmp_path / "out" / "prometheus").glob("*.yml"))
    with pytest.raises(EvaluationFailed, match="same labelset after applying alert labels"):
        active_alerts(generation, built, SERIES, minutes=10)
