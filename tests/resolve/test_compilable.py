"""Why an objective is given to no tool: said where it was asked for, with a way out."""

import pytest

from reliability.model.openslo.slo import Slo
from reliability.resolve.compilable import unsupported, why_not_compiled
from tests.check.examples import laid_over
from tests.check.repository import loaded

SLO = "# services/attendance/slo.yaml\nkind: SLO\nspec:\n"
INDICATOR = "  indicator:\n    metadata: {name: a}\n    spec:\n"
GAUGE = "{metricSource: {type: Prometheus, spec: {query: x}}}"


def why(spec: str, more: str = "") -> tuple[str, int] | None:
    """The reason and its line, which every form of the question agrees on."""
    catalog, findings = loaded(laid_over(SLO + spec + more))
    assert findings == []
    slo = next(catalog.documents(Slo))
    problem = why_not_compiled(slo, 0, catalog)
    if problem is None:
        return None
    assert problem.help
    return problem.message, problem.at.span.line


def ratio(*parts: str) -> str:
    return INDICATOR + "      ratioMetric:\n" + "".join(f"        {part}\n" for part in parts)


def test_a_ratio_of_counters_over_a_rolling_window_is_compiled() -> None:
    assert why("  budgetingMethod: Occurrences\n") is None


@pytest.mark.parametrize(
    ("spec", "message", "line"),
    [
        (
            "  service: A B\n",
            "service name 'A B' cannot be a file name, so the SLO is not compiled",
            3,
        ),
        (
            "  service: ../x\n",
            "service name '../x' cannot be a file name, so the SLO is not compiled",
            3,
        ),
        (
            "  budgetingMethod: RatioTimeslices\n"
            "  objectives: [{target: 0.9, timeSliceWindow: 0m}]\n",
            "a slice of 0s is shorter than two scrape intervals, 1m",
            4,
        ),
        (
            "  budgetingMethod: RatioTimeslices\n"
            "  objectives: [{target: 0.9, timeSliceWindow: 31d}]\n",
            "a slice of 31d is longer than the SLO period, 30d",
            4,
        ),
        (
            "  timeWindow:\n    - duration: 12h\n"
            "      calendar: {startTime: '2026-01-01 00:00:00', timeZone: UTC}\n",
            "a calendar window must be at least one day",
            4,
        ),
        (
            "  timeWindow:\n    - duration: 1M\n"
            "      calendar: {startTime: '0000-02-29 00:00:00', timeZone: UTC}\n",
            "not a valid start of calendar periods: '0000-02-29 00:00:00'",
            5,
        ),
        (
            "  timeWindow: [{duration: 0d, isRolling: true}]\n",
            "the time window must be longer than 0",
            3,
        ),
        (
            INDICATOR + "      thresholdMetric: {metricSource: {type: Datadog, spec: {query: x}}}\n"
            "  objectives: [{op: lte, value: 1, target: 0.9}]\n",
            "metrics of type datadog are not compiled",
            6,
        ),
        (
            ratio(
                "counter: true",
                f"good: {GAUGE}",
                "total: {metricSource: {type: Datadog, spec: {query: x}}}",
            ),
            "metrics of type datadog are not compiled",
            9,
        ),
    ],
)
def test_a_form_that_no_compiler_knows_says_so(spec: str, message: str, line: int) -> None:
    assert why(spec) == (message, line)


@pytest.mark.parametrize(
    "spec",
    [
        INDICATOR + f"      thresholdMetric: {GAUGE}\n"
        "  objectives: [{op: lte, value: 1, target: 0.9}]\n",
        ratio("rawType: success", f"raw: {GAUGE}"),
        ratio(f"good: {GAUGE}", f"total: {GAUGE}"),
        "  budgetingMethod: RatioTimeslices\n  objectives: [{target: 0.9, timeSliceWindow: 1m}]\n",
    ],
)
def test_every_other_form_is_compiled(spec: str) -> None:
    assert why(spec) is None


def test_an_objective_with_its_own_sli_is_not_compiled() -> None:
    text = (
        "# services/attendance/slo.yaml\napiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\n"
        "spec:\n  service: attendance\n  budgetingMethod: Occurrences\n"
        "  timeWindow: [{duration: 30d, isRolling: true}]\n"
        "  objectives:\n    - {target: 0.9, indicatorRef: b}\n"
    )
    catalog, _ = loaded(laid_over(text))
    problem = unsupported(next(catalog.documents(Slo)), 0, catalog)
    assert problem is not None
    assert problem.message == "an SLI of a single objective is not supported"


def test_a_shared_sli_is_said_where_the_slo_refers_to_it() -> None:
    sli = (
        "# services/attendance/sli.yaml\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: b}\n"
        "spec:\n  thresholdMetric: {metricSource: {type: Datadog, spec: {query: x}}}\n"
    )
    catalog, _ = loaded(laid_over(SLO + "  indicatorRef: b\n" + sli))
    problem = why_not_compiled(next(catalog.documents(Slo)), 0, catalog)
    assert problem is not None
    assert problem.at.path.name == "slo.yaml"
    assert [label.at.path.name for label in problem.related] == ["sli.yaml"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("  indicatorRef: nowhere\n", "unknown SLI nowhere"),
        (
            ratio("counter: true", f"good: {GAUGE}", "total: {metricSource: {spec: {text: x}}}"),
            "the total metric has no query",
        ),
        (
            ratio(
                "counter: true",
                f"good: {GAUGE}",
                "total: {metricSource: {metricSourceRef: gone, spec: {query: x}}}",
            ),
            "the query names an unknown data source",
        ),
        (
            ratio(
                "counter: true", f"bad: {GAUGE}", "total: {metricSource: {spec: {query: avg(x)}}}"
            ),
            "the query is neither a selector, nor a sum of one, and has no {{.window}}",
        ),
        (
            ratio("bad: {metricSource: {spec: {query: x_total}}}", f"total: {GAUGE}"),
            "x_total is named like a counter, and counter: false is for gauges",
        ),
        (
            ratio("rawType: failure", "raw: {metricSource: {spec: {query: scalar(x)}}}"),
            "the query must return series with one value each, to be sampled",
        ),
    ],
)
def test_what_another_rule_finds_is_a_reason_as_well_but_no_unknown_form(
    spec: str, message: str
) -> None:
    said = why(spec)
    assert said is not None
    assert said[0] == message
    catalog, _ = loaded(laid_over(SLO + spec))
    assert unsupported(next(catalog.documents(Slo)), 0, catalog) is None
