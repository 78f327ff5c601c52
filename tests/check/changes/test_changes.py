"""Rules of changes: what is found when a base is given, where, and in which words."""

import re

import pytest

from reliability.finding import Finding
from tests.check.examples import Files, laid_over, minimal_files
from tests.check.repository import checked, found

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
CHANGES = {
    "tier-changed",
    "slo-loosened",
    "slo-labels-changed",
    "slo-renamed",
    "slo-deleted",
    "signal-deleted",
    "policy-changed",
}


def edited(path: str, *edits: tuple[str, str], files: Files | None = None) -> Files:
    """The files (the minimal repository) with some text of one replaced."""
    changed = dict(files or minimal_files())
    for old, new in edits:
        assert old in changed[path], old
        changed[path] = changed[path].replace(old, new)
    return changed


def of_changes(findings: list[Finding]) -> list[tuple[str, str]]:
    """Rule and message of what the rules of changes say, waived or not."""
    return [(each.rule, each.problem.message) for each in findings if each.rule in CHANGES]


def compared(head: Files, base: Files | None = None) -> list[tuple[str, str]]:
    return of_changes(checked(head, base=base or minimal_files()))


def test_without_a_base_no_rule_of_changes_says_anything() -> None:
    assert of_changes(checked(edited(SLO, ("0.999", "0.9")))) == []


def test_the_same_tree_on_both_sides_has_no_change() -> None:
    assert compared(minimal_files()) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        (SLO, "target: 0.999", "target: 0.99", "target was lowered from 0.999 to 0.99"),
        (
            SLO,
            "target: 0.999",
            "targetPercent: 99.8",
            "target was lowered from 0.999 to 0.998",
        ),
        (
            SLO,
            'code!~"5.."',
            'code!~"5..|404"',
            "the good query changed and may count fewer failures",
        ),
        (
            SLO,
            "duration: 30d",
            "duration: 28d",
            "the SLO period changed from 30d, rolling to 28d, rolling",
        ),
        (
            SLO,
            "budgetingMethod: Occurrences\n  objectives:\n    - target: 0.999",
            "budgetingMethod: RatioTimeslices\n  objectives:\n"
            "    - {target: 0.999, timeSliceWindow: 5m}",
            "budgetingMethod changed from Occurrences to RatioTimeslices",
        ),
        (
            POLICY,
            "runbook: docs/runbooks/clock-in.md",
            "runbook: docs/runbooks/clock-in.md\n      minimumFailures: 5",
            "minimumFailures was raised from 0 to 5",
        ),
        (
            POLICY,
            "runbook: docs/runbooks/clock-in.md",
            "runbook: docs/runbooks/clock-in.md\n      noData: {after: 2h}",
            "noData.after was raised from 15 min to 2 h",
        ),
    ],
)
def test_what_lets_more_pass_is_called_out(path: str, old: str, new: str, message: str) -> None:
    assert compared(edited(path, (old, new))) == [("slo-loosened", message)]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (SLO, "target: 0.999", "target: 0.9995"),
        (SLO, "target: 0.999", "targetPercent: 99.9"),
        (SLO, '{job="attendance",code!~"5.."}', '{ job="attendance", code!~"5.." }'),
        (SLO, '{job="attendance",code!~"5.."}', '{code!~"5..", job="attendance"}'),
        (SLO, 'code!~"5.."', 'code!~"5..",method="GET"'),
        (SLO, "start of the day", "end of the day"),
        (SLO, "clock-in-success", "clocked-in"),
        (POLICY, "docs/runbooks/clock-in.md", "docs/runbooks/heartbeat.md"),
    ],
)
def test_what_lets_no_more_pass_is_no_finding(path: str, old: str, new: str) -> None:
    assert compared(edited(path, (old, new))) == []


BAD_EVENTS = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {{name: failed}}
    spec:
      ratioMetric:
        counter: {counter}
        bad: {{metricSource: {{type: Prometheus, spec: {{query: '{bad}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: '{total}'}}}}}}
"""
BAD = 'calls_total{code=~"500|503"}'


@pytest.mark.parametrize(
    ("bad", "total", "counter", "roles"),
    [
        ('calls_total{code=~"503|500"}', "calls_total", "true", []),
        ('calls_total{code=~"500|503|504"}', "calls_total", "true", []),
        ('calls_total{code=~"5.."}', "calls_total", "true", []),
        ('sum by (job) (calls_total{code=~"500|503|504"})', "calls_total", "true", []),
        ('calls_total{code="500"}', "calls_total", "true", ["bad"]),
        ('calls_total{code=~"500|504"}', "calls_total", "true", ["bad"]),
        ('calls_total{code=~"500|503|504"} offset 1h', "calls_total", "true", ["bad"]),
        ('calls_total{code=~"500|503|504"}', 'calls_total{job="a"}', "true", ["bad", "total"]),
        ('calls_total{code=~"500|503|504"}', "calls_total", "false", ["bad"]),
        (BAD, 'calls_total{job="a"}', "true", ["total"]),
    ],
)
def test_bad_events_that_are_all_those_of_before_and_more_let_no_more_pass(
    bad: str, total: str, counter: str, roles: list[str]
) -> None:
    base = laid_over(BAD_EVENTS.format(bad=BAD, total="calls_total", counter=counter))
    files = laid_over(BAD_EVENTS.format(bad=bad, total=total, counter=counter))
    assert compared(files, base) == [
        ("slo-loosened", f"the {role} query changed and may count fewer failures") for role in roles
    ]


def test_a_bound_of_a_histogram_that_is_moved_is_called_out() -> None:
    good = 'http_requests_total{job="attendance",code!~"5.."}'
    base, head = (edited(SLO, (good, f'x_bucket{{le="{bound}"}}')) for bound in ("0.5", "2.5"))
    assert [rule for rule, _ in compared(head, base)] == ["slo-loosened"]


THRESHOLD = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {{name: seconds}}
    spec:
      thresholdMetric: {{metricSource: {{type: Prometheus, spec: {{query: max(seconds)}}}}}}
  objectives:
    - {{target: 0.999, op: {op}, value: {value}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (("lte", 1), ("lte", 2), ["the threshold was relaxed from 1 to 2"]),
        (("lte", 2), ("lte", 1), []),
        (("gte", 1), ("gte", 2), []),
        (("gte", 2), ("gte", 1), ["the threshold was relaxed from 2 to 1"]),
        (("lt", 1), ("lte", 1), ["op changed from lt to lte"]),
        (("lte", 1), ("lt", 1), []),
        (("lte", 1), ("gte", 1), ["op changed from lte to gte"]),
    ],
)
def test_a_threshold_is_loosened_to_its_lax_side(
    old: tuple[str, int], new: tuple[str, int], messages: list[str]
) -> None:
    base, head = (laid_over(THRESHOLD.format(op=op, value=value)) for op, value in (old, new))
    assert [message for rule, message in compared(head, base) if rule == "slo-loosened"] == messages


def test_a_ratio_that_becomes_a_threshold_has_another_operator() -> None:
    ratio, threshold = minimal_files(), laid_over(THRESHOLD.format(op="lte", value=2))
    assert [message for _, message in compared(threshold, ratio)] == [
        "the good query of the SLI was removed",
        "the total query of the SLI was removed",
        "the threshold query changed and may count fewer failures",
        "op changed from not set to lte",
    ]
    assert [message for _, message in compared(ratio, threshold)] == [
        "the threshold query of the SLI was removed",
        "the good query changed and may count fewer failures",
        "the total query changed and may count fewer failures",
        "op changed from lte to not set",
    ]


def test_an_operator_and_a_value_are_compared_each() -> None:
    base, head = (
        laid_over(THRESHOLD.format(op=op, value=value)) for op, value in (("gt", 1), ("gte", 0))
    )
    assert [message for _, message in compared(head, base)] == [
        "op changed from gt to gte",
        "the threshold was relaxed from 1 to 0",
    ]
    assert compared(base, head) == []


def test_another_window_set_is_called_out_on_its_entry() -> None:
    other = "\n---\napiVersion: reliability/v1\nkind: BurnRateWindows\nmetadata: {name: calm}\n"
    spec = "spec:\n  period: 30d\n  fast: [{long: 6h, short: 30m, budget: 20%}]\n"
    base = minimal_files()
    base["policies/burn-rates.yaml"] += other + spec
    head = edited(
        POLICY, ("- slo: attendance", "- windows: calm\n      slo: attendance"), files=base
    )
    findings = checked(head, base=base)
    assert of_changes(findings) == [("slo-loosened", "windows changed from google-30d to calm")]
    assert [line for _, _, line in found(findings)] == [7]


def test_a_query_that_several_promises_share_is_called_out_for_each() -> None:
    shared = """\
# services/attendance/sli.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: clocked}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: 'good_total'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'all_total'}}}
# services/attendance/slo.yaml
kind: SLO
spec: {indicatorRef: clocked}
---
kind: SLO
metadata: {name: other}
spec: {indicatorRef: clocked}
"""
    base, head = laid_over(shared), laid_over(shared.replace("good_total", "fine_total"))
    findings = [each for each in checked(head, base=base) if each.rule == "slo-loosened"]
    assert [each.problem.at.pointer for each in findings] == [("spec", "indicatorRef")] * 2
    assert compared(laid_over(shared), base) == []


TWO = "- {displayName: fast, target: 0.99}\n    - {displayName: good, target: 0.999}"


def test_an_objective_that_is_gone_is_called_out() -> None:
    base = edited(SLO, ("- target: 0.999", TWO))
    head = edited(SLO, ("- target: 0.999", "- {displayName: good, target: 0.999}"))
    assert compared(head, base) == [
        ("slo-loosened", "the objective attendance-clock-in-fast was removed")
    ]


def test_a_renamed_objective_is_compared_all_the_same() -> None:
    base = edited(SLO, ("- target: 0.999", "- {displayName: good, target: 0.999}"))
    head = edited(SLO, ("- target: 0.999", "- {displayName: fine, target: 0.99}"))
    assert sorted(compared(head, base)) == [
        (
            "slo-labels-changed",
            "the series of attendance-clock-in-good are now named attendance-clock-in-fine, "
            "so the 30d window starts again",
        ),
        ("slo-loosened", "target was lowered from 0.999 to 0.99"),
    ]


def test_a_budget_of_its_own_for_each_region_is_not_given_up_in_silence() -> None:
    grouped = ("    reliability/status", "    reliability/group-by: region\n    reliability/status")
    assert sorted(compared(minimal_files(), edited(SLO, grouped))) == [
        (
            "slo-labels-changed",
            "group-by changed from region to none, so the 30d window starts again",
        ),
        (
            "slo-loosened",
            "group-by lost region, so groups no longer have error budgets of their own",
        ),
    ]


def test_a_renamed_promise_says_what_is_lost_and_is_compared() -> None:
    head = edited(SLO, ("name: attendance-clock-in\n", "name: clock-in\n"), ("0.999", "0.99"))
    head = edited(POLICY, ("attendance-clock-in", "clock-in"), files=head)
    assert sorted(compared(head)) == [
        ("slo-loosened", "target was lowered from 0.999 to 0.99"),
        (
            "slo-renamed",
            "attendance-clock-in was renamed, "
            "so its 30d window, error budget and history start again",
        ),
    ]


def test_a_promise_that_moves_to_another_service_takes_other_labels() -> None:
    head = edited(SLO, ("service: attendance", "service: monitoring"))
    said = [message for rule, message in compared(head) if rule == "slo-labels-changed"]
    assert said == [
        "the series of attendance, attendance-clock-in are now named "
        "monitoring, attendance-clock-in, so the 30d window starts again"
    ]


def test_a_deleted_promise_names_the_alerts_that_go_with_it() -> None:
    head = edited(
        POLICY, (re.findall(r"  objectives:.*?\n  sig", minimal_files()[POLICY], re.S)[0], "  sig")
    )
    del head[SLO]
    assert compared(head) == [
        (
            "slo-deleted",
            "the SLO attendance-clock-in and its burn-rate alerts (alert, ticket) were removed",
        )
    ]


def without_attendance(files: Files) -> Files:
    return {path: text for path, text in files.items() if "/attendance/" not in path}


def test_a_service_that_is_gone_with_its_promise_is_spoken_of_where_it_was() -> None:
    findings = checked(without_attendance(minimal_files()), base=minimal_files())
    assert found(findings) == [("slo-deleted", SLO, 1)]


def test_a_deprecated_service_may_take_its_promise_with_it() -> None:
    path = "services/attendance/ownership.yaml"
    base = edited(path, ("criticality", "lifecycle: deprecated\n  criticality"))
    assert compared(without_attendance(base), base) == []


def test_a_promise_in_a_file_that_cannot_be_read_is_not_called_deleted() -> None:
    head = edited(SLO, ("kind: SLO", "kind: [SLO"))
    assert compared(head) == []


SIGNALS = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: {name}
      kind: symptom
      tier: {tier}
      slo: attendance-clock-in
      expr: up == 0
      runbook: docs/runbooks/clock-in.md
"""


def signal(name: str, tier: str) -> Files:
    return laid_over(SIGNALS.format(name=name, tier=tier))


def test_a_signal_in_another_tier_is_called_out_louder_or_quieter() -> None:
    assert compared(signal("Down", "ticket"), signal("Down", "alert")) == [
        ("tier-changed", "the tier of Down changed from alert to ticket")
    ]
    assert compared(signal("Down", "alert"), signal("Down", "log")) == [
        ("tier-changed", "the tier of Down changed from log to alert")
    ]


def test_an_entry_for_a_whole_promise_speaks_of_its_tier_once() -> None:
    base = edited(SLO, ("- target: 0.999", TWO))
    tiers = ("- slo", "- tiers: {fast: ticket, slow: log}\n      slo")
    assert compared(edited(POLICY, tiers, files=base), base) == [
        (
            "tier-changed",
            "the tier of the fast burn of attendance-clock-in changed from alert to ticket",
        ),
        (
            "tier-changed",
            "the tier of the slow burn of attendance-clock-in changed from ticket to log",
        ),
    ]


def test_a_tier_that_is_written_out_is_the_same_tier() -> None:
    tiers = ("- slo", "- tiers: {fast: alert, slow: ticket}\n      slo")
    assert compared(edited(POLICY, tiers)) == []


def test_an_alert_that_is_gone_is_called_out_and_a_ticket_is_not() -> None:
    assert compared(minimal_files(), signal("Down", "alert")) == [
        ("signal-deleted", "the alert Down was removed")
    ]
    assert compared(minimal_files(), signal("Down", "ticket")) == []


def test_a_signal_under_another_name_is_not_gone() -> None:
    assert compared(signal("Gone", "alert"), signal("Down", "alert")) == []


def test_a_heartbeat_that_is_gone_is_called_out() -> None:
    path = "services/monitoring/alert-policy.yaml"
    head = edited(path, ("name: MonitoringHeartbeat", "name: Other"), ("vector(1)", "vector(2)"))
    assert compared(head) == [("signal-deleted", "the heartbeat MonitoringHeartbeat was removed")]


CORRECTIONS = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - start: 2026-11-01T01:00:00Z
      end: 2026-11-01T02:00:00Z
      reason: The database moves
      approver: "@lead-workforce"
"""


def test_a_correction_that_is_new_or_longer_is_called_out() -> None:
    path = "services/attendance/corrections.yaml"
    message = "this correction is new, and what it covers costs no error budget"
    head = minimal_files() | {path: CORRECTIONS}
    longer = edited(path, ("T02:00", "T05:00"), files=head)
    assert compared(head) == [("slo-loosened", message)]
    assert compared(longer, head) == [("slo-loosened", message)]
    assert compared(head, head) == []
    assert compared(minimal_files(), head) == []


ALERT_POLICIES = """\
  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: burns, annotations: {reliability/tier: ticket}}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: fast}
            spec:
              severity: page
              condition:
                {kind: burnrate, op: gt, threshold: 14, lookbackWindow: 1h, alertAfter: 5m}
        notificationTargets: [{targetRef: pager}]
"""
POLICIES_KEPT = {
    SLO: minimal_files()[SLO].rstrip("\n") + "\n" + ALERT_POLICIES,
}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "threshold: 14",
            "threshold: 20",
            (
                "slo-loosened",
                "burns needs a burn rate above 20 over 1 h, and needed a burn rate above 14 over",
            ),
        ),
        (
            "alertAfter: 5m",
            "alertAfter: 1h",
            ("slo-loosened", "alertAfter of burns was raised from 5 min to 1 h"),
        ),
        ("name: burns", "name: burned", ("slo-loosened", "the alert policy burns")),
        (
            "reliability/tier: ticket",
            "reliability/tier: log",
            ("tier-changed", "changed from ticket to log"),
        ),
    ],
)
def test_alert_policies_of_openslo_are_compared_by_their_names(
    old: str, new: str, expected: tuple[str, str]
) -> None:
    base = minimal_files() | POLICIES_KEPT
    [(rule, message)] = compared(edited(SLO, (old, new), files=base), base)
    assert rule == expected[0]
    assert expected[1] in message


@pytest.mark.parametrize("sooner", ["op: gte, threshold: 14", "op: gt, threshold: 10"])
def test_an_alert_policy_of_openslo_that_fires_earlier_is_no_loosening(sooner: str) -> None:
    base = minimal_files() | POLICIES_KEPT
    head = edited(SLO, ("op: gt, threshold: 14", sooner), files=base)
    assert compared(head, base) == []
    [(rule, message)] = compared(base, head)
    assert rule == "slo-loosened"
    assert "burns needs a burn rate above 14 over 1 h, and needed a burn rate " in message
