"""What Alertmanager refuses of a file: the model answers as amtool does, in both generations."""

import random
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest
import yaml

from reliability.alertmanager.validation.fields import FIELDS, KINDS, fields_of
from reliability.alertmanager.validation.refusal import Refusal
from reliability.alertmanager.validation.refusals import config_refusals
from reliability.load.document import parse
from tests.alertmanager.validation.config_variants import RECEIVERS, around, variants
from tests.cli.program import reliability
from tests.servers.generation import Generation
from tests.servers.programs import config_verdicts

SAMPLE: Final = 400
"""How many of some 14,000 variants a run compares; all of them were compared once."""

ENTRIES: Final = (
    *("top.inhibit_rules", "top.time_intervals", "top.mute_time_intervals", "route.matchers"),
    *("inhibit-rule.source_matchers", "inhibit-rule.target_matchers"),
    *("route: matchers", "inhibition: source_matchers", "inhibition: target_matchers"),
)
"""Lists in which Alertmanager takes an entry without a value for nothing; here it is refused."""

DEBIAN_DIFFERS: Final = ("jira", "use_fips_sts_endpoint")
"""Debian builds its 0.28 without Jira, and with a newer library for AWS."""


def refusals(values: Any, generation: Generation) -> list[Refusal]:
    """What the model refuses of a file for one generation."""
    text = yaml.safe_dump(values, allow_unicode=True)
    document = parse(PurePosixPath("alertmanager.yml"), text.encode()).documents[0]
    found = config_refusals(document.values)
    if generation.name == "debian":
        return [refusal for refusal in found if not refusal.only_new]
    return [refusal for refusal in found if not refusal.only_old]


def differences(
    cases: list[tuple[str, Any]], generation: Generation, folder: Path
) -> list[tuple[str, Any, list[str]]]:
    """The cases that amtool judges in another way, with what the model finds."""
    files = {}
    for index, case in enumerate(cases):
        file = folder / f"{index}.yml"
        file.write_text(yaml.safe_dump(case[1], allow_unicode=True), encoding="utf-8")
        files[file] = case
    verdicts = config_verdicts(generation, list(files))
    found = []
    for file, (name, values) in files.items():
        refused = [refusal.message for refusal in refusals(values, generation)]
        if verdicts[file].accepted is bool(refused):
            found.append((name, values, refused))
    return found


def variants_for(generation: Generation) -> list[tuple[str, Any]]:
    """The variants that a generation can judge as its upstream version does."""
    cases = [case for case in variants() if case[0] not in ENTRIES or "[None]" not in str(case)]
    if generation.name != "debian":
        return cases
    return [case for case in cases if not any(word in str(case) for word in DEBIAN_DIFFERS)]


@pytest.mark.tools
@pytest.mark.parametrize("seed", range(2))
def test_the_model_refuses_what_amtool_refuses(
    seed: int, generation: Generation, tmp_path: Path
) -> None:
    sample = random.Random(seed).sample(variants_for(generation), SAMPLE)
    assert differences(sample, generation, tmp_path) == []


@pytest.mark.tools
def test_the_model_refuses_the_routes_that_amtool_refuses(
    generation: Generation, tmp_path: Path
) -> None:
    names = ("route:", "root:", "inhibition:", "file:", "time-")
    cases = [case for case in variants_for(generation) if case[0].startswith(names)]
    assert len(cases) > 700
    assert differences(cases, generation, tmp_path) == []


@pytest.mark.tools
def test_the_table_has_every_receiver_that_a_generation_knows(
    generation: Generation, tmp_path: Path
) -> None:
    assert set(RECEIVERS) == set(KINDS)
    assert {table.removeprefix("+") for table in FIELDS} >= set(KINDS)
    cases = [(kind, around(kind, least)) for kind, least in RECEIVERS.items()]
    unknown = {"jira_configs"} if generation.name == "debian" else set()
    known = [case for case in cases if case[0] not in unknown]
    assert differences(known, generation, tmp_path) == []


@pytest.mark.tools
def test_amtool_knows_every_key_of_the_table(generation: Generation, tmp_path: Path) -> None:
    """A key that was made up would be refused with the words `field ... not found`."""
    cases = [
        (f"{name}.{key}", around(name, {key: None}))
        for name in (table.removeprefix("+") for table in FIELDS)
        for key, field in fields_of(name).items()
        if generation.name != "debian" or not (field.is_new or name in NEW_TABLES)
    ]
    if generation.name == "debian":
        cases = [case for case in cases if not any(word in str(case) for word in DEBIAN_DIFFERS)]
    assert len(cases) > 300
    files = {}
    for index, (name, values) in enumerate(cases):
        file = tmp_path / f"{index}.yml"
        file.write_text(yaml.safe_dump(values), encoding="utf-8")
        files[file] = name
    verdicts = config_verdicts(generation, list(files))
    assert [name for file, name in files.items() if " not found in " in verdicts[file].text] == []


NEW_TABLES: Final = frozenset(
    {
        *("incidentio_configs", "mattermost_configs", "threading", "jira-field"),
        *("tracing", "header", "event-recorder", "file-output", "webhook-output", "kafka-output"),
        *("mattermost-field", "mattermost-attachment", "mattermost-props", "mattermost-priority"),
    }
)
"""Mappings that 0.28 has not."""


BROKEN: Final = """
global: {smtp_smarthost: mail.example.com, smtp_from: a@example.com}
route: {receiver: ops}
receivers:
- name: ops
  email_configs: [{to: ops@example.com}]
  telegram_configs: [{bot_token_file: /etc/t, chat_id: my-chat}]
  slack_configs: [{api_url_file: /etc/s, channel: '#x', blocks: []}]
"""
TEAM: Final = """
apiVersion: reliability/v1
kind: Team
metadata: {name: shop}
spec:
  members: ["@ada"]
  channels:
    alert: {slack: "#shop-alerts"}
"""
NOTIFICATION: Final = """
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {name: default}
spec:
  tiers: {alert: {mention: true, page: true}, ticket: {ticket: true}, log: {}}
  slack: {apiUrl: "file:/etc/alertmanager/slack"}
"""


def refused(folder: Path, base: str, **others: str) -> list[str]:
    """The findings of `check` about routing in a repository with a base file."""
    (folder / "policies/teams").mkdir(parents=True)
    (folder / "services").mkdir()
    (folder / "policies/alertmanager.base.yml").write_text(base, encoding="utf-8")
    for name, document in others.items():
        (folder / f"policies/{name.replace('_', '/')}.yaml").write_text(document, encoding="utf-8")
    ended = reliability("check", folder=folder)
    return [line for line in ended.out.splitlines() if "routing-refused" in line]


def test_each_refusal_is_found_on_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, BROKEN) == [
        "policies/alertmanager.base.yml:2:26: error[routing-refused]: smtp_smarthost must be "
        "an address with a port, such as mail.example.com:587",
        "policies/alertmanager.base.yml:7:56: error[routing-refused]: chat_id must be "
        "a whole number",
        "policies/alertmanager.base.yml:8:57: error[routing-refused]: unknown key blocks in "
        "slack_configs",
    ]


def test_what_both_parts_make_together_is_found_at_the_team(tmp_path: Path) -> None:
    """A Slack app token for all receivers, and a header that ours inherit with it."""
    base = """
global:
  slack_app_token_file: /etc/alertmanager/token
  http_config: {authorization: {credentials_file: /etc/alertmanager/proxy}}
route: {receiver: ops}
receivers: [{name: ops}]
"""
    assert refused(tmp_path, base, teams_shop=TEAM, notification=NOTIFICATION) == [
        "policies/teams/shop.yaml:7:3: error[routing-refused]: only one of "
        "app_token, http_config.authorization can be set"
    ]
