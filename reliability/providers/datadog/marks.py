"""Marks of Datadog objects in their tags; corrections have none (`description_mark.py`).

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
from reliability.providers.description_mark import NO_ADDRESS

DIGEST: Final = "reliability-digest:"
OWNER: Final = "reliability-owner:"
REPOSITORY: Final = "reliability-repository:"
MARKS: Final = (DIGEST, OWNER, REPOSITORY)
HEX: Final = re.compile(r"[0-9a-f]{64}")


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
