"""Entities for Backstage, as its own model reads them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.program import Ended, in_process
from tests.convert.imported import document, imported
from tests.live.repository import Repository, make_repository, set_targets
from tests.servers.models import models, problems

GRAFANA = "https://grafana.example.com/"


def portal(**more: object) -> dict[str, object]:
    return {"name": "portal", "provider": "backstage", **more}


def sync(repository: Repository) -> Ended:
    return in_process("sync", "--yes", "--brief", folder=repository.root)


def entities(repository: Repository) -> dict[str, Any]:
    folder = repository.root / "backstage"
    return {
        path.relative_to(folder).as_posix(): yaml.safe_load(path.read_text())
        for path in sorted(folder.glob("*/*.yaml"))
    }


def synced(root: Path, **settings: object) -> Repository:
    """The shipped repository with more in it, and its entities."""
    repository = make_repository(root, portal(**settings))
    repository.replace(
        "services/payslips/ownership.yaml",
        "spec:\n",
        "spec:\n  system: payroll\n",
    )
    notification = "policies/notification.yaml"
    repository.replace(notification, "spec:\n", "spec:\n  pagesBase: https://slo.example.com/\n")
    ended = sync(repository)
    assert ended.code == 0, ended.out + ended.err
    return repository


def test_backstage_reads_every_entity(tmp_path: Path) -> None:
    repository = synced(tmp_path / "repository", grafana=GRAFANA, namespace="people")
    made = entities(repository)
    wrong = {**made["components/exports.yaml"], "spec": {"type": "service"}}
    said = problems(models(), [*made.values(), wrong], tmp_path)
    assert said[:-1] == [""] * len(made)
    assert "lifecycle" in said[-1]


def test_a_component_has_what_ownership_and_policies_say(tmp_path: Path) -> None:
    made = entities(synced(tmp_path, grafana=GRAFANA))
    payslips = made["components/payslips.yaml"]
    assert payslips["spec"] == {
        "type": "service",
        "lifecycle": "production",
        "owner": "group:default/payroll",
        "system": "system:default/payroll",
        "dependsOn": ["component:default/payroll-batch"],
    }
    metadata = payslips["metadata"]
    assert metadata["labels"] == {"criticality": "important"}
    assert metadata["annotations"]["grafana/alert-label-selector"] == "service=payslips"
    addresses = {link["title"]: link["url"] for link in metadata["links"]}
    assert addresses["SLOs"] == "https://slo.example.com/en/services/payslips.html"
    assert addresses["SLO dashboard"].startswith("https://grafana.example.com/d/reliability-")
    assert addresses["SLO dashboard"].endswith("?var-service=payslips")
    runbooks = [url for title, url in addresses.items() if title.startswith("Runbook of ")]
    assert runbooks == ["https://git.example.com/reliability/blob/main/docs/runbooks/payslips.md"]


def test_a_service_without_slos_has_no_link_to_its_page(tmp_path: Path) -> None:
    made = entities(synced(tmp_path, grafana=GRAFANA))
    monitoring = made["components/monitoring.yaml"]["metadata"]
    assert [link["title"] for link in monitoring["links"]] == ["Runbook of MonitoringHeartbeat"]
    assert "annotations" not in monitoring


def test_a_group_names_its_team_on_github(tmp_path: Path) -> None:
    made = entities(synced(tmp_path))
    assert made["groups/workforce.yaml"] == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {
            "name": "workforce",
            "title": "Workforce",
            "annotations": {"github.com/team-slug": "example-hr/workforce"},
        },
        "spec": {"type": "team", "children": [], "profile": {"displayName": "Workforce"}},
    }


def test_groups_of_github_are_referred_to_by_their_slug(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, portal(groups="github"))
    repository.replace("policies/teams/payroll.yaml", "@example-hr/payroll", "@example-hr/pay")
    assert sync(repository).code == 0
    made = entities(repository)
    assert {path.partition("/")[0] for path in made} == {"components"}
    assert made["components/payslips.yaml"]["spec"]["owner"] == "group:default/pay"


def test_what_somebody_else_wrote_stays(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, portal())
    mine = repository.root / "backstage" / "components" / "exports.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("kind: Component\n")
    ended = sync(repository)
    assert ended.code == 1
    assert "x component exports" in ended.out
    assert mine.read_text() == "kind: Component\n"


@pytest.mark.parametrize("name", ["payslips", "exports"])
def test_a_service_that_goes_loses_its_component(tmp_path: Path, name: str) -> None:
    repository = synced(tmp_path)
    kept = {"attendance", "exports", "monitoring", "payroll-batch", "payslips"} - {name}
    repository.keep_services(*kept)
    set_targets(repository)
    ended = sync(repository)
    assert ended.code == 0, ended.out + ended.err
    assert f"components/{name}.yaml" not in entities(repository)


def test_an_import_of_the_entities_gives_the_same_owners_and_teams(tmp_path: Path) -> None:
    repository = synced(tmp_path)
    folder = repository.root / "backstage"
    drafts = imported({path.name: path.read_text() for path in folder.glob("*/*.yaml")})
    for name in ("payslips", "attendance"):
        written = yaml.safe_load((tmp_path / f"services/{name}/ownership.yaml").read_text())
        drafted = document(drafts, f"services/{name}/ownership.yaml")
        for key in ("team", "lifecycle", "description", "system", "dependencies"):
            assert drafted["spec"].get(key) == (written["spec"].get(key) or None), (name, key)
    team = document(drafts, "policies/teams/workforce.yaml")["spec"]
    assert (team["displayName"], team["codeHost"]) == ("Workforce", "@example-hr/workforce")
