"""Changes that are held while real servers say that an alert or a silence is active."""

import shlex
import subprocess
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
from tests.servers.alertmanager import Alertmanager, run_alertmanager
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


def silence(server: Alertmanager, *words: str) -> str:
    """Runs `amtool silence` and returns what it prints."""
    amtool: list[str | Path] = [server.generation.amtool, f"--alertmanager.url={server.url}"]
    done = subprocess.run([*amtool, "silence", *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_labels_leave_once_the_silences_on_them_are_replaced(
    generation: Generation, tmp_path: Path
) -> None:
    with run_alertmanager(generation, tmp_path / "alertmanager", FIRST) as server:
        server.config.unlink()
        repository = make_repository(
            tmp_path / "repository", FILES, alertmanager_at(server.url, server.config)
        )
        repository.keep_services("monitoring", "attendance")
        policy, key = "policies/notification.yaml", "  owner: platform"
        repository.replace(policy, key, f"  keepSlothLabels: true\n{key}")
        assert repository.run("sync", "--yes").code == 0
        add = ("add", "--author=mori", "--comment=it's moved")
        later = ("--start=2099-01-01T00:00:00Z", "--end=2099-01-02T00:00:00Z")
        changed = [
            silence(server, *add, "--duration=3h", 'sloth_service="attendance"'),
            silence(server, *add, *later, 'sloth_id=~".*clock-in-succeeded"'),
            silence(server, *add, "alertname=ErrorBudgetBurn", 'sloth_service!="attendance"'),
        ]
        same = [
            silence(server, *add, "alertname=ErrorBudgetBurn", 'sloth_service!="x"'),
            silence(server, *add, "sloth_service=shop"),
            silence(server, *add, 'sloth_slo="attendance-clock-in"'),
        ]
        silence(server, "expire", same[-1])

        repository.replace(policy, "  keepSlothLabels: true\n", "")
        held = repository.run("plan")
        assert held.code == 1
        commands = [line[6:] for line in held.out.splitlines() if line.startswith("    $ ")]
        assert all(f"silence {identity} in alertmanager" in held.out for identity in changed)
        assert not any(identity in held.out for identity in same)
        for command in commands:
            silence(server, *shlex.split(command)[2:])
        synced = repository.run("sync", "--yes")
        assert synced.code == 0, synced.out
        silence(server, *add, 'sloth_service="attendance"')
        repository.replace("services/attendance/slo.yaml", "target: 0.999 ", "target: 0.998 ")
        assert repository.run("plan").code == 0
