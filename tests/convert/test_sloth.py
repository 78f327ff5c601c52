"""Sloth's SLOs become ours, and whatever of them does not is said on its line."""

from pathlib import Path
from typing import Any

import pytest

from reliability.convert.converter import ConversionOptions
from reliability.convert.gathering import GatheredFiles
from reliability.convert.sloth.windows import period_of_days
from tests.convert.imported import document, imported, rules_found, said

SPEC = """\
version: prometheus/v1
service: shop
labels: {owner: sales}
slos:
  - name: checkout
    objective: 99.9
    description: People can pay.
    labels: {grade: 1, fresh: true}
    sli:
      events:
        error_query: sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total[{{.window}}]))
    alerting:
      name: CheckoutBurns
      labels: {category: availability}
      annotations: {runbook: https://wiki.example.com/checkout}
      page_alert: {labels: {severity: page}}
      ticket_alert: {annotations: {slack: sales}}
"""
CRD = """\
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {name: shop, namespace: monitoring}
spec:
  service: shop
  labels: {owner: sales}
  slos:
    - name: checkout
      objective: 99.9
      description: People can pay.
      labels: {grade: 1, fresh: true}
      sli:
        events:
          errorQuery: sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))
          totalQuery: sum(rate(http_requests_total[{{.window}}]))
      alerting:
        name: CheckoutBurns
        labels: {category: availability}
        annotations: {runbook: https://wiki.example.com/checkout}
        pageAlert: {labels: {severity: page}}
        ticketAlert: {annotations: {slack: sales}}
"""
SLO = "services/shop/slo.yaml"
POLICY = "services/shop/alert-policy.yaml"


def imported_text(text: str, **wishes: Any) -> GatheredFiles:
    return imported({"sloth.yml": text}, ConversionOptions(**wishes))


@pytest.mark.parametrize(("text", "spec"), [(SPEC, "prometheus/v1"), (CRD, "sloth.slok.dev/v1")])
def test_an_slo_is_carried_over_with_all_that_sloth_knows_of_it(text: str, spec: str) -> None:
    gathered = imported_text(text)
    slo = document(gathered, SLO)
    assert slo["metadata"] == {
        "name": "checkout",
        "labels": {"owner": "sales", "grade": "1", "fresh": "true"},
        "annotations": {
            "reliability/status": "provisional",
            "sloth/spec": spec,
            "sloth/alert": "CheckoutBurns",
            "alert-labels.sloth/category": "availability",
            "alert-annotations.sloth/runbook": "https://wiki.example.com/checkout",
            "page-labels.sloth/severity": "page",
            "ticket-annotations.sloth/slack": "sales",
        },
    }
    assert slo["spec"]["objectives"] == [{"targetPercent": 99.9}]
    assert slo["spec"]["description"] == "People can pay."
    ratio = slo["spec"]["indicator"]["spec"]["ratioMetric"]
    assert ratio["counter"] is True
    assert ratio["bad"]["metricSource"]["spec"]["query"].startswith("sum(rate(http_requests_total{")
    [entry] = document(gathered, POLICY)["spec"]["objectives"]
    assert entry == {
        "slo": "checkout",
        "windows": "google-30d",
        "tiers": {"fast": "ticket", "slow": "ticket"},
        "runbook": "https://wiki.example.com/checkout",
    }


def test_what_check_finds_afterwards_is_what_was_to_be_decided() -> None:
    assert rules_found(imported_text(SPEC, team="sales")) == {
        "person-undecided",
        "slo-agreement-missing",
        "slo-journey-missing",
        "slo-review-overdue",
        "team-channel-missing",
    }


def test_diagnostics_name_the_lines() -> None:
    assert said(imported_text(SPEC)) == [
        "sloth.yml:5: decide: the SLO period is 30d, the default of Sloth: "
        "no spec contains the period",
        "sloth.yml:5: decide: SLO checkout has no user journey and no approval on record",
        "sloth.yml:14: changed: checkout: its alerts are named ErrorBudgetBurn and get the "
        "generated labels",
    ]


def test_the_label_of_a_team_names_the_owner() -> None:
    path = "services/shop/ownership.yaml"
    assert document(imported_text(SPEC), path)["spec"]["team"] == "sales"
    both = SPEC.replace("owner: sales", "owner: sales, team: Web Shop")
    assert document(imported_text(both), path)["spec"]["team"] == "web-shop"
    assert document(imported_text(SPEC, team="other"), path)["spec"]["team"] == "other"


@pytest.mark.parametrize(
    ("before", "after", "diagnostic"),
    [
        ("page_alert:", "pageAlert:", "17: left out: pageAlert is ignored by Sloth"),
        ("owner: sales", "_owner: sales", "3: left out: checkout: _owner is not a valid"),
        ("objective: 99.9", "objective: 100", "6: left out: checkout: an objective of 100 leaves"),
        ("description:", "descripton:", "7: left out: descripton is ignored by Sloth"),
        ("name: checkout", "name: Check_Out", "5: changed: the SLO Check_Out is named check-out"),
        ("service: shop", "service: The Shop", "2: changed: the service The Shop is named the-"),
        ("labels: {severity: page}", "disable: true", "17: changed: checkout: the page alert is"),
        ("slack: sales", "slack: https://hooks.slack.com/services/T0/B0/x9", "18: left out: "
         "checkout: slack contains a secret"),
        ("https://wiki", "ftp://wiki", "14: decide: checkout: no runbook annotation"),
        ("sum(rate(http_requests_total[", "sum(rat(http[", "12: decide: checkout: "
         "not valid PromQL: unknown function with name 'rat'"),
        ("labels: {grade", "plugins: {chain: [{id: my/v1}]}\n    labels: {grade",
         "8: left out: checkout: the plugin my/v1 is not imported"),
    ],
)  # fmt: skip
def test_whatever_is_not_as_it_was_is_said(before: str, after: str, diagnostic: str) -> None:
    assert before in SPEC
    told = said(imported_text(SPEC.replace(before, after)))
    assert [line for line in told if line.startswith(f"sloth.yml:{diagnostic}")], told


def test_queries_that_a_plugin_makes_are_to_be_generated_first() -> None:
    start, end = SPEC.index("      events:"), SPEC.index("    alerting:")
    text = f"{SPEC[:start]}      plugin: {{id: shop/availability, options: {{a: b}}}}\n{SPEC[end:]}"
    gathered = imported_text(text)
    assert [line for line in said(gathered) if "the plugin shop/availability" in line] == [
        "sloth.yml:10: decide: checkout: its queries come from the plugin shop/availability, "
        "not from a file"
    ]
    assert not [path for path in gathered.files if path.name == "slo.yaml"]


def test_a_raw_ratio_is_one_of_failures() -> None:
    start, end = SPEC.index("      events:"), SPEC.index("    alerting:")
    text = f"{SPEC[:start]}      raw: {{error_ratio_query: 'job:errors:ratio[{{{{.window}}}}]'}}\n"
    text = text.replace("job:errors:ratio[", "avg_over_time(job:errors:ratio[").replace("]'", "])'")
    ratio = document(imported_text(text + SPEC[end:]), SLO)["spec"]["indicator"]["spec"]
    assert ratio["ratioMetric"] == {
        "rawType": "failure",
        "raw": {
            "metricSource": {
                "type": "Prometheus",
                "spec": {"query": "avg_over_time(job:errors:ratio[{{.window}}])"},
            }
        },
    }


WINDOWS = """\
---
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 4, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 42, shortWindow: 6h, longWindow: 3d}
"""


def test_windows_that_are_shipped_are_named() -> None:
    gathered = imported_text(SPEC + WINDOWS.replace("Percent: 4,", "Percent: 8,"))
    assert document(gathered, SLO)["spec"]["timeWindow"] == [{"duration": "7d", "isRolling": True}]
    assert document(gathered, POLICY)["spec"]["objectives"][0]["windows"] == "7d"
    assert not [path for path in gathered.files if "burn" in path.name]


def test_other_windows_become_a_set() -> None:
    gathered = imported_text(SPEC + WINDOWS)
    windows = document(gathered, "policies/burn-rates-imported.yaml")
    assert windows["spec"]["fast"] == [
        {"long": "1h", "short": "5m", "budget": "4%"},
        {"long": "6h", "short": "30m", "budget": "12.5%"},
    ]
    entry = document(gathered, POLICY)["spec"]["objectives"][0]
    assert entry["windows"] == windows["metadata"]["name"]
    assert not [each for each in rules_found(gathered) if each.startswith("burn-")]


@pytest.mark.parametrize("share", [".nan", ".inf", "-1", "0", "101", "1.0e+308", "true", "'4'"])
def test_a_share_that_is_none_makes_no_set(share: str) -> None:
    gathered = imported_text(SPEC + WINDOWS.replace("Percent: 4,", f"Percent: {share},"))
    told = said(gathered)
    assert [line for line in told if "the window set is not imported" in line]
    assert document(gathered, SLO)["spec"]["timeWindow"] == [{"duration": "30d", "isRolling": True}]


def test_one_name_in_two_services_gets_the_service_in_front() -> None:
    gathered = imported_text(f"{SPEC}---\n{SPEC.replace('service: shop', 'service: store')}")
    slo = document(gathered, "services/store/slo.yaml")
    assert slo["metadata"]["name"] == "store-checkout"
    assert slo["metadata"]["annotations"]["sloth/name"] == "checkout"


def test_a_list_of_kubernetes_holds_slos() -> None:
    inner = "".join(f"    {line}\n" for line in CRD.splitlines()).replace("    api", "  - api", 1)
    gathered = imported_text(f"apiVersion: v1\nkind: List\nitems:\n{inner}")
    assert document(gathered, SLO)["metadata"]["name"] == "checkout"


def test_the_same_slo_twice_is_said() -> None:
    told = said(imported_text(f"{SPEC}---\n{SPEC}"))
    assert [line for line in told if line.endswith("left out: shop already has an SLO checkout")]


def test_all_examples_of_sloth_are_imported_together(corpora: Path) -> None:
    files = {
        path.relative_to(corpora).as_posix(): path.read_text()
        for folder in ("examples", "windows")
        for path in sorted((corpora / "sloth" / folder).glob("*.y*ml"))
    }
    gathered = imported(files)
    assert [line for line in said(gathered) if "ignored by Sloth" in line] == [
        "sloth/examples/openslo-getting-started.yml:10: left out: "
        "displayName is ignored by Sloth and is not imported"
    ]
    assert rules_found(gathered) == {
        "alert-without-runbook",
        "burn-alert-impossible",
        "sli-query-invalid",
        "slo-agreement-missing",
        "slo-journey-missing",
        "slo-review-overdue",
        "slo-shares-sli",
        "team-unknown",
    }


@pytest.mark.parametrize("word", ["yes", "on", "True", "y"])
def test_an_alert_is_off_by_the_words_that_sloth_reads(word: str) -> None:
    gathered = imported_text(SPEC.replace("page_alert: {", f"page_alert: {{disable: {word}, "))
    [entry] = document(gathered, POLICY)["spec"]["objectives"]
    assert entry["tiers"] == {"fast": "log", "slow": "ticket"}


ALPHA_RATIO = """\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: orders, displayName: Orders}
spec:
  service: shop
  budgetingMethod: Occurrences
  objectives:
    - displayName: fast enough
      ratioMetrics:
        incremental: true
        good: {source: prometheus, queryType: promql, query: orders_ok_total}
        total: {source: prometheus, queryType: promql, query: orders_total}
      target: 0.99
  timeWindows: [{count: 30, unit: Day, isRolling: true}]
"""


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("source: prometheus", "source: datadog", "source is datadog"),
        ("source: prometheus, ", "", "source is missing"),
        ("queryType: promql", "queryType: query", "queryType is query"),
        ("queryType: promql, ", "", "queryType is missing"),
    ],
)
def test_openslo_alpha_of_another_source_is_refused_as_sloth_does(
    before: str, after: str, why: str
) -> None:
    gathered = imported_text(ALPHA_RATIO.replace(before, after, 1))
    assert not any(path.name == "slo.yaml" for path in gathered.files)
    assert any(why in each and "the SLO is not imported" in each for each in said(gathered))


@pytest.mark.parametrize(
    ("windows", "duration"),
    [
        ("[{count: 30, unit: Day, isRolling: true}]", "30d"),
        ("[{count: 1, unit: Day}]", "1d"),
        ("[{count: 28, unit: Day}, {count: 7, unit: Day}]", "28d"),
        ("[{count: 0, unit: Day}]", None),
        ("[{count: -1, unit: Day}]", None),
        ("[{count: 4, unit: Week}]", None),
        ("[{count: x, unit: Day}]", None),
    ],
)
def test_a_window_of_openslo_alpha_is_a_number_of_days(windows: str, duration: str | None) -> None:
    gathered = imported_text(
        ALPHA_RATIO.replace("[{count: 30, unit: Day, isRolling: true}]", windows)
    )
    [written] = [path for path in gathered.files if path.name == "slo.yaml"]
    period = {"duration": duration or "30d", "isRolling": True}
    assert document(gathered, str(written))["spec"]["timeWindow"] == [period]
    assumed = "the time window is not a number of days; 30 days are assumed"
    assert any(assumed in line for line in said(gathered)) is (duration is None)


@pytest.mark.parametrize("source", ["prometheus", "sloth"])
def test_no_key_of_openslo_alpha_is_dropped_without_a_diagnostic(source: str) -> None:
    text = ALPHA_RATIO.replace("source: prometheus", f"source: {source}")
    gathered = imported_text(text)
    assert any(path.name == "slo.yaml" for path in gathered.files)
    unread = [each for each in said(gathered) if "is ignored by Sloth and is not imported" in each]
    assert [each.split(": ")[2].split()[0] for each in unread] == [
        "displayName",
        "displayName",
        "incremental",
    ]


def test_a_fault_behind_a_window_is_not_blamed_on_the_window() -> None:
    gathered = imported_text(SPEC.replace('code=~"5.."', "code=~b"))
    helps = [
        diagnostic.problem.help
        for diagnostic in gathered.diagnostics
        if "PromQL" in diagnostic.problem.message
    ]
    assert helps
    assert "write [{{.window}}]" not in helps


CORE = "sloth.dev/core"
WHOLE = (
    f"{{id: {CORE}/sli_rules/v1}}, {{id: {CORE}/metadata_rules/v1}}, {{id: {CORE}/alert_rules/v1}}"
)


@pytest.mark.parametrize(
    ("plugins", "diagnostics"),
    [
        (f"chain: [{WHOLE}]", []),
        (f"chain: [{WHOLE}], overridePrevious: true", []),
        (
            f"chain: [{{id: {CORE}/sli_rules/v1, config: {{a: 1}}}}]",
            [f"left out: checkout: config and priority of {CORE}/sli_rules/v1 are not imported"],
        ),
        (
            f"chain: [{{id: {CORE}/sli_rules/v1, priority: 5}}]",
            [f"left out: checkout: config and priority of {CORE}/sli_rules/v1 are not imported"],
        ),
        (
            "chain: [{id: my/v1, config: {a: 1}}, {id: other/v1}]",
            [
                "left out: checkout: the plugin my/v1 with its config is not imported",
                "left out: checkout: the plugin other/v1 is not imported",
            ],
        ),
        (
            "chain: [{id: sloth.dev/contrib/validate_victoria_metrics/v1}]",
            ["changed: checkout: queries may be MetricsQL, but check only accepts PromQL"],
        ),
        (
            f"chain: [{{id: {CORE}/sli_rules/v1}}], overridePrevious: true",
            [
                "changed: checkout: the chain omits metadata_rules, alert_rules, "
                "but reliability writes these rules"
            ],
        ),
        (f"chain: [{{id: {CORE}/sli_rules/v1}}], overridePrevious: false", []),
        ("chain: [], other: 1", ["left out: other is ignored by Sloth and is not imported"]),
    ],
)
def test_each_plugin_of_a_chain_that_is_lost_is_named(plugins: str, diagnostics: list[str]) -> None:
    text = SPEC.replace("    labels: {grade", f"    plugins: {{{plugins}}}\n    labels: {{grade")
    plain = {line.partition(": ")[2] for line in said(imported_text(SPEC))}
    lines = [line.partition(": ")[2] for line in said(imported_text(text))]
    assert [line for line in lines if line not in plain] == diagnostics


def test_a_list_of_kubernetes_holds_windows_too() -> None:
    items = "".join(
        "".join(f"    {line}\n" for line in text.removeprefix("---\n").splitlines()).replace(
            "    api", "  - api", 1
        )
        for text in (CRD, WINDOWS)
    )
    gathered = imported_text(f"apiVersion: v1\nkind: List\nitems:\n{items}")
    assert document(gathered, SLO)["spec"]["timeWindow"] == [{"duration": "7d", "isRolling": True}]
    assert document(gathered, "policies/burn-rates-imported.yaml")["spec"]["period"] == "7d"


@pytest.mark.parametrize(
    ("days", "name"),
    [(30, "google-30d"), (28, "google-28d"), (7, "7d"), (29, "for-29d"), (90, "for-90d")],
)
def test_a_period_has_its_shipped_windows_or_some_of_its_own(days: int, name: str) -> None:
    period = period_of_days(days)
    assert (period.length.days, period.windows) == (days, name)
