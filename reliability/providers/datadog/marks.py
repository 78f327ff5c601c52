"""Marks of Datadog objects: tags, or the last line of a description where there are no tags.

A mark has the digest of the body that was written last, and the owner. Datadog changes letters of
tags to lower case, so an owner is compared in that form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.compile.datadog.tags import KEY, tag
from reliability.plan.held import Owner

DIGEST: Final = "reliability-digest:"
OWNER: Final = "reliability-owner:"
REPOSITORY: Final = "reliability-repository:"
MARKS: Final = (DIGEST, OWNER, REPOSITORY)
HEX: Final = re.compile(r"[0-9a-f]{64}")
LINE: Final = re.compile(
    r"\s*^reliability key=(?P<key>\S+) sha256=(?P<digest>[0-9a-f]{64})"
    r"( owner=(?P<owner>\S+) repository=(?P<repository>\S+))?\s*\Z",
    re.MULTILINE,
)
NO_ADDRESS: Final = "-"


@dataclass(frozen=True, slots=True)
class DatadogMark:
    """The digest of the body that was written, and the owner."""

    digest: str
    owner: Owner | None


def mark_tags(digest: str, owner: Owner | None) -> list[str]:
    """Return the tags of a mark."""
    if owner is None:
        return [f"{DIGEST}{digest}"]
    address = tag(f"{REPOSITORY}{owner.address or NO_ADDRESS}")
    return [f"{DIGEST}{digest}", tag(f"{OWNER}{owner.id}"), address]


def read_tags(tags: Iterable[str], reader: Owner | None) -> DatadogMark | None:
    """Return the mark in tags, or None; `reader` is the owner that reads it."""
    values = {name: text.removeprefix(name) for text in tags for name in MARKS if _has(text, name)}
    digest = values.get(DIGEST, "")
    if not HEX.fullmatch(digest):
        return None
    return DatadogMark(digest, _owner(values.get(OWNER), values.get(REPOSITORY), reader))


def key_of(tags: Iterable[str]) -> str | None:
    """Return the name of the object with these tags, or None."""
    return next((text.removeprefix(KEY) for text in tags if _has(text, KEY)), None)


def without_mark(tags: Sequence[str]) -> list[str]:
    """Return the tags without those of the mark, sorted: Datadog returns them in any order."""
    return sorted(text for text in tags if not text.startswith(MARKS))


def with_line(text: str, name: str, digest: str, owner: Owner | None) -> str:
    """Return a description with the mark as its last line."""
    by = f" owner={owner.id} repository={owner.address or NO_ADDRESS}" if owner else ""
    return f"{text}\n\nreliability key={name} sha256={digest}{by}"


def read_line(text: str, reader: Owner | None) -> tuple[str, str, DatadogMark] | None:
    """Return the description without its mark, the name of the object, and the mark; or None."""
    found = LINE.search(text)
    if found is None:
        return None
    owner = _owner(found["owner"], found["repository"], reader)
    return text[: found.start()], found["key"], DatadogMark(found["digest"], owner)


def _has(text: str, name: str) -> bool:
    return text.startswith(name)


def _owner(identity: str | None, address: str | None, reader: Owner | None) -> Owner | None:
    if identity is None:
        return None
    if reader is not None and identity in (reader.id, tag(reader.id)):
        identity = reader.id
        own = reader.address or NO_ADDRESS
        if address in (own, tag(f"{REPOSITORY}{own}").removeprefix(REPOSITORY)):
            return reader
    return Owner(identity, "" if address in (None, NO_ADDRESS) else str(address))
