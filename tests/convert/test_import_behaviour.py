"""Alerts behave after an import as before it: same minutes, same labels, same names."""

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from tests.cli.program import reliability
from tests.convert.import_behaviour import compared
from tests.convert.imported import imported
from tests.servers.generation import Generation

RULES = """\
groups:
  - name: shop
    interval: 30s
    labels: {team: red}
    rules:
      - {alert: ProbeFailed, expr: 'probe_up{check="login"} != 1', for: 2m}
      - alert: QueueFull
        expr: queue_length > 100
        labels: {severity: warning, tier: "{{ $labels.tier }}"}
      - {alert: QueueFull, expr: queue_length > 1000, for: 5m, labels: {severity: critical}}
      - {alert: "Slow answers (p99)", expr: 'histogram_quantile(0.99, rate(x_bucket[5m])) > 5'}
      - {alert: Errors, expr: 'rate(errors_total[5m]) > 0.5', keep_firing_for: 3m}
      - {alert: Gone, expr: 'absent(up{job="shop"})', for: 5m}
      - {alert: Restarts, expr: 'sum by (service, kind) (changes(start_time[10m])) > 2'}
"""


def folder_of(tmp_path: Path, rules: str = RULES) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "shop.yml").write_text(rules, encoding="utf-8")
    return folder


@pytest.mark.tools
def test_alerts_of_every_form_behave_as_before(generation: Generation, tmp_path: Path) -> None:
    comparison = compared(generation, folder_of(tmp_path))
    assert comparison.different == []
    assert (comparison.alike, dict(comparison.apart)) == (7, {})


@pytest.mark.tools
def test_plain_labels_beside_those_of_an_alert_are_no_difference(
    generation: Generation, tmp_path: Path
) -> None:
    rules = "groups: [{name: shop, rules: [{alert: Gone, expr: absent(shop_version) == 1}]}]"
    comparison = compared(generation, folder_of(tmp_path, rules))
    assert (comparison.different, comparison.alike) == ([], 1)


@pytest.mark.tools
def test_a_label_that_is_overwritten_is_seen_as_a_difference(
    generation: Generation, tmp_path: Path
) -> None:
    comparison = compared(generation, folder_of(tmp_path), options=("--plain-labels",))
    assert "shop.yml: ProbeFailed: the rule cannot be evaluated any more" in comparison.different


@pytest.mark.tools
@pytest.mark.parametrize("name", ["kube-prometheus", "awesome-prometheus-alerts"])
def test_a_sample_of_the_corpora_behaves_as_before(
    generation: Generation, corpora: Path, name: str
) -> None:
    comparison = compared(generation, corpora / "prometheus-rules" / name, most=12)
    assert comparison.different == []
    assert comparison.alike > 4


EXPRESSIONS = {
    "by": "sum by (LABEL) (rate(errors_total[5m])) > 1",
    "by of a selector": 'sum by (LABEL) (rate(errors_total{LABEL="orders"}[5m])) > 1',
    "without": "sum without (instance) (rate(errors_total[5m])) > 1",
    "label_replace": 'label_replace(sum by (app) (rate(errors_total[5m])), "LABEL", "$1", "app", '
    '"(.*)") > 1',
    "renamed away": 'sum by (x) (label_replace(rate(errors_total[5m]), "x", "$1", "LABEL", "(.*)"))'
    " > 1",
    "label_join": 'label_join(sum by (app) (rate(errors_total[5m])), "LABEL", "-", "app") > 1',
    "group_left": "sum by (app) (rate(errors_total[5m])) * on (app) group_left (LABEL) app_info"
    " > 1",
    "group_right": "app_info * on (app) group_right (LABEL) sum by (app) (rate(errors_total[5m]))"
    " > 1",
    "on": "sum by (LABEL) (rate(errors_total[5m])) / on (LABEL) "
    "sum by (LABEL) (rate(requests_total[5m])) > 0.01",
    "topk": "topk(5, sum by (LABEL) (rate(errors_total[5m]))) > 1",
    "count_values": 'count_values("LABEL", app_info) > 0',
    "or": "sum by (LABEL) (rate(errors_total[5m])) > 1 or sum by (app) (rate(x_total[5m])) > 1",
}
"""Ways in which the label of a series stays on the alert, or does not."""


BURN = """\
groups:
  - name: shop
    rules:
      - alert: Burns
        expr: >-
          (sum by (LABEL) (rate(errors_total[5m])) / sum by (LABEL) (rate(requests_total[5m]))
          > (14.4 * 0.001)) and (sum by (LABEL) (rate(errors_total[1h])) / sum by (LABEL)
          (rate(requests_total[1h])) > (14.4 * 0.001))
"""


def rules_of(expressions: Iterable[str], label: str) -> str:
    rules = [
        {"alert": f"Form{number}", "expr": expression.replace("LABEL", label)}
        for number, expression in enumerate(expressions)
    ]
    return yaml.safe_dump({"groups": [{"name": "shop", "rules": rules}]})


@pytest.mark.parametrize("label", ["service", "team", "tier", "kind"])
@pytest.mark.parametrize("form", EXPRESSIONS)
def test_each_form_alone_chooses_other_labels_than_those_of_its_series(
    form: str, label: str
) -> None:
    gathered = imported({"rules.yml": rules_of([EXPRESSIONS[form]], label)})
    found = gathered.collision.label if gathered.collision else None
    assert found == {"renamed away": None, "without": "service"}.get(form, label)


@pytest.mark.tools
@pytest.mark.parametrize("label", ["service", "tier"])
def test_a_label_of_ours_that_a_query_keeps_stays_on_the_alert(
    generation: Generation, tmp_path: Path, label: str
) -> None:
    comparison = compared(generation, folder_of(tmp_path, rules_of(EXPRESSIONS.values(), label)))
    assert comparison.different == []
    assert comparison.alike >= len(EXPRESSIONS) - 2, comparison.apart


@pytest.mark.parametrize("label", ["service", "team", "tier", "slo", "objective"])
def test_a_burn_rate_that_is_grouped_by_a_label_of_ours_can_be_built(
    tmp_path: Path, label: str
) -> None:
    """Its SLO was refused: the label of its groups was that of the alerts."""
    (tmp_path / "rules.yml").write_text(BURN.replace("LABEL", label), encoding="utf-8")
    into = ("--into", "new", "--service", "shop")
    ended = reliability("import", "rules.yml", *into, folder=tmp_path)
    assert ended.code == 0, ended.out
    policy = yaml.safe_load((tmp_path / "new/policies/notification.yaml").read_text())
    assert policy["spec"]["alertLabels"] == "prefixed"
    built = reliability("--root", "new", "build", "--out", "out", folder=tmp_path)
    assert built.code == 0, built
    text = (tmp_path / "out/prometheus/shop.yml").read_text(encoding="utf-8")
    assert f"sum by ({label})" in text
    assert "reliability_service: shop" in text
