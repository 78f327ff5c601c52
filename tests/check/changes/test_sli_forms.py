"""The form of an SLI: the same queries, read as another kind of series, count other failures."""

import pytest

from tests.check.changes.test_changes import compared
from tests.check.examples import laid_over

EVENTS = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {{name: failed}}
    spec:
      ratioMetric:
        counter: {}
        bad: {{metricSource: {{type: Prometheus, spec: {{query: bad_total}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: calls_total}}}}}}
"""
RAW = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {{name: share}}
    spec:
      ratioMetric:
        rawType: {}
        raw: {{metricSource: {{type: Prometheus, spec: {{query: share}}}}}}
"""
CHANGED = ("slo-loosened", "counter or rawType of the SLI changed")


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [(EVENTS, "true", "false"), (EVENTS, "false", "true"), (RAW, "success", "failure")],
)
def test_another_form_of_the_same_queries_needs_approval(form: str, old: str, new: str) -> None:
    base = laid_over(form.format(old))
    assert CHANGED in compared(laid_over(form.format(new)), base)
    assert CHANGED not in compared(base, base)


def test_a_query_that_is_gone_is_named_instead_of_the_form() -> None:
    messages = compared(laid_over(RAW.format("success")), laid_over(EVENTS.format("true")))
    assert CHANGED not in messages
    assert ("slo-loosened", "the total query of the SLI was removed") in messages
