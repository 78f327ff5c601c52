"""One service in three environments, on four clusters with servers of both generations.

Production has two clusters: eu-1, with two replicas of different generations, and us-1. Staging and
development have one each. One VictoriaMetrics is the global store, in which series have the
external labels.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from pyarrow import parquet

from tests.cli.program import reliability
from tests.compile.environments import environment, environments, server
from tests.compile.repositories import Document, ours, slo
from tests.live.recorder import Recorder, run_recorder
from tests.live.repository import OWNER_ID, alertmanager_at, prometheus_at
from tests.live.shop import SOON
from tests.live.shop import repository as shop
from tests.live.test_burn import outage_of
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation, Unavailable, find
from tests.servers.process import wait_for
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.proxy import proxy
from tests.servers.remote_write import push
from tests.servers.victoria import find_victoria, make_visible, run_victoria

pytestmark = pytest.mark.servers

OUTAGE: Final = timedelta(minutes=20)
FAILED: Final = 20 * 300
"""Failed events of one outage: half of 600 a minute for 20 minutes."""

HISTORIES: Final = ("production@eu-1", "production@us-1", "staging", "development")
WITHIN: Final = 180
"""Seconds: rules are evaluated once a minute, and an alert reads what the rules before recorded."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Prometheus: its generation, its environment and the labels that it adds when it sends."""

    name: str
    generation: str
    environment: str
    external: dict[str, str]


CLUSTERS: Final = (
    Cluster("eu-a", "debian", "production", {"cluster": "eu-1", "replica": "a"}),
    Cluster("eu-b", "newer", "production", {"cluster": "eu-1", "replica": "b"}),
    Cluster("us", "newer", "production", {"cluster": "us-1"}),
    Cluster("staging", "debian", "staging", {"cluster": "eu-2"}),
    Cluster("development", "newer", "development", {"cluster": "eu-3"}),
)


def declared(victoria: str) -> Document:
    """The environments; a global store has the history of each."""
    source = {"type": "prometheus", "url": victoria}
    history = {"source": source, "externalLabels": True}
    eu, us, staging, development = ({"cluster": name} for name in ("eu-1", "us-1", "eu-2", "eu-3"))
    return environments(
        environment(
            "production",
            series="unlabeled",
            after="staging",
            targets=["am-newer"],
            history=history,
            servers=[
                server(
                    "eu-1",
                    "eu-a",
                    replicas=["eu-b"],
                    replicaLabel="replica",
                    dropsReplicaLabel=True,
                    externalLabels=eu,
                ),
                server("us-1", "us", externalLabels=us),
            ],
        ),
        environment(
            "staging",
            highestTier="ticket",
            history=history,
            servers=[server("eu-2", "staging", externalLabels=staging)],
        ),
        environment(
            "development",
            highestTier="log",
            history=history,
            servers=[server("eu-3", "development", externalLabels=development)],
        ),
    )


@dataclass(slots=True)
class Company:
    """The servers, the repository and everything that receivers got."""

    root: Path
    servers: dict[str, Prometheus]
    alertmanagers: dict[str, Alertmanager]
    recorder: Recorder
    victoria: str
    undated: str
    """The same without a clock, since the day after today is pulled."""

    def fail(self, *names: str) -> None:
        """Let half of the requests to the application of these servers fail for 20 minutes."""
        now = datetime.now(UTC)
        for cluster in CLUSTERS:
            if cluster.name in names:
                series = [
                    ({**labels, "env": cluster.environment}, samples)
                    for labels, samples in outage_of(OUTAGE, now)
                ]
                push(self.servers[cluster.name].url, series)
                # A server forwards no samples of the past, so they are sent to the store as it
                # would have sent them: with its external labels, and without that of replicas.
                cluster_label = {"cluster": cluster.external["cluster"]}
                push(self.victoria, [({**labels, **cluster_label}, of) for labels, of in series])

    def firing(self, name: str) -> set[tuple[str, str, str]]:
        """Tier, environment and shard of the burn-rate alerts of a server."""
        return {
            (labels["tier"], labels.get("environment", ""), labels.get("shard", ""))
            for labels in self.servers[name].firing()
            if labels["alertname"] == "ErrorBudgetBurn"
        }

    def failed(self, history: str) -> float:
        """Failed events in the stored history of an environment or a shard."""
        failed = 0.0
        for path in (self.root / ".reliability/history" / history).rglob("*.parquet"):
            table = parquet.read_table(path)
            columns = [table[name] for name in table.column_names if 'code="500"' in name]
            failed += sum(float(np.nansum(column.to_numpy())) for column in columns)
        return failed

    def is_burning(self, name: str) -> bool:
        """Whether both burn-rate alerts of a server fire."""
        return {tier for tier, _, _ in self.firing(name)} == {"alert", "ticket"}


def found(name: str) -> Generation:
    match find(name):
        case Unavailable(generation, reason):
            pytest.skip(f"servers of the {generation} generation are unavailable: {reason}")
        case Generation() as generation:
            return generation


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Company]:
    program = find_victoria()
    if isinstance(program, Unavailable):
        pytest.skip(f"VictoriaMetrics is unavailable: {program.reason}")
    generations = {name: found(name) for name in ("debian", "newer")}
    with ExitStack() as closing:
        recorder = closing.enter_context(run_recorder())
        victoria = closing.enter_context(run_victoria(program, tmp_path / "victoria"))
        undated = closing.enter_context(proxy(victoria)).url
        alertmanagers = {
            name: closing.enter_context(
                run_alertmanager(generation, tmp_path / f"am-{name}", EMPTY)
            )
            for name, generation in generations.items()
        }
        servers = {
            cluster.name: closing.enter_context(
                run_prometheus(
                    generations[cluster.generation],
                    tmp_path / cluster.name,
                    _config(cluster, alertmanagers),
                )
            )
            for cluster in CLUSTERS
        }
        for prometheus in servers.values():
            prometheus.wait_for_alertmanager()
        made = Company(tmp_path / "repository", servers, alertmanagers, recorder, victoria, undated)
        _write_repository(made, tmp_path)
        yield made


EMPTY: Final = {"route": {"receiver": "none"}, "receivers": [{"name": "none"}]}


def _config(cluster: Cluster, alertmanagers: dict[str, Alertmanager]) -> dict[str, Any]:
    """The configuration of a server; production notifies the newer Alertmanager."""
    notified = alertmanagers["newer" if cluster.environment == "production" else "debian"]
    config = prometheus_config(
        rules=["reliability/*.yml"], alertmanagers=[notified.url], out_of_order=timedelta(days=3)
    )
    config["global"]["external_labels"] = cluster.external
    config["alerting"]["alert_relabel_configs"] = [{"action": "labeldrop", "regex": "replica"}]
    return config


def _write_repository(here: Company, secrets: Path) -> None:
    files = shop(
        here.recorder,
        secrets,
        {
            "alert": {"mention": True, "page": True, "grouping": SOON},
            "ticket": {"ticket": True, "grouping": SOON},
        },
    )
    files["services/shop/slo.yaml"] = slo(annotations={"per-shard": "true"})
    files["policies/environments.yaml"] = declared(here.undated)
    source = {"type": "prometheus", "url": here.undated}
    files["policies/history.yaml"] = ours("HistorySources", "history", source=source, span="3d")
    files["policies/targets.yaml"] = ours(
        "SyncTargets",
        "targets",
        owner={"id": OWNER_ID},
        allowedHosts=["127.0.0.1"],
        targets=[
            *(
                prometheus_at(each.url, each.folder / "reliability", name=name)
                for name, each in here.servers.items()
            ),
            *(
                alertmanager_at(each.url, each.config, name=f"am-{name}")
                for name, each in here.alertmanagers.items()
            ),
        ],
    )
    for path, document in files.items():
        file = here.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document if isinstance(document, str) else json.dumps(document))


def test_one_definition_in_three_environments(here: Company) -> None:
    """A fault in staging opens a ticket; the same in production pages once, from two replicas."""
    for each in here.alertmanagers.values():
        each.config.unlink()
    for prometheus in here.servers.values():
        (prometheus.folder / "reliability").mkdir()
    ended = reliability("sync", "--yes", "--brief", "--no-wait", folder=here.root)
    assert ended.code == 0, ended.out + ended.err
    for name, prometheus in here.servers.items():
        groups = prometheus.get("rules")["groups"]
        assert len(groups) == 3, name
    assert reliability("plan", "--detailed-exitcode", folder=here.root).code == 0

    here.fail("staging", "development")
    ticket = here.recorder.wait_for("/tickets", within=WITHIN)
    assert ticket.body["commonLabels"]["environment"] == "staging"
    assert ticket.body["commonAnnotations"]["summary"].startswith("staging: Checkout works: ")
    assert ticket.body["commonLabels"]["cluster"] == "eu-2"
    assert here.firing("staging") == {("ticket", "staging", "")}
    assert wait_for(
        lambda: here.firing("development"), within=WITHIN, what="the log alert of development"
    ) == {("log", "development", "")}
    assert here.recorder.said("/pager") == []

    here.fail("eu-a", "eu-b")
    for name in ("eu-a", "eu-b"):
        wait_for(partial(here.is_burning, name), within=WITHIN, what=f"both alerts of {name}")
    here.recorder.wait_for("/pager", within=WITHIN)
    # Two more evaluations of both replicas would be sent by then.
    time.sleep(5)
    pages = [said for said in here.recorder.said("/pager") if said.is_call]
    assert len(pages) == 1
    assert pages[0].body["payload"]["summary"].startswith("eu-1: Checkout works: ")
    assert "replica" not in json.dumps(pages[0].body)
    assert here.firing("us") == set()
    assert here.firing("staging") == {("ticket", "staging", "")}

    # Replicas are one alert for Alertmanager, and staging inhibits nothing of production.
    alerts = here.alertmanagers["newer"].alerts()
    burning = [
        each["labels"] for each in alerts if each["labels"]["alertname"] == "ErrorBudgetBurn"
    ]
    assert sorted((each["tier"], each["shard"]) for each in burning) == [
        ("alert", "eu-1"),
        ("ticket", "eu-1"),
    ]

    # The global store has every environment, each with a history of its own.
    make_visible(here.victoria)
    # Only whole days are pulled, and the outage is of today.
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    ended = reliability("--today", tomorrow, "history", "pull", folder=here.root)
    assert ended.code == 0, ended.out + ended.err
    failed = {name: round(here.failed(name)) for name in HISTORIES}
    assert failed == dict.fromkeys(HISTORIES, FAILED) | {"production@us-1": 0}
