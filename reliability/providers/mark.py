"""Mark: a comment line near the top of a file that identifies the object and what was last written.

The mark has two SHA-256 digests. That of the body makes a comparison possible without parsing the
file. The second covers the first, the owner and all other text of the file, so that any change is
found, even of a comment. JSON has no comments, so its mark is the first key of the object, which
Grafana ignores. The mark also has the object's kind and name, because a copy of a marked
file under another name is foreign. The owner is a repository's random id and its address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Final

from reliability.compile.alertmanager.templates import without_template
from reliability.plan.held import DriftedResource, Foreign, Intact, MarkedObject, Owner, Unreadable
from reliability.providers import config_map
from reliability.providers.json_body import JsonBody, json_text, parse_json
from reliability.providers.yaml_body import BodyError, YamlBody, parse_body
from reliability.render.yaml_text import yaml_text
from reliability.resource import Json, Resource, ResourceId

NOTICE: Final = (
    "# Written by reliability; do not edit: change services/ and run `reliability sync`.\n"
)
FORMAT: Final = 1
"""Format of marks that is written, and the newest that is read. No number means 1."""
NEWER: Final = re.compile(rb"^# reliability/(?P<format>[1-9][0-9]{0,5}) ", re.MULTILINE)
MARK: Final = re.compile(
    rb"^# reliability (?P<kind>[!-~]+) (?P<name>[!-~]+)"
    rb" sha256=(?P<body>[0-9a-f]{64}) text=(?P<text>[0-9a-f]{64})"
    rb"(?P<by> owner=(?P<owner>[A-Za-z0-9-]{16,64}) repository=(?P<repository>[!-~]+))?\n",
    re.MULTILINE,
)
JSON_KINDS: Final = frozenset({"grafana-dashboard"})
"""Kinds whose files are JSON; all others are YAML."""
JSON_KEY: Final = "__reliability"
JSON_MARK: Final = re.compile(
    rb'^  "__reliability": "reliability (?P<kind>[!-~]+) (?P<name>[!-~]+)'
    rb" sha256=(?P<body>[0-9a-f]{64}) text=(?P<text>[0-9a-f]{64})"
    rb'(?P<by> owner=(?P<owner>[A-Za-z0-9-]{16,64}) repository=(?P<repository>[!-~]+?))?",\n',
    re.MULTILINE,
)
JSON_NEWER: Final = re.compile(
    rb'^  "__reliability": "reliability/(?P<format>[1-9][0-9]{0,5}) ', re.MULTILINE
)
NOT_IN_JSON: Final = str.maketrans({'"': "%22", "\\": "%5C"})
"""Characters of an address that a JSON string would need to escape."""
NO_ADDRESS: Final = "-"
MARK_WITHIN: Final = 2_000
"""Bytes at the start of a file that are searched for the mark, which may be below a comment."""


def marked_text(resource: Resource, owner: Owner | None = None) -> bytes:
    """Return a resource as the content of its file, with the mark on the second line."""
    if resource.id.kind in JSON_KINDS:
        return _marked_json(resource, owner)
    stored: Mapping[str, Json] = resource.body
    if resource.id.kind == config_map.KIND:
        stored = config_map.stored_body(stored)
    elif resource.id.kind == "config":
        stored = without_template(stored)
    text, digest = yaml_text(stored).encode(), resource.digest
    notice, by = NOTICE.encode(), owner_text(owner)
    mark = (
        f"# reliability {resource.id.kind} {resource.id.name}"
        f" sha256={digest} text={_digest(notice, digest.encode(), by.encode(), text)}{by}\n"
    )
    return notice + mark.encode() + text


def _marked_json(resource: Resource, owner: Owner | None) -> bytes:
    opening, text = b"{\n", json_text(resource.body).encode().removeprefix(b"{\n")
    digest, by = resource.digest, owner_text(owner).translate(NOT_IN_JSON)
    mark = (
        f'  "{JSON_KEY}": "reliability {resource.id.kind} {resource.id.name}'
        f' sha256={digest} text={_digest(opening, digest.encode(), by.encode(), text)}{by}",\n'
    )
    return opening + mark.encode() + text


def owner_text(owner: Owner | None) -> str:
    """Return the end of a mark that names its owner; empty without one."""
    if owner is None:
        return ""
    return f" owner={owner.id} repository={owner.address or NO_ADDRESS}"


def read_marked(
    identity: ResourceId, content: bytes, again: Callable[[], bytes] | None = None
) -> MarkedObject | Foreign:
    """Classify a file at the path of an object: foreign, intact, drifted or unreadable.

    `again` reads the same content once more if the body of an intact object is needed. Without it,
    the content is kept.
    """
    is_json = identity.kind in JSON_KINDS
    mark = (JSON_MARK if is_json else MARK).search(content, 0, MARK_WITHIN)
    if mark is None:
        newer = (JSON_NEWER if is_json else NEWER).search(content, 0, MARK_WITHIN)
        if newer is None:
            return Foreign(identity, "it has no mark")
        number = newer["format"].decode()
        return Foreign(
            identity,
            f"its mark has format {number}, and {FORMAT} is the newest that is read here: a newer "
            "version of reliability wrote it; update this one",
        )

    of = f"{mark['kind'].decode()} {mark['name'].decode()}"
    # A copied file has a valid mark of another object; taking it for this one would hide that both
    # run.
    if of != f"{identity.kind} {identity.name}":
        return Foreign(identity, f"it has the mark of {of}, so it is a copy")

    written, owner = mark["body"].decode(), owner_in(mark)
    before, after = content[: mark.start()], content[mark.end() :]
    if _digest(before, mark["body"], mark["by"] or b"", after) == mark["text"].decode():
        # The digest of the text is checked and the body not parsed: a changed byte is drift, also
        # in a comment.
        start = mark.end()
        text = (lambda: again()[start:]) if again is not None else (lambda: after)
        return Intact(Resource(identity, _body(identity.kind, text)), written, owner)

    try:
        return DriftedResource(Resource(identity, _changed(identity.kind, content)), written, owner)
    except BodyError as error:
        why = f"changed outside the repository, and no longer readable: {error}"
        return Unreadable(identity, why, owner)


def _body(kind: str, text: Callable[[], bytes]) -> YamlBody:
    """Return the body of an unchanged file, which is parsed only if it is needed."""
    if kind in JSON_KINDS:
        return JsonBody(lambda: b"{\n" + text())
    return config_map.ConfigMapBody(text) if kind == config_map.KIND else YamlBody(text)


def _changed(kind: str, content: bytes) -> Mapping[str, Json]:
    """Parse a file that was changed outside the repository.

    Raises:
        BodyError: it can no longer be read.
    """
    if kind in JSON_KINDS:
        return _without_mark(parse_json(content))
    body = parse_body(content)
    return config_map.planned_body(body) if kind == config_map.KIND else body


def _without_mark(body: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in body.items() if key != JSON_KEY}


def owner_in(mark: re.Match[bytes]) -> Owner | None:
    """Return the owner in a mark; None if it names none."""
    if mark["by"] is None:
        return None
    address = mark["repository"].decode()
    return Owner(mark["owner"].decode(), "" if address == NO_ADDRESS else address)


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
