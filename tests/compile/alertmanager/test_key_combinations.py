"""What Alertmanager asks of several keys of one mapping together."""

from typing import Any, Final

import pytest

from reliability.alertmanager.validation.key_combinations import (
    COMBINATIONS,
    JWT,
    RESERVED_FIELDS,
    RESERVED_HEADERS,
    SLACK_API,
)

APP: Final = "only one of app_token, http_config.authorization can be set"
SHARED_APP: Final = "only one of global.slack_app_token, http_config.authorization can be set"
CERT: Final = "a client certificate requires both cert and key"
SNS: Final = "sns_configs requires one of target_arn, topic_arn, phone_number"
SIGV4: Final = "sigv4 requires both access_key and secret_key"
INCIDENT: Final = "only one of alert_source_token, http_config.authorization can be set"
NO_TOKEN: Final = "incidentio_configs requires alert_source_token"
WEBEX: Final = "webex_configs requires http_config.authorization"
NO_PROXY: Final = "no_proxy requires proxy_url"
CONNECT: Final = "proxy_connect_header requires proxy_url or proxy_from_environment"
BY_DATE: Final = "threading requires thread_by_date, which can be none or daily"
ALGORITHM: Final = "signature_algorithm must be one of RS256, RS384, RS512"
UPDATE: Final = f"update_message requires api_url {SLACK_API}"
AUTH: Final[dict[str, Any]] = {"http_config": {"authorization": {}}}
BEARER: Final[dict[str, Any]] = {"http_config": {"bearer_token": "t"}}
BEARER_FILE: Final[dict[str, Any]] = {"http_config": {"bearer_token_file": "/t"}}
NO_AUTH: Final[dict[str, Any]] = {"http_config": {"follow_redirects": True}}

Case = tuple[str, dict[str, Any], list[tuple[str, str]]]


def secret(name: str, part: str) -> list[Case]:
    """A value, its file and its reference, of which one can be set."""
    keys = (part, f"{part}_file", f"{part}_ref")
    return [
        (name, {keys[0]: "a"}, []),
        (name, {keys[0]: "a", keys[1]: "", keys[2]: None}, []),
        *(
            (
                name,
                dict.fromkeys(both, "a"),
                [(both[-1], f"only one of {', '.join(both)} can be set")],
            )
            for both in (keys[:2], keys[1:], keys[::2], keys)
        ),
    ]


def proxies(name: str) -> list[Case]:
    """The keys of a proxy, which need and exclude each other."""
    return [
        (
            name,
            {"proxy_url": "http://p", "no_proxy": "a", "proxy_connect_header": {"a": []}},
            [],
        ),
        (name, {"proxy_url": "http://p", "proxy_from_environment": False}, []),
        (name, {"proxy_url": "", "proxy_from_environment": True}, []),
        (
            name,
            {"proxy_url": "http://p", "proxy_from_environment": True},
            [("", "only one of proxy_url, proxy_from_environment can be set")],
        ),
        (name, {"no_proxy": "a"}, [("no_proxy", NO_PROXY)]),
        (name, {"no_proxy": "a", "proxy_url": ""}, []),
        (
            name,
            {"no_proxy": "a", "proxy_from_environment": True},
            [("no_proxy", NO_PROXY)],
        ),
        (name, {"no_proxy": ""}, []),
        (name, {"proxy_connect_header": {"a": []}}, [("proxy_connect_header", CONNECT)]),
        (name, {"proxy_connect_header": {}}, []),
        (name, {"proxy_connect_header": {"a": []}, "proxy_from_environment": True}, []),
    ]


CASES: Final[list[Case]] = [
    *secret("basic-auth", "username"),
    *secret("basic-auth", "password"),
    *secret("authorization", "credentials"),
    ("authorization", {"type": "Bearer"}, []),
    (
        "authorization",
        {"type": " Basic "},
        [("type", "type cannot be basic; basic_auth is for that")],
    ),
    *(("http", {key: {}}, []) for key in ("basic_auth", "authorization", "oauth2")),
    *(
        ("http", {one: {}, two: {}}, [("", f"only one of {one}, {two} can be set")])
        for one, two in (("basic_auth", "authorization"), ("authorization", "oauth2"))
    ),
    ("http", {"bearer_token": "t", "oauth2": None}, []),
    *(
        ("http", {"oauth2": {}, key: "t"}, [("", f"only one of oauth2, {key} can be set")])
        for key in ("bearer_token", "bearer_token_file")
    ),
    (
        "http",
        {"bearer_token": "t", "bearer_token_file": "f"},
        [("", "only one of bearer_token, bearer_token_file can be set")],
    ),
    ("http", {"http_headers": {"X-Tenant": {}}}, []),
    ("http", {"http_headers": "Host"}, []),
    *(
        (
            "http",
            {"http_headers": {name: {}}},
            [(f"http_headers/{name}", f"http_headers cannot set the header {name}")],
        )
        for name in (*sorted(RESERVED_HEADERS), "user-agent", "HOST")
    ),
    *proxies("http"),
    *proxies("oauth2"),
    *secret("oauth2", "client_secret"),
    ("oauth2", {"grant_type": JWT, "client_secret": "a", "client_secret_ref": "b"}, []),
    (
        "oauth2",
        {"grant_type": JWT, "client_certificate_key": "a", "client_certificate_key_file": "b"},
        [
            (
                "client_certificate_key_file",
                "only one of client_certificate_key, client_certificate_key_file can be set",
            )
        ],
    ),
    ("oauth2", {"client_certificate_key": "a", "client_certificate_key_file": "b"}, []),
    *(
        ("oauth2", {"grant_type": JWT, "signature_algorithm": value}, [])
        for value in ("RS256", "RS384", "RS512", "", None)
    ),
    (
        "oauth2",
        {"grant_type": JWT, "signature_algorithm": "HS256"},
        [("signature_algorithm", ALGORITHM)],
    ),
    ("oauth2", {"signature_algorithm": "HS256"}, []),
    *secret("tls", "ca"),
    *(
        ("tls", {f"{part}{end}": "a"}, [("", CERT)])
        for part in ("cert", "key")
        for end in ("", "_file", "_ref")
    ),
    ("tls", {"cert_file": "a", "key_ref": "b"}, []),
    (
        "tls",
        {"cert": "a", "cert_file": "a", "key": "b"},
        [("cert_file", "only one of cert, cert_file can be set")],
    ),
    (
        "tls",
        {"cert": "a", "key_file": "b", "key_ref": "b"},
        [("key_ref", "only one of key_file, key_ref can be set")],
    ),
    ("email_configs", {"headers": {"Subject": "a", "To": "b"}}, []),
    (
        "email_configs",
        {"headers": {"subject": "a", "SUBJECT": "b"}},
        [("headers", "the header Subject is set twice")],
    ),
    ("email_configs", {"headers": {"References": "a"}}, []),
    ("email_configs", {"threading": {"enabled": False}, "headers": {"References": "a"}}, []),
    ("email_configs", {"threading": {"enabled": True}}, [("threading", BY_DATE)]),
    *(
        ("email_configs", {"threading": {"enabled": True, "thread_by_date": value}}, [])
        for value in ("none", "daily")
    ),
    *(
        (
            "email_configs",
            {"threading": {"enabled": True, "thread_by_date": "daily"}, "headers": {name: "a"}},
            [("headers", f"the header {name} cannot be set together with threading")],
        )
        for name in ("References", "In-Reply-To")
    ),
    *(("webex_configs", values, []) for values in (AUTH, BEARER, BEARER_FILE)),
    *(("webex_configs", values, [("", WEBEX)]) for values in ({}, NO_AUTH)),
    *(("sns_configs", {key: "a"}, []) for key in ("target_arn", "topic_arn", "phone_number")),
    ("sns_configs", {}, [("", SNS)]),
    ("sns_configs", {"target_arn": "a", "topic_arn": "b"}, [("", SNS)]),
    ("sns_configs", {"target_arn": "a", "phone_number": "b"}, [("", SNS)]),
    ("webhook_configs", {"url": "http://a/{{ .GroupKey }}"}, []),
    ("webhook_configs", {"url": "http://a/b"}, []),
    (
        "webhook_configs",
        {"url": "http://a/{{ .GroupKey"},
        [("url", "url is a template that Alertmanager 0.33 cannot parse")],
    ),
    ("responder", {"type": "{{ .CommonLabels.kind }}"}, []),
    ("responder", {"type": "team"}, []),
    ("responder", {"type": "{{ .a"}, [("type", "type is a template that cannot be parsed")]),
    ("sigv4", {"access_key": "a", "secret_key": "b"}, []),
    ("sigv4", {"access_key": "a"}, [("", SIGV4)]),
    ("sigv4", {"secret_key": "a"}, [("", SIGV4)]),
    ("sigv4", {"external_id": "a", "role_arn": "b"}, []),
    ("sigv4", {"role_arn": "b"}, []),
    (
        "sigv4",
        {"external_id": "a"},
        [("external_id", "external_id requires role_arn")],
    ),
    ("incidentio_configs", {}, []),
    ("incidentio_configs", AUTH, []),
    ("incidentio_configs", {"alert_source_token": "a", **NO_AUTH}, []),
    ("incidentio_configs", NO_AUTH, [("", NO_TOKEN)]),
    ("incidentio_configs", {"alert_source_token": "a", **AUTH}, [("", INCIDENT)]),
    ("incidentio_configs", {"alert_source_token_file": "a", **BEARER}, [("", INCIDENT)]),
    ("pushover_configs", {"html": True, "monospace": False}, []),
    ("pushover_configs", {"html": False, "monospace": True}, []),
    (
        "pushover_configs",
        {"html": True, "monospace": True},
        [("monospace", "only one of html, monospace can be set")],
    ),
    ("victorops_configs", {"custom_fields": {"mine": "a"}}, []),
    *(
        (
            "victorops_configs",
            {"custom_fields": {key: "a"}},
            [(f"custom_fields/{key}", f"custom_fields cannot set {key}, which is reserved")],
        )
        for key in RESERVED_FIELDS
    ),
    *(
        (
            "slack_configs",
            {url: "a", token: "b"},
            [("", "only one of api_url, app_token can be set")],
        )
        for url in ("api_url", "api_url_file")
        for token in ("app_token", "app_token_file")
    ),
    ("slack_configs", {"update_message": True, "api_url": SLACK_API}, []),
    ("slack_configs", {"update_message": True}, [("", UPDATE)]),
    ("slack_configs", {"update_message": False}, []),
    ("slack_configs", {"app_token": "a", **NO_AUTH}, []),
    ("slack_configs", {"api_url": "a", **AUTH}, []),
    ("slack_configs", {"app_token": "a", **AUTH}, [("", APP)]),
    ("slack_configs", {"app_token_file": "a", **BEARER}, [("", APP)]),
    ("global", {"slack_app_token": "a"}, []),
    ("global", {"slack_app_token": "a", "slack_api_url": SLACK_API}, []),
    ("global", {"slack_app_token": "a", "slack_api_url": "b", "slack_app_url": "b"}, []),
    *(
        ("global", {token: "a", url: "b"}, [(token, f"only one of {url}, {token} can be set")])
        for token in ("slack_app_token", "slack_app_token_file")
        for url in ("slack_api_url", "slack_api_url_file")
    ),
    ("receiver", {"name": "a", "labels": {"name": "a"}}, []),
    ("receiver", {"name": "a", "labels": {"team": "b"}}, []),
    (
        "receiver",
        {"name": "a", "labels": {"name": "b"}},
        [("labels/name", "the label name must be equal to the receiver's name")],
    ),
    ("time-range", {"start_time": "09:00", "end_time": "09:01"}, []),
    ("time-range", {"start_time": "09:00"}, []),
    ("time-range", {"end_time": "00:00"}, []),
    *(
        (
            "time-range",
            {"start_time": "09:00", "end_time": end},
            [("end_time", f"end_time {end} is not after start_time 09:00")],
        )
        for end in ("09:00", "08:59")
    ),
]


def refused(name: str, values: dict[str, Any], shared: dict[str, Any]) -> list[tuple[str, str]]:
    """Where below the mapping something is refused, and why."""
    found = COMBINATIONS[name](values, ("here",), shared)
    return [("/".join(map(str, each.pointer[1:])), each.message) for each in found]


@pytest.mark.parametrize(("name", "values", "expected"), CASES)
def test_keys_that_exclude_or_need_each_other_are_refused(
    name: str, values: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert refused(name, values, {}) == expected


@pytest.mark.parametrize(
    ("values", "shared", "expected"),
    [
        ({}, {"slack_app_token": "a", **AUTH}, [("", APP)]),
        ({}, {"slack_app_token_file": "a", **AUTH}, [("", APP)]),
        ({}, {"slack_app_token": "a"}, []),
        ({}, AUTH, []),
        ({"api_url": "b"}, {"slack_app_token": "a", **AUTH}, []),
        (NO_AUTH, {"slack_app_token": "a", **AUTH}, []),
        # amtool 0.33: "no Slack API URL nor App token set either inline or in a file"
        (AUTH, {"slack_app_token": "a"}, [("", SHARED_APP)]),
        ({"app_token": "a"}, AUTH, [("", APP)]),
    ],
)
def test_slack_inherits_the_app_token_and_the_login_of_the_global_settings(
    values: dict[str, Any], shared: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert refused("slack_configs", values, shared) == expected


def test_only_alertmanager_033_refuses_an_address_that_is_a_broken_template() -> None:
    [refusal] = COMBINATIONS["webhook_configs"]({"url": "{{ .a"}, (), {})
    assert (refusal.only_new, refusal.only_old) == (True, False)
    assert refusal.help == "close each {{ and use only the functions of Go's text/template"
