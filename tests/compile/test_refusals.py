"""What cannot be given to Prometheus is said where it is written, and the rest goes on."""

from typing import Any

import pytest

from reliability.finding import Problem
from reliability.resource import Resource
from tests.compile.repositories import compiled, policy, shop, slo

CALENDAR = {"startTime": "2026-01-01 00:00:00", "timeZone": "UTC"}
THRESHOLD = {"thresholdMetric": {"metricSource": {"type": "Prometheus", "spec": {"query": "x"}}}}
REFUSED: dict[str, tuple[dict[str, Any], tuple[str | int, ...], str]] = {
    "calendar window": (
        slo(name="other", timeWindow=[{"duration": "12h", "calendar": CALENDAR}]),
        ("spec", "timeWindow", 0, "duration"),
        "a calendar window must be at least one day",
    ),
    "slices of no time": (
        slo(
            name="other",
            budgetingMethod="RatioTimeslices",
            objectives=[{"target": 0.9, "timeSliceWindow": "0m"}],
        ),
        ("spec", "objectives", 0, "timeSliceWindow"),
        "a slice of 0s is shorter than two scrape intervals, 1m",
    ),
    "query that is no PromQL": (
        slo(name="other", good="http_requests_total{"),
        ("spec", "indicator", "spec", "ratioMetric", "good", "metricSource", "spec", "query"),
        "not valid PromQL",
    ),
    "group that is no label": (
        slo(name="other", annotations={"group-by": "region, data-center"}),
        ("metadata", "annotations", "reliability/group-by"),
        "not a valid label name: 'data-center'",
    ),
    "group that is a number to Prometheus": (
        slo(name="other", annotations={"group-by": "Inf"}),
        ("metadata", "annotations", "reliability/group-by"),
        "not a valid label name: 'Inf'",
    ),
    "group by a label of ours": (
        slo(name="other", annotations={"group-by": "service"}),
        ("metadata", "annotations", "reliability/group-by"),
        "label service cannot be a group label: generated rules overwrite it",
    ),
}


@pytest.mark.parametrize("name", ["../shop", "shop\n", "Shop", "a/b"])
def test_a_service_that_is_no_file_name_is_refused(name: str) -> None:
    promise = slo()
    promise["spec"]["service"] = name
    problem, *rest = compiled(shop(promise))
    assert isinstance(problem, Problem)
    assert problem.at.pointer == ("spec", "service")
    assert "cannot be a file name" in problem.message
    assert rest == []


@pytest.mark.parametrize(("bad", "where", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_compiled_is_a_problem_on_its_line(
    bad: dict[str, Any], where: tuple[str | int, ...], message: str
) -> None:
    problem, rules = compiled(shop(bad, slo(), policy()))
    assert isinstance(problem, Problem)
    assert problem.message.startswith(message)
    assert problem.at.pointer == where
    assert isinstance(rules, Resource)
    assert "other" not in str(rules.body)
    assert "ErrorBudgetBurn" in str(rules.body)


def test_two_objectives_with_one_name_are_not_both_compiled() -> None:
    named = slo(name="shop", objectives=[{"displayName": "checkout", "target": 0.9}])
    problem, rules = compiled(shop(slo(), named, policy()))
    assert isinstance(problem, Problem)
    assert problem.message == (
        "two objectives of one service are called shop-checkout, so their series would clash"
    )
    assert [label.message for label in problem.related] == ["the other objective"]
    assert str(rules).count("ErrorBudgetBurn") == 2


def signal(**changes: Any) -> dict[str, Any]:
    return {"name": "Backlog", "kind": "cause", "tier": "ticket", "expr": "x > 1", **changes}


BAD_SIGNALS = [
    (signal(expr="x >"), ("expr",), "not valid PromQL"),
    (signal(summary="{{ $value }"), ("summary",), "a template opened with {{ is not closed"),
    (signal(labels={"queue": "a {{ end }} b"}), ("labels", "queue"), "a template ends a block"),
]


@pytest.mark.parametrize(("bad", "where", "message"), BAD_SIGNALS)
def test_a_signal_that_prometheus_would_refuse_does_not_take_the_file_with_it(
    bad: dict[str, Any], where: tuple[str, ...], message: str
) -> None:
    problem, rules = compiled(shop(slo(), policy(signals=(bad, signal(name="Fine")))))
    assert isinstance(problem, Problem)
    assert problem.message.startswith(message)
    assert problem.at.pointer == ("spec", "signals", 0, *where)
    assert "'alert': 'Fine'" in str(rules)
    assert "Backlog" not in str(rules)


@pytest.mark.parametrize(
    ("changes", "message", "help_text"),
    [
        ({"expr": "x >"}, "not valid PromQL", "fix the expression"),
        (
            {"expr": "rate(x[{{.window}}])"},
            "not valid PromQL",
            "write a range such as 5m instead of {{.window}}",
        ),
        ({"expr": "x[5m]"}, "the expression", "put it into a function"),
        ({"expr": "((x[5m:1m]))"}, "the expression", "put it into a function"),
        ({"expr": "'x'"}, "the expression is a string", "write a selector and a comparison"),
        (
            {"labels": {"__name__": "x"}},
            "label __name__ is reserved for the metric name",
            "remove the label",
        ),
        (
            {"description": "{{ $number }}"},
            "unknown name $number in a template",
            "write {{ $value }} or {{ $labels.name }}",
        ),
        ({"summary": "{{ humanise $value }}"}, "unknown name humanise", "did you mean humanize?"),
    ],
)
def test_a_refused_signal_says_why_and_what_to_write(
    changes: dict[str, Any], message: str, help_text: str
) -> None:
    problem, _ = compiled(shop(slo(), policy(signals=(signal(**changes),))))
    assert isinstance(problem, Problem)
    assert problem.message.startswith(message)
    assert str(problem.help).startswith(help_text)
