"""The annotations of ours, `reliability/...`: each read on its kind, and a finding elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reliability.finding import Problem
from reliability.load.document import Document, EntryPart
from reliability.load.schema import Said, validate
from reliability.location import Pointer
from reliability.model.kind import Model
from reliability.model.openslo.metadata import (
    ANNOTATION_PREFIX,
    Agreement,
    AlertAnnotations,
    Review,
)

HOMES: Final[Mapping[str, type[Model]]] = {
    "SLO": Review,
    "AlertPolicy": AlertAnnotations,
    "AlertCondition": AlertAnnotations,
    "AlertPolicy of reliability/v1": Agreement,
    "Ownership of reliability/v1": Agreement,
    "Corrections of reliability/v1": Agreement,
}
"""What is read, by the kind that it is read on; OpenSLO's without its version."""
KEYS: Final = {
    kind: frozenset(str(field.alias) for field in model.model_fields.values())
    for kind, model in HOMES.items()
}
OPENSLO: Final = "openslo/v1"
INSIDE: Final = frozenset(
    ("spec", "indicator", "objectives", "alertPolicies", "conditions", "notificationTargets")
)
"""Keys below which objects may be written in place."""


def annotation_problems(
    document: Document, values: Mapping[str, Any], pointer: Pointer
) -> Iterator[Said]:
    """What is wrong with our annotations of a document and of what is written inside of it."""
    kind = str(values.get("kind"))
    is_openslo = values.get("apiVersion") == OPENSLO
    name = kind if is_openslo else f"{kind} of {values.get('apiVersion')}"
    yield from _of_one(document, values, pointer, name)
    if is_openslo:
        yield from _inside(document, values.get("spec"), (*pointer, "spec"))


def _inside(document: Document, values: Any, pointer: Pointer) -> Iterator[Said]:
    """Objects that OpenSLO lets people write in place: they have metadata of their own."""
    if isinstance(values, list):
        for index, value in enumerate(values):
            yield from _inside(document, value, (*pointer, index))

    if not isinstance(values, dict):
        return
    for key, value in values.items():
        if key in INSIDE:
            yield from _inside(document, value, (*pointer, key))

    if "metadata" in values:
        kind = str(values.get("kind", "SLI"))
        yield from _of_one(document, values, pointer, kind)


def _of_one(
    document: Document, values: Mapping[str, Any], pointer: Pointer, kind: str
) -> Iterator[Said]:
    metadata = values.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return

    texts = {key: text for key, text in annotations.items() if isinstance(text, str)}
    ours = {key: text for key, text in texts.items() if key.startswith(ANNOTATION_PREFIX)}
    at = (*pointer, "metadata", "annotations")
    strange = {key for key in ours if _is_elsewhere(key, kind)}
    for key in sorted(strange):
        yield _misplaced(document, (*at, key), key, kind)
    if kind in HOMES:
        read = {key: text for key, text in ours.items() if key not in strange}
        yield from validate(document, read, at, HOMES[kind])[1]


def _is_elsewhere(key: str, kind: str) -> bool:
    if kind not in HOMES:
        return True
    return key not in KEYS[kind] and any(key in keys for keys in KEYS.values())


def _misplaced(document: Document, pointer: Pointer, key: str, kind: str) -> Said:
    location = document.locate(pointer, EntryPart.KEY)
    homes = [home for home, keys in KEYS.items() if key in keys]
    if homes:
        where = " or ".join(homes)
        message = f"{key} is read on {where}, and this is {kind}"
        return "document-key-unknown", Problem(location, message, f"move it to the {homes[0]}")

    known = sorted({key for keys in KEYS.values() for key in keys})
    near = difflib.get_close_matches(key, known, n=1)
    message = f"{key} is no annotation of ours, and none is read on {kind}"
    help_text = f"the nearest is {near[0]}, on an SLO" if near else "remove it"

    return "document-key-unknown", Problem(location, message, help_text)
