"""Conditions of Alertmanager on several keys of one mapping, by name of the mapping.

Source: `UnmarshalYAML` and `Validate` of the structs in Alertmanager v0.28.1 and v0.33.1, and of
`HTTPClientConfig` in prometheus/common v0.61.0 and v0.67.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reliability.alertmanager.configuration import text
from reliability.alertmanager.validation.calendar_values import minute
from reliability.alertmanager.validation.refusal import Refusal, only_one_of, wrong
from reliability.alertmanager.validation.values import is_set
from reliability.go_template.parser import read_template
from reliability.go_template.tokens import GoTemplateError
from reliability.location import Pointer
from reliability.message import Message

Values = Mapping[str, Any]
JWT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
RESERVED_FIELDS: Final = (
    *("routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool"),
    *("entity_id", "entity_state"),
)
RESERVED_HEADERS: Final = frozenset(
    (
        *("Authorization", "Host", "Content-Encoding", "Content-Length", "Content-Type"),
        *("User-Agent", "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization"),
        *("Www-Authenticate", "Accept-Encoding", "X-Prometheus-Remote-Write-Version"),
        *("X-Prometheus-Remote-Read-Version", "X-Prometheus-Scrape-Timeout-Seconds"),
        *("X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"),
    )
)
"""`ReservedHeaders` of prometheus/common, which only other keys may set."""
SLACK_API: Final = "https://slack.com/api/chat.postMessage"


def _exclusive(values: Values, keys: tuple[str, ...], pointer: Pointer) -> Iterator[Refusal]:
    """Refuse more than one of keys of which only one can be set."""
    present = [key for key in keys if is_set(values.get(key))]
    if len(present) > 1:
        yield wrong((*pointer, present[-1]), only_one_of(*present))


def _requires(key: str, other: str) -> Message:
    return Message("{key} requires {other}", key=key, other=other)


def _sources(values: Values, part: str, pointer: Pointer) -> Iterator[Refusal]:
    """Refuse more than one of a value, its file and its reference."""
    yield from _exclusive(values, (part, f"{part}_file", f"{part}_ref"), pointer)


def _basic_auth(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    yield from _sources(values, "username", pointer)
    yield from _sources(values, "password", pointer)


def _authorization(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    yield from _sources(values, "credentials", pointer)
    if str(values.get("type")).strip().lower() == "basic":
        yield wrong((*pointer, "type"), Message("type cannot be basic; basic_auth is for that"))


def _http(values: Values, pointer: Pointer, shared: Values) -> Iterator[Refusal]:
    """Refuse several methods of authentication, and reserved headers.

    `bearer_token` is the older form of `authorization`.
    """
    methods = [
        key for key in ("basic_auth", "authorization", "oauth2") if values.get(key) is not None
    ]
    bearer = [key for key in ("bearer_token", "bearer_token_file") if is_set(values.get(key))]
    if len(methods) + len(bearer) > 1:
        yield wrong(pointer, only_one_of(*methods, *bearer))

    yield from _proxies(values, pointer, shared)
    headers = values.get("http_headers")
    for name in headers if isinstance(headers, Mapping) else ():
        if _canonical(str(name)) in RESERVED_HEADERS:
            where = (*pointer, "http_headers", name)
            yield wrong(where, Message("http_headers cannot set the header {header}", header=name))


def _proxies(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    has_url, is_from = is_set(values.get("proxy_url")), values.get("proxy_from_environment") is True
    if is_from and has_url:
        yield wrong(pointer, only_one_of("proxy_url", "proxy_from_environment"))
    has_any_url = values.get("proxy_url") is not None
    if is_set(values.get("no_proxy")) and (is_from or not has_any_url):
        yield wrong((*pointer, "no_proxy"), _requires("no_proxy", "proxy_url"))
    if values.get("proxy_connect_header") and not (has_url or is_from):
        where = (*pointer, "proxy_connect_header")
        message = Message("proxy_connect_header requires proxy_url or proxy_from_environment")
        yield wrong(where, message)


def _oauth2(values: Values, pointer: Pointer, shared: Values) -> Iterator[Refusal]:
    is_jwt = values.get("grant_type") == JWT
    yield from _sources(values, "client_certificate_key" if is_jwt else "client_secret", pointer)
    algorithm = values.get("signature_algorithm")
    if is_jwt and is_set(algorithm) and algorithm not in ("RS256", "RS384", "RS512"):
        where = (*pointer, "signature_algorithm")
        yield wrong(where, Message("signature_algorithm must be one of RS256, RS384, RS512"))
    yield from _proxies(values, pointer, shared)


def _tls(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    """Refuse several sources of one value, and a certificate or a key without the other."""
    for part in ("ca", "cert", "key"):
        yield from _sources(values, part, pointer)
    has_cert, has_key = (
        any(is_set(values.get(f"{part}{end}")) for end in ("", "_file", "_ref"))
        for part in ("cert", "key")
    )
    if has_cert != has_key:
        yield wrong(pointer, Message("a client certificate requires both cert and key"))


def _email(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    headers = values.get("headers")
    names = [_canonical(str(name)) for name in headers] if isinstance(headers, Mapping) else []
    for index, name in enumerate(names):
        if name in names[:index]:
            message = Message("the header {header} is set twice", header=name)
            yield wrong((*pointer, "headers"), message)

    threading = values.get("threading")
    if not isinstance(threading, Mapping) or threading.get("enabled") is not True:
        return

    for name in {"References", "In-Reply-To"}.intersection(names):
        message = Message("the header {header} cannot be set together with threading", header=name)
        yield wrong((*pointer, "headers"), message)
    if threading.get("thread_by_date") not in ("none", "daily"):
        where = (*pointer, "threading")
        yield wrong(where, Message("threading requires thread_by_date, which can be none or daily"))


def _canonical(header: str) -> str:
    # Header names are compared in the form of Go's `http.CanonicalHeaderKey`, whatever their case.
    return "-".join(part.capitalize() for part in header.split("-"))


def _webex(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    if not _has_authorization(values):
        yield wrong(pointer, _requires("webex_configs", "http_config.authorization"))


def _has_authorization(values: Values) -> bool:
    """Return whether authorization is set; Alertmanager converts the older `bearer_token` to it."""
    http = values.get("http_config")
    if not isinstance(http, Mapping):
        return False
    is_older = any(is_set(http.get(key)) for key in ("bearer_token", "bearer_token_file"))
    return is_older or http.get("authorization") is not None


def _sns(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    """Refuse what `(target == "") != (topic == "") != (phone == "")` refuses.

    Go evaluates it from the left, so all three together are accepted.
    """
    target, topic = is_set(values.get("target_arn")), is_set(values.get("topic_arn"))
    if (target != topic) == is_set(values.get("phone_number")):
        message = Message("sns_configs requires one of target_arn, topic_arn, phone_number")
        yield wrong(pointer, message)


def _webhook(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    """Refuse a template that Alertmanager 0.33 cannot parse; 0.28 requires a URL instead."""
    url = values.get("url")
    if isinstance(url, str) and isinstance(read_template(url), GoTemplateError):
        message = Message("url is a template that Alertmanager 0.33 cannot parse")
        help_text = Message("close each {{{{ and use only the functions of Go's text/template")
        yield Refusal(pointer=(*pointer, "url"), message=message, help=help_text, only_new=True)


def _responder(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    kind = values.get("type")
    if isinstance(kind, str) and isinstance(read_template(kind), GoTemplateError):
        yield wrong((*pointer, "type"), Message("type is a template that cannot be parsed"))


def _sigv4(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    if is_set(values.get("access_key")) != is_set(values.get("secret_key")):
        yield wrong(pointer, Message("sigv4 requires both access_key and secret_key"))
    if is_set(values.get("external_id")) and not is_set(values.get("role_arn")):
        yield wrong((*pointer, "external_id"), _requires("external_id", "role_arn"))


def _incidentio(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    has_token = any(is_set(values.get(f"alert_source_token{end}")) for end in ("", "_file"))
    if _has_authorization(values) and has_token:
        yield wrong(pointer, only_one_of("alert_source_token", "http_config.authorization"))
    has_http = isinstance(values.get("http_config"), Mapping)
    if has_http and not _has_authorization(values) and not has_token:
        yield wrong(pointer, _requires("incidentio_configs", "alert_source_token"))


def _pushover(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    if values.get("html") is True and values.get("monospace") is True:
        yield wrong((*pointer, "monospace"), only_one_of("html", "monospace"))


def _victorops(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    fields = values.get("custom_fields")
    for key in fields if isinstance(fields, Mapping) else ():
        if key in RESERVED_FIELDS:
            where = (*pointer, "custom_fields", key)
            message = Message("custom_fields cannot set {field}, which is reserved", field=key)
            yield wrong(where, message)


def _slack(values: Values, pointer: Pointer, shared: Values) -> Iterator[Refusal]:
    has_url = any(is_set(values.get(key)) for key in ("api_url", "api_url_file"))
    has_token = any(is_set(values.get(key)) for key in ("app_token", "app_token_file"))
    if has_url and has_token:
        yield wrong(pointer, only_one_of("api_url", "app_token"))
    if values.get("update_message") is True and str(values.get("api_url")) != SLACK_API:
        yield wrong(pointer, Message("update_message requires api_url {url}", url=SLACK_API))

    # A receiver with an authorization of its own does not inherit the token of all receivers.
    has_shared_token, has_shared_url = (
        any(is_set(shared.get(f"slack_{key}{end}")) for end in ("", "_file"))
        for key in ("app_token", "api_url")
    )
    is_authorized = _has_authorization(values)
    if is_authorized and has_shared_token and not (has_url or has_token or has_shared_url):
        yield wrong(pointer, only_one_of("global.slack_app_token", "http_config.authorization"))
    if has_shared_token and not is_authorized and values.get("api_url") is None:
        has_token = True
    sender = values if values.get("http_config") is not None else shared
    if has_token and _has_authorization(sender):
        yield wrong(pointer, only_one_of("app_token", "http_config.authorization"))


def _global(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    tokens = [key for key in ("slack_app_token", "slack_app_token_file") if is_set(values.get(key))]
    urls = [key for key in ("slack_api_url", "slack_api_url_file") if is_set(values.get(key))]
    app_url = values.get("slack_app_url") or SLACK_API
    if tokens and urls and values.get("slack_api_url") != app_url:
        yield wrong((*pointer, tokens[0]), only_one_of(urls[0], tokens[0]))


def _receiver(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    labels = values.get("labels")
    if not isinstance(labels, Mapping) or "name" not in labels:
        return
    if text(labels["name"]) != text(values.get("name")):
        message = Message("the label name must be equal to the receiver's name")
        yield wrong((*pointer, "labels", "name"), message)


def _time_range(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    start, end = minute(values.get("start_time")), minute(values.get("end_time"))
    # Times within one day only: a range over midnight has to be written as two.
    if start is not None and end is not None and start >= end:
        message = Message(
            "end_time {end} is not after start_time {start}",
            start=values["start_time"],
            end=values["end_time"],
        )
        help_text = Message("split a range that spans midnight: one to 24:00, one from 00:00")
        yield Refusal(pointer=(*pointer, "end_time"), message=message, help=help_text)


COMBINATIONS: Final[Mapping[str, Callable[[Values, Pointer, Values], Iterator[Refusal]]]] = {
    "authorization": _authorization,
    "basic-auth": _basic_auth,
    "email_configs": _email,
    "global": _global,
    "http": _http,
    "incidentio_configs": _incidentio,
    "oauth2": _oauth2,
    "pushover_configs": _pushover,
    "receiver": _receiver,
    "responder": _responder,
    "sigv4": _sigv4,
    "slack_configs": _slack,
    "sns_configs": _sns,
    "time-range": _time_range,
    "tls": _tls,
    "victorops_configs": _victorops,
    "webex_configs": _webex,
    "webhook_configs": _webhook,
}
"""Check of each mapping, by the mapping's name; the last argument is the global settings."""
