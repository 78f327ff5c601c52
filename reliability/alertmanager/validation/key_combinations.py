"""What Alertmanager asks of several keys of one mapping together, by the name of the mapping.

Source: `UnmarshalYAML` and `Validate` of the structs in Alertmanager v0.28.1 and v0.33.1, and of
`HTTPClientConfig` in prometheus/common v0.61.0 and v0.67.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reliability.alertmanager.validation.calendar_values import minute
from reliability.alertmanager.validation.go_template import is_go_template
from reliability.alertmanager.validation.refusal import Refusal, wrong
from reliability.alertmanager.validation.values import is_set
from reliability.location import Pointer

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
"""`ReservedHeaders` of prometheus/common; other keys set them."""
SLACK_API: Final = "https://slack.com/api/chat.postMessage"


def _exclusive(values: Values, keys: tuple[str, ...], pointer: Pointer) -> Iterator[Refusal]:
    """Keys of which one may be set."""
    written = [key for key in keys if is_set(values.get(key))]
    if len(written) > 1:
        yield wrong((*pointer, written[-1]), f"{' and '.join(written)} exclude each other")


def _sources(values: Values, part: str, pointer: Pointer) -> Iterator[Refusal]:
    """A value, its file and its reference."""
    yield from _exclusive(values, (part, f"{part}_file", f"{part}_ref"), pointer)


def _basic_auth(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    yield from _sources(values, "username", pointer)
    yield from _sources(values, "password", pointer)


def _authorization(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    yield from _sources(values, "credentials", pointer)
    if str(values.get("type")).strip().lower() == "basic":
        yield wrong((*pointer, "type"), "the type is basic, which is what basic_auth is for")


def _http(values: Values, pointer: Pointer, shared: Values) -> Iterator[Refusal]:
    """One way to log in; `bearer_token` is the older form of `authorization`."""
    methods = [
        key for key in ("basic_auth", "authorization", "oauth2") if values.get(key) is not None
    ]
    bearer = [key for key in ("bearer_token", "bearer_token_file") if is_set(values.get(key))]
    if len(methods) + len(bearer) > 1:
        yield wrong(pointer, f"{' and '.join((*methods, *bearer))} exclude each other")

    yield from _proxies(values, pointer, shared)
    headers = values.get("http_headers")
    for name in headers if isinstance(headers, Mapping) else ():
        if _canonical(str(name)) in RESERVED_HEADERS:
            where = (*pointer, "http_headers", name)
            yield wrong(where, f"{name} is a header that http_headers cannot set")


def _proxies(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    has_url, is_from = is_set(values.get("proxy_url")), values.get("proxy_from_environment") is True
    if is_from and has_url:
        yield wrong(pointer, "proxy_url and proxy_from_environment exclude each other")
    has_any_url = values.get("proxy_url") is not None
    if is_set(values.get("no_proxy")) and (is_from or not has_any_url):
        yield wrong((*pointer, "no_proxy"), "no_proxy needs proxy_url, and there is none")
    if values.get("proxy_connect_header") and not (has_url or is_from):
        where = (*pointer, "proxy_connect_header")
        yield wrong(where, "proxy_connect_header needs a proxy, and there is none")


def _oauth2(values: Values, pointer: Pointer, shared: Values) -> Iterator[Refusal]:
    is_jwt = values.get("grant_type") == JWT
    yield from _sources(values, "client_certificate_key" if is_jwt else "client_secret", pointer)
    algorithm = values.get("signature_algorithm")
    if is_jwt and is_set(algorithm) and algorithm not in ("RS256", "RS384", "RS512"):
        where = (*pointer, "signature_algorithm")
        yield wrong(where, "signature_algorithm has another value than RS256, RS384, RS512")
    yield from _proxies(values, pointer, shared)


def _tls(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    """A client certificate comes with its key."""
    for part in ("ca", "cert", "key"):
        yield from _sources(values, part, pointer)
    has_cert, has_key = (
        any(is_set(values.get(f"{part}{end}")) for end in ("", "_file", "_ref"))
        for part in ("cert", "key")
    )
    if has_cert != has_key:
        yield wrong(pointer, "a client certificate needs cert and key, and one of them is missing")


def _email(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    headers = values.get("headers")
    names = [_canonical(str(name)) for name in headers] if isinstance(headers, Mapping) else []
    for index, name in enumerate(names):
        if name in names[:index]:
            yield wrong((*pointer, "headers"), f"the header {name} is written twice")

    threading = values.get("threading")
    if not isinstance(threading, Mapping) or threading.get("enabled") is not True:
        return

    for name in {"References", "In-Reply-To"}.intersection(names):
        yield wrong((*pointer, "headers"), f"threading and the header {name} exclude each other")
    if threading.get("thread_by_date") not in ("none", "daily"):
        where = (*pointer, "threading")
        yield wrong(where, "threading needs thread_by_date, which can be none or daily")


def _canonical(header: str) -> str:
    return "-".join(part.capitalize() for part in header.split("-"))


def _webex(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    if not _has_authorization(values):
        yield wrong(pointer, "webex_configs needs http_config.authorization, and has none")


def _has_authorization(values: Values) -> bool:
    """Whether there is a header of it; the older `bearer_token` is turned into one."""
    http = values.get("http_config")
    if not isinstance(http, Mapping):
        return False
    is_older = any(is_set(http.get(key)) for key in ("bearer_token", "bearer_token_file"))
    return is_older or http.get("authorization") is not None


def _sns(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    """`(target == "") != (topic == "") != (phone == "")`, as Go reads it from the left."""
    target, topic = is_set(values.get("target_arn")), is_set(values.get("topic_arn"))
    if (target != topic) == is_set(values.get("phone_number")):
        yield wrong(pointer, "sns_configs needs one of target_arn, topic_arn, phone_number")


def _webhook(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    """0.33 parses an address that is a template; 0.28 reads its text as an address."""
    url = values.get("url")
    if isinstance(url, str) and "{{" in url and not is_go_template(url):
        message = "url is a template that Alertmanager 0.33 cannot parse"
        help_text = "close each {{ and use only the functions of Go's text/template"
        yield Refusal(pointer=(*pointer, "url"), message=message, help=help_text, only_new=True)


def _responder(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    kind = values.get("type")
    if isinstance(kind, str) and "{{" in kind and not is_go_template(kind):
        yield wrong((*pointer, "type"), "type is a template that cannot be parsed")


def _sigv4(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    if is_set(values.get("access_key")) != is_set(values.get("secret_key")):
        yield wrong(pointer, "sigv4 needs access_key and secret_key, and one of them is missing")
    if is_set(values.get("external_id")) and not is_set(values.get("role_arn")):
        yield wrong((*pointer, "external_id"), "external_id needs role_arn, and there is none")


def _incidentio(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    has_token = any(is_set(values.get(f"alert_source_token{end}")) for end in ("", "_file"))
    if _has_authorization(values) and has_token:
        yield wrong(pointer, "alert_source_token and http_config.authorization exclude each other")
    has_http = isinstance(values.get("http_config"), Mapping)
    if has_http and not _has_authorization(values) and not has_token:
        yield wrong(pointer, "incidentio_configs needs alert_source_token, and has none")


def _pushover(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    if values.get("html") is True and values.get("monospace") is True:
        yield wrong((*pointer, "monospace"), "html and monospace exclude each other")


def _victorops(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    fields = values.get("custom_fields")
    for key in fields if isinstance(fields, Mapping) else ():
        if key in RESERVED_FIELDS:
            where = (*pointer, "custom_fields", key)
            yield wrong(where, f"custom field {key} is one that VictorOps has itself")


def _slack(values: Values, pointer: Pointer, shared: Values) -> Iterator[Refusal]:
    has_url = any(is_set(values.get(key)) for key in ("api_url", "api_url_file"))
    has_token = any(is_set(values.get(key)) for key in ("app_token", "app_token_file"))
    if has_url and has_token:
        yield wrong(pointer, "api_url and app_token exclude each other")
    if values.get("update_message") is True and str(values.get("api_url")) != SLACK_API:
        yield wrong(pointer, f"update_message needs api_url {SLACK_API}")

    inherits = not _has_authorization(values) and values.get("api_url") is None
    if inherits and any(
        is_set(shared.get(key)) for key in ("slack_app_token", "slack_app_token_file")
    ):
        has_token = True
    sender = values if values.get("http_config") is not None else shared
    if has_token and _has_authorization(sender):
        yield wrong(
            pointer, "an app token of Slack and http_config.authorization exclude each other"
        )


def _global(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    tokens = [key for key in ("slack_app_token", "slack_app_token_file") if is_set(values.get(key))]
    urls = [key for key in ("slack_api_url", "slack_api_url_file") if is_set(values.get(key))]
    app_url = values.get("slack_app_url") or SLACK_API
    if tokens and urls and values.get("slack_api_url") != app_url:
        yield wrong((*pointer, tokens[0]), f"{urls[0]} and {tokens[0]} exclude each other")


def _receiver(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    labels = values.get("labels")
    name = labels.get("name") if isinstance(labels, Mapping) else None
    if name is not None and name != values.get("name"):
        yield wrong((*pointer, "labels", "name"), "the label name is not the receiver's name")


def _time_range(values: Values, pointer: Pointer, _: Values) -> Iterator[Refusal]:
    start, end = minute(values.get("start_time")), minute(values.get("end_time"))
    if start is not None and end is not None and start >= end:
        message = f"the end {values['end_time']} is not after the start {values['start_time']}"
        help_text = "split what spans midnight: until 24:00, and from 00:00"
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
"""By the name of a mapping; the last argument are the global settings."""
