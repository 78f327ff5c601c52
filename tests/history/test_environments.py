"""`history` with environments: each has a folder of its own in the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reliability.promql.samples import Counter
from tests.backtest.test_command import git
from tests.cli.program import Ended, in_process
from tests.history.fakes import counter
from tests.history.server import FakePrometheus, serving
from tests.history.shop import SLO, write_shop

TODAY = ("--today", "2026-10-05")
ENVIRONMENTS = """
apiVersion: reliability/v1
kind: Environments
metadata: {name: environments}
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      servers:
        - {name: eu, target: eu, externalLabels: {cluster: eu}}
        - {name: us, target: us, externalLabels: {cluster: us}}
      ruler: {target: global}
    - name: staging
      selectorLabels: {env: staging}
      externalLabels: {cluster: lab}
      history: {externalLabels: true, source: {type: prometheus, url: "%s"}}
"""


def held() -> Iterator[Counter]:
    """Requests of both environments, of which staging fails more often."""
    for env, failing in (("production", 1), ("staging", 5)):
        for code, busy in (("200", 100 - failing), ("500", failing)):
            points = [(60.0 * minute, float(busy * minute)) for minute in range(6 * 1440 + 1)]
            yield counter(points, code=code, instance="a", env=env, cluster="lab")


@pytest.fixture
def fake() -> Iterator[FakePrometheus]:
    with serving(FakePrometheus(list(held()))) as fake:
        yield fake


@pytest.fixture
def root(tmp_path: Path, fake: FakePrometheus) -> Path:
    root = write_shop(tmp_path, fake.url)
    (root / "policies/environments.yaml").write_text(ENVIRONMENTS % fake.url)
    return root


def run(root: Path, *arguments: str) -> Ended:
    return in_process(*TODAY, *arguments, folder=root)


def rows(root: Path) -> dict[str, str]:
    """The attainment of each environment."""
    lines = run(root, "status", "--from", "history").out.splitlines()[1:]
    cells = [line.split() for line in lines if " shop " in line]
    return {row[4]: " ".join(row[8:10]) for row in cells}


def test_a_pull_of_all_environments_mixes_nothing(root: Path, fake: FakePrometheus) -> None:
    ended = run(root, "history", "pull")
    assert ended.code == 0, ended.err
    assert [line.split(" chunks")[0] for line in ended.out.splitlines()] == [
        "production: checkout: 36",
        "staging: checkout: 36",
    ]
    store = root / ".reliability/history"
    assert sorted(path.name for path in store.iterdir()) == ["production", "staging"]
    asked = {query.partition("[")[0] for query, _ in fake.queries}
    assert all(('env="production"' in query) != ('env="staging"' in query) for query in asked)
    # The external labels are in the series of a global store only.
    assert all(('cluster="lab"' in query) == ('env="staging"' in query) for query in asked)


def test_a_pull_of_one_environment_leaves_the_others_alone(root: Path) -> None:
    ended = run(root, "history", "pull", "--environment", "staging")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("staging: checkout: ")
    assert not (root / ".reliability/history/production").exists()


def test_an_environment_without_a_server_is_left_out_and_named(
    root: Path, fake: FakePrometheus
) -> None:
    text = (root / "policies/environments.yaml").read_text()
    source = f'type: prometheus, url: "{fake.url}"'
    (root / "policies/environments.yaml").write_text(text.replace(source, "type: store"))
    ended = run(root, "history", "pull")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("production: checkout: ")
    assert "staging: left out: its history is of type store, not a server's" in ended.err


def test_counts_of_a_file_are_of_one_environment(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("time,good,total\n2026-10-04T10:00:00Z,99,100\n")
    command = ("history", "import", str(file), "--format", "csv", "--slo", "checkout")
    refused = run(root, *command)
    assert refused.code == 2
    assert "pass --environment, one of production, staging" in refused.err
    assert not (root / ".reliability/history").exists()
    ended = run(root, *command, "--environment", "staging")
    assert (ended.code, ended.out.startswith("staging: checkout: ")) == (0, True), ended.err
    assert [path.name for path in (root / ".reliability/history").iterdir()] == ["staging"]
    shard = run(root, *command, "--environment", "production/eu")
    assert "none of the named SLOs runs in production/eu" in shard.err


def test_each_shard_has_a_folder_of_its_own(root: Path) -> None:
    slo = root / "services/shop/slo.yaml"
    per_shard = "{name: checkout, annotations: {reliability/per-shard: 'true'}}"
    slo.write_text(slo.read_text().replace("{name: checkout}", per_shard, 1))
    ended = run(root, "history", "pull", "--environment", "production")
    assert [line.split(": ")[0] for line in ended.out.splitlines()] == [
        "production/eu",
        "production/us",
    ]
    store = root / ".reliability/history"
    assert sorted(path.name for path in store.iterdir()) == ["production@eu", "production@us"]
    compacted = run(root, "history", "compact")
    assert "production/eu: 0 months rewritten" in compacted.out


def test_a_change_fetches_with_the_environments_of_its_base(
    root: Path, fake: FakePrometheus
) -> None:
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--message=Begin")
    (root / "services/shop/paying.yaml").write_text(
        SLO.replace("checkout", "paying").replace('5.."', '5..|429"')
    )
    policies = root / "policies/environments.yaml"
    policies.write_text(policies.read_text().replace(fake.url, "http://127.0.0.1:9"))
    ended = run(root, "history", "pull", "--for-changes", "--base", "main")
    assert ended.code == 0, ended.err
    assert [line.split(": ")[:2] for line in ended.out.splitlines()] == [
        ["production", "paying"],
        ["staging", "paying"],
    ]


def test_the_status_reads_the_folder_of_each_environment(root: Path) -> None:
    for file in root.glob("services/shop/slo.yaml"):
        file.write_text(file.read_text().replace("duration: 30d", "duration: 5d"))
    run(root, "history", "pull")
    assert rows(root) == {"production": "99.00 %", "staging": "95.00 %"}
