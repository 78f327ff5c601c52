"""Two repositories, one rules folder and one Alertmanager: nothing is taken, nothing deleted."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.program import Ended
from tests.environment import environment
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
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

FIRST = "route: {receiver: inbox}\nreceivers: [{name: inbox}]\n"
ACME, SHOP = "github.com/acme/reliability", "github.com/shop/reliability"
ACME_ID, SHOP_ID = "acme000000000001", "shop000000000002"


@dataclass(frozen=True, slots=True)
class Site:
    """Both servers, and what each command printed."""

    generation: Generation
    prometheus: Prometheus
    folder: Path
    config: Path
    home: Path
    transcript: list[str] = field(default_factory=list)

    def repository(self, name: str, owner_id: str, remote: str, **alertmanager: str) -> Repository:
        """A repository of its own with the same two targets and a heartbeat of the same name."""
        made = make_repository(
            self.home / name,
            prometheus_at(self.prometheus.url, self.folder),
            alertmanager_at(self.alertmanager_url, self.config, **alertmanager),
        )
        set_targets(made, owner={"id": owner_id})
        made.keep_services("monitoring")
        git(made.root, "init", "--quiet")
        git(made.root, "remote", "add", "origin", remote)
        return made

    @property
    def alertmanager_url(self) -> str:
        return (self.config.parent / "url").read_text()

    def run(self, repository: Repository, *arguments: str) -> Ended:
        """Run a command and write down what it printed."""
        ended = repository.run(*arguments)
        shown = (ended.out + ended.err).replace(str(self.home), "").rstrip()
        name = repository.root.name
        self.transcript.append(
            f"{name}$ reliability {' '.join(arguments)}\n{shown}\n[exit code {ended.code}]\n"
        )
        return ended

    def content(self) -> dict[str, bytes]:
        """All that both servers read."""
        files = {path.name: path.read_bytes() for path in sorted(self.folder.glob("*.yml"))}
        return {**files, "alertmanager.yml": self.config.read_bytes()}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=environment(), check=True)


@contextmanager
def run_site(generation: Generation, home: Path) -> Iterator[Site]:
    folder = home / "prometheus" / "reliability"
    folder.mkdir(parents=True)
    rules = prometheus_config(rules=["reliability/*.yml"])
    with (
        run_alertmanager(generation, home / "alertmanager", FIRST) as alertmanager,
        run_prometheus(generation, home / "prometheus", rules) as prometheus,
    ):
        alertmanager.config.unlink()
        (home / "alertmanager" / "url").write_text(alertmanager.url)
        yield Site(generation, prometheus, folder, alertmanager.config, home)


def test_nothing_is_taken_and_nothing_is_deleted(generation: Generation, tmp_path: Path) -> None:
    with run_site(generation, tmp_path) as site:
        acme = site.repository("acme", ACME_ID, "https://github.com/acme/reliability.git")
        add_service(acme, "checkout", "CheckoutGone")
        assert site.run(acme, "sync", "--yes").code == 0
        first = site.content()

        shop = site.repository("shop", SHOP_ID, "git@github.com:shop/reliability.git")
        add_service(shop, "cart", "CartGone")
        shop.replace("policies/notification.yaml", "wait: 30s", "wait: 45s")
        refused_what_is_owned(site, shop)
        assert site.run(shop, "sync", "--yes", "--brief").code == 1
        after = site.content()
        assert {name: after[name] for name in first} == first
        assert set(after) - set(first) == {"cart.yml"}
        assert site.prometheus.rules().keys() == {"MonitoringHeartbeat", "CheckoutGone", "CartGone"}

        the_first_owner_sees_nothing_to_do(site, acme)
        the_second_goes_on_once_routes_are_elsewhere(site, shop)
        a_fork_and_a_copy_take_nothing(site, acme)
        assert site.content() == after
        taking_over_is_a_decision(site, shop)
    (tmp_path / "transcript.md").write_text("\n".join(site.transcript))


def refused_what_is_owned(site: Site, shop: Repository) -> None:
    """The second owner creates what is its own, and is told whose the rest is."""
    ended = site.run(shop, "plan", "--brief")
    owner = f"owned by {ACME} (id {ACME_ID})"
    assert ended.code == 1
    assert f"prometheus: 1 to create, 0 to update, 0 to delete; 0 owned; 2 {owner}" in ended.out
    assert "  + rules cart" in ended.out
    assert f"  x rules monitoring: left alone: {owner}" in ended.out
    assert f"  x config alertmanager: left alone: {owner}" in ended.out
    assert "set `routes: external` on this target" in ended.out
    assert "rename the service here, or remove it if it is only a second heartbeat" in ended.out
    assert "--take-over" not in ended.out


def the_first_owner_sees_nothing_to_do(site: Site, acme: Repository) -> None:
    """What the second owner wrote is no change and no drift."""
    for command in ("plan", "drift"):
        ended = site.run(acme, command, "--detailed-exitcode")
        assert ended.code == 0, ended.out
    assert f"1 owned by {SHOP} (id {SHOP_ID})" in site.run(acme, "plan").out


def the_second_goes_on_once_routes_are_elsewhere(site: Site, shop: Repository) -> None:
    """With its routes in the first one's file, and without a service of the same name."""
    shutil.rmtree(shop.root / "services/monitoring")
    shop.replace("policies/targets.yaml", "provider: alertmanager", ELSEWHERE)
    ended = site.run(shop, "plan", "--detailed-exitcode")
    assert ended.code == 0, ended.out
    assert f"not written: the routes belong to {ACME} (id {ACME_ID})" in ended.out
    assert site.run(shop, "sync", "--yes").code == 0
    without_a_service = site.run(shop, "drift", "--detailed-exitcode")
    assert without_a_service.code == 0


ELSEWHERE = "provider: alertmanager\n    routes: external"


def a_fork_and_a_copy_take_nothing(site: Site, acme: Repository) -> None:
    """They have the same documents and the same id; the address is another, or unknown."""
    for name, remote in (("fork", "https://github.com/mallory/reliability"), ("copy", None)):
        folder = site.home / name
        shutil.copytree(acme.root, folder)
        if remote is None:
            shutil.rmtree(folder / ".git")
        else:
            git(folder, "remote", "set-url", "origin", remote)
        other = Repository(folder)
        other.replace("services/checkout/alert-policy.yaml", "is not there", "is not theirs")
        ended = site.run(other, "sync", "--yes", "--brief")
        assert ended.code == 1
        assert "this repository has the same id at another address" in ended.out
        assert "pass --take-over prometheus if this repository should own these" in ended.out
        assert "0 of" not in ended.out


def taking_over_is_a_decision(site: Site, shop: Repository) -> None:
    """The flag takes over what is declared, of the target that it names, and nothing else."""
    shop.replace("policies/targets.yaml", ELSEWHERE, "provider: alertmanager")
    plan = site.run(shop, "plan", "--brief", "--take-over", "alertmanager")
    assert f"  ~ config alertmanager (taken over from {ACME} (id {ACME_ID}))" in plan.out
    sync = ("sync", "--yes", "--take-over", "alertmanager", "--sync-target", "alertmanager")
    ended = site.run(shop, *sync)
    assert ended.code == 0, ended.out
    assert SHOP in site.config.read_text()
    assert "group_wait: 45s" in site.config.read_text()
    assert (site.folder / "checkout.yml").exists()
