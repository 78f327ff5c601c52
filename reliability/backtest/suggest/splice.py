"""Edit of a target and its rationale in a person's file; every other byte stays the same."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.errors import ReliabilityError
from reliability.finding import Edit
from reliability.load.document import Document, EntryPart, parse
from reliability.load.edit import apply_edits, extent_of
from reliability.location import Pointer, SourceSpan
from reliability.model.openslo.metadata import ANNOTATION_PREFIX
from reliability.resolve.objectives import Objective

RATIONALE: Final = f"{ANNOTATION_PREFIX}rationale"
ANNOTATIONS: Final = ("metadata", "annotations")


def spliced(objective: Objective, content: bytes, target: Decimal, rationale: str) -> bytes:
    """Return the file of an objective with another target and its rationale.

    Raises:
        ReliabilityError: the file is written in a form that cannot be edited safely.
    """
    document = objective.slo.document
    text = content.decode("utf-8")
    edits = [_target(objective, target), _rationale(document, rationale)]
    after = apply_edits(text, edits).encode("utf-8")
    wanted = _wanted(objective, target, rationale)

    if _values(document.path, after, document.index) != wanted:
        raise ReliabilityError(
            f"{document.path}: target and rationale are written in a way that is not edited here, "
            f"such as an anchor; write target {target} by hand"
        )

    return after


def _target(objective: Objective, target: Decimal) -> Edit:
    """Return the edit of the target, as a ratio or a percentage as it is written."""
    at = ("spec", "objectives", objective.index, _form(objective))
    return Edit(objective.slo.at(*at).span, _number(objective, target))


def _form(objective: Objective) -> str:
    declared = objective.slo.value.spec.objectives[objective.index]
    return "target" if declared.target is not None else "targetPercent"


def _number(objective: Objective, target: Decimal) -> str:
    number = target * 100 if _form(objective) == "targetPercent" else target
    return f"{number.normalize():f}"


def _rationale(document: Document, rationale: str) -> Edit:
    """Return the edit of the rationale: a replacement, or a new first annotation or entry."""
    text = json.dumps(rationale, ensure_ascii=False)
    pointer = (*ANNOTATIONS, RATIONALE)
    if document.has(pointer):
        return Edit(document.locate(pointer).span, text)
    if document.has(ANNOTATIONS) and not _value(document, ANNOTATIONS):
        span = document.locate(ANNOTATIONS).span
        return Edit(span, f"{{{RATIONALE}: {text}}}")

    if document.has(ANNOTATIONS):
        return _before_first(document, ANNOTATIONS, f"{RATIONALE}: {text}")
    return _before_first(document, ("metadata",), f"annotations: {{{RATIONALE}: {text}}}")


def _before_first(document: Document, pointer: Pointer, entry: str) -> Edit:
    """Return an edit that adds a first entry to a mapping, on a line or in flow style."""
    first = next(iter(_value(document, pointer)))
    at = document.locate((*pointer, first), EntryPart.KEY).span
    is_flow = _written(document, document.locate(pointer).span).startswith("{")
    newline = "\r\n" if "\r\n" in document.text else "\n"
    between = ", " if is_flow else newline + " " * (at.column - 1)
    return Edit(SourceSpan(at.line, at.column, at.line, end_column=at.column), entry + between)


def _written(document: Document, span: SourceSpan) -> str:
    start, end = extent_of(span, document.text, document.source.lines)
    return document.text[start:end]


def _value(document: Document, pointer: Pointer) -> Any:
    value = document.values
    for step in pointer:
        value = value[step]
    return value


def _wanted(objective: Objective, target: Decimal, rationale: str) -> Any:
    """Return the expected values of the document after the edit."""
    values = deepcopy(objective.slo.document.values)
    declared = values["spec"]["objectives"][objective.index]
    declared[_form(objective)] = float(_number(objective, target))
    metadata = values["metadata"]
    metadata["annotations"] = {**(metadata.get("annotations") or {}), RATIONALE: rationale}
    return values


def _values(path: PurePosixPath, content: bytes, index: int) -> Any:
    for document in parse(path, content).documents:
        if document.index == index:
            return document.values
    return None
