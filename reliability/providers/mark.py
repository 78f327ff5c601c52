"""Our mark: a comment line near the top of a file that says whose it is and what was last written.

The mark holds the digest of the body, so that a listing tells what is there without parsing it, and
the digest of that and all other text, so that any change behind our back shows, even one of a
comment. It also holds the object's kind and name: a copy of a marked file under another name is not
ours.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from reliability.plan.held import Drifted, Foreign, Intact, Kept, Unreadable
from reliability.providers.yaml_body import BodyError, YamlBody, parse_body
from reliability.providers.yaml_text import yaml_text
from reliability.resource import Resource, ResourceId

NOTICE: Final = (
    "# Written by reliability; do not edit: change services/ and run `reliability sync`.\n"
)
MARK: Final = re.compile(
    rb"^# reliability (?P<kind>[!-~]+) (?P<name>[!-~]+)"
    rb" sha256=(?P<body>[0-9a-f]{64}) text=(?P<text>[0-9a-f]{64})\n",
    re.MULTILINE,
)
MARK_WITHIN: Final = 2_000
"""The mark is looked for in so many bytes, so that a comment put above it does not hide it."""


def marked_text(resource: Resource) -> bytes:
    """A resource as the content of its file, with our mark in its second line."""
    text, digest = yaml_text(resource.body).encode(), resource.digest
    notice = NOTICE.encode()
    mark = (
        f"# reliability {resource.id.kind} {resource.id.name}"
        f" sha256={digest} text={_digest(notice, digest.encode(), text)}\n"
    )
    return notice + mark.encode() + text


def read_marked(identity: ResourceId, content: bytes) -> Kept | Foreign:
    """What a file is that lies where an object's file goes."""
    mark = MARK.search(content, 0, MARK_WITHIN)
    if mark is None:
        return Foreign(identity, "without our mark")
    of = f"{mark['kind'].decode()} {mark['name'].decode()}"
    if of != f"{identity.kind} {identity.name}":
        return Foreign(identity, f"with the mark of {of}, a copy of ours")
    written = mark["body"].decode()
    before, after = content[: mark.start()], content[mark.end() :]
    if _digest(before, mark["body"], after) == mark["text"].decode():
        return Intact(Resource(identity, YamlBody(after)), written)
    try:
        return Drifted(Resource(identity, parse_body(content)), written)
    except BodyError as error:
        return Unreadable(identity, f"changed behind our back, and no longer readable: {error}")


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
