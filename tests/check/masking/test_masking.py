"""What of a tool's configuration a report shows, and what it masks."""

import pytest

from reliability.check.masking.masking import (
    MASK,
    is_closed,
    is_shown,
    masked,
    masked_words,
    may_show_line,
    redacted,
)
from reliability.resource import Json


@pytest.mark.parametrize(
    ("keys", "value", "shown"),
    [
        # below what is open, all but secrets
        (("route", "receiver"), "team", True),
        (("groups", "name"), "x", True),
        (("route", "api_key"), "x", False),
        (("spec", "password"), "x", False),
        # below receivers and global, only what is known
        (("receivers", "", "name"), "team", True),
        (("receivers", "", "unknown"), "x", False),
        (("receivers", "", "slack_configs", "", "channel"), "#x", True),
        (("global", "smtp_from"), "a@example.com", True),
        (("global", "anything"), "x", False),
        (("route", "http_config", "anything"), "x", False),
        (("route", "http_config", "follow_redirects"), "x", True),
        ((), "x", False),
        # in a ConfigMap, as in the configuration itself
        (("data", "alertmanager.yml", "route", "receiver"), "team", True),
        (("data", "alertmanager.yml", "route", "api_key"), "x", False),
        (("data", "alertmanager.yml", "global", "anything"), "x", False),
        (("data", "other.yml", "route", "receiver"), "x", False),
        # what only stands for a secret
        (("receivers", "", "password"), "${PASSWORD}", True),
        (("receivers", "", "password"), "env:PASSWORD", True),
        (("receivers", "", "password"), "file:/run/secrets/x", True),
        (("receivers", "", "password"), "<secret>", True),
        (("receivers", "", "password"), "{{ .Values.x }}", True),
        (("receivers", "", "password"), "removed-by-import", True),
        (("receivers", "", "password"), "", True),
        (("receivers", "", "password"), "$ecret", False),
        (("receivers", "", "password"), '{{ "secret" }}', False),
        (("receivers", "", "password"), "env:PASSWORD ", False),
        # a file that holds a secret
        (("receivers", "", "password_file"), "/run/secrets/x", True),
        (("receivers", "", "password_file"), "secrets/x", False),
        (("route", "password_file"), "hunter2", False),
        # headers and words of people
        (("receivers", "", "headers", "Subject"), "x", True),
        (("receivers", "", "headers", "Reply-To"), "x", True),
        (("receivers", "", "headers", "X-Other"), "x", False),
        (("receivers", "", "headers", "X-Other"), "{{ .x }} y", False),
        (("receivers", "", "details", "any"), "{{ .x }} y", True),
        (("receivers", "", "details", "any"), "plain", False),
        (("receivers", "", "custom_fields", "", "any"), "{{ .x }} y", True),
        (("receivers", "", "fields", "name"), "plain", False),
        (("name",), "plain", True),
        (("Subject",), "plain", False),
        (("global", "anything"), "", True),
    ],
)
def test_a_value_is_shown_if_its_key_or_text_is_harmless(
    keys: tuple[str, ...], value: str, shown: bool
) -> None:
    assert is_shown(keys, value) is shown


@pytest.mark.parametrize(
    ("keys", "closed"),
    [
        ((), True),
        (("receivers",), True),
        (("global", "route"), True),
        (("route",), False),
        (("route", "receiver"), False),
        (("route", "http_config"), True),
    ],
)
def test_receivers_global_and_http_configs_are_closed(keys: tuple[str, ...], closed: bool) -> None:
    assert is_closed(keys) is closed


def test_a_configuration_is_masked_however_deep() -> None:
    values: dict[str, Json] = {
        "route": {"receiver": "team", "continue": True, "token": 12345, "n": 5, "none": None},
        "receivers": [
            {
                "name": "team",
                "port": 25,
                "max_alerts": 5,
                "send_resolved": False,
                "webhook_configs": [{"url": "https://hooks.example.com/a/b", "hidden": None}],
            }
        ],
        "templates": ["a", "b"],
    }
    assert masked((), values) == {
        "route": {"receiver": "team", "continue": True, "token": MASK, "n": 5, "none": None},
        "receivers": [
            {
                "name": "team",
                "port": MASK,
                "max_alerts": 5,
                "send_resolved": False,
                "webhook_configs": [{"url": MASK, "hidden": None}],
            }
        ],
        "templates": ["a", "b"],
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot parse 'hunter2': bad", "cannot parse '***': bad"),
        ("cannot parse hun: bad", "cannot parse hun: bad"),
        ("cannot parse hunt: bad", "cannot parse *** bad"),
        ("receiver team-a is unknown", "receiver team-a is unknown"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_words_of_another_program_lose_what_the_report_masks(text: str, shown: str) -> None:
    values: dict[str, Json] = {"receivers": [{"name": "team-a", "pw": "hunter2hunter2"}]}
    assert masked_words(text, values) == shown


def test_addresses_lose_users_and_secrets_and_strictly_every_parameter() -> None:
    address = "https://user:pass@example.com/a?token=hunter2&page=2"
    assert redacted(address) == "https://***@example.com/a?token=***&page=2"
    assert redacted(address, strict=True) == "https://***@example.com/a?token=***&page=***"


@pytest.mark.parametrize(
    ("line", "pointer", "shown"),
    [
        ("    - severity: critical", ("route",), True),
        ("receiver: team", ("route",), True),
        ("slack_configs:", ("receivers", 0), True),
        ("- name: x", ("receivers", 0), True),
        ("api_url: x", ("receivers", 0), False),
        ("{name: x, api_url: y}", ("receivers", 0), False),
        ("- plain", ("route", "group_by", 0), True),
        ("- plain", ("receivers", 0), False),
        ("- plain", (), False),
    ],
)
def test_a_line_of_the_base_is_shown_if_all_its_keys_are_harmless(
    line: str, pointer: tuple[str | int, ...], shown: bool
) -> None:
    assert may_show_line(line, pointer) is shown
