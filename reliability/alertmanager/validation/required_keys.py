"""Required keys of an Alertmanager configuration, and allowed values of some keys, as data.

Source: as in `fields`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reliability.message import Message


@dataclass(frozen=True, slots=True)
class Required:
    """Keys of which one is required, in the receiver or in the global settings."""

    local: tuple[str, ...]
    shared: tuple[str, ...] = ()


REQUIRED: Final[Mapping[str, tuple[Required, ...]]] = {
    "discord_configs": (Required(("webhook_url", "webhook_url_file")),),
    "email_configs": (
        Required(("to",)),
        Required(("smarthost",), ("smtp_smarthost",)),
        Required(("from",), ("smtp_from",)),
    ),
    "incidentio_configs": (Required(("url", "url_file")),),
    "jira_configs": (
        Required(("project",)),
        Required(("issue_type",)),
        Required(("api_url",), ("jira_api_url",)),
    ),
    "mattermost_configs": (
        Required(
            ("webhook_url", "webhook_url_file"),
            ("mattermost_webhook_url", "mattermost_webhook_url_file"),
        ),
    ),
    "msteams_configs": (Required(("webhook_url", "webhook_url_file")),),
    "msteamsv2_configs": (Required(("webhook_url", "webhook_url_file")),),
    "opsgenie_configs": (
        Required(("api_key", "api_key_file"), ("opsgenie_api_key", "opsgenie_api_key_file")),
    ),
    "pagerduty_configs": (
        Required(("routing_key", "routing_key_file", "service_key", "service_key_file")),
    ),
    "pushover_configs": (
        Required(("user_key", "user_key_file")),
        Required(("token", "token_file")),
    ),
    "rocketchat_configs": (
        Required(
            ("token_id", "token_id_file"), ("rocketchat_token_id", "rocketchat_token_id_file")
        ),
        Required(("token", "token_file"), ("rocketchat_token", "rocketchat_token_file")),
    ),
    "slack_configs": (
        Required(
            ("api_url", "api_url_file", "app_token", "app_token_file"),
            ("slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"),
        ),
    ),
    "telegram_configs": (
        Required(
            ("bot_token", "bot_token_file"), ("telegram_bot_token", "telegram_bot_token_file")
        ),
        Required(("chat_id", "chat_id_file")),
    ),
    "victorops_configs": (
        Required(("routing_key",)),
        Required(("api_key", "api_key_file"), ("victorops_api_key", "victorops_api_key_file")),
    ),
    "webex_configs": (Required(("room_id",)),),
    "webhook_configs": (Required(("url", "url_file")),),
    "wechat_configs": (
        Required(
            ("api_secret", "api_secret_file"), ("wechat_api_secret", "wechat_api_secret_file")
        ),
        Required(("corp_id",), ("wechat_api_corp_id",)),
    ),
    "slack-field": (Required(("title",)), Required(("value",))),
    "mattermost-field": (Required(("title",)), Required(("value",))),
    "slack-action": (Required(("type",)), Required(("text",)), Required(("url", "name"))),
    "slack-confirm": (Required(("text",)),),
    "oauth2": (Required(("client_id",)), Required(("token_url",))),
    "responder": (Required(("id", "name", "username")), Required(("type",))),
    "time-range": (Required(("start_time",)), Required(("end_time",))),
    "tracing": (Required(("endpoint",)),),
    "file-output": (Required(("path",)),),
    "webhook-output": (Required(("url",)),),
    "kafka-output": (Required(("brokers",)), Required(("topic",))),
}
VALUES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("telegram_configs", "parse_mode"): ("", "Markdown", "MarkdownV2", "HTML"),
    ("wechat_configs", "message_type"): ("", "text", "markdown"),
    ("jira_configs", "api_type"): ("auto", "cloud", "datacenter"),
    ("responder", "type"): ("team", "teams", "user", "escalation", "schedule"),
    ("tls", "min_version"): ("TLS10", "TLS11", "TLS12", "TLS13"),
    ("tls", "max_version"): ("TLS10", "TLS11", "TLS12", "TLS13"),
    ("tracing", "client_type"): ("http", "grpc"),
    ("tracing", "compression"): ("", "gzip"),
    ("kafka-output", "format"): ("", "json", "protobuf"),
    ("kafka-output", "acks"): ("", "none", "leader", "all"),
    ("kafka-output", "compression"): ("", "none", "gzip", "snappy", "lz4", "zstd"),
}
MAPPING_NAMES: Final[Mapping[str, str]] = {
    "top": Message("the file"),
    "route": Message("a route"),
    "receiver": Message("a receiver"),
    "inhibit-rule": Message("an inhibition rule"),
    "time-intervals": Message("an entry of time_intervals"),
    "time-interval": Message("a time interval"),
    "time-range": Message("an entry of times"),
    "global": Message("the global settings"),
    "http": "http_config",
    "tls": "tls_config",
    "basic-auth": "basic_auth",
}
"""Names of mappings in messages, if not their keys."""
MAY_HAVE_BOTH: Final = frozenset(
    {
        *(("email_configs", "auth_password"), ("email_configs", "auth_secret")),
        *(("oauth2", "client_secret"), ("oauth2", "client_certificate_key")),
    }
)
"""Keys that may be set together with their file; Alertmanager then chooses one of both."""
