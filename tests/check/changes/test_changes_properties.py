"""What always holds of a comparison, whatever the promise."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.check.changes.test_changes import compared
from tests.check.examples import Files, laid_over

TARGETS = st.integers(5000, 9999).map(lambda number: f"{number / 10000:.4f}")
WINDOWS = st.sampled_from(["7d", "28d", "30d"])
QUERIES = st.sampled_from(['code!~"5.."', 'code!~"5..|404"', 'code="200"'])
TIERS = st.sampled_from(["alert", "ticket", "log"])

SLO = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {{name: clock-in-success}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: Prometheus, spec: {{query: 'requests_total{{{query}}}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: 'requests_total'}}}}}}
  timeWindow: [{{duration: {window}, isRolling: true}}]
  objectives:
    - target: {target}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {{fast: {fast}, slow: {slow}}}
      minimumFailures: {floor}
      runbook: docs/runbooks/clock-in.md
"""


@st.composite
def repositories(draw: st.DrawFn) -> Files:
    return laid_over(
        SLO.format(
            query=draw(QUERIES),
            window=draw(WINDOWS),
            target=draw(TARGETS),
            fast=draw(TIERS),
            slow=draw(TIERS),
            floor=draw(st.integers(2, 9)),
        )
    )


FEW = settings(max_examples=40, deadline=None)


@FEW
@given(repositories())
def test_a_tree_is_no_change_of_itself(files: Files) -> None:
    assert compared(files, files) == []


@FEW
@given(repositories(), repositories())
def test_a_rule_speaks_only_of_what_differs(base: Files, head: Files) -> None:
    said = {rule for rule, _ in compared(head, base)}
    differs = {path for path in head if head[path] != base[path]}
    assert not said or differs
    tiers = [
        files["services/attendance/alert-policy.yaml"].split("\n")[4] for files in (base, head)
    ]
    assert ("tier-changed" in said) == (tiers[0] != tiers[1])


def with_target(target: str) -> Files:
    base = "# services/attendance/slo.yaml\nkind: SLO\nspec:\n  objectives: [{{target: {}}}]\n"
    return laid_over(base.format(target))


@FEW
@given(TARGETS, TARGETS)
def test_one_way_of_a_changed_target_is_loosened_and_the_other_is_not(one: str, two: str) -> None:
    there = compared(with_target(two), with_target(one))
    back = compared(with_target(one), with_target(two))
    rules = [[rule for rule, _ in said] for said in (there, back)]
    if one == two:
        assert rules == [[], []]
    else:
        assert sorted(rules) == [[], ["slo-loosened"]]
        assert (rules[0] == ["slo-loosened"]) == (float(two) < float(one))
