"""Sync of several environments: each target gets its own rules, and staging comes first."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from tests.providers.company import Company, company

STAGING = {
    "name": "staging",
    "selectorLabels": {"env": "staging"},
    "highestTier": "ticket",
    "servers": [{"name": "one", "target": "p1"}],
}
PRODUCTION = {
    "name": "production",
    "selectorLabels": {"env": "production"},
    "series": "unlabeled",
    "after": "staging",
    "servers": [{"name": "one", "target": "p2"}],
}


def declare(here: Company, *environments: object) -> None:
    document = {
        "apiVersion": "reliability/v1",
        "kind": "Environments",
        "metadata": {"name": "environments"},
        "spec": {"environments": [*environments]},
    }
    path = here.repository.root / "policies/environments.yaml"
    path.write_text(yaml.safe_dump(document))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        declare(made, PRODUCTION, STAGING)
        yield made


def files(here: Company, name: str) -> list[str]:
    return sorted(path.name for path in (here.repository.root / name).glob("*.yml"))


def refuse(here: Company, name: str) -> None:
    server = here.servers[name]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(500, text="failed to reload config: not that")
        return server.handle(request)

    here.answers[name] = answer


def test_each_target_gets_the_rules_of_its_environment(here: Company) -> None:
    ended = here.sync()
    assert ended.code == 0, ended.out + ended.err
    assert "attendance.staging.yml" in files(here, "p1")
    assert all(name.endswith(".staging.yml") for name in files(here, "p1"))
    assert "attendance.yml" in files(here, "p2")
    assert not any("staging" in name for name in files(here, "p2"))
    assert here.plan("--detailed-exitcode").code == 0


def test_the_earlier_environment_is_loaded_first(here: Company) -> None:
    assert (here.sync().code, here.reloads) == (0, ["am", "p1", "p2"])
    first = here.requests.index(("p2", "POST /-/reload"))
    assert ("p1", "GET /api/v1/rules") in here.requests[:first]


def test_the_order_is_that_of_after_and_not_of_the_targets(here: Company) -> None:
    declare(here, {**PRODUCTION, "after": None}, {**STAGING, "after": "production"})
    assert (here.sync().code, here.reloads) == (0, ["am", "p2", "p1"])


def test_production_is_held_back_if_staging_fails_and_a_rerun_converges(here: Company) -> None:
    refuse(here, "p1")
    ended = here.sync()
    assert (ended.code, "p2" in here.reloads) == (1, False)
    assert "held back: p1 of the environment staging comes first: " in ended.out
    assert files(here, "p2") == []

    here.answers.clear()
    assert (here.sync().code, here.plan("--detailed-exitcode").code) == (0, 0)


def test_production_is_held_back_if_staging_cannot_be_reached(here: Company) -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, text="down")

    here.answers["p1"] = unreachable
    ended = here.sync()
    assert (ended.code, files(here, "p2")) == (1, [])
    assert "held back: p1 of the environment staging comes first: " in ended.out

    ended = here.sync("--out-of-order")
    assert (ended.code, "attendance.yml" in files(here, "p2")) == (1, True)


def test_one_environment_is_planned_and_synced_by_its_name(here: Company) -> None:
    plan = json.loads(here.plan("--environment", "staging", "--format", "json").out)
    assert [target["sync_target"] for target in plan["sync_targets"]] == ["p1"]

    ended = here.sync("--environment", "production")
    assert (ended.code, here.reloads) == (2, [])
    assert "an earlier environment comes first, and p1 differ from the repository" in ended.err

    assert (here.sync("--environment", "staging").code, here.reloads) == (0, ["p1"])
    assert (here.sync("--environment", "production").code, here.reloads) == (0, ["p2"])
    drift = here.repository.run("drift", "--environment", "production", "--detailed-exitcode")
    assert drift.code == 0


def test_an_unknown_environment_is_refused(here: Company) -> None:
    ended = here.plan("--environment", "qa")
    assert ended.code == 2
    assert "--environment qa: not one of the declared environments production, staging" in ended.err


def test_one_server_of_an_environment_is_planned_and_synced_alone(here: Company) -> None:
    servers = [{"name": "eu", "target": "p1"}, {"name": "us", "target": "p2"}]
    declare(here, {**PRODUCTION, "after": None, "targets": ["am"], "servers": servers})
    plan = json.loads(here.plan("--environment", "production/us", "--format", "json").out)
    assert [target["sync_target"] for target in plan["sync_targets"]] == ["p2"]

    assert (here.sync("--environment", "production/eu").code, here.reloads) == (0, ["p1"])
    ended = here.sync("--environment", "production/us", "--environment", "production")
    assert (ended.code, here.reloads) == (0, ["am", "p2"])

    ended = here.plan("--environment", "production/uk")
    assert ended.code == 2
    assert "--environment production/uk: not a declared environment" in ended.err
    assert "did you mean production/us?" in ended.err


def test_without_environments_the_option_says_where_they_are_declared(here: Company) -> None:
    (here.repository.root / "policies/environments.yaml").unlink()
    ended = here.plan("--environment", "staging")
    assert ended.code == 2
    assert "--environment staging: policies/environments.yaml declares no environment" in ended.err


def test_two_environments_on_one_server_are_synced_together(here: Company) -> None:
    both = {**STAGING, "servers": [{"name": "one", "target": "p2"}]}
    declare(here, PRODUCTION, both)
    assert here.sync("--sync-target", "p2", "--sync-target", "am").code == 0
    assert {"attendance.yml", "attendance.staging.yml"} <= {*files(here, "p2")}
    assert here.plan("--sync-target", "p2", "--detailed-exitcode").code == 0


def test_replicas_get_identical_rules(here: Company) -> None:
    declare(here, {**STAGING, "servers": [{"name": "one", "target": "p1", "replicas": ["p2"]}]})
    assert here.sync().code == 0
    root = here.repository.root
    assert files(here, "p1") == files(here, "p2") != []
    for name in files(here, "p1"):
        assert (root / "p1" / name).read_bytes() == (root / "p2" / name).read_bytes()
