"""Every form of SLI, compiled: alerts fire at the minutes at which promtool says they do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.replay import Replay
from reliability.promql.evaluate.semantics import Semantics
from tests.compile.repositories import policy, rules_of, shop, slo
from tests.compile.test_corrections import corrections
from tests.promql.evaluate import nasty, played
from tests.promql.evaluate.compared import semantics
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

pytestmark = pytest.mark.tools

GOLDEN: Final = Path(__file__).parents[2] / "compile" / "golden" / "prometheus"
NAMES: Final = sorted(each.name for each in GOLDEN.iterdir())


def body_of(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((GOLDEN / name / "rules.yml").read_text())
    return read


@pytest.mark.parametrize("name", NAMES)
def test_alerts_of_compiled_rules_fire_as_promtool_says(
    generation: Generation, tmp_path: Path, name: str
) -> None:
    assert_as_promtool_says(generation, tmp_path, body_of(name))


def test_in_corrected_time_nothing_fires_as_promtool_says(
    generation: Generation, tmp_path: Path
) -> None:
    maintenance = corrections(("00:20", "00:35"), ("01:10", "01:12"))
    body = rules_of(shop(slo(), policy(), maintenance))
    found = assert_as_promtool_says(generation, tmp_path, body)
    within = [
        int(at) // 60_000
        for alert in found.alerts
        for at in alert.times[alert.states.firing]
        if 20 < int(at) // 60_000 <= 35
    ]
    assert within == []


def assert_as_promtool_says(
    generation: Generation, folder: Path, written: Mapping[str, Any]
) -> Replay:
    """Every alert of the rules fires at the very minutes, on samples that are made anew."""
    seed, body = nasty.free_seed(), played.without_annotations(written)
    groups = played.groups_of(body)
    made = played.made_for(groups, seed)
    found = played.ours(groups, made, semantics(generation))
    (folder / "rules.json").write_text(json.dumps(body))
    test = folder / "test.json"
    test.write_text(json.dumps(played.unit_test(body, made, found)))
    said = run_rule_tests(generation, test)
    assert said.accepted, f"RELIABILITY_SEED={seed}\n{said.text[:3000]}"
    return found


def refused(expression: str) -> str:
    """Why an expression is refused."""
    body = {"groups": [{"name": "g", "rules": [{"alert": "A", "expr": expression}]}]}
    try:
        groups = played.groups_of(body)
        played.ours(groups, played.made_for(groups, 1), Semantics())
    except CannotReplay as error:
        return str(error)
    return "it was replayed"


def test_what_is_refused_says_why() -> None:
    flagged = "is behind a feature flag of Prometheus"
    assert refused("limitk(3, x) > 0") == f"limitk(3, x): the aggregation limitk {flagged}"
    mad = "mad_over_time(x[5m])"
    assert refused(f"{mad} > 0") == f"{mad}: the function mad_over_time {flagged}"
    assert f"(holt_winters before Prometheus 3) {flagged}" in refused(
        "holt_winters(x[5m], 0.1, 0.2)"
    )
    assert "behind Prometheus's feature flags" in refused("rate(x[5m] anchored) > 0")


def test_a_rule_that_reads_what_is_recorded_later_is_refused() -> None:
    rules = [{"record": "a", "expr": "b + 1"}, {"record": "b", "expr": "x"}]
    body = {"groups": [{"name": "g", "rules": [*rules, {"alert": "A", "expr": "a > 0"}]}]}
    with pytest.raises(CannotReplay, match="a reads b, which is recorded after it"):
        played.ours(played.groups_of(body), played.Made({}), Semantics())
