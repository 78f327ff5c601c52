"""`init` in an empty folder, beside what a team has, again, and for one person."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from reliability.onboarding.init.surroundings import DetectedTool, look_around
from tests.cli.program import in_process as reliability

COMPOSE = """\
services:
  prometheus: {image: "prom/prometheus:v3.5.0", ports: ["9091:9090"]}
  alertmanager: {image: "prom/alertmanager", ports: [{published: 9093, target: 9093}]}
  agent: {image: "gcr.io/datadoghq/agent"}
  datadog: {image: "datadog/agent:7"}
"""
ALERTMANAGER = """\
route: {receiver: shop}
receivers:
  - name: shop
    slack_configs: [{channel: "#shop-alerts"}]
    pagerduty_configs: [{routing_key_file: /etc/key}]
"""
PROMETHEUS = """\
scrape_configs: []
alerting: {alertmanagers: [{static_configs: [{targets: ["am.example:9093"]}]}]}
"""


def test_an_empty_folder_becomes_a_repository_that_passes_check(tmp_path: Path) -> None:
    ended = reliability("init", folder=tmp_path)
    assert (ended.code, "wrote  policies/notification.yaml" in ended.out) == (0, True)
    assert "reliability new SERVICE" in ended.err
    checked = reliability("check", folder=tmp_path)
    assert (checked.code, checked.out.count("]: ")) == (0, 1)
    assert "warning[person-undecided]: @undecided is a placeholder, not a person" in checked.out
    assert reliability("build", "--out", tmp_path / "made", folder=tmp_path).code == 0


def test_one_person_needs_no_second_approver(tmp_path: Path) -> None:
    assert reliability("init", "--solo", folder=tmp_path).code == 0
    assert "approvals: solo " in (tmp_path / "policies/notification.yaml").read_text()
    assert (tmp_path / "policies/teams/me.yaml").is_file()
    assert reliability("check", folder=tmp_path).code == 0


def test_a_second_time_nothing_is_written(tmp_path: Path) -> None:
    reliability("init", folder=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    ended = reliability("init", folder=tmp_path)
    assert (ended.code, "wrote" in ended.out) == (0, False)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_each_repository_gets_an_owner_id_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        reliability("init", folder=folder)
        targets = yaml.safe_load((folder / "policies/targets.yaml").read_text())
        ids.append(targets["spec"]["owner"]["id"])
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in ids)
    assert ids[0] != ids[1]
    again = reliability("init", folder=tmp_path / "one")
    assert "same   policies/targets.yaml" in again.out


def test_what_is_there_stays_and_what_is_declared_elsewhere_is_not_declared_twice(
    tmp_path: Path,
) -> None:
    reliability("init", folder=tmp_path)
    (tmp_path / "policies/error-budget.yaml").rename(tmp_path / "policies/promises.yaml")
    (tmp_path / "policies/teams").rename(tmp_path / "policies/people")
    (tmp_path / ".gitignore").write_text("mine\n")
    ended = reliability("init", "--team", "other", folder=tmp_path)
    assert "kept   .gitignore" in ended.out
    assert "wrote" not in ended.out
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert reliability("check", folder=tmp_path).code == 0


def test_a_team_that_is_not_written_is_noted(tmp_path: Path) -> None:
    reliability("init", "--team", "own", folder=tmp_path)
    again = reliability("init", "--team", "own", folder=tmp_path)
    assert "has no effect" not in again.err

    ended = reliability("init", "--team", "shop", folder=tmp_path)
    assert ended.code == 0
    assert (
        "\n--team shop has no effect: policies/teams/ already has own\n"
        "to add a team, write policies/teams/shop.yaml\n"
    ) in ended.err
    assert not (tmp_path / "policies/teams/shop.yaml").exists()


def test_a_folder_of_services_that_is_something_else_is_told(tmp_path: Path) -> None:
    manifest = tmp_path / "services/api/deployment.yaml"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n")
    ended = reliability("init", folder=tmp_path)
    assert "not documents: 1, such as services/api/deployment.yaml" in ended.err
    (tmp_path / "reliability").mkdir()
    apart = reliability("--root", "reliability", "init", "--team", "shop", folder=tmp_path)
    assert (apart.code, "such as" in apart.err) == (0, False)
    checked = reliability("--root", "reliability", "check", folder=tmp_path)
    assert checked.code == 0


def test_files_the_remote_and_names_of_variables_tell_of_the_tools(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    remote = "git@github.com:example/shop.git"
    subprocess.run(("git", "-C", str(tmp_path), "remote", "add", "origin", remote), check=True)
    for name, text in {
        "compose.yaml": COMPOSE,
        "ops/alertmanager.yml": ALERTMANAGER,
        "ops/prometheus.yml": PROMETHEUS,
        "ops/rules/shop.yml": "groups: []\n",
        "broken.yml": "a: [\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    secret = "0123456789abcdef"
    around = look_around(tmp_path, {"DD_API_KEY": secret, "PROMETHEUS_URL": "http://p:9090/"})
    assert around.seen[0] == DetectedTool(
        "prometheus", "the variable PROMETHEUS_URL", "http://p:9090"
    )
    assert DetectedTool(
        "prometheus", "compose.yaml, service prometheus", "http://localhost:9091"
    ) in (around.seen)
    assert around.value("alertmanager") == "http://localhost:9093"
    assert (
        DetectedTool("alertmanager", "ops/prometheus.yml", "http://am.example:9093") in around.seen
    )
    assert around.value("slack") == "#shop-alerts"
    assert around.has("pagerduty")
    assert around.first("datadog") == DetectedTool("datadog", "the variable DD_API_KEY")
    assert around.value("github") == "example/shop"
    assert around.rule_files == ("ops/rules/shop.yml",)
    assert secret not in repr(around)


def test_what_was_seen_is_written_down(tmp_path: Path) -> None:
    (tmp_path / "alertmanager.yml").write_text(ALERTMANAGER)
    ended = reliability(
        "init", "--format", "json", folder=tmp_path, PROMETHEUS_URL="http://prom.example:9090"
    )
    said = json.loads(ended.out)
    assert (said["kept"], len(said["next"])) == (0, 3)
    assert "url: http://prom.example:9090" in (tmp_path / "policies/history.yaml").read_text()
    [team] = (tmp_path / "policies/teams").iterdir()
    assert 'alert: {slack: "#shop-alerts"}' in team.read_text()
    assert "pagerduty: {routingKey: file:" in team.read_text()
    assert reliability("check", folder=tmp_path).code == 0


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--team", "Shop Team", "not a valid name"),
        ("--slack", "alerts", "not a valid channel"),
        ("--member", "lead", "not a valid handle"),
        ("--prometheus", "localhost:9090", "not a valid URL"),
        ("--prometheus", "http://me:secret@host", "use a reference"),
    ],
)
def test_an_answer_that_cannot_be_taken_writes_nothing(
    tmp_path: Path, flag: str, value: str, said: str
) -> None:
    ended = reliability("init", flag, value, folder=tmp_path)
    assert (ended.code, said in ended.err, "secret@" in ended.err) == (2, True, False)
    assert list(tmp_path.iterdir()) == []


def with_remote(root: Path, url: str, branch: str = "main") -> None:
    subprocess.run(("git", "init", "--quiet", f"--initial-branch={branch}", str(root)), check=True)
    subprocess.run(("git", "-C", str(root), "remote", "add", "origin", url), check=True)


@pytest.mark.parametrize(
    ("remote", "base"),
    [
        ("git@github.com:acme/ops.git", "https://github.com/acme/ops/blob/main"),
        (
            "https://me:secret@github.example.com/acme/ops",
            "https://github.example.com/acme/ops/blob/main",
        ),
        (
            "ssh://git@gitlab.example.com:2222/a/b/ops.git",
            "https://gitlab.example.com/a/b/ops/-/blob/main",
        ),
        ("https://codeberg.org/acme/ops.git", "https://codeberg.org/acme/ops/src/branch/main"),
        ("https://bitbucket.org/acme/ops.git", "https://bitbucket.org/acme/ops/src/main"),
    ],
)
def test_a_runbook_can_be_clicked_where_the_remote_says_how(
    tmp_path: Path, remote: str, base: str
) -> None:
    with_remote(tmp_path, remote)
    assert reliability("init", "--no-github", folder=tmp_path).code == 0
    assert f"  runbookBase: {base} " in (tmp_path / "policies/notification.yaml").read_text()


def test_the_address_of_runbooks_has_branch_and_folder_or_is_named(tmp_path: Path) -> None:
    with_remote(tmp_path, "https://gitlab.com/acme/ops.git", "trunk")
    inside, named = tmp_path / "slo", tmp_path / "named"
    for folder, more in ((inside, ()), (named, ("--runbook-base", "https://wiki.example/x"))):
        folder.mkdir()
        reliability("--root", folder, "init", "--no-github", *more, folder=folder)
    policy = (inside / "policies/notification.yaml").read_text()
    assert "runbookBase: https://gitlab.com/acme/ops/-/blob/trunk/slo " in policy
    policy = (named / "policies/notification.yaml").read_text()
    assert "runbookBase: https://wiki.example/x " in policy


def test_the_gate_works_right_after_init_and_a_first_slo(tmp_path: Path) -> None:
    reliability("init", "--member", "@ines", folder=tmp_path)
    policies = "".join(path.read_text() for path in (tmp_path / "policies").glob("*.yaml"))
    assert set(re.findall(r'"@[\w-]+"', policies)) == set()
    new = ("new", "shop", "--journey", "A customer pays", "--kind", "http")
    assert reliability(*new, folder=tmp_path).code == 0
    ended = reliability("gate", "shop", "--from", "history", folder=tmp_path)
    assert "no ErrorBudgetPolicy" not in ended.err
    assert "shop" in ended.out + ended.err
