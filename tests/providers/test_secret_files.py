"""Secret files that a configuration names: which are missing, and where nobody can know."""

import socket
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.model.targets import AlertmanagerTarget
from reliability.providers.secret_files import is_here, missing_secret_files

BODY: Final[dict[str, Any]] = {
    "global": {"slack_api_url_file": "slack", "opsgenie_api_key_file": ""},
    "receivers": [
        {"name": "a_file", "pagerduty_configs": [{"routing_key_file": "/nowhere/key"}]},
        {"name": "b", "webhook_configs": [{"url_file": "there/url", "max_alerts_file": 3}]},
        {"name": "c", "webhook_configs": [{"url_file": "slack"}], "x_file": ["not/named"]},
    ],
}


def target(url: str, **more: Any) -> AlertmanagerTarget:
    return AlertmanagerTarget.model_validate(
        {
            "name": "alertmanager",
            "provider": "alertmanager",
            "url": url,
            "file": "etc/alertmanager.yml",
            **more,
        }
    )


def test_missing_files_are_named_once_and_sorted(tmp_path: Path) -> None:
    there = target("http://127.0.0.1:9093")
    assert missing_secret_files(there, BODY, tmp_path) == ("/nowhere/key", "slack", "there/url")
    (tmp_path / "etc/there").mkdir(parents=True)
    (tmp_path / "etc/there/url").write_text("")
    (tmp_path / "etc/slack").symlink_to("dangling")
    assert missing_secret_files(there, BODY, tmp_path) == ("/nowhere/key",)
    (tmp_path / "etc/there/url").unlink()
    (tmp_path / "etc/there").rmdir()
    (tmp_path / "etc/there").write_text("")
    assert missing_secret_files(there, BODY, tmp_path) == ("/nowhere/key", "there/url")


def test_files_of_another_machine_are_not_looked_for(tmp_path: Path) -> None:
    assert missing_secret_files(target("https://alerts.example.com"), BODY, tmp_path) == ()
    remote = target("http://127.0.0.1:9093", secretFiles="remote")
    assert missing_secret_files(remote, BODY, tmp_path) == ()


@pytest.mark.parametrize(
    ("host", "here"),
    [
        *(("127.0.0.1", True), ("127.9.9.9", True), ("[::1]", True), ("localhost", True)),
        *(("10.0.0.1", False), ("[::2]", False), ("alerts.example.com", False)),
        (socket.gethostname(), True),
    ],
)
def test_a_machine_is_known_by_loopback_and_its_name(host: str, here: bool) -> None:
    assert is_here(f"http://{host}:9093/path") is here
