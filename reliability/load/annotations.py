"""Validation of `reliability/` annotations, each of which is valid only on some kinds."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import Field, create_model

from reliability.finding import Problem
from reliability.load.document import Document, EntryPart
from reliability.load.schema import RuleProblem, validate
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.kind import Model
from reliability.model.openslo.metadata import (
    ANNOTATION_PREFIX,
    OVERRIDE,
    Agreement,
    AlertAnnotations,
    Review,
)
from reliability.model.openslo.slo import OVERRIDES

POLICY: Final = "a document of policies/"
POLICY_KINDS: Final = frozenset(
    {
        *("NotificationPolicy", "SloPolicy", "ErrorBudgetPolicy", "RulePolicy", "BurnRateWindows"),
        *("Team", "Waivers", "Baseline", "HistorySources", "SyncTargets", "Environments"),
    }
)
HOMES: Final[Mapping[str, type[Model]]] = {
    "SLO": Review,
    "AlertPolicy": AlertAnnotations,
    "AlertCondition": AlertAnnotations,
    "AlertPolicy of reliability/v1": Agreement,
    "Ownership of reliability/v1": Agreement,
    "Corrections of reliability/v1": Agreement,
    POLICY: Agreement,
}
"""Models of the annotations of each kind; OpenSLO's kinds have no version in their names."""
KEYS: Final = {
    kind: frozenset(str(field.alias) for field in model.model_fields.values())
    for kind, model in HOMES.items()
}
OPENSLO: Final = "openslo/v1"
INSIDE: Final = frozenset(
    ("spec", "indicator", "objectives", "alertPolicies", "conditions", "notificationTargets")
)
"""Keys below which OpenSLO allows inline objects."""


def annotation_problems(
    document: Document, values: Mapping[str, Any], pointer: Pointer
) -> Iterator[RuleProblem]:
    """Yield the problems in the annotations of a document and of the objects inside it."""
    kind = str(values.get("kind"))
    is_openslo = values.get("apiVersion") == OPENSLO
    name = kind if is_openslo else f"{kind} of {values.get('apiVersion')}"
    home = POLICY if kind in POLICY_KINDS and not is_openslo else name
    yield from _of_one(document, values, pointer, kind=home)
    if is_openslo:
        yield from _inside(document, values.get("spec"), (*pointer, "spec"))


def _inside(document: Document, values: Any, pointer: Pointer) -> Iterator[RuleProblem]:
    """Yield the problems in the annotations of inline objects, which have their own metadata."""
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
        yield from _of_one(document, values, pointer, kind=kind)


def _of_one(
    document: Document, values: Mapping[str, Any], pointer: Pointer, kind: str
) -> Iterator[RuleProblem]:
    metadata = values.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return

    # Schema validation of the whole document has already reported values that are not text.
    texts = {key: text for key, text in annotations.items() if isinstance(text, str)}
    ours = {key: text for key, text in texts.items() if key.startswith(ANNOTATION_PREFIX)}
    at = (*pointer, "metadata", "annotations")

    overrides = {key for key in ours if OVERRIDE.fullmatch(key)} if kind == "SLO" else set()
    for key in sorted(overrides):
        yield from _of_override(document, key, ours[key], at)

    strange = {key for key in ours if key not in overrides and _is_elsewhere(key, kind)}
    for key in sorted(strange):
        yield _misplaced(document, (*at, key), key, kind=kind)

    if kind in HOMES:
        read = {key: text for key, text in ours.items() if key not in strange | overrides}
        yield from validate(document, read, at, model=HOMES[kind])[1]


def _of_override(document: Document, key: str, text: str, at: Pointer) -> Iterator[RuleProblem]:
    """Yield the problem of an annotation about one environment."""
    override = OVERRIDE.fullmatch(key)
    name = override["key"] if override else key
    if name not in OVERRIDES:
        location = document.locate((*at, key), EntryPart.KEY)
        message = Message("{key} may not differ between environments", key=name)
        help_text = Message("remove it; only target and period may differ")
        yield "document-key-unknown", Problem(location, message, help_text)
    else:
        yield from validate(document, {key: text}, at, model=_named(key, name))[1]


@lru_cache(maxsize=256)
def _named(key: str, name: str) -> type[Model]:
    """Return the model of an override under the key of its annotation, for its messages."""
    field = OVERRIDES[name].model_fields["value"]
    typed: Any = Annotated[field.annotation, *field.metadata]
    return create_model(name, __base__=Model, value=(typed, Field(alias=key)))


def _is_elsewhere(key: str, kind: str) -> bool:
    if kind not in HOMES:
        return True
    return key not in KEYS[kind] and any(key in keys for keys in KEYS.values())


def _misplaced(document: Document, pointer: Pointer, key: str, kind: str) -> RuleProblem:
    location = document.locate(pointer, EntryPart.KEY)
    homes = [home for home, keys in KEYS.items() if key in keys]
    if homes:
        message = Message(
            "annotation {key} is valid on {kinds}, not on {kind}",
            key=key,
            kinds=" or ".join(homes),
            kind=kind,
        )
        help_text = Message("move it to the {kind}", kind=homes[0])
        return "document-key-unknown", Problem(location, message, help_text)

    known = sorted({key for keys in KEYS.values() for key in keys})
    near = difflib.get_close_matches(key, known)
    message = Message(
        "unknown annotation {key}; {kind} has no reliability/ annotations", key=key, kind=kind
    )
    help_text = Message("remove it")
    if near:
        home = next(home for home, keys in KEYS.items() if near[0] in keys)
        help_text = Message("did you mean {key}, on {kind}?", key=near[0], kind=home)

    return "document-key-unknown", Problem(location, message, help_text)
