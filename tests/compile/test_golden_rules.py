"""Golden files: what each input becomes, accepted by promtool of both generations."""

from pathlib import Path, PurePosixPath

import pytest

from reliability.compile.prometheus.compilers import PrometheusCompiler, manifest, rule_file
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource
from tests.golden import Golden
from tests.servers.generation import Generation
from tests.servers.programs import check_rules

CASES = Path(__file__).parent / "golden" / "prometheus"
NAMES = sorted(folder.name for folder in CASES.iterdir())


def catalog(case: Path) -> Catalog:
    found, findings = load(
        [(PurePosixPath("services/it/it.yaml"), (case / "input.yaml").read_bytes())]
    )
    assert findings == [], [finding.problem.message for finding in findings]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_repository_becomes_these_rules(golden: Golden, name: str) -> None:
    [rules] = PrometheusCompiler().compile(catalog(CASES / name))
    assert isinstance(rules, Resource), rules
    golden.check(CASES / name / "rules.yml", yaml_text(rules.body))


def test_the_operator_is_given_the_same_groups_in_a_custom_resource(golden: Golden) -> None:
    both = PrometheusCompiler((rule_file, manifest))
    rules, custom = both.compile(catalog(CASES / "no-alerts"))
    assert isinstance(rules, Resource)
    assert isinstance(custom, Resource)
    assert custom.body["spec"] == rules.body
    golden.check(CASES / "no-alerts" / "manifest.yml", yaml_text(custom.body))


@pytest.mark.tools
def test_promtool_accepts_every_golden_file(generation: Generation) -> None:
    said = check_rules(generation, *(CASES / name / "rules.yml" for name in NAMES))
    assert said.accepted, said.text
    assert said.text.count("SUCCESS") == len(NAMES)


def test_compiling_twice_gives_the_same_text() -> None:
    case = CASES / "availability"
    [first] = PrometheusCompiler().compile(catalog(case))
    [second] = PrometheusCompiler().compile(catalog(case))
    assert isinstance(first, Resource)
    assert isinstance(second, Resource)
    assert yaml_text(first.body) == yaml_text(second.body)
