"""A secret that somebody wrote in by hand is in no report of any command."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from reliability.alertmanager.validation.refusals import config_refusals
from reliability.check.masking.masking import masked
from reliability.check.masking.secrets import redacted_addresses, secrets
from reliability.plan.fields import differences
from reliability.plan.options import PlanOptions
from reliability.plan.plan import plan
from reliability.plan.render import DRIFT_FORMATS, FORMATS
from reliability.plan.report import Planned
from reliability.resource import Resource, ResourceId
from tests.cli.copied import DAY, copied
from tests.cli.program import reliability
from tests.hostile.planted import PLANTED, number
from tests.load.test_git import committed, git
from tests.plan.resources import edited, intact

OLD: Final = "oldPl4ntedXyzzy"
NEW: Final = "newPl4ntedXyzzy"
BASE: Final = "policies/alertmanager.base.yml"


def config(body: Mapping[str, Any]) -> Resource:
    return Resource(ResourceId("alertmanager", "config", "alertmanager"), dict(body))


def reports(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    """A change, a drift and a new object, in every format."""
    old, new = config(before), config(after)
    for planned in (
        plan("alertmanager", [new], intact(old)),
        plan("alertmanager", [old], edited(new, old)),
        plan("alertmanager", [old], edited(new, old), PlanOptions(on_drift="overwrite")),
    ):
        for form in (*FORMATS.values(), *DRIFT_FORMATS.values()):
            yield form([Planned(planned)])


def test_there_are_sixty_kinds_of_planted_secrets() -> None:
    assert len(PLANTED) >= 60


@pytest.mark.parametrize("name", PLANTED)
def test_no_report_of_a_target_shows_a_planted_secret(name: str) -> None:
    plant = PLANTED[name]
    other: dict[str, Any] = {"route": {"receiver": "planted"}}
    for before, after in (
        (plant(OLD), plant(NEW)),
        (other, {**other, **plant(NEW)}),
        ({**other, **plant(OLD)}, other),
    ):
        assert differences(before, after)
        for text in reports(before, after):
            assert OLD not in text
            assert NEW not in text


@pytest.mark.parametrize("name", [name for name in PLANTED if "address" not in name])
def test_a_secret_of_digits_is_masked_as_well(name: str) -> None:
    body = json.loads(json.dumps(PLANTED[name](OLD)).replace(f'"{OLD}"', str(number(OLD))))
    for text in reports({"route": {}}, {"route": {}, **body}):
        assert OLD not in text
        assert str(number(OLD)) not in text


@pytest.mark.parametrize("name", PLANTED)
def test_what_check_calls_a_secret_is_masked(name: str) -> None:
    body = PLANTED[name](OLD)
    if list(secrets(body)):
        assert OLD not in json.dumps(masked((), body))


Plants = Iterable[Callable[[str], dict[str, Any]]]


def accepted() -> list[Callable[[str], dict[str, Any]]]:
    """The plants that Alertmanager takes beside a route, so that plans and syncs show them."""
    return [plant for plant in PLANTED.values() if not [*config_refusals(base_with([plant], OLD))]]


def test_thirty_kinds_of_planted_secrets_reach_plans_and_syncs() -> None:
    assert len(accepted()) >= 30


@pytest.mark.parametrize("name", PLANTED)
def test_no_refusal_shows_a_planted_secret(name: str) -> None:
    body = PLANTED[name](OLD)
    for wrong in (OLD, [OLD], {"any": OLD}, 12345678.5):
        written = json.dumps(body)
        for value in re.findall(rf'"(?:[^"\\]|\\.)*{OLD}(?:[^"\\]|\\.)*"', written):
            config = base_with([], OLD) | json.loads(written.replace(value, json.dumps(wrong)))
            for refusal in config_refusals(config):
                assert OLD not in refusal.message
                assert "12345678" not in refusal.message


@pytest.fixture(scope="module", params=["refused", "accepted"])
def repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose own Alertmanager file holds planted secrets, and whose output too."""
    plants = accepted() if request.param == "accepted" else list(PLANTED.values())
    root = copied(tmp_path_factory.mktemp("planted"))
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / BASE).write_text(yaml.safe_dump(base_with(plants, OLD)))
    committed(root)
    code = reliability("--today", DAY, "sync", "--yes", folder=root).code
    assert (code == 2) == (request.param == "refused")
    (root / BASE).write_text(yaml.safe_dump(base_with(plants, NEW)))
    committed(root)
    for path in root.glob("build/alertmanager/*.yml"):
        path.write_text(path.read_text().replace(OLD, f"live{OLD}"))
    return root


def base_with(plants: Plants, secret: str) -> dict[str, Any]:
    """Planted secrets in one file."""
    base: dict[str, Any] = {
        "route": {"receiver": "r0"},
        "receivers": [{"name": "r0"}],
        "global": {},
    }
    for index, plant in enumerate(plants, 1):
        part = plant(f"{secret}{index}")
        for entry in part.pop("receivers", ()):
            base["receivers"].append({**entry, "name": f"r{index}"})
        base["global"] |= part.pop("global", {})
        base |= part
    return base


COMMANDS: Final = (
    *(("plan", "--format", form) for form in ("text", "json", "markdown")),
    *(("drift", "--format", form) for form in ("text", "json", "markdown")),
    *(("check", "--format", form) for form in ("text", "markdown", "github", "sarif", "rdjson")),
    ("check", "--base", "main~1"),
    ("review", "--base", "main~1", "--out", "out", "--forge", "folder:notes"),
    ("import", BASE, "--into", "imported"),
    ("sync", "--yes", "--format", "markdown"),
    ("plan", "--format", "markdown"),
)


def test_no_command_shows_a_planted_secret(repository: Path) -> None:
    for command in COMMANDS:
        ended = reliability("--today", DAY, *command, folder=repository)
        assert ended.code in (0, 1, 2), ended.err
        for text in (ended.out, ended.err):
            at = text.find("Pl4ntedXyzzy")
            assert at < 0, (command, text[max(at - 200, 0) : at + 60])
    for folder in ("out", "notes"):
        for path in (repository / folder).rglob("*"):
            assert not path.is_file() or "Pl4ntedXyzzy" not in path.read_text(), path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://u:p@h/a?b=c", "http://***@h/a?b=c"),
        ("see http://h/a?token=x&b=c.", "see http://h/a?token=***&b=c."),
        ("http://h/?x=${TOKEN}", "http://h/?x=${TOKEN}"),
        ("postgres://u:p@h/db", "postgres://***@h/db"),
        ("a@b.example is no address", "a@b.example is no address"),
        ("https://h/d/abc?orgId=1&var-service=shop", "https://h/d/abc?orgId=1&var-service=shop"),
        ("https://hooks.slack.com/services/T0/B0/x", "https://hooks.slack.com/***"),
    ],
)
def test_addresses_keep_what_is_harmless(text: str, shown: str) -> None:
    assert redacted_addresses(text, "***") == shown
