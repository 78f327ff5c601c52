"""Contact points and policies for Grafana: golden files, secrets, and who is notified."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.compile.grafana.alerting import GrafanaAlerting
from reliability.compile.grafana.gaps import grafana_gaps
from reliability.compile.grafana.secret_variables import SecretVariables
from reliability.render.yaml_text import yaml_text
from reliability.resource import Json, Resource
from tests.compile.alertmanager_cases import (
    ALONE,
    CASES,
    INSIDE_THEIRS,
    TWO_TEAMS,
    Files,
    catalog_at,
    config,
)
from tests.compile.repositories import catalog_of, ours
from tests.compile.test_alertmanager import GOLDEN, LAKE, STRANGER, WEB
from tests.golden import Golden
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config, receivers_of

SECRETS: Final = {
    "SLACK": "https://hooks.slack.com/x",
    "WEB_PAGER": "k1",
    "DATA_TICKETS": "https://t",
}
TREE: Final = {
    "name": "grafana",
    "provider": "files",
    "writes": ["grafana-alerting"],
    "ownsPolicyTree": True,
}


def files_of(files: Files, *, owns_tree: bool = False) -> dict[str, Resource]:
    targets = ours("SyncTargets", "targets", owner={"id": "0a1b2c3d4e5f6a7b"}, targets=[TREE])
    whole = {**files, "policies/targets.yaml": targets} if owns_tree else files
    made = list(GrafanaAlerting().compile(catalog_at(whole)))
    return {item.id.name: item for item in made if isinstance(item, Resource)}


def body_of(files: Files, name: str) -> Any:
    return files_of(files, owns_tree=True)[name].body


def interpolated(value: Any, environment: Mapping[str, str]) -> Any:
    """What Grafana reads (pkg/services/provisioning/values): `$$` is a sign, `$NAME` a variable."""
    match value:
        case str():
            name = re.compile(r"\$\{(\w+)\}|\$(\w+)")
            parts = (
                name.sub(lambda found: environment.get(found[1] or found[2], ""), part)
                for part in value.split("$$")
            )
            return "$".join(parts)
        case dict():
            return {key: interpolated(item, environment) for key, item in value.items()}
        case list():
            return [interpolated(item, environment) for item in value]
        case _:
            return value


@pytest.mark.parametrize("name", ["contact-points", "policies"])
def test_a_repository_is_compiled_as_its_golden_file_says(name: str, golden: Golden) -> None:
    text = yaml_text(body_of(TWO_TEAMS, name))
    golden.check(GOLDEN / f"grafana-alerting-{name}.yaml", text)


def test_policies_are_written_only_by_a_target_that_owns_the_tree() -> None:
    assert list(files_of(TWO_TEAMS)) == ["contact-points"]
    policies = files_of(TWO_TEAMS, owns_tree=True)["policies"]
    assert policies.targets == ("grafana",)


def test_secrets_are_references_and_templates_arrive_as_alertmanager_has_them() -> None:
    points = interpolated(body_of(TWO_TEAMS, "contact-points"), SECRETS)["contactPoints"]
    by_name = {point["name"]: point["receivers"] for point in points}
    theirs: Any = {item["name"]: item for item in config(TWO_TEAMS)["receivers"]}

    pager, slack = sorted(by_name["reliability/web/alert"], key=lambda item: str(item["type"]))
    ours_, [before] = slack["settings"], theirs["reliability/web/alert"]["slack_configs"]
    assert (ours_["url"], ours_["recipient"]) == (SECRETS["SLACK"], "#web-alerts")
    assert ours_["text"] == f"{before['pretext']}\n{before['text']}"
    assert ours_["title"] == before["title"]
    assert pager["settings"]["integrationKey"] == "k1"

    [details] = theirs["reliability/web/alert"]["pagerduty_configs"]
    assert pager["settings"]["details"] == details["details"]
    [link] = details["links"]
    assert (pager["settings"]["client"], pager["settings"]["client_url"]) == (
        link["text"],
        link["href"],
    )
    [hook] = by_name["reliability/data/ticket"]
    assert (hook["type"], hook["settings"]["url"]) == ("webhook", "https://t")
    [switch] = by_name["reliability/heartbeat"]
    assert switch["disableResolveMessage"] is True


def test_a_contact_point_has_a_uid_of_its_own_and_at_least_one_receiver() -> None:
    points: Any = body_of(TWO_TEAMS, "contact-points")["contactPoints"]
    uids = [receiver["uid"] for point in points for receiver in point["receivers"]]
    assert len(uids) == len(set(uids))
    assert all(len(uid) <= 40 and uid.startswith("reliability-") for uid in uids)
    assert all(point["receivers"] for point in points)
    assert "reliability/nobody" not in {point["name"] for point in points}


def as_alertmanager(tree: Any) -> dict[str, Json]:
    """The tree in the form of Alertmanager, with a receiver for what is muted at all times."""
    [always], [root] = tree["muteTimes"], tree["policies"]

    def route(written: dict[str, Any]) -> dict[str, Any]:
        made = {key: value for key, value in written.items() if key not in ("orgId", "routes")}
        if "mute_time_intervals" in made:
            made["receiver"] = "muted"
        if "routes" in written:
            made["routes"] = [route(child) for child in written["routes"]]
        return made

    points: Any = body_of(TWO_TEAMS, "contact-points")["contactPoints"]
    return {
        "route": interpolated(route(root), {}),
        "receivers": [*({"name": point["name"]} for point in points), {"name": "muted"}],
        "time_intervals": [{key: always[key] for key in ("name", "time_intervals")}],
    }


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The policies as a file of Alertmanager, which has the same routes."""
    file = tmp_path / "alertmanager.yml"
    file.write_text(yaml_text(as_alertmanager(body_of(TWO_TEAMS, "policies"))))
    return file


@pytest.mark.tools
def test_amtool_accepts_the_policies(tree: Path, generation: Generation) -> None:
    said = check_alertmanager_config(generation, tree)
    assert said.accepted, said.text


@pytest.mark.tools
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (WEB | {"tier": "alert"}, "reliability/web/alert"),
        (WEB | {"tier": "ticket"}, "reliability/web/ticket"),
        (WEB | {"tier": "log"}, "muted"),
        (WEB | {"tier": "alert", "kind": "heartbeat"}, "reliability/heartbeat"),
        (LAKE | {"tier": "log"}, "reliability/data/log"),
        (WEB | {"tier": "alert", "team": "gone"}, "reliability/unrouted"),
        (STRANGER, "reliability/unrouted"),
    ],
)
def test_each_alert_goes_where_alertmanager_sends_it(
    tree: Path, labels: Mapping[str, str], receiver: str, generation: Generation
) -> None:
    assert receivers_of(generation, tree, labels) == [receiver]


def test_a_team_without_a_channel_for_unrouted_alerts_has_contact_points_only() -> None:
    made = files_of(ALONE, owns_tree=True)
    assert list(made) == ["contact-points"]
    points: Any = made["contact-points"].body["contactPoints"]
    assert [point["name"] for point in points] == ["reliability/me/alert"]


def test_the_url_of_slack_in_an_existing_configuration_is_a_variable() -> None:
    points: Any = body_of(INSIDE_THEIRS, "contact-points")["contactPoints"]
    urls = {
        receiver["settings"]["url"]
        for point in points
        for receiver in point["receivers"]
        if receiver["type"] == "slack"
    }
    assert urls == {"${SLACK_URL}"}


@pytest.mark.parametrize("case", CASES)
def test_no_secret_file_and_no_dollar_sign_is_left(case: str) -> None:
    for resource in files_of(CASES[case], owns_tree=True).values():
        text = yaml_text(resource.body)
        assert "_file" not in text
        assert re.findall(r"(?<!\$)\$(?![${])", text.replace("$$", "")) == []


def test_two_files_of_one_name_have_variables_of_their_own() -> None:
    receivers = [
        {"webhook_configs": [{"url_file": path} for path in ("/a/key", "/b/key", "/c/1st.key")]}
    ]
    variables = SecretVariables.of(receivers)
    assert [variables.reference(path) for path in ("/a/key", "/b/key", "/c/1st.key")] == [
        "${A_KEY}",
        "${B_KEY}",
        "${_1ST_KEY}",
    ]


def test_without_a_team_there_are_no_policies_to_speak_of() -> None:
    target = {"name": "files", "provider": "files", "writes": ["grafana-alerting"]}
    owned = ours("SyncTargets", "targets", targets=[{**target, "ownsPolicyTree": True}])
    assert list(grafana_gaps(catalog_of(owned))) == []
    features = [
        problem.subject
        for problem in grafana_gaps(catalog_of(owned, ours("Team", "web", members=["@lead"])))
    ]
    assert features == ["inhibition", "unrouted-contact-point"]
