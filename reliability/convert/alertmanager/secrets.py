"""Secrets of an Alertmanager configuration: each is replaced by a file that Alertmanager reads.

Keys: the configuration page of Alertmanager 0.28 (https://prometheus.io/docs/alerting/latest).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from reliability.check.masking.masking import OF_PEOPLE, is_closed, is_shown
from reliability.check.masking.secrets import ADDRESS, FILED, is_reference, secret_address, secrets
from reliability.check.masking.secrets import RANDOM as LONG_RANDOM
from reliability.convert.converter import Diagnostic, OriginalLocation, decide
from reliability.convert.free_text import RANDOM, REMOVED, masked_addresses, scalars
from reliability.convert.names import UniqueNames, slug
from reliability.load.document import Document, EntryPart
from reliability.load.edit import Edit, apply_edits, extent_of
from reliability.load.places import Extent, ValueLocation
from reliability.load.source import line_starts
from reliability.location import Pointer, SourceSpan

FOLDER: Final = "/etc/alertmanager/secrets"

WITHOUT_FILE: Final = frozenset(
    {
        *("auth_secret", "smtp_auth_secret", "secret_key", "access_key", "proxy_connect_header"),
        *("wechat_api_secret", "api_secret"),
    }
)
"""Secret keys without a `_file` key in the oldest supported Alertmanager.

0.28 refuses `api_secret_file`.
"""

WITH_FILE: Final = FILED - WITHOUT_FILE - {"api_url", "key", "url"}
"""Secret keys that also exist with the suffix `_file`, wherever they are."""

USER_IN_URL: Final = re.compile(r"(?<=://)[^/@\s]+@")
LONG_WORD: Final = re.compile(r"[A-Za-z0-9_-]{16,}|[?&][^=\s]+=")
INSIDE: Final = re.compile(r"\.(?:local|internal|svc|localhost|lan)$|^[\d.]+$")
SHORTEST: Final = 6
"""Length from which a secret is also removed from comments and other values."""
PUBLIC: Final = frozenset(
    {
        *("room_id", "corp_id", "agent_id", "chat_id", "chat", "channel_id", "message_thread_id"),
        *("to_user", "to_party", "to_tag", "topic_arn", "target_arn", "phone_number", "role_arn"),
        *("client_id", "username", "auth_username", "auth_identity", "smtp_auth_username"),
        *("smtp_auth_identity", "icon_url", "image_url", "thumb_url", "title_link", "client_url"),
        *("url", "api_url", "app_url", "token_url", "wechat_api_url", "proxy_url", "webex_api_url"),
        *("opsgenie_api_url", "pagerduty_url", "victorops_api_url", "jira_api_url", "cert", "ca"),
        *("no_proxy", "api_type", "api_version", "format", "responders", "id", "endpoint", "href"),
    }
)
"""Alertmanager keys that give no access on their own: names of rooms, users and hosts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A configuration without secrets, a diagnostic for each, and the file that replaces each.

    `files` are the paths by the pointer of the secret, `contents` the secrets by path. `removed`
    are secrets that Alertmanager cannot read from a file; they are in neither.
    """

    text: str
    diagnostics: tuple[Diagnostic, ...]
    files: dict[Pointer, str]
    contents: dict[str, str]
    removed: tuple[Pointer, ...]


def clean(document: Document, folder: str = FOLDER) -> Cleaned:
    """Remove the secrets from a configuration; no other byte changes."""
    names, edits = UniqueNames(), list[Edit]()
    diagnostics: list[Diagnostic] = []
    files: dict[Pointer, str] = {}
    contents: dict[str, str] = {}
    removed: list[Pointer] = []
    hidden: list[str] = []
    replaced: dict[tuple[str | int, str], str] = {}

    for pointer, value, kind in _to_hide(document):
        # What is inside an alias is replaced where it is written.
        if not document.is_written(pointer):
            if path := replaced.get((pointer[-1], value)):
                files[pointer] = path
            else:
                removed.append(pointer)
            continue

        is_twice = kind == "file" and _has_file(document.values, pointer)
        hidden.append(value)
        if kind == "file" and not is_twice:
            path = f"{folder}/{names.fresh(_file_name(document, pointer))}"
            files[pointer] = replaced[pointer[-1], value] = path
            contents[path] = _as_written(document, pointer, value)
            edits += _to_file(document, pointer, path)
        else:
            removed.append(pointer)
            clean_value = USER_IN_URL.sub("", value) if kind == "user" else REMOVED
            edits.append(_value(document, pointer, clean_value))
        made = files.get(pointer)
        diagnostics.append(_diagnostic(document, pointer, made, is_twice=is_twice))

    edits = _distinct(edits)
    diagnostics += _addressed(document, edits)
    text = apply_edits(document.text, [*edits, *_repeated(document, edits, hidden)])

    return Cleaned(
        text=masked_addresses(document.path, text).text,
        diagnostics=tuple(diagnostics),
        files=files,
        contents=contents,
        removed=tuple(removed),
    )


def _addressed(document: Document, edits: list[Edit]) -> Iterator[Diagnostic]:
    """Yield the diagnostics of URLs with secrets, on lines without an edit."""
    edited = {line for edit in edits for line in range(edit.span.line, edit.span.end_line + 1)}
    for diagnostic in masked_addresses(document.path, document.text).diagnostics:
        if diagnostic.problem.at.span.line not in edited:
            yield diagnostic


def _to_hide(document: Document) -> Iterator[tuple[Pointer, str, str]]:
    """Yield each secret with its pointer and how to hide it: `file`, `removed` or `user`."""
    known = {pointer for pointer, _ in secrets(document.values)}
    for pointer, value in scalars(document.values, ()):
        kind = _secret(pointer, value)
        if kind is None and (pointer in known or _looks_secret(pointer, value)):
            kind = "removed"
        if kind is not None:
            yield pointer, value, kind


def _secret(pointer: Pointer, value: str) -> str | None:
    """Return how to hide a value: `file`, `removed` or `user` (of a URL); None if it may stay."""
    keys = [step for step in pointer if isinstance(step, str)]
    if not value or not keys or keys[0] not in ("global", "receivers"):
        return None

    key, inside = keys[-1], frozenset(keys[:-1])
    if key == "secrets" and "http_headers" in inside:
        return "file"
    if key == "routing_key" and "victorops_configs" in inside:
        return None
    if WITHOUT_FILE & {key, *inside}:
        return "removed"
    if key in WITH_FILE or (key == "api_url" and "slack_configs" in inside):
        return "file"
    if key == "key" and "tls_config" in inside:
        return "file"
    if key == "url" and "webhook_configs" in inside and _contains_secret(value):
        return "file"

    return "user" if USER_IN_URL.search(value) else None


def _looks_secret(pointer: Pointer, value: str) -> bool:
    """Return whether the value of an unknown key looks random enough to be a secret.

    Values below receivers or in an unknown section may be secrets, as in the masks of reports.
    User-defined keys, such as those of `details`, need a longer text.
    """
    keys = [step if isinstance(step, str) else "" for step in pointer]
    named = [key for key in keys if key]
    if not named or is_reference(value) or not is_closed(keys) or is_shown(keys, value):
        return False
    if named[-1].endswith("_file") and ("/" in value or "." in value):
        return False
    if OF_PEOPLE.union(("http_headers",)) & set(named[:-1]):
        return LONG_RANDOM.fullmatch(value) is not None
    if named[-1] in PUBLIC or ADDRESS.fullmatch(value):
        is_address = "://" in value or not named[-1].endswith("url")
        return not is_address and RANDOM.fullmatch(value) is not None

    return RANDOM.fullmatch(value) is not None


def _has_file(values: Any, pointer: Pointer) -> bool:
    """Return whether the `_file` key of a secret is set as well."""
    for step in pointer[:-1]:
        values = values[step]
    return isinstance(values, dict) and f"{pointer[-1]}_file" in values


def _contains_secret(url: str) -> bool:
    """Return whether a URL works as a key: it is known to, or has a long path on a public host."""
    host, _, path = url.partition("://")[2].partition("/")
    name = host.rpartition(":")[0] or host
    outside = "." in name and not INSIDE.search(name)
    deep = len([part for part in path.split("/") if part]) > 1
    is_likely = bool(LONG_WORD.search(path)) or "@" in url or (outside and deep)
    return is_likely or secret_address(url) is not None


def _file_name(document: Document, pointer: Pointer) -> str:
    owner: Any = "global"
    if pointer[0] == "receivers":
        owner = document.values["receivers"][pointer[1]].get("name", pointer[1])
    what = [step for step in pointer if isinstance(step, str) and step != "secrets"][-1]
    return slug(f"{owner}-{what}") or "secret"


def _to_file(document: Document, pointer: Pointer, path: str) -> list[Edit]:
    """Return edits that rename `key` to `key_file`, or a header's `secrets` to `files`."""
    named = pointer[:-1] if isinstance(pointer[-1], int) else pointer
    key = document.locate(named, EntryPart.KEY).span
    name = "files" if named != pointer else f"{pointer[-1]}_file"
    return [Edit(key, name), _value(document, pointer, path)]


def _as_written(document: Document, pointer: Pointer, value: str) -> str:
    """Return the secret as it is written: Alertmanager reads a number such as 0123 as text."""
    inner: Any = document.values
    for step in pointer:
        inner = inner[step]
    if isinstance(inner, str):
        return value
    extent = extent_of(document.locate(pointer).span, document.text, line_starts(document.text))
    return document.text[slice(*extent)]


def _value(document: Document, pointer: Pointer, text: str) -> Edit:
    return Edit(document.locate(pointer).span, text)


def _distinct(edits: list[Edit]) -> list[Edit]:
    """Return one edit per span: each secret of a list renames the key of the list."""
    first: dict[SourceSpan, Edit] = {}
    for edit in edits:
        first.setdefault(edit.span, edit)
    return list(first.values())


def _repeated(document: Document, edits: list[Edit], hidden: list[str]) -> Iterator[Edit]:
    """Yield edits that remove secrets from comments, and random-looking ones from other values."""
    lines = line_starts(document.text)
    taken = [extent_of(edit.span, document.text, lines) for edit in edits]
    values = [place.extent for place in _texts(document.source.trees[document.index].root)]

    for secret in sorted(set(hidden), key=len, reverse=True):
        if len(secret) < SHORTEST:
            continue
        for match in re.finditer(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", document.text):
            extent = match.span()
            inside = _meets(extent, values)
            if _meets(extent, taken) or (inside and not RANDOM.fullmatch(secret)):
                continue
            taken.append(extent)
            yield Edit(document.source.span(extent), REMOVED)


def _texts(place: ValueLocation) -> Iterator[ValueLocation]:
    """Yield the locations of all scalars and of their keys."""
    for part in (place.parts or {}).values():
        if part.key is not None:
            yield ValueLocation(part.key)
        yield from _texts(part)
    if not place.parts:
        yield place


def _meets(extent: Extent, others: Iterable[Extent]) -> bool:
    return any(extent[0] < end and start < extent[1] for start, end in others)


def _diagnostic(
    document: Document, pointer: Pointer, path: str | None, *, is_twice: bool
) -> Diagnostic:
    origin = OriginalLocation(document, pointer)
    key = next(step for step in reversed(pointer) if isinstance(step, str))
    if is_twice:
        message = f"{key} and {key}_file are both set; Alertmanager accepts only one"
        return decide(origin, message, f"delete {key}")
    if path is None:
        message = f"{key} is a secret and is removed; Alertmanager cannot read it from a file"
        help_text = f"replace {REMOVED} when you deploy the configuration, outside Git"
        return decide(origin, message, help_text)
    name = f"{key}_file" if key == pointer[-1] else "files"
    message = f"{key} is a secret and is not copied; {name} replaces it"
    return decide(origin, message, f"write the secret to {path} on the Alertmanager host")
