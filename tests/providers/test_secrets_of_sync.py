"""A sync writes no secret in plain text, and names the secret files that nobody made."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.providers.company import Company, company

KEY = "0123456789abcdef0123456789abcdef"
PLAIN = f"""route: {{receiver: desk}}
receivers:
  - name: desk
    pagerduty_configs: [{{routing_key: {KEY}}}]
    slack_configs: [{{api_url: "https://hooks.slack.com/services/T0/B0/{KEY}", channel: "#x"}}]
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


def declare(here: Company, **more: object) -> None:
    """Change the keys of the target `am`."""
    file = here.repository.root / "policies/targets.yaml"
    document = yaml.safe_load(file.read_text())
    for target in document["spec"]["targets"]:
        if target["name"] == "am":
            target.update(more)
    file.write_text(yaml.safe_dump(document))


def test_a_secret_in_plain_text_is_not_written_and_its_rules_wait(here: Company) -> None:
    (here.repository.root / "policies/alertmanager.base.yml").write_text(PLAIN)
    ended = here.sync()
    assert (ended.code, here.reloads) == (1, [])
    assert (
        "  x config alertmanager: left alone: routing_key is in plain text at "
        "receivers[0].pagerduty_configs[0].routing_key; write routing_key_file and a path"
        in ended.out
    )
    assert "held back: am does not have the routes of its alerts yet" in ended.out
    assert KEY not in ended.out + ended.err
    assert not any(KEY in path.read_text() for path in (here.repository.root / "am").iterdir())


def test_a_folder_gets_no_secret_either(here: Company) -> None:
    (here.repository.root / "policies/alertmanager.base.yml").write_text(PLAIN)
    (here.repository.root / "policies/targets.yaml").unlink()
    ended = here.sync()
    assert ended.code == 1
    built = here.repository.root / "build"
    assert (built / "prometheus/attendance.yml").is_file()
    assert not any(KEY in path.read_text() for path in built.rglob("*") if path.is_file())


def test_secret_files_that_are_missing_here_are_named_until_they_are_made(here: Company) -> None:
    secrets = here.repository.root / "secrets"
    notification = here.repository.root / "policies/notification.yaml"
    for file in (notification, *here.repository.root.glob("policies/teams/*.yaml")):
        file.write_text(file.read_text().replace("/etc/alertmanager/secrets", str(secrets)))
    declare(here, secretFiles="local")
    ended = here.sync()
    missing = f"  ? {secrets}/slack-url: this secret file does not exist on this machine"
    assert (ended.code, missing in ended.out) == (1, True)
    assert "created config alertmanager" in ended.out
    [am] = [
        target
        for target in json.loads(here.plan("--format", "json").out)["sync_targets"]
        if target["sync_target"] == "am"
    ]
    secrets.mkdir()
    for path in am["missing"]:
        Path(path).mkdir()  # looked for, and never opened
    assert (here.sync().code, here.plan("--detailed-exitcode").code) == (0, 0)


def test_secret_files_elsewhere_are_not_looked_for(here: Company) -> None:
    declare(here, secretFiles="remote")
    ended = here.sync()
    assert (ended.code, "secret file" in ended.out) == (0, False)
