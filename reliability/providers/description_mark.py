"""Mark of an object whose API has no tags: the last line of its description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reliability.plan.held import Owner

LINE: Final = re.compile(
    r"\s*^reliability key=(?P<key>\S+) sha256=(?P<digest>[0-9a-f]{64})"
    r"( owner=(?P<owner>\S+) repository=(?P<repository>\S+))?\s*\Z",
    re.MULTILINE,
)
NO_ADDRESS: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """A description without its mark, the name of the object, and the mark."""

    text: str
    name: str
    digest: str
    owner: Owner | None


def with_mark(text: str, name: str, digest: str, owner: Owner | None) -> str:
    """Return a description with the mark as its last line."""
    by = f" owner={owner.id} repository={owner.address or NO_ADDRESS}" if owner else ""
    return f"{text}\n\nreliability key={name} sha256={digest}{by}"


def read_mark(text: str) -> MarkedText | None:
    """Return the parts of a description with a mark, or None if it has none."""
    line = LINE.search(text)
    if line is None:
        return None
    owner = None
    if line["owner"]:
        address = line["repository"]
        owner = Owner(line["owner"], "" if address == NO_ADDRESS else address)
    before = text[: line.start()].strip()
    return MarkedText(text=before, name=line["key"], digest=line["digest"], owner=owner)
