"""Alertmanager configurations, right and wrong in each key; amtool answers which are which.

Every mapping of the table of fields is put into a small configuration, with each of its keys set to
values of each type, with unknown keys, and with pairs of keys that may exclude each other.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any, Final

from reliability.alertmanager.validation.fields import FIELDS, fields_of
from tests.alertmanager.validation.variant_values import ANY, BY_TYPE, INHIBITION, ROUTE, TOP, WORDS

Values = dict[str, Any]
Variant = tuple[str, Values]

RECEIVERS: Final[Mapping[str, Values]] = {
    "discord_configs": {"webhook_url": "http://a.b/c"},
    "email_configs": {"to": "a@b", "from": "c@d", "smarthost": "h:25"},
    "incidentio_configs": {"url": "http://a.b/", "alert_source_token": "x"},
    "jira_configs": {"project": "p", "issue_type": "t", "api_url": "http://a.b/"},
    "mattermost_configs": {"webhook_url": "http://a.b/"},
    "msteams_configs": {"webhook_url": "http://a.b/"},
    "msteamsv2_configs": {"webhook_url": "http://a.b/"},
    "opsgenie_configs": {"api_key": "k"},
    "pagerduty_configs": {"routing_key": "k"},
    "pushover_configs": {"user_key": "u", "token": "t"},
    "rocketchat_configs": {"token_id": "a", "token": "b"},
    "slack_configs": {"api_url": "http://a.b/", "channel": "c"},
    "sns_configs": {"topic_arn": "arn:aws:sns:us-east-2:1:My", "sigv4": {}},
    "telegram_configs": {"bot_token": "x", "chat_id": -12},
    "victorops_configs": {"routing_key": "r", "api_key": "k"},
    "webex_configs": {"room_id": "r", "http_config": {"authorization": {"credentials": "x"}}},
    "webhook_configs": {"url": "http://a.b/"},
    "wechat_configs": {"api_secret": "s", "corp_id": "c"},
}
"""The least that each kind of receiver needs."""

NEEDS: Final[Mapping[str, Values]] = {
    "oauth2": {"client_id": "a", "client_secret": "b", "token_url": "http://a.b/"},
    "responder": {"id": "a", "type": "team"},
    "slack-field": {"title": "a", "value": "b"},
    "mattermost-field": {"title": "a", "value": "b"},
    "slack-action": {"type": "a", "text": "b", "name": "c"},
    "slack-confirm": {"text": "a"},
    "time-intervals": {"name": "nights"},
    "time-range": {"start_time": "09:00", "end_time": "17:00"},
    "tracing": {"endpoint": "a:1"},
    "file-output": {"path": "/a"},
    "webhook-output": {"url": "http://a.b/"},
    "kafka-output": {"brokers": ["a:1"], "topic": "t"},
    **RECEIVERS,
}
"""The least that each other mapping needs, if it needs anything."""


TOKENS: Final = (
    *(("client_secret", "x"), ("client_certificate_key", "x"), ("signature_algorithm", "RS384")),
    *(("signature_algorithm", "ES256"), ("signature_algorithm", "")),
)
"""Settings of OAuth 2.0 that depend on the type of the grant."""


HTTP: Final[tuple[Values, ...]] = (
    *({}, {"authorization": {"credentials": "x"}}, {"bearer_token": "x"}, {"bearer_token": ""}),
    *({"basic_auth": {"username": "x"}}, {"bearer_token_file": "/x"}, {"proxy_url": "http://a:1"}),
)
SLACK: Final[tuple[Values, ...]] = (
    *({"slack_app_token": "x"}, {"slack_app_token_file": "/x"}, {"slack_api_url": "http://a.b/"}),
    {"slack_app_token": "x", "slack_api_url": "http://a.b/"},
    {"slack_app_token": "x", "slack_app_url": "http://a.b/", "slack_api_url": "http://a.b/"},
    {"slack_app_token": "x", "slack_api_url": "https://slack.com/api/chat.postMessage"},
)
"""Settings that decide together with those of a receiver whether it can be used."""


def receiver(kind: str, settings: Any, **others: Any) -> Values:
    """A configuration of one receiver."""
    return {"route": {"receiver": "r"}, "receivers": [{"name": "r", kind: [settings]}], **others}


def plain(**others: Any) -> Values:
    """A configuration whose receiver reaches nobody."""
    return {"route": {"receiver": "r"}, "receivers": [{"name": "r"}], **others}


INSIDE: Final[Mapping[str, tuple[str, str, bool]]] = {
    "global": ("top", "global", False),
    "inhibit-rule": ("top", "inhibit_rules", True),
    "time-intervals": ("top", "time_intervals", True),
    "time-interval": ("time-intervals", "time_intervals", True),
    "time-range": ("time-interval", "times", True),
    "tracing": ("top", "tracing", False),
    "event-recorder": ("top", "event_recorder", False),
    "file-output": ("event-recorder", "file_outputs", True),
    "webhook-output": ("event-recorder", "webhook_outputs", True),
    "kafka-output": ("event-recorder", "kafka_outputs", True),
    "http": ("webhook_configs", "http_config", False),
    "basic-auth": ("http", "basic_auth", False),
    "authorization": ("http", "authorization", False),
    "oauth2": ("http", "oauth2", False),
    "tls": ("http", "tls_config", False),
    "sigv4": ("sns_configs", "sigv4", False),
    "threading": ("email_configs", "threading", False),
    "jira-field": ("jira_configs", "summary", False),
    "responder": ("opsgenie_configs", "responders", True),
    "image": ("pagerduty_configs", "images", True),
    "link": ("pagerduty_configs", "links", True),
    "slack-field": ("slack_configs", "fields", True),
    "slack-action": ("slack_configs", "actions", True),
    "slack-confirm": ("slack-action", "confirm", False),
    "mattermost-field": ("mattermost_configs", "fields", True),
    "mattermost-attachment": ("mattermost_configs", "attachments", True),
    "mattermost-props": ("mattermost_configs", "props", False),
    "mattermost-priority": ("mattermost_configs", "priority", False),
}
"""Where a mapping of the table is: in which other one, at which key, and whether in a list."""


def around(name: str, values: Values) -> Values:
    """A configuration that has a mapping of the table at one of its places."""
    if name in RECEIVERS:
        return receiver(name, values)
    match name:
        case "top":
            return plain(**values)
        case "receiver":
            return plain() | {"receivers": [{"name": "r", **values}]}
        case "route":
            return plain() | {"route": {"receiver": "r", "routes": [values]}}
        case "http-header":
            return around("http", {"http_headers": {"X-A": values}})
        case "header":
            return around("tracing", {**NEEDS["tracing"], "headers": {"X-A": values}})
        case _:
            outer, key, is_list = INSIDE[name]
            return around(outer, {**NEEDS.get(outer, {}), key: [values] if is_list else values})


def variants() -> Iterator[Variant]:
    """Every variant by a name; some ten thousand."""
    for table in FIELDS:
        name = table.removeprefix("+")
        if name == "kafka-output":  # Debian's build does not look at its values
            continue
        least = NEEDS.get(name, {})
        yield name, around(name, least)
        yield f"{name}.nonsense", around(name, {**least, "nonsense": 1})
        for key in least:
            yield f"{name} without {key}", around(name, {**least, key: ""})
            yield (
                f"{name} without {key}",
                around(name, {other: least[other] for other in least if other != key}),
            )
        for key, field in fields_of(name).items():
            for value in (*ANY, *BY_TYPE.get(field.type, ()), *_words(name, key)):
                yield f"{name}.{key}", around(name, {**least, key: value})
        yield from _pairs(name, least)
    yield from _shared()
    yield from _authorized()
    yield from _roles()
    yield from _routing()


def _words(name: str, key: str) -> tuple[str, ...]:
    is_choice = key in (
        *("parse_mode", "api_type", "min_version", "max_version", "thread_by_date", "type"),
        *("client_type", "compression", "format", "acks", "message_type", "signature_algorithm"),
    )
    return WORDS if is_choice and name != "global" else ()


def _pairs(name: str, least: Values) -> Iterator[Variant]:
    """Two keys together: a value with its file, and methods to log in."""
    known = fields_of(name)
    ends = ("_file", "_ref")
    for key in known:
        for other in (f"{key}{end}" for end in ends if f"{key}{end}" in known):
            value = least.get(key, _example(known[key].type))
            yield f"{name}: {key} and {other}", around(name, {**least, key: value, other: "/x"})
    exclusive = (
        *("basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"),
        *("proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header"),
        *("slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"),
        *("api_url", "api_url_file", "app_token", "app_token_file", "update_message", "app_url"),
        *("topic_arn", "target_arn", "phone_number", "html", "monospace", "http_config"),
        *("ca", "cert_file", "key_file", "cert_ref", "key"),
    )
    for first, second in combinations([key for key in exclusive if key in known], 2):
        both = {key: _example(known[key].type) for key in (first, second)}
        yield f"{name}: {first} and {second}", around(name, {**least, **both})
        for removed in least:
            rest = {key: value for key, value in least.items() if key != removed}
            yield f"{name}: {first} and {second} alone", around(name, {**rest, **both})


def _example(kind: str) -> Any:
    examples: dict[str, Any] = {
        "bool": True,
        "url": "https://slack.com/api/chat.postMessage",
        "secret-url": "https://slack.com/api/chat.postMessage",
        "template-url": "http://a.b/",
        "loose-url": "http://proxy:1",
        "map-of-texts": {"a": ["b"]},
        "authorization": {"credentials": "x"},
        "basic-auth": {"username": "x"},
        "oauth2": NEEDS["oauth2"],
        "http": {"authorization": {"credentials": "x"}},
        "whole": 5,
    }
    return examples.get(kind, "x")


def _authorized() -> Iterator[Variant]:
    """Receivers and tokens whose settings exclude or require each other."""
    jwt = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    for grant, (key, value) in product((jwt, "client_credentials"), TOKENS):
        oauth2 = {"client_id": "a", "token_url": "http://a.b/", "grant_type": grant, key: value}
        for other in ("client_secret_file", "client_certificate_key_file", "no_proxy"):
            yield f"oauth2 with {key} and {other}", around("oauth2", {**oauth2, other: "/x"})
    for name in ("r", "x", "", None, 5):
        yield "receiver labels", around("receiver", {"labels": {"name": name, "team": "a"}})
    yield "receiver labels", around("receiver", {"labels": {"team": "a"}})
    for http, token in product(HTTP, ({}, {"alert_source_token": "x"}, {"alert_source_token": ""})):
        incidentio = {"url": "http://a.b/", "http_config": http, **token}
        yield "incidentio with http", receiver("incidentio_configs", incidentio)
        for key, value in (
            ("app_token", "x"),
            ("app_token_file", "/x"),
            ("api_url", "http://a.b/"),
        ):
            slack = {"channel": "c", "http_config": http, key: value}
            yield "slack with http", receiver("slack_configs", slack)
        for shared in SLACK:
            slack = {"channel": "c", "http_config": http}
            yield "slack with global", receiver("slack_configs", slack, **{"global": shared})
            slack = {"channel": "c", "app_token": "x"}
            yield "slack with global", receiver("slack_configs", slack, **{"global": shared})
            for own in ({"api_url": "http://a.b/"}, {"api_url_file": "/x"}):
                slack = {"channel": "c", "http_config": http, **own}
                yield "slack, global, own", receiver("slack_configs", slack, **{"global": shared})


def _roles() -> Iterator[Variant]:
    """An identifier of a role of AWS with and without the role."""
    for keys in (("external_id",), ("external_id", "role_arn"), ("role_arn",)):
        yield "sigv4 with a role", around("sigv4", dict.fromkeys(keys, "x"))


def _routing() -> Iterator[Variant]:
    """Routes, inhibitions and what is around them."""
    nights = {"time_intervals": [{"name": "nights"}]}
    for key, values in ROUTE.items():
        for value in values:
            inner = {"receiver": "r", "routes": [{key: value}]}
            yield f"route: {key}", plain(**nights) | {"route": inner}
            yield f"root: {key}", plain(**nights) | {"route": {"receiver": "r", key: value}}
    for key, values in INHIBITION.items():
        for value in values:
            yield f"inhibition: {key}", plain(inhibit_rules=[{key: value}])
    for key, values in TOP.items():
        for value in values:
            yield f"file: {key}", plain() | {key: value}
            yield (
                f"file without {key}",
                {name: inner for name, inner in plain().items() if name != key},
            )


def _shared() -> Iterator[Variant]:
    """Receivers that take what they need from the global settings, and some that cannot."""
    for kind, least in RECEIVERS.items():
        yield f"{kind}: nothing", receiver(kind, None)
        yield f"{kind}: empty", receiver(kind, {})
        yield (
            f"{kind}: twice",
            receiver(kind, least) | {"receivers": [{"name": "r", kind: [least, {"nonsense": 1}]}]},
        )
        for removed in least:
            rest = {key: value for key, value in least.items() if key != removed}
            for key, field in fields_of("global").items():
                value = "h:1" if field.type == "address" else _example(field.type)
                yield f"{kind} with global {key}", receiver(kind, rest, **{"global": {key: value}})
    for names in ((), ("topic_arn", "target_arn", "phone_number")):
        yield "sns", receiver("sns_configs", {"sigv4": {}, **dict.fromkeys(names, "x")})
    yield "a kind that is none", receiver("foo_configs", {})
    for headers in (
        {"Subject": "a", "subject": "b"},
        {"References": "a"},
        {"X-a": "b", "x-b": "c"},
    ):
        email = {**RECEIVERS["email_configs"], "headers": headers}
        yield "email headers", receiver("email_configs", email)
        threading = {"enabled": True, "thread_by_date": "daily"}
        yield "email threading", receiver("email_configs", {**email, "threading": threading})
    victorops = {**RECEIVERS["victorops_configs"], "custom_fields": {"entity_id": "x"}}
    yield "victorops", receiver("victorops_configs", victorops)
