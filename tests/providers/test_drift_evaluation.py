"""`drift` names rules that a real Prometheus runs as stored, and cannot evaluate."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from reliability.plan.plan import Plan, plan
from reliability.plan.render import render_drift
from reliability.plan.render.detail import WHOLE
from reliability.plan.report import Planned, drift_exit_code
from reliability.plan.sync import ChangeApplied, sync
from reliability.providers.disk import Disk
from reliability.providers.live import Steps
from reliability.providers.prometheus import PrometheusProvider
from reliability.resource import Resource, ResourceId
from tests.providers.worlds import TARGET, connect, prometheus_target, rules
from tests.servers.generation import Generation
from tests.servers.prometheus import prometheus_config, run_prometheus

pytestmark = pytest.mark.servers
TWO = '(label_replace(vector(1), "a", "1", "", "") or label_replace(vector(1), "a", "2", "", ""))'
MANY_TO_MANY = f"{TWO} / on() {TWO}"


def failing(name: str, count: int) -> Resource:
    """A rule file whose records are all many-to-many; it can be loaded all the same."""
    records = [{"record": f"bad:{number}", "expr": MANY_TO_MANY} for number in range(count)]
    body: Any = {"groups": [{"name": f"{name}-bad", "interval": "1s", "rules": records}]}
    return Resource(ResourceId(TARGET, "rules", name), body)


def test_drift_names_rules_that_fail_after_a_sync_that_did_not_wait(
    generation: Generation, tmp_path: Path
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    wanted = (failing("five", 5), failing("one", 1), rules("search"))
    config = prometheus_config(rules=["rules/*.yml"])
    with run_prometheus(generation, tmp_path, config) as ran, ExitStack() as closing:

        def opened(*, writable: bool) -> PrometheusProvider:
            server = connect(prometheus_target(ran.url, folder), writable, closing)
            disk = Disk(writable=writable)
            return PrometheusProvider(
                target=TARGET, folder=folder, disk=disk, server=server, tell=print
            )

        def drift() -> Plan:
            return plan(TARGET, wanted, opened(writable=False).read()).only_drift

        provider = opened(writable=True)
        provider.steps = Steps(waits=False)
        outcomes = list(sync(plan(TARGET, wanted, provider.read()), provider))
        assert all(isinstance(outcome, ChangeApplied) for outcome in outcomes)
        seen = drift()
        for _ in range(200):
            if len(seen.stale) == 2 and "and 2 more rules" in seen.stale[0].why:
                break
            time.sleep(0.1)
            seen = drift()

        lines = render_drift([Planned(seen)], "text", WHOLE).splitlines()
    assert lines[0] == f"{TARGET}: 2 of 3 drifted"
    five, one = lines[1:]
    error = "many-to-many matching not allowed: matching labels must be unique on one side"
    assert five.startswith("  > rules five: rule bad:0 of group five-bad cannot be evaluated: ")
    assert [five.count(error), one.count(error)] == [3, 1]
    assert five.endswith("; and 2 more rules")
    assert one.startswith("  > rules one: rule bad:0 of group one-bad cannot be evaluated: ")
    assert drift_exit_code([Planned(seen)], detailed=True) == 4
