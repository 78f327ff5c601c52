"""Objectives with their references followed: SLI, team, alert policy, alerts."""

from datetime import timedelta
from decimal import Decimal

from reliability.load.catalog import Catalog
from reliability.promql.query import SelectorQuery
from reliability.resolve.objectives import Objective, objectives
from reliability.resolve.signals import signals
from reliability.resolve.sli import RatioSli
from tests.check.examples import laid_over, minimal_files
from tests.check.repository import loaded

TWO = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - {displayName: "Within 500 ms", targetPercent: 99}
    - {displayName: Nearly all, target: 0.9999}
"""


def catalog_of(example: str) -> Catalog:
    catalog, findings = loaded(laid_over(example) if example else minimal_files())
    assert findings == []
    return catalog


def resolved(example: str) -> list[Objective]:
    return list(objectives(catalog_of(example)))


def tiers(objective: Objective) -> dict[str, list[float]]:
    return {
        alert.tier: [pair.factor(alert.period) for pair in alert.pairs]
        for alert in objective.alerts
    }


def test_an_objective_knows_its_service_team_sli_and_runbook() -> None:
    [objective] = resolved("")
    assert (objective.service, objective.team) == ("attendance", "workforce")
    assert objective.identity == "attendance-clock-in"
    assert objective.runbook == "docs/runbooks/clock-in.md"
    assert objective.target == Decimal("0.999")
    assert objective.period == timedelta(days=30)
    assert isinstance(objective.sli, RatioSli)
    assert objective.sli.counts == "good"
    assert objective.sli.total == SelectorQuery('http_requests_total{job="attendance"}')


def test_each_tier_has_one_alert_with_all_its_pairs() -> None:
    [objective] = resolved("")
    assert tiers(objective) == {"alert": [14.4, 6.0], "ticket": [3.0, 1.0]}


def test_both_speeds_in_one_tier_are_one_alert() -> None:
    example = (
        "# services/attendance/alert-policy.yaml\nkind: AlertPolicy\nspec:\n  objectives:\n"
        "    - {slo: attendance-clock-in, tiers: {fast: ticket}}\n"
    )
    [objective] = resolved(example)
    assert tiers(objective) == {"ticket": [14.4, 6.0, 3.0, 1.0]}


def test_several_objectives_have_names_of_their_own() -> None:
    first, second = resolved(TWO)
    assert first.identity == "attendance-clock-in-within-500-ms"
    assert first.target == Decimal("0.99")
    assert second.identity == "attendance-clock-in-nearly-all"
    assert {alert.objective for alert in first.alerts} == {"within-500-ms"}


def test_the_entry_for_one_objective_goes_before_the_one_for_all() -> None:
    entries = (
        "# services/attendance/alert-policy.yaml\nkind: AlertPolicy\nspec:\n  objectives:\n"
        "    - {slo: attendance-clock-in, runbook: docs/all.md}\n"
        "    - {slo: attendance-clock-in, objective: nearly-all, runbook: docs/one.md}\n"
    )
    first, second = resolved(TWO + entries)
    assert (first.runbook, second.runbook) == ("docs/all.md", "docs/one.md")


def test_without_an_entry_or_a_window_set_there_are_no_alerts() -> None:
    policy = "# services/attendance/alert-policy.yaml\nkind: AlertPolicy\nspec:\n  objectives: "
    [none] = resolved(policy + "[]\n")
    assert (none.alerts, none.source) == ((), None)
    [unknown] = resolved(policy + "[{slo: attendance-clock-in, windows: of-nobody}]\n")
    assert unknown.alerts == ()
    assert unknown.source is not None


def test_the_policys_default_windows_are_used_where_none_are_named() -> None:
    example = (
        "# policies/more.yaml\nkind: BurnRateWindows\nmetadata: {name: ours}\nspec:\n"
        "  period: 30d\n  fast: [{long: 2h, short: 10m, budget: 4%}]\n  slow: []\n"
        "# policies/slo.yaml\nkind: SloPolicy\nspec:\n  defaultWindows: ours\n"
    )
    [objective] = resolved(example)
    assert tiers(objective) == {"alert": [14.4]}


def test_an_sli_may_be_shared_and_count_what_is_bad() -> None:
    example = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicatorRef: shared
# services/attendance/sli.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: shared}
spec:
  ratioMetric:
    counter: true
    bad: {metricSource: {metricSourceRef: main, spec: {query: failed}}}
    total: {metricSource: {type: prometheus, spec: {query: seen}}}
# policies/sources.yaml
apiVersion: openslo/v1
kind: DataSource
metadata: {name: main}
spec: {type: Prometheus, connectionDetails: {}}
"""
    [objective] = resolved(example)
    assert isinstance(objective.sli, RatioSli)
    assert (objective.sli.counts, objective.sli.events) == ("bad", SelectorQuery("failed"))


def test_an_sli_of_another_type_is_none_that_we_read() -> None:
    example = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: a}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Datadog, spec: {query: "sum:x{*}"}}}
        total: {metricSource: {type: Datadog, spec: {query: "sum:y{*}"}}}
"""
    [objective] = resolved(example)
    assert objective.sli is None


def test_a_signal_knows_its_service_team_and_tier() -> None:
    catalog = catalog_of("")
    [heartbeat] = signals(catalog)
    assert (heartbeat.service, heartbeat.team, heartbeat.tier) == (
        "monitoring",
        "workforce",
        "alert",
    )
    assert heartbeat.route == ("spec", "signals", 0)
