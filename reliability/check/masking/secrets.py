"""Secrets in plain text: values of keys that hold one, and URLs that work as a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from reliability.alertmanager.configuration import texts_below
from reliability.location import Pointer
from reliability.message import Message

SECRET_KEYS: Final = re.compile(
    r"(?:.*[-_])?(?:password|passwd|secret|secret_key|token|token_id|credentials?|authorization"
    r"|(?:api|routing|service|user|private)[-_]?key)|key",
    re.IGNORECASE,
)
"""Keys of Alertmanager's configuration with a secret; the key plus `_file` has a path."""

HEADERS: Final = re.compile(
    r"(?:.*-)?(?:auth|authorization|token|api-?key|secret|password|cookie|signature)", re.IGNORECASE
)
"""HTTP headers that contain a secret."""

MASKED: Final = re.compile(r"access_key|api_url|secrets", re.IGNORECASE)
"""Keys that reports mask and files may contain: half of a credential, or a URL."""

FILED: Final = frozenset(
    (
        *("alert_source_token", "api_key", "api_secret", "api_url", "app_token", "auth_password"),
        *("auth_secret", "bearer_token", "bot_token", "client_secret", "credentials", "key"),
        *("mattermost_webhook_url", "opsgenie_api_key", "password", "rocketchat_token"),
        *("rocketchat_token_id", "routing_key", "service_key", "slack_api_url", "slack_app_token"),
        *("smtp_auth_password", "smtp_auth_secret", "telegram_bot_token", "token", "token_id"),
        *("url", "user_key", "victorops_api_key", "webhook_url", "wechat_api_secret"),
    )
)
"""Keys that Alertmanager 0.33 also reads from a file, as the key plus `_file`."""

TEXTS: Final = frozenset(("details", "custom_fields", "fields", "labels", "annotations", "match"))
"""Mappings with keys of a person's choice, which say nothing about their values."""

ADDRESS_KEYS: Final = re.compile(r"(?:.*_)?url", re.IGNORECASE)
ADDRESSED: Final = frozenset(("slack_api_url", "mattermost_webhook_url", "webhook_url"))
"""URLs that are secret as a whole: anyone who knows one can post to it."""

PARAMETER: Final = re.compile(
    r"(?:.*[-_])?(?:token|key|apikey|secret|password|passwd|sig|signature|auth|code)", re.IGNORECASE
)
HOSTS: Final = re.compile(
    r"hooks\.slack\.com|(?:ptb\.|canary\.)?discord(?:app)?\.com|hc-ping\.com|.*\.webhook\.office\.com"
    r"|.*\.logic\.azure\.com|nosnch\.in|api\.telegram\.org"
)
"""Hosts of URLs whose path works as a password."""

RANDOM: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])\w{20,}",
    re.IGNORECASE,
)
ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]{0,20}://[^\s\"'<>`|\\)]+(?:(?<=[=/])[\"'<`\\]\S*)?", re.IGNORECASE
)
"""A URL in a text, as long as possible; quoted values and path segments are part of it."""

LOGIN: Final = re.compile(r"(?:(?:git\+)?ssh|sftp)://[\w.-]+@")
"""A URL whose user is a login name: SSH has no password in a URL without a colon."""

IDENTIFIER: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A commit or a UUID, as in `?id=`."""

TOKEN: Final = re.compile(
    r"(?:AKIA|ASIA)[A-Z0-9]{16}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}"
    r"|xox[abeprs]-[\w-]{10,}|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*"
)
"""Keys of AWS, tokens of GitHub, GitLab and Slack, and JSON Web Tokens."""

PIECES: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|_+")

REFERENCE: Final = re.compile(
    r"\$\{?\w+(?::[^}]*)?\}?|\$\(\w+\)|%\w+%|env:\w+|file:\S+|\{\{.*\}\}|<\w+>|removed-by-import|",
    re.DOTALL,
)
"""A placeholder for a secret, including the one that `import` leaves, or an empty text."""


def is_reference(value: str) -> bool:
    """Return whether a text only refers to a secret: `$NAME`, `{{ ... }}`, `env:NAME`."""
    return REFERENCE.fullmatch(value.strip()) is not None


def is_secret_key(key: str) -> bool:
    """Return whether a value of this key is masked in every report."""
    return key in ADDRESSED or any(
        pattern.fullmatch(key) for pattern in (SECRET_KEYS, HEADERS, MASKED)
    )


def redacted_addresses(
    text: str, mask: str, *, strict: bool = False, random_paths: bool = True
) -> str:
    """Mask the user, password, secret parameters and secret path of each URL in a text.

    With `strict`, the value of every parameter is masked. Without `random_paths`, a path that looks
    random is shown, unless its host is known for URLs that only their secrecy protects.
    """

    def part(match: re.Match[str]) -> str:
        return _parameter(match[0], mask, strict=strict, random=random_paths)

    def shown(match: re.Match[str]) -> str:
        address = match[0]
        head, number_sign, fragment = address.partition("#")
        base, question_mark, query = head.partition("?")
        scheme, _, rest = base.partition("://")
        host, slash, path = rest.partition("/")
        user, at, host = host.rpartition("@")
        is_open = not user or is_reference(user) or LOGIN.match(address)
        place = f"{scheme}://{user if is_open else mask}{at}{host}"
        hides = (
            secret_address(f"{scheme}://{host}/{path}") is not None
            if random_paths
            else _lets_post(host.partition(":")[0], path)
        )
        if (fragment and random_paths) or (
            RANDOM.fullmatch(fragment.rstrip("=")) and not _is_words(fragment)
        ):
            fragment = mask

        return (
            place
            + (slash + mask if hides else slash + TOKEN.sub(mask, path))
            + (question_mark + re.sub(r"[^&]+", part, query))
            + (number_sign + re.sub(r"[^&]+", part, fragment))
        )

    return ADDRESS.sub(shown, text)


def _lets_post(host: str, path: str) -> bool:
    """Return whether a URL lets anybody post; Discord's invitations and message links do not."""
    is_shared = path.startswith(("invite/", "channels/"))
    return bool(path) and not is_shared and HOSTS.fullmatch(host.lower()) is not None


def _is_words(text: str) -> bool:
    """Return whether text of letters and digits looks like the words of a page's heading.

    Words and numbers have four characters on average, those of a random text about two.
    """
    is_long = len(text) >= 4 * len(PIECES.findall(text))
    return is_long and not re.fullmatch("[0-9A-Fa-f]+", text)


def _parameter(part: str, mask: str, *, strict: bool, random: bool) -> str:
    name, sign, value = part.partition("=")
    if not sign:
        return mask if strict and name != mask else TOKEN.sub(mask, part)
    if is_reference(value) or value.startswith("{{"):
        return part
    is_random = RANDOM.fullmatch(value) and (random or not IDENTIFIER.fullmatch(value))
    # A fragment may have a route before its parameters: `#/discover?_g=()&_a=()`
    if strict or is_random or PARAMETER.fullmatch(name.rpartition("?")[2]):
        return f"{name}={mask}"
    return TOKEN.sub(mask, part)


def secret_address(address: str) -> Message | None:
    """Describe the secret in a URL without showing it; None if there is no secret."""
    if is_reference(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None

    if parts.password and not is_reference(unquote(parts.password)):
        return Message("a URL with a password")
    for name, value in parse_qsl(parts.query):
        if PARAMETER.fullmatch(name) and not is_reference(value):
            return Message("a URL with a secret in the parameter {name}", name=name)

    steps = [step for step in parts.path.split("/") if step and not is_reference(step)]
    if steps and _lets_post(parts.hostname or "", parts.path.lstrip("/")):
        return Message("a URL that lets anybody post")
    if any(RANDOM.fullmatch(step) for step in steps):
        return Message("a URL with a secret path")

    return None


def secrets(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Yield the location of each secret in an Alertmanager configuration, and its description."""
    for text_pointer, text in texts_below(value, pointer, _is_free_mapping):
        secret = None if is_reference(text) else _secret(text_pointer, text)
        if secret is not None:
            yield text_pointer, secret


def _is_free_mapping(key: str, _value: Any) -> bool:
    """Return whether a person chose the keys below."""
    return key in TEXTS


def _secret(pointer: Pointer, value: str) -> str | None:
    match pointer:
        case (*_, "http_headers", str(name), "secrets", int()):
            return name
        case (*_, "http_headers", str(name), "values", int()):
            return name if HEADERS.fullmatch(name) else None
        case (*above, str(key)):
            return _secret_at(key, tuple(above), value)
        case _:
            return None


def _secret_at(key: str, above: Pointer, value: str) -> str | None:
    if key == "key" and not (above and "tls" in str(above[-1])):
        return None
    if key == "routing_key" and "victorops_configs" in above:
        return None
    if SECRET_KEYS.fullmatch(key) or key in ADDRESSED or HEADERS.fullmatch(key):
        return key
    if key == "api_url" and "slack_configs" in above:
        return key
    return secret_address(value) if ADDRESS_KEYS.fullmatch(key) else None
