"""Many SLOs: the same result from one process, several, and the workers of a Dask cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backtest.test_command import git
from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.fleet_history import write_store
from tests.cli.program import reliability
from tests.project.repository import ROOT

SERVICES = 12
ASKED = (
    *("--today", "2026-11-25", "--quiet"),
    *("backtest", "--all", "--base", "main", "--format", "json"),
)
"""Without lines of progress, which a busy machine gets to see."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of several services with a stored history, and one promise that is changed."""
    root = tmp_path_factory.mktemp("fleet")
    write_fleet(root, SERVICES, ROOT / "policies")
    write_store(root, SERVICES)
    (root / ".gitignore").write_text(".reliability/\n")
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--message=Promises")
    changed = root / "services" / "service-00003" / "slo.yaml"
    changed.write_text(changed.read_text().replace("0.999}", "0.99}"))
    return root


@pytest.fixture(scope="module")
def alone(fleet: Path) -> str:
    """What one process says."""
    ended = reliability(*ASKED, folder=fleet)
    assert ended.code == 0, ended.err
    return ended.out


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
        silence_logs=50,
    ) as cluster:
        yield str(cluster.scheduler_address)


def test_every_slo_is_replayed_and_something_fired(alone: str) -> None:
    assert alone.count('"objective": "succeeded"') >= SERVICES
    assert '"budget_spent"' in alone


@pytest.mark.parametrize("jobs", ["2", "3"])
def test_several_processes_say_the_same_as_one(jobs: str, fleet: Path, alone: str) -> None:
    ended = reliability(*ASKED, "--jobs", jobs, folder=fleet)
    assert (ended.code, ended.out) == (0, alone)


def test_the_workers_of_a_dask_cluster_say_the_same(
    scheduler: str, fleet: Path, alone: str
) -> None:
    ended = reliability(*ASKED, "--scheduler", scheduler, folder=fleet)
    assert (ended.code, ended.out) == (0, alone), ended.err


def test_a_scheduler_with_tls_needs_the_certificates_of_dask(
    fleet: Path, alone: str, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    security = distributed.Security.temporary()
    parts = {
        "CA_FILE": security.tls_ca_file,
        "CLIENT__CERT": security.tls_client_cert,
        "CLIENT__KEY": security.tls_client_key,
    }
    environment = {}
    for name, text in parts.items():
        path = tmp_path / name
        path.write_text(text)
        environment[f"DASK_DISTRIBUTED__COMM__TLS__{name}"] = str(path)
    options = {"n_workers": 1, "dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with distributed.LocalCluster(security=security, host="tls://127.0.0.1", **options) as cluster:
        address = str(cluster.scheduler_address)
        ended = reliability(*ASKED, "--scheduler", address, folder=fleet, **environment)
        without = reliability(*ASKED, "--scheduler", address, folder=fleet)
    assert (ended.code, ended.out) == (0, alone), ended.err
    assert without.code == 2
    assert f"{address} needs certificates: set distributed.comm.tls.ca-file" in without.err


def test_a_damaged_file_is_told_from_another_process_as_from_this_one(fleet: Path) -> None:
    [*_, path] = sorted((fleet / ".reliability" / "history" / "service-00011").rglob("*.parquet"))
    data = path.read_bytes()
    path.write_bytes(b"PAR1 no longer")
    try:
        alone = reliability(*ASKED, folder=fleet)
        several = reliability(*ASKED, "--jobs", "2", folder=fleet)
    finally:
        path.write_bytes(data)
    assert alone.code == several.code == 2
    assert "cannot be read" in alone.err
    assert several.err == alone.err


def test_a_scheduler_that_does_not_answer_is_an_error(fleet: Path) -> None:
    pytest.importorskip("distributed")
    ended = reliability(*ASKED, "--scheduler", "tcp://127.0.0.1:9", folder=fleet)
    assert ended.code == 2
    assert "cannot connect to the Dask scheduler at tcp://127.0.0.1:9" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--all", "service-00001"), "--all and names exclude each other"),
        (("--jobs", "2", "--scheduler", "tcp://127.0.0.1:9"), "pass one of them"),
        (("--jobs", "2", "--mode", "sample"), "need event mode"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: tuple[str, ...], said: str, fleet: Path
) -> None:
    ended = reliability("--today", "2026-11-25", "backtest", *arguments, folder=fleet)
    assert (ended.code, said in ended.err) == (2, True), ended.err
