"""`plan`, `sync` and `drift` with a Datadog site: what a user sees, and what they never see."""

import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import Ended, in_process
from tests.environment import environment
from tests.golden import Golden
from tests.live.repository import Repository, make_repository
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_fake import Fault
from tests.providers.faulty_server import run_fake

GOLDEN: Final = Path(__file__).parent / "golden"
KEYS: Final = {"DATADOG_API_KEY": "secret-api", "DATADOG_APPLICATION_KEY": "secret-application"}
SLO: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: exports-finish
  displayName: Exports finish
  annotations:
    reliability/journey: "An administrator exports the month's data"
    reliability/agreed-by: "@product-attendance, @lead-workforce"
    reliability/reviewed: "2026-10-20"
spec:
  service: exports
  indicator:
    metadata: {name: exports-finish}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Datadog, spec: {query: "sum:exports.ok{*}.as_count()"}}}
        total: {metricSource: {type: Datadog, spec: {query: "sum:exports.all{*}.as_count()"}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""
POLICY: Final = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: exports}
spec:
  service: exports
  objectives:
    - slo: exports-finish
      runbook: docs/runbooks/exports.md
"""


@pytest.fixture
def site() -> Iterator[FakeDatadog]:
    with run_fake(FakeDatadog(keys=("secret-api", "secret-application"))) as fake:
        yield fake
        assert fake.found == []


@pytest.fixture
def repository(tmp_path: Path, site: FakeDatadog) -> Repository:
    target: dict[str, object] = {
        "name": "datadog",
        "provider": "datadog",
        "url": site.url,
        "apiKey": "env:DATADOG_API_KEY",
        "applicationKey": "env:DATADOG_APPLICATION_KEY",
    }
    made = make_repository(tmp_path, target)
    made.keep_services("exports", "monitoring")
    (made.root / "services/exports/slo.yaml").write_text(SLO)
    (made.root / "services/exports/alert-policy.yaml").write_text(POLICY)
    return made


def run(repository: Repository, *arguments: str) -> Ended:
    ended = in_process(*arguments, folder=repository.root, **KEYS)
    assert not any(key in ended.out + ended.err for key in KEYS.values())
    return ended


def test_a_first_sync_and_what_others_change(
    golden: Golden, repository: Repository, site: FakeDatadog
) -> None:
    text = ""
    for arguments in (["plan", "--brief"], ["sync", "--yes", "--brief"], ["plan"]):
        text += f"$ reliability {' '.join(arguments)}\n{run(repository, *arguments).out}\n"
    [slo] = site.slos.values()
    slo["thresholds"] = [{"timeframe": "30d", "target": 90}]
    text += f"$ reliability drift\n{run(repository, 'drift').out}"
    golden.check(GOLDEN / "datadog.txt", text)


def test_a_missing_key_names_the_variable(repository: Repository) -> None:
    ended = in_process("plan", folder=repository.root, DATADOG_API_KEY="secret-api")
    assert ended.code == 2
    assert "DATADOG_APPLICATION_KEY" in ended.out + ended.err


def test_a_refused_key_is_a_target_that_cannot_be_read(
    repository: Repository, site: FakeDatadog
) -> None:
    site.keys = ("another", "another")
    ended = run(repository, "plan")
    assert ended.code == 2
    assert "answers 403: Forbidden; the key may lack a permission" in (ended.out + ended.err)


def test_a_query_that_datadog_refuses_is_in_the_plan(
    repository: Repository, site: FakeDatadog
) -> None:
    repository.replace("services/exports/slo.yaml", "sum:exports.all{*}", "sum:exports.all{*")
    ended = run(repository, "plan")
    assert "Datadog refuses it: The value provided for parameter 'query' is invalid" in ended.out
    assert site.writes == []


@pytest.mark.parametrize(
    ("write", "fault"), [(1, "lost"), (3, "ignored"), (5, "lost"), (6, "lost")]
)
def test_a_killed_sync_is_completed_by_the_next(
    repository: Repository, site: FakeDatadog, write: int, fault: Fault
) -> None:
    """The process dies before or after one of its writes is carried out."""
    command = [sys.executable, "-m", "reliability", "sync", "--yes"]
    counted = itertools.count(1)
    process = subprocess.Popen(
        command,
        cwd=repository.root,
        env=environment(**KEYS),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def kill(method: str, path: str) -> Fault | None:
        is_write = method != "GET" and not path.endswith("validate")
        if not is_write or next(counted) != write:
            return None
        process.kill()
        return fault

    site.fault = kill
    assert process.wait(timeout=300) == -signal.SIGKILL
    with site.lock:
        site.fault = lambda _method, _path: None

    run(repository, "sync", "--yes")
    assert (len(site.slos), len(site.monitors)) == (1, 5)
    assert "no changes; 6 owned" in run(repository, "plan").out
