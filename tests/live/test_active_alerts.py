"""A rename during an incident: held while real servers say that the alert is active."""

from pathlib import Path

import pytest
import yaml

from tests.live.repository import (
    Repository,
    add_service,
    alertmanager_at,
    make_repository,
    prometheus_at,
    set_targets,
)
from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import Generation
from tests.servers.prometheus import prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

FIRST = "route: {receiver: inbox}\nreceivers: [{name: inbox}]\n"
FILES: dict[str, object] = {"name": "files", "provider": "files", "writes": ["prometheus"]}
NAMED = '  ! rules checkout: would end an active alert: CheckoutGone{service="checkout"'


def shop(folder: Path, *targets: dict[str, object]) -> Repository:
    """A repository whose one alert of checkout always fires."""
    repository = make_repository(folder, *targets)
    repository.keep_services("monitoring")
    add_service(repository, "checkout", "CheckoutGone")
    return repository


def rename(repository: Repository) -> None:
    repository.replace("services/checkout/alert-policy.yaml", "CheckoutGone", "CheckoutVanished")


def test_the_alertmanager_says_which_alerts_a_folder_of_files_would_end(
    generation: Generation, tmp_path: Path
) -> None:
    with run_alertmanager(generation, tmp_path / "alertmanager", FIRST) as server:
        server.config.unlink()
        repository = shop(
            tmp_path / "repository", FILES, alertmanager_at(server.url, server.config)
        )
        assert repository.run("sync", "--yes").code == 0
        rules = yaml.safe_load((repository.root / "build/prometheus/checkout.yml").read_text())
        [rule] = rules["groups"][0]["rules"]
        server.send({"alertname": "CheckoutGone", "replica": "a", **rule["labels"]})
        rename(repository)
        plan = repository.run("plan")
        assert (plan.code, NAMED in plan.out) == (1, True), plan.out
        held = repository.run("sync", "--yes")
        assert held.code == 1
        file = repository.root / "build/prometheus/checkout.yml"
        assert "CheckoutGone" in file.read_text()
        passed = repository.run("sync", "--yes", "--allow-active")
        assert passed.code == 0, passed.out
        assert "CheckoutVanished" in file.read_text()


def test_a_prometheus_says_which_of_its_alerts_a_change_would_end(
    generation: Generation, tmp_path: Path
) -> None:
    repository = shop(tmp_path / "repository", FILES)
    assert repository.run("sync", "--yes").code == 0
    folder = repository.root / "build/prometheus"
    config = prometheus_config(rules=[f"{folder}/*.yml"])
    with run_prometheus(generation, tmp_path / "prometheus", config) as server:
        server.wait_for_firing("CheckoutGone", within=90)
        set_targets(repository, targets=[prometheus_at(server.url, folder)])
        assert repository.run("plan").code == 0
        rename(repository)
        for command in (("plan",), ("sync", "--dry-run")):
            ended = repository.run(*command)
            assert (ended.code, NAMED in ended.out) == (1, True), ended.out
        deleted = repository.root / "services/checkout/alert-policy.yaml"
        deleted.unlink()
        gone = repository.run("plan")
        assert (gone.code, NAMED in gone.out) == (1, True), gone.out
        assert repository.run("sync", "--yes").code == 1
        assert "CheckoutGone" in (folder / "checkout.yml").read_text()
