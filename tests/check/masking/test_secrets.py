"""Secrets are found and never shown, and what stands for one is left alone."""

import json
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.check.masking.secrets import FILED, is_reference, secret_address, secrets
from reliability.check.report.checked import Checked
from reliability.check.report.forms import FORMS, report
from reliability.check.rules import RULES
from tests.check.examples import minimal_files
from tests.check.repository import checked

SHOWN = "s3cr3t-Pa55"


@pytest.mark.parametrize("key", sorted(FILED - {"url", "api_url", "key"}))
def test_a_key_that_holds_a_secret_is_found_and_the_secret_is_not_shown(key: str) -> None:
    base = {"route": {"receiver": "a"}, "receivers": [{"name": "a", "x_configs": [{key: SHOWN}]}]}
    files = minimal_files() | {"policies/alertmanager.base.yml": json.dumps(base)}
    [finding] = [each for each in checked(files) if each.rule == "secret-plain"]
    problem = finding.problem
    assert problem.at.pointer == ("receivers", 0, "x_configs", 0, key)
    assert problem.message == f"{key} is in plain text"
    assert f"{key}_file" in (problem.help or "")
    assert SHOWN not in f"{problem}"


@pytest.mark.parametrize(
    "address",
    [
        f"https://user:{SHOWN}@example.com/",
        f"https://example.com/?api_key={SHOWN}",
        f"https://example.com/?x=1&sig={SHOWN}",
        f"https://hooks.slack.com/services/T0/B0/{SHOWN}",
        f"https://discord.com/api/webhooks/1/{SHOWN}",
        "https://example.com/0123456789abcdef01234",
        "https://example.com/1b4e28ba-2fa1-11d2-883f-0016d3cca427",
    ],
)
def test_an_address_with_a_secret_in_it_is_one(address: str) -> None:
    said = secret_address(address)
    assert said is not None
    assert SHOWN not in said


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/hooks/team-workforce",
        "https://example.com/hook?channel=ops",
        "https://example.com/hook?token=${TOKEN}",
        "https://user@example.com/",
        "https://hooks.slack.com/",
        "https://events.pagerduty.com/v2/enqueue",
        "https://example.com/notifications/alertmanager-webhook-receiver-for-tickets",
        "http://[nonsense",
        "{{ .ExternalURL }}",
        "",
    ],
)
def test_an_address_without_one_is_left_alone(address: str) -> None:
    assert secret_address(address) is None


@pytest.mark.parametrize("text", ["$KEY", "${KEY}", "${KEY:-}", "{{ .Env.KEY }}", "<secret>", ""])
def test_what_stands_for_a_secret_is_none(text: str) -> None:
    assert is_reference(text)
    assert not list(secrets({"password": text}))


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["token", "url", "x"]), inner),
)


def test_no_report_shows_a_line_with_a_secret() -> None:
    base = {
        "route": {"receiver": "a", "routes": [{"receiver": "b"}]},
        "receivers": [{"name": "a", "pagerduty_configs": [{"routing_key": SHOWN}]}],
    }
    team = minimal_files()["policies/teams/workforce.yaml"]
    files = minimal_files() | {
        "policies/alertmanager.base.yml": json.dumps(base),
        "policies/teams/workforce.yaml": team.replace("file:/etc/", f"{SHOWN}/"),
        "policies/notification.yaml": minimal_files()["policies/notification.yaml"].replace(
            "file:/etc/alertmanager/secrets/heartbeat-url", f"https://a:{SHOWN}@example.com"
        ),
    }
    findings = checked(files)
    texts = {PurePosixPath(path): text for path, text in files.items()}
    assert {each.problem.at.path.name for each in findings} >= {
        "alertmanager.base.yml",
        "notification.yaml",
        "workforce.yaml",
    }
    shown = Checked(
        findings=tuple(findings), texts=texts, services=1, documents=len(files), rules=tuple(RULES)
    )
    for form in FORMS:
        assert SHOWN not in "\n".join(report(form, shown))


@given(values)
def test_anything_can_be_looked_through(value: Any) -> None:
    for pointer, what in secrets(value):
        assert pointer
        assert what
