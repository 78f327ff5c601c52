"""Secrets of many kinds, each planted where Alertmanager's configuration has room for one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

Planted = Callable[[str], dict[str, Any]]
"""A part of a configuration that holds the secret that it is given."""


def receiver(kind: str, **settings: Any) -> dict[str, Any]:
    """A configuration of one receiver."""
    return {"receivers": [{"name": "planted", f"{kind}_configs": [settings]}]}


def http(**settings: Any) -> dict[str, Any]:
    """A webhook with settings of its HTTP client."""
    return receiver("webhook", url="http://bridge/", http_config=settings)


def oauth2(**settings: Any) -> dict[str, Any]:
    return http(oauth2={"client_id": "a", "token_url": "http://t/", **settings})


def header(name: str, form: str, secret: str) -> dict[str, Any]:
    return http(http_headers={name: {form: [secret]}})


def sns(**sigv4: str) -> dict[str, Any]:
    return receiver("sns", topic_arn="a", message="m", sigv4=sigv4)


RECEIVERS: Final[dict[str, tuple[str, ...]]] = {
    "pagerduty": ("routing_key", "service_key"),
    "opsgenie": ("api_key",),
    "victorops": ("api_key",),
    "pushover": ("user_key", "token"),
    "slack": ("api_url", "app_token", "app_url"),
    "discord": ("webhook_url",),
    "msteams": ("webhook_url",),
    "msteamsv2": ("webhook_url",),
    "mattermost": ("webhook_url", "icon_url"),
    "webhook": ("url", "future_secret", "x"),
    "incidentio": ("url", "alert_source_token"),
    "rocketchat": ("token", "token_id"),
    "telegram": ("bot_token", "api_url"),
    "wechat": ("api_secret", "corp_id", "agent_id"),
    "webex": ("api_url", "room_id"),
    "email": ("auth_password", "auth_secret", "auth_username", "auth_identity"),
    "jira": ("api_url",),
    "unheard_of": ("handshake", "key", "pin"),
}
"""Fields of receivers, real ones of Alertmanager 0.28 to 0.33 and some that may come."""

GLOBAL: Final = (
    *("smtp_auth_password", "smtp_auth_secret", "smtp_auth_identity", "slack_api_url"),
    *("slack_app_token", "opsgenie_api_key", "victorops_api_key", "wechat_api_secret"),
    *("telegram_bot_token", "rocketchat_token", "rocketchat_token_id", "mattermost_webhook_url"),
    "future_setting",
)


def _in_receiver(kind: str, field: str, secret: str) -> dict[str, Any]:
    return receiver(kind, **{field: secret})


def _in_global(field: str, secret: str) -> dict[str, Any]:
    return {"global": {field: secret}}


PLANTED: Final[dict[str, Planted]] = {
    **{
        f"{kind} {field}": partial(_in_receiver, kind, field)
        for kind, fields in RECEIVERS.items()
        for field in fields
    },
    **{f"global {field}": partial(_in_global, field) for field in GLOBAL},
    "basic_auth password": lambda s: http(basic_auth={"username": "a", "password": s}),
    "basic_auth username": lambda s: http(basic_auth={"username": s, "password_file": "/a"}),
    "authorization credentials": lambda s: http(authorization={"credentials": s}),
    "authorization type": lambda s: http(authorization={"type": f"Bearer {s}"}),
    "bearer_token": lambda s: http(bearer_token=s),
    "oauth2 client_secret": lambda s: oauth2(client_secret=s),
    "oauth2 client_id": lambda s: oauth2(client_id=s),
    "oauth2 token_url parameter": lambda s: oauth2(token_url=f"http://t/?client_secret={s}"),
    "oauth2 token_url user": lambda s: oauth2(token_url=f"http://u:{s}@t/"),
    "oauth2 endpoint_params": lambda s: oauth2(endpoint_params={"audience": s}),
    "proxy_url": lambda s: http(proxy_url=f"http://u:{s}@proxy/"),
    "proxy_connect_header": lambda s: http(proxy_connect_header={"Proxy-X": [s]}),
    "tls_config key": lambda s: http(tls_config={"key": s}),
    "tls_config cert": lambda s: http(tls_config={"cert": s}),
    "http_headers values": lambda s: header("X-Custom", "values", s),
    "http_headers secrets": lambda s: header("X-S", "secrets", s),
    "http_headers authorization": lambda s: header("Authorization", "values", s),
    "global http_config": lambda s: {"global": {"http_config": {"bearer_token": s}}},
    "tracing headers": lambda s: {"tracing": {"endpoint": "a", "headers": {"x-team": s}}},
    "sigv4 secret_key": lambda s: sns(access_key="a", secret_key=s),
    "sigv4 access_key": lambda s: sns(access_key=s, secret_key="a"),
    "sigv4 role_arn": lambda s: sns(role_arn=s),
    "email header": lambda s: receiver("email", to="a@b.c", headers={"X-Relay": s}),
    "pagerduty detail": lambda s: receiver("pagerduty", details={"access": s}),
    "pagerduty link": lambda s: receiver(
        "pagerduty", links=[{"href": f"http://a/?k={s}", "text": "a"}]
    ),
    "slack action": lambda s: receiver("slack", actions=[{"type": "button", "value": s}]),
    "slack title_link": lambda s: receiver("slack", title_link=f"http://u:{s}@a/"),
    "slack text with an address": lambda s: receiver("slack", text=f"see http://a/?token={s} now"),
    "slack text with a hook": lambda s: receiver(
        "slack", text=f"see https://hooks.slack.com/services/{s}"
    ),
    "a field that is a list": lambda s: receiver("webhook", url="http://a/", extra=[s, [s]]),
    "a field that is nested": lambda s: receiver("webhook", url="http://a/", extra={"a": {"b": s}}),
    "a password with a dollar sign": lambda s: http(basic_auth={"password": f"${s}"}),
    "a password that looks like a template": lambda s: http(
        basic_auth={"password": f"{{{{ a }}}}{s}{{{{ b }}}}"}
    ),
    "a password in a template": lambda s: http(basic_auth={"password": f'{{{{ "{s}" }}}}'}),
    "a password in braces": lambda s: http(basic_auth={"password": f"{{{{{s}}}}}"}),
    "slack text with a quoted parameter of an address": lambda s: receiver(
        "slack", text=f'see http://a/?token="{s}" now'
    ),
    "slack text with a quoted step of an address": lambda s: receiver(
        "slack", text=f"see https://hooks.slack.com/'{s}'"
    ),
    "a password that looks like a file": lambda s: http(basic_auth={"password": f"file:{s}"}),
    "a file that is none": lambda s: http(basic_auth={"password_file": s}),
    "a key in another case": lambda s: http(basic_auth={"Password": s}),
    "a section that nobody knows": lambda s: {"future": {"setting": s}},
}
"""By name; at least 60."""


def number(secret: str) -> int:
    """A secret of digits only, as YAML reads it."""
    return int("".join(str(ord(letter)) for letter in secret))
