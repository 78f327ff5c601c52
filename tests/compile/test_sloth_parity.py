"""What is built of Sloth's own examples is what Sloth generated of them, but for what is listed."""

import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from reliability.compile.sloth.rules import prometheus_duration
from reliability.model.kind import parse_duration
from tests.compile.sloth_parity import REASONS, built, pairs, table

KNOWN: Final = {
    "getting-started.yml": {"label cmd": 15, "label sloth_version": 1},
    "home-wifi.yml": {"label cmd": 30, "label sloth_version": 2},
    "k8s-getting-started.yml": {"label cmd": 15, "label sloth_version": 1},
    "multifile.yml": {"label cmd": 30, "label sloth_version": 2},
    "no-alerts.yml": {"label cmd": 15, "label sloth_version": 1},
    "openslo-getting-started.yml": {"label cmd": 15, "label sloth_version": 1},
    "victoria-metrics.yml": {"label cmd": 30, "label sloth_version": 2},
}
PAGE: Final = Path(__file__).parents[2] / "docs/reference/sloth.md"


def test_every_pair_differs_in_what_is_known_and_in_nothing_else(corpora: Path) -> None:
    found = pairs(corpora)
    sys.stdout.write("\n".join(table(found)))
    assert {each.name: dict(each.differences) for each in found} == KNOWN
    assert sum(each.rules for each in found) == 166
    assert {kind for each in KNOWN.values() for kind in each} == set(REASONS)


def test_the_page_shows_the_table_that_is_measured(corpora: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "\n".join(table(pairs(corpora))) in page
    for kind, reason in REASONS.items():
        assert f"`{kind.removeprefix('label ')}`" in page
        assert reason in page


SPEC: Final = """\
version: prometheus/v1
service: svc01
labels: {global01k1: global01v1}
slos:
  - name: slo1
    objective: 99.9
    sli:
      raw:
        error_ratio_query: |
          sum(rate(e{job="x"}[{{.window}}]))
          /
          sum(rate(t{job="x"}[{{.window}}]))
    alerting:
      name: myServiceAlert
      page_alert: {labels: {alert03k1: alert03v1}}
      ticket_alert: {disable: true}
"""
FOUR_WEEKS: Final = """\
---
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 28d
  page:
    quick: {errorBudgetPercent: 2, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 10, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 10, shortWindow: 6h, longWindow: 3d}
"""


def rules_of(text: str) -> list[dict[str, Any]]:
    _, [resource] = built("s.yml", text)
    body: Any = resource.body
    return [rule for group in body["groups"] for rule in group["rules"]]


def test_a_raw_ratio_stands_in_parentheses_as_it_was_written() -> None:
    [first, *_] = rules_of(SPEC)
    assert first["expr"] == ('(sum(rate(e{job="x"}[5m]))\n/\nsum(rate(t{job="x"}[5m]))\n)')


def test_an_alert_that_is_disabled_is_not_there() -> None:
    alerts = [rule for rule in rules_of(SPEC) if "alert" in rule]
    assert [rule["labels"] for rule in alerts] == [
        {"alert03k1": "alert03v1", "sloth_severity": "page"}
    ]
    assert alerts[0]["annotations"]["title"] == (
        "(page) {{$labels.sloth_service}} {{$labels.sloth_slo}} SLO error budget burn rate "
        "is too fast."
    )


def test_four_weeks_have_sloths_own_doubles_and_its_name_of_the_period() -> None:
    rules = rules_of(SPEC + FOUR_WEEKS)
    assert [each["record"] for each in rules if "record" in each][7] == (
        "slo:sli_error:ratio_rate4w"
    )
    [page] = [each["expr"] for each in rules if "alert" in each]
    assert "> (13.44 * 0.0009999999999999432)" in page
    assert "> (5.6000000000000005 * 0.0009999999999999432)" in page
    days = [each["expr"] for each in rules if each.get("record") == "slo:time_period:days"]
    assert days == ["vector(28)"]


@pytest.mark.parametrize(
    ("written", "as_prometheus_has_it"),
    [("5m", "5m"), ("30d", "30d"), ("28d", "4w"), ("25h", "1d1h"), ("90m", "1h30m"), ("3d", "3d")],
)
def test_durations_are_written_as_prometheus_does(written: str, as_prometheus_has_it: str) -> None:
    assert prometheus_duration(parse_duration(written)) == as_prometheus_has_it


def test_what_is_built_loads_as_yaml_with_the_names_of_the_specification() -> None:
    text = SPEC.replace("svc01", "My_Service").replace("name: slo1", "name: My_SLO")
    gathered, [resource] = built("s.yml", text)
    names = [group["name"] for group in resource.body["groups"]]  # type: ignore[index,call-overload,union-attr]
    assert names[0] == "sloth-slo-sli-recordings-My_Service-My_SLO"
    assert sorted(path.as_posix() for path in gathered.files) == [
        "services/my-service/alert-policy.yaml",
        "services/my-service/ownership.yaml",
        "services/my-service/slo.yaml",
    ]
    assert yaml.safe_load(next(iter(gathered.files.values())))["kind"] == "AlertPolicy"
