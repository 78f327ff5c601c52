"""What reports show of configurations and addresses, in golden files of many keys and texts.

`pytest tests/check/masking/test_masking_table.py --update-golden` rewrites them; read what has
changed: each line with `***` hides a secret, and no other line may hold one.
"""

from itertools import product
from pathlib import Path
from typing import Final

from reliability.check.masking.masking import MASK, is_shown, may_show_line, redacted
from reliability.check.masking.secrets import (
    is_secret_key,
    redacted_addresses,
    secret_address,
    secrets,
)
from reliability.check.report.secrets import holds_secret
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
SECTIONS: Final = (
    (),
    ("route",),
    ("receivers", ""),
    ("global", "http_config"),
    ("data", "alertmanager.yml", "route"),
    ("data", "alertmanager.yml", "receivers", ""),
    ("route", "http_config", "headers"),
    ("receivers", "", "headers"),
    ("receivers", "", "details"),
    ("receivers", "", "fields", ""),
)
KEYS: Final = (
    *("name", "channel", "anything", "password", "token", "token_id", "api_key", "api-key"),
    *("routing_key", "key", "keys", "private-key", "x_secret_key", "credential", "credentials"),
    *("authorization", "Authorization", "X-Auth", "cookie", "Subject", "subject", "signature"),
    *("api_url", "url", "slack_api_url", "webhook_url", "access_key", "secrets", "password_file"),
)
VALUES: Final = ("plain", "{{ .x }}", "a {{ .x }}", "${X}", "/run/x", "file:/run/x", "env:x", "")
ADDRESSES: Final = (
    "https://example.com",
    "https://example.com/",
    "https://example.com/a/b",
    "https://user@example.com/a",
    "https://user:word@example.com:80/a",
    "https://$USER@example.com/a",
    "https://${USER}:${WORD}@example.com/a",
    "https://user:%24%7BWORD%7D@example.com/",
    "https://example.com?a=1",
    "https://example.com/?token=x&a=1&&b",
    "https://example.com/?token=${X}&sig={{ .x }}",
    "https://example.com/?a=0123456789abcdef01234&b",
    "https://example.com/?my-key=&code=1",
    "https://example.com/a#b",
    "https://example.com/#token=x",
    "https://example.com/#0123456789abcdef01234",
    "https://hooks.slack.com",
    "https://hooks.slack.com/",
    "https://hooks.slack.com/services/T/B/x",
    "https://HOOKS.slack.com:443/services",
    "https://hooks.slack.com/${PATH}",
    "https://discord.com/api/webhooks/1/x",
    "https://ptb.discordapp.com/x",
    "https://team.webhook.office.com/x",
    "https://nosnch.in/abc",
    "https://nosnch.in.example.com/abc",
    "https://example.com/1b4e28ba-2fa1-11d2-883f-0016d3cca427/x",
    "https://example.com/abcdefghijklmnopqrst1",
    "https://example.com/abcdefghijklmnopqrs1",
    "https://example.com/abcdefghijklmnopqrstuv",
    "https://example.com/123456789012345678901",
    "see (https://a:b@example.com/x) and <https://hooks.slack.com/x>.",
    "postgres://a:b@example.com/x?password='y'",
    "https://[nonsense/x",
    "mailto:a@example.com",
    "no address",
    "",
)
LINES: Final = (
    "password: hunter2",
    "password: ",
    "password:hunter2",
    "password: $X",
    "password: 'hunter2'",
    '"password": "${X}"',
    "{a: b, token: x}",
    "{a: b, token: env:X}",
    "my-password : x",
    "passwords: x",
    "url: https://a:b@example.com/",
    "url: https://example.com/a",
    "query: 'sum(logins_total{token=\"a\"})'",
    "- name: x",
    "- slack_configs: [{channel: x}]",
    "receiver: x",
    "matchers: [a=b]",
    "http_config: {follow_redirects: true}",
    "anything: x",
    "- x",
    "",
)
CONFIGURATION: Final = {
    "global": {
        "slack_api_url": "https://hooks.example.com/x",
        "smtp_auth_password": "x",
        "smtp_from": "a@example.com",
        "opsgenie_api_url": "https://example.com/",
        "resolve_timeout": "5m",
    },
    "receivers": [
        {
            "name": "a",
            "pagerduty_configs": [{"routing_key": "x", "service_key": "$X", "url": "https://a/"}],
            "victorops_configs": [{"routing_key": "team", "api_key": "x"}],
            "webhook_configs": [
                {
                    "url": "https://user:x@example.com/",
                    "http_config": {
                        "authorization": {"type": "Bearer", "credentials": "x"},
                        "basic_auth": {"username": "a", "password": "x"},
                        "tls_config": {"key": "x", "ca": "y", "insecure_skip_verify": True},
                        "http_headers": {
                            "X-Token": {"values": ["x", "$X"]},
                            "X-Team": {"values": ["y"], "secrets": ["x"]},
                        },
                    },
                }
            ],
            "email_configs": [
                {"to": "a@example.com", "headers": {"Authorization": "x", "To": "y"}}
            ],
            "slack_configs": [
                {"channel": "#a", "fields": [{"title": "token", "value": "y"}], "app_token": "x"},
                {"channel": "#a", "api_url": "https://chat.example.com/a"},
            ],
            "opsgenie_configs": [{"api_url": "https://example.com/a", "api_key": "x"}],
            "pushover_configs": [{"user_key": "x", "token": "x", "key": "y"}],
            "telegram_configs": [{"bot_token": "x", "chat_id": 1}],
            "sns_configs": [{"sigv4": {"access_key": "y", "secret_key": "x"}}],
            "jira_configs": [{"custom_fields": {"token": "y", "key": {"password": "y"}}}],
            "details": {"password": "y"},
        }
    ],
    "route": {"match": {"token": "y"}, "routes": [{"labels": {"secret": "y"}}]},
}


def test_keys_and_values_of_each_section(golden: Golden) -> None:
    lines = [f"{' '.join(filter(None, KEYS))}\n"]
    for section, value in product(SECTIONS, VALUES):
        hidden = [key for key in KEYS if not is_shown((*section, key), value)]
        lines.append(f"{'.'.join(section) or 'top'} {value!r}: {' '.join(hidden) or '-'}\n")
    lines.append(f"secret: {' '.join(key for key in KEYS if is_secret_key(key))}\n")
    golden.check(GOLDEN / "keys.txt", "".join(lines))


def test_addresses(golden: Golden) -> None:
    lines = []
    for address in ADDRESSES:
        shown = {
            "by its words": redacted_addresses(address, MASK, random_paths=False),
            "also random ones": redacted(address),
            "strict": redacted(address, strict=True),
        }
        lines += [f"{address or '-'}: {secret_address(address) or 'no secret'}\n"]
        lines += [f"  {kind}: {text}\n" for kind, text in shown.items() if text != address]
    golden.check(GOLDEN / "addresses.txt", "".join(lines))


def test_lines(golden: Golden) -> None:
    pointers = ((), ("route", "a"), ("receivers", 0), ("http_config",))
    lines = [
        f"{line or '-'}: {'secret' if holds_secret(line) else 'none'}, "
        f"{' '.join('shown' if may_show_line(line, pointer) else '-' for pointer in pointers)}\n"
        for line in LINES
    ]
    golden.check(GOLDEN / "lines.txt", "".join(lines))


def test_secrets_of_a_configuration(golden: Golden) -> None:
    found = [f"{'.'.join(map(str, pointer))}: {what}\n" for pointer, what in secrets(CONFIGURATION)]
    golden.check(GOLDEN / "secrets.txt", "".join(found))
