"""`build --tests`: the tests that are written for a person's own rules pass, and can fail."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.compile.prometheus.example_series import (
    examples,
    selector_of,
    suggestions,
)
from reliability.compile.prometheus.rule_tests import EVENTS, PrometheusTests, holds
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.promql.query import SelectorQuery, WindowedQuery
from reliability.regex import matches_whole
from reliability.render.yaml_text import yaml_text
from reliability.resolve.sli import RatioSli
from reliability.resource import Resource
from tests.compile.mistakes import naive_ratio, windows_kept
from tests.compile.repositories import Document, policy, shop, slo
from tests.servers.generation import Generation
from tests.servers.programs import Said, run_rule_tests

CASES = Path(__file__).parent / "golden" / "prometheus"


def write(catalog: Catalog, folder: Path) -> list[Path]:
    """The rules and their tests as `build` lays them out; the test files."""
    for name in ("prometheus", "prometheus-tests"):
        (folder / name).mkdir()
    for compiler in (PrometheusCompiler(), PrometheusTests()):
        for each in compiler.compile(catalog):
            assert isinstance(each, Resource), each
            file = folder / each.id.target / f"{each.id.name}.yml"
            file.write_text(yaml_text(each.body), encoding="utf-8")
    return sorted((folder / "prometheus-tests").iterdir())


def tried(generation: Generation, folder: Path, catalog: Catalog) -> Said:
    return run_rule_tests(generation, *write(catalog, folder))


@pytest.mark.tools
@pytest.mark.parametrize(
    "name",
    [
        "availability",
        "latency",
        "native-latency",
        "bad-events",
        "groups",
        "provisional",
        "few-events",
        "week",
        "gauges",
        "raw-ratio",
        "threshold",
        "timeslices",
        "ratio-timeslices",
        "calendar",
        "openslo-alerts",
    ],
)
def test_the_tests_of_a_repository_pass_on_its_rules(
    generation: Generation, tmp_path: Path, name: str
) -> None:
    text = (CASES / name / "input.yaml").read_bytes()
    catalog, _ = load([(PurePosixPath("services/it/it.yaml"), text)])
    said = tried(generation, tmp_path, catalog)
    assert said.accepted, said.text


@pytest.mark.tools
@pytest.mark.parametrize(
    "query",
    [
        "sum by (code) (rate(http_requests_total{{{}}}[{{{{.window}}}}]))",
        "sum(increase(http_requests_total{{{}}}[{{{{.window}}}}]))",
        "2 * sum(rate(http_requests_total{{{}}}[{{{{.window}}}}]))",  # the recordings are tested
    ],
)
def test_full_expressions_are_tested_as_far_as_they_can_be_read(
    generation: Generation, tmp_path: Path, query: str
) -> None:
    promise = slo(good=query.format('code!~"5.."'), total=query.format('job="shop"'))
    floor = policy({"slo": "shop-checkout", "minimumFailures": 5})
    said = tried(generation, tmp_path, shop(promise, floor))
    assert said.accepted, said.text


@pytest.mark.tools
def test_names_that_promtool_cannot_write_are_tested_by_their_recordings(
    generation: Generation, tmp_path: Path
) -> None:
    metric = '{"http.requests"}'
    promise = slo(good='{"http.requests",code="2"}', total=metric)
    said = tried(generation, tmp_path, shop(promise, policy()))
    assert said.accepted, said.text


@pytest.mark.tools
@pytest.mark.parametrize("mistake", [naive_ratio, windows_kept])
def test_wrong_rules_do_not_pass(
    generation: Generation, tmp_path: Path, mistake: Callable[[Document], Document]
) -> None:
    [tests] = write(shop(), tmp_path)
    file = tmp_path / "prometheus" / "shop.yml"
    wrong: Document = mistake(yaml.safe_load(file.read_text(encoding="utf-8")))
    file.write_text(yaml.safe_dump(wrong), encoding="utf-8")
    assert "exp:" in run_rule_tests(generation, tests).text


def test_a_promise_that_tells_nobody_has_no_tests() -> None:
    assert list(PrometheusTests().compile(shop(slo()))) == []


@pytest.mark.parametrize(
    ("good", "well", "badly"),
    [
        ('x{code!~"5.."}', 'x{code="200", job="shop"}', 'x{code="500", job="shop"}'),
        ('x{code=~"2..|3.."}', 'x{code="200", job="shop"}', 'x{code="404", job="shop"}'),
        ('x{code=~"(2|3).."}', 'x{code="200", job="shop"}', 'x{code="404", job="shop"}'),
        ('x{result="ok"}', 'x{job="shop", result="ok"}', 'x{job="shop", result="200"}'),
        ('x{error!=""}', 'x{error="200", job="shop"}', 'x{job="shop"}'),
    ],
)
def test_series_are_found_that_go_well_and_badly(good: str, well: str, badly: str) -> None:
    sli = RatioSli(
        "good", SelectorQuery(good.replace("}", ',job="shop"}')), SelectorQuery('x{job="shop"}')
    )
    found = examples(sli, ())
    assert found is not None
    assert (found.well, found.badly) == (well, badly)


@pytest.mark.parametrize(
    "form", ["rate({})", "increase({})", "sum(rate({}))", "sum by (a) (rate({}))"]
)
def test_series_are_found_for_a_query_with_its_own_windows(form: str) -> None:
    good, total = (
        WindowedQuery(form.format(f"{selector}[{{{{.window}}}}]"))
        for selector in ('x{code!~"5.."}', "x{}")
    )
    found = examples(RatioSli("good", good, total), ())
    assert found is not None
    assert (found.well, found.badly) == ('x{code="200"}', 'x{code="500"}')


@pytest.mark.parametrize(
    "query",
    ["sum(rate(x[{{.window}}] offset 5m))", "avg(rate(x[{{.window}}]))", "delta(x[{{.window}}])"],
)
def test_no_series_are_made_up_for_a_query_that_shifts_time_or_averages(query: str) -> None:
    assert selector_of(WindowedQuery(query)) is None


def test_no_series_are_made_up_where_nothing_can_go_badly() -> None:
    assert examples(RatioSli("good", SelectorQuery("x"), SelectorQuery("x")), ()) is None


@pytest.mark.parametrize(
    "pattern",
    ["5..", "5.*", "4..|5..", "(4|5)..", "/api/v[12]/(users|orders)", r"a\.b+", "[^a]b", "x?"],
)
def test_a_suggestion_matches_its_pattern(pattern: str) -> None:
    assert any(matches_whole(pattern, text) for text in suggestions(pattern))


HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LOW, HIGH = BurnAbove(HOUR, 2.0, 0.125), BurnAbove(HOUR, 4.0, 0.125)


@pytest.mark.parametrize(
    ("condition", "ratio", "wanted"),
    [
        (LOW, 0.25, False),
        (LOW, 0.26, True),
        (BurnAbove(HOUR, 2.0, 0.125, inclusive=True), 0.24, False),
        (BurnAbove(HOUR, 2.0, 0.125, inclusive=True), 0.25, True),
        (BurnAbove(HOUR, 2.0, 0.125, inclusive=True), 0.26, True),
        (FailuresAtLeast(5 * MINUTE, EVENTS * 5), 1, True),
        (FailuresAtLeast(5 * MINUTE, EVENTS * 5 + 1), 1, False),
        (FailuresAtLeast(HOUR, EVENTS * 30), 1, True),
        (FailuresAtLeast(HOUR, EVENTS * 30 + 1), 1, False),
        (AllOf((LOW, HIGH)), 0.3, False),
        (AllOf((LOW, HIGH)), 0.6, True),
        (AnyOf((LOW, HIGH)), 0.3, True),
        (AnyOf((LOW, HIGH)), 0.2, False),
    ],
)
def test_a_condition_is_judged_after_half_an_hour_at_a_ratio(
    condition: Condition, ratio: float, wanted: bool
) -> None:
    assert holds(condition, ratio) == wanted


def named_tests(target: float) -> list[str]:
    """The names of the tests that are written for an SLO with a target, without the SLO's name."""
    [resource] = PrometheusTests().compile(shop(slo(target=target), policy()))
    assert isinstance(resource, Resource)
    tests: Any = resource.body
    return [test["name"].partition(": ")[2] for test in tests["tests"]]


HALF = "half of the lowest threshold fails, and nothing fires"
ALL = "everything fails, and alert and ticket fire"
NO_DATA = "nothing is measured, and ticket fires"


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (
            0.999,
            [
                HALF,
                "0.245% fail, and ticket fires",
                "7.75% fail, and alert and ticket fire",
                ALL,
                NO_DATA,
            ],
        ),
        (
            0.9,
            [
                HALF,
                "24.5% fail, and ticket fires",
                "77.5% fail, and alert and ticket fire",
                ALL,
                NO_DATA,
            ],
        ),
        (
            0.5,
            [
                HALF,
                "70.7% fail, and ticket fires",
                "everything fails, and ticket fires",
                NO_DATA,
            ],
        ),
    ],
)
def test_a_test_lies_between_the_levels_that_tell_others(target: float, names: list[str]) -> None:
    assert named_tests(target) == names
