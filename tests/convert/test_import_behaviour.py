"""Alerts behave after an import as before it: same minutes, same labels, same names."""

from pathlib import Path

import pytest

from tests.convert.import_behaviour import compared
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
