"""Secrets of an Alertmanager configuration: each becomes a file that Alertmanager reads itself.

Keys: the configuration page of Alertmanager 0.28 (https://prometheus.io/docs/alerting/latest).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reliability.convert.converter import Origin, Remark, decide
from reliability.convert.names import Names, slug
from reliability.load.document import Document, Part
from reliability.load.edit import Edit, apply_edits
from reliability.location import Pointer, Span

FOLDER: Final = "/etc/alertmanager/secrets"
REMOVED: Final = "removed-by-import"

WITH_FILE: Final = frozenset(
    {
        *("slack_api_url", "slack_app_token", "opsgenie_api_key", "victorops_api_key"),
        *("smtp_auth_password", "telegram_bot_token", "rocketchat_token", "rocketchat_token_id"),
        *("wechat_api_secret", "routing_key", "service_key", "api_key", "user_key", "token"),
        *("token_id", "bot_token", "app_token", "webhook_url", "auth_password", "password"),
        *("credentials", "bearer_token", "client_secret", "api_secret"),
    }
)
"""Secrets that have a twin ending in `_file`."""

WITHOUT_FILE: Final = frozenset(
    {"auth_secret", "smtp_auth_secret", "secret_key", "access_key", "secrets"}
)
USER_IN_URL: Final = re.compile(r"(?<=://)[^/@\s]+@")
LONG_WORD: Final = re.compile(r"[A-Za-z0-9_-]{16,}|[?&][^=\s]+=")
INSIDE: Final = re.compile(r"\.(?:local|internal|svc|localhost|lan)$|^[\d.]+$")
SLACK_HOOK: Final = re.compile(r"https://hooks\.slack\.com/[^\s\"'<>]+")
SHORTEST: Final = 6


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The text without secrets, remarks on each, and the file that stands in for each."""

    text: str
    remarks: tuple[Remark, ...]
    files: dict[Pointer, str]


def clean(document: Document) -> Cleaned:
    """Take the secrets out of a configuration; no other byte changes."""
    names, edits = Names(), list[Edit]()
    remarks: list[Remark] = []
    files: dict[Pointer, str] = {}
    hidden: list[str] = []
    for pointer, value in scalars(document.values, ()):
        kind = _secret(pointer, value)
        if kind is None:
            continue
        hidden.append(value)
        if kind == "file":
            path = f"{FOLDER}/{names.fresh(_file_name(document, pointer))}"
            files[pointer] = path
            edits += _to_file(document, pointer, path)
        else:
            clean_value = USER_IN_URL.sub("", value) if kind == "user" else REMOVED
            edits.append(_value(document, pointer, clean_value))
        remarks.append(_remark(document, pointer, files.get(pointer)))
    text = apply_edits(document.text, _distinct(edits))
    return Cleaned(_without(text, hidden), tuple(remarks), files)


def scalars(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    """Every text below a value, with its way."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from scalars(inner, (*pointer, index))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield pointer, str(value)


def _secret(pointer: Pointer, value: str) -> str | None:
    """How a value is hidden: by a `file`, `removed`, without its `user`; None where it may stay."""
    keys = [step for step in pointer if isinstance(step, str)]
    if not value or not keys or keys[0] not in ("global", "receivers"):
        return None
    key, inside = keys[-1], frozenset(keys[:-1])
    if WITHOUT_FILE & {key, *inside}:
        return "removed"
    if key in WITH_FILE or (key == "api_url" and "slack_configs" in inside):
        return "file"
    if key == "key" and "tls_config" in inside:
        return "file"
    if key == "url" and "webhook_configs" in inside and _tells_a_secret(value):
        return "file"
    return "user" if USER_IN_URL.search(value) else None


def _tells_a_secret(url: str) -> bool:
    """An address that whoever knows it may use: outside of the house, with a path like a key."""
    host, _, path = url.partition("://")[2].partition("/")
    name = host.rpartition(":")[0] or host
    outside = "." in name and not INSIDE.search(name)
    deep = len([part for part in path.split("/") if part]) > 1
    return bool(LONG_WORD.search(path)) or "@" in url or (outside and deep)


def _file_name(document: Document, pointer: Pointer) -> str:
    owner: Any = "global"
    if pointer[0] == "receivers":
        owner = document.values["receivers"][pointer[1]].get("name", pointer[1])
    return slug(f"{owner}-{pointer[-1]}") or "secret"


def _to_file(document: Document, pointer: Pointer, path: str) -> list[Edit]:
    key = document.locate(pointer, Part.KEY).span
    return [Edit(key, f"{pointer[-1]}_file"), _value(document, pointer, path)]


def _value(document: Document, pointer: Pointer, text: str) -> Edit:
    span = document.locate(pointer).span
    return Edit(span, f"{text}\n" if span.end_column == 1 and span.end_line > span.line else text)


def _distinct(edits: list[Edit]) -> list[Edit]:
    """One edit a span: what an alias repeats is written once."""
    first: dict[Span, Edit] = {}
    for edit in edits:
        first.setdefault(edit.span, edit)
    return list(first.values())


def _without(text: str, hidden: list[str]) -> str:
    """The text with what is secret gone from comments, anchors and templates as well."""
    for secret in sorted(hidden, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, REMOVED)
    return SLACK_HOOK.sub(REMOVED, text)


def _remark(document: Document, pointer: Pointer, path: str | None) -> Remark:
    origin, key = Origin(document, pointer), pointer[-1]
    if path is None:
        message = (
            f"{key} holds a secret, which is taken out, and Alertmanager reads it from no file"
        )
        return decide(origin, message, f"give it another way than a file in Git: {REMOVED} stands")
    message = f"{key} is a secret, which is not copied: {key}_file is read instead"
    return decide(origin, message, f"put the secret into {path} where Alertmanager runs")
