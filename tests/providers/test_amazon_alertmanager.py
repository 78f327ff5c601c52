"""The alert manager definition of Amazon Managed Prometheus: topics, failures, lost answers."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.compile.alertmanager.templates import without_template
from reliability.errors import ProviderError
from reliability.model.targets import AmazonAlertmanagerTarget
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, sync
from reliability.providers import wanted_by
from reliability.providers.rulers.amazon_alertmanager import AmazonAlertmanagerProvider
from reliability.providers.rulers.notification_topics import AmazonNotifications
from reliability.providers.targets import plan_target
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource, ResourceId
from tests.compile.alertmanager_cases import INSIDE_THEIRS, TWO_TEAMS
from tests.compile.alertmanager_cases import config as compiled
from tests.providers.amazon_definition_world import FakeDefinition, open_definition
from tests.providers.worlds import TARGET, config
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config

ALERT = "arn:aws:sns:eu-west-1:123456789012:alerts"
TICKET = "arn:aws:sns:eu-west-1:123456789012:tickets"
REGION = "eu-west-1"
TOPICS = {"alert": ALERT, "ticket": TICKET, "unrouted": TICKET}


@pytest.fixture
def fake() -> FakeDefinition:
    return FakeDefinition()


@pytest.fixture
def provider(fake: FakeDefinition) -> Iterator[AmazonAlertmanagerProvider]:
    with ExitStack() as closing:
        yield open_definition(fake, True, closing=closing)


def planned(provider: AmazonAlertmanagerProvider, wanted: Resource) -> Plan:
    return plan(TARGET, (wanted,), provider.read(), PlanOptions())


def synced(provider: AmazonAlertmanagerProvider, wanted: Resource) -> list[Outcome]:
    return list(sync(planned(provider, wanted), provider))


def receivers(files: Any = TWO_TEAMS, **more: Any) -> dict[str, Any]:
    body = AmazonNotifications(**{"region": REGION, "topics": TOPICS, **more}).applied(
        compiled(files)
    )
    return {receiver["name"]: receiver for receiver in body["receivers"]}


def test_each_team_notifies_the_topic_of_the_tier_and_is_an_attribute() -> None:
    made = receivers()
    [alert] = made["reliability/web/alert"]["sns_configs"]
    assert (alert["topic_arn"], alert["sigv4"]) == (ALERT, {"region": REGION})
    assert alert["attributes"] == {"tier": "alert", "team": "web"}
    [unrouted] = made["reliability/unrouted"]["sns_configs"]
    assert (unrouted["topic_arn"], unrouted["attributes"]) == (TICKET, {"tier": "unrouted"})
    assert made["reliability/data/log"] == {"name": "reliability/data/log"}
    assert made["reliability/nobody"] == {"name": "reliability/nobody"}


def test_a_key_in_secrets_manager_notifies_pagerduty_beside_the_topic() -> None:
    [theirs] = [
        receiver["pagerduty_configs"][0]
        for receiver in compiled(TWO_TEAMS)["receivers"]
        if receiver["name"] == "reliability/web/alert"
    ]
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf"
    secrets = {theirs["routing_key_file"]: f"{arn}:routing_key"}
    made = receivers(secrets=secrets)["reliability/web/alert"]
    assert [*made] == ["name", "sns_configs", "pagerduty_configs"]
    [page] = made["pagerduty_configs"]
    assert page["routing_key"] == {
        "aws_secrets_manager": {
            "secret_arn": arn,
            "secret_key": "routing_key",
            "refresh_interval": "5m",
        }
    }
    assert page["details"] == theirs["details"]
    assert {*page} == {"routing_key", "description", "severity", "details"}

    only = receivers(secrets=secrets, topics={})["reliability/web/alert"]
    assert [*only] == ["name", "pagerduty_configs"]


@pytest.mark.tools
def test_amtool_accepts_the_topics(tmp_path: Path, generation: Generation) -> None:
    file = tmp_path / "alertmanager.yml"
    notifications = AmazonNotifications(region=REGION, topics=TOPICS)
    file.write_text(yaml_text(without_template(notifications.applied(compiled(TWO_TEAMS)))))
    said = check_alertmanager_config(generation, file)
    assert said.accepted, said.text


def test_receivers_that_the_service_refuses_are_blocked(
    provider: AmazonAlertmanagerProvider,
) -> None:
    target = AmazonAlertmanagerTarget(
        name=TARGET,
        provider="amazon-alertmanager",
        region=REGION,
        workspace="w",
        topics={"alert": ALERT, "ticket": TICKET},
    )
    identity = ResourceId("alertmanager", "config", "alertmanager")
    theirs = Resource(identity, compiled(INSIDE_THEIRS))
    made = plan_target(target, provider.read(), (theirs,), PlanOptions())
    [blocked] = made.blocked
    assert "remove email_configs of the receiver mail" in blocked.why
    assert (made.changes, made.is_experimental) == ((), True)

    ours = Resource(identity, compiled(TWO_TEAMS))
    assert plan_target(target, provider.read(), (ours,), PlanOptions()).blocked == ()
    [wanted] = wanted_by(target, (ours,))
    assert "slack_configs" not in str(wanted.body)


def test_a_refused_definition_leaves_the_former_one(
    fake: FakeDefinition, provider: AmazonAlertmanagerProvider
) -> None:
    synced(provider, config())
    former = fake.content
    [failed] = synced(provider, config(receiver="nobody"))
    assert isinstance(failed, ChangeFailed)
    assert failed.why == "refused: UPDATE_FAILED: undefined receiver used in route"
    assert (fake.content, fake.status) == (former, "ACTIVE")


def test_a_first_definition_that_is_refused_is_removed(
    fake: FakeDefinition, provider: AmazonAlertmanagerProvider
) -> None:
    assert isinstance(synced(provider, config(receiver="nobody"))[0], ChangeFailed)
    assert fake.content is None


def test_an_answer_that_is_lost_is_looked_up(
    fake: FakeDefinition, provider: AmazonAlertmanagerProvider
) -> None:
    fake.loses = True
    assert isinstance(synced(provider, config())[0], ChangeApplied)
    fake.loses = True
    assert isinstance(synced(provider, config(wait="10s"))[0], ChangeApplied)
    assert planned(provider, config(wait="10s")).is_settled


def test_template_files_of_others_stay(
    fake: FakeDefinition, provider: AmazonAlertmanagerProvider
) -> None:
    synced(provider, config())
    assert fake.content is not None
    document = yaml.safe_load(fake.content)
    templates = {"mine.tmpl": '{{ define "mine" }}x{{ end }}', **document["template_files"]}
    fake.content = yaml.safe_dump({**document, "template_files": templates}).encode()
    synced(provider, config(wait="10s"))
    assert yaml.safe_load(fake.content)["template_files"] == templates


def test_a_definition_that_failed_is_stored_again(
    fake: FakeDefinition, provider: AmazonAlertmanagerProvider
) -> None:
    synced(provider, config())
    fake.status, fake.reason = "UPDATE_FAILED", "internal"
    made = planned(provider, config())
    [reload] = made.stale
    assert reload.id.kind == "config"
    assert isinstance(next(iter(sync(made, provider))), ChangeApplied)
    assert planned(provider, config()).is_settled


def test_a_workspace_that_does_not_exist_is_an_error(fake: FakeDefinition) -> None:
    with (
        ExitStack() as closing,
        pytest.raises(ProviderError, match="answers 404: Workspace not found"),
    ):
        open_definition(fake, False, closing=closing, workspace="ws-two").read()
