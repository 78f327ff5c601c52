"""Conversion of pydantic's validation errors to problems with locations and plain messages."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from reliability.finding import Fix, Problem
from reliability.load.document import Document, EntryPart
from reliability.load.rewrite import fix, one_near, renamed
from reliability.load.value_message import TIERS, meant, value_message
from reliability.location import Pointer
from reliability.message import Message

RuleProblem = tuple[str, Problem]
"""ID of a rule, and a problem."""

SHOWN: Final = 200
"""Limit of reported errors per object; the others are counted."""
MORE: Final = "more"
"""Subject of the problem that counts the other errors."""


def validate(
    document: Document, values: Mapping[str, Any], pointer: Pointer, model: type[BaseModel]
) -> tuple[BaseModel | None, list[RuleProblem]]:
    """Validate an object, and return its model, or None and a problem for each error."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        errors = error.errors(include_url=False)

    pairs: dict[Pointer, RuleProblem] = {}
    counted: set[Pointer] = set()
    # A generated file can have thousands of errors, and each message looks its location up.
    for raw in map(_untagged, errors[:SHOWN]):
        rule, route, problem = _problem(document, values, pointer, model=model, error=raw)
        edits = _fix_of(document, (*pointer, *route), len(pointer), model=model, error=raw)
        # A union has an error for each of its members at the same route: the first is enough.
        pairs.setdefault(route, (rule, dataclasses.replace(problem, fix=edits)))
        if raw["type"] in ("too_short", "too_long"):
            counted.add(route)

    shown = [pairs[route] for route in pairs if route not in counted or _is_alone(route, pairs)]
    return None, [*shown, *_rest(document, pointer, len(errors) - SHOWN)]


def _rest(document: Document, pointer: Pointer, more: int) -> Iterator[RuleProblem]:
    """Yield a problem on the object that counts the errors beyond those shown."""
    if more > 0:
        at = document.locate(pointer, EntryPart.KEY)
        message = Message.plural(
            "{count} more error in this document; the first {limit} are shown",
            "{count} more errors in this document; the first {limit} are shown",
            more,
            limit=SHOWN,
        )
        help_text = Message("fix those that are shown first")
        yield "document-value", Problem(at, message, help_text, subject=MORE)


def _untagged(error: Any) -> Any:
    """Move an error about the tag of a union to the key that has the tag.

    pydantic reports it on the union itself, which would be the line above.
    """
    if error["type"] not in ("union_tag_invalid", "union_tag_not_found"):
        return error

    context = error["ctx"]
    loc = (*error["loc"], context["discriminator"].strip("'"))
    if error["type"] == "union_tag_not_found":
        return {**error, "type": "missing", "loc": loc}
    expected = " or ".join(context["expected_tags"].rsplit(", ", 1))
    tag = context["tag"]

    return {"type": "literal_error", "loc": loc, "input": tag, "ctx": {"expected": expected}}


def _is_alone(route: Pointer, pointers: Iterable[Pointer]) -> bool:
    """Return whether no item of a list has an error itself.

    pydantic counts valid items only, so with such an error the length means nothing.
    """
    return not any(other != route and other[: len(route)] == route for other in pointers)


def _problem(
    document: Document,
    values: Mapping[str, Any],
    pointer: Pointer,
    model: type[BaseModel],
    error: Any,
) -> tuple[str, Pointer, Problem]:
    inside = error.get("ctx", {}).get("inside", ())
    route, part = _route(values, (*error["loc"], *inside), error["type"])
    path = route_text(route)

    if error["type"] == "missing":
        at = document.locate((*pointer, *route[:-1]), EntryPart.KEY)
        key = str(route[-1])
        message = _missing(route_text(route[:-1]), key)
        problem = Problem(at, message, Message("add the key {key}", key=key), subject=key)
        return "document-key-missing", route, problem

    if error["type"] == "extra_forbidden":
        at = document.locate((*pointer, *route), EntryPart.KEY)
        help_text = _nearest(str(route[-1]), sorted(keys_at(model, route[:-1])))
        problem = Problem(at, Message("unknown key {key}", key=path), help_text)
        return "document-key-unknown", route, problem

    at = document.locate((*pointer, *route), part)
    message, help_text = value_message(error, path)
    rule = error.get("ctx", {}).get("rule", "document-value")

    return rule, route, Problem(at, message, help_text)


def _missing(parent: str, key: str) -> Message:
    if parent:
        return Message("{parent} has no {key}, which is required", parent=parent, key=key)
    return Message("the document has no {key}, which is required", key=key)


def _fix_of(
    document: Document, route: Pointer, depth: int, model: type[BaseModel], error: Any
) -> Fix | None:
    """Return the replacement of a misspelled key or choice if what is meant is clear, or None.

    `depth` is the length of the part of the route that leads to the object itself.
    """
    if error["type"] == "extra_forbidden":
        return _renamed_key(document, route, keys_at(model, route[depth:-1]))
    word, written = meant(error), error["input"]
    if word is None:
        return None
    # What another tool calls a tier may not be what its author would choose here.
    safe = written.lower() not in TIERS
    edits = renamed(document, document.locate(route), written, new=word)
    return fix(f"write {word}", edits, safe=safe)


def _renamed_key(document: Document, pointer: Pointer, known: Iterable[str]) -> Fix | None:
    """Return a fix that renames a key to the one close to it, or None if that is there already.

    A prefix that keys share, such as `reliability/`, does not make them similar.
    """
    name = str(pointer[-1])
    prefix = name[: name.rfind("/") + 1]
    words = (key.removeprefix(prefix) for key in known if key.startswith(prefix))
    word = one_near(name.removeprefix(prefix), words)
    near = f"{prefix}{word}"
    if word is None or document.has((*pointer[:-1], near)):
        return None
    at = document.locate(pointer, EntryPart.KEY)
    return fix(f"rename the key to {near}", renamed(document, at, name, new=near))


def _nearest(name: str, known: Sequence[str]) -> Message | None:
    """Suggest the closest key, or list all keys if none is close; None without keys.

    A prefix that keys share, such as `reliability/`, does not make them similar.
    """
    prefix = name[: name.rfind("/") + 1]
    words = [key.removeprefix(prefix) for key in known]
    near = difflib.get_close_matches(name.removeprefix(prefix), words)
    if near:
        closest = f"{prefix if prefix + near[0] in known else ''}{near[0]}"
        return Message("did you mean {name}?", name=closest)

    return Message("known keys: {keys}", keys=", ".join(known)) if known else None


def _route(values: Any, loc: Sequence[str | int], kind: str) -> tuple[Pointer, EntryPart]:
    """Convert pydantic's `loc` to a pointer, without the tags that it contains for unions.

    `[key]` in it marks an error of a key of a mapping, not of its value.
    """
    route: list[str | int] = []
    part = EntryPart.VALUE
    current = values

    for index, step in enumerate(loc):
        if step == "[key]":
            part = EntryPart.KEY
        elif _holds(current, step):
            route.append(step)
            current = current[step]
        elif index == len(loc) - 1 and kind == "missing":
            route.append(step)

    return tuple(route), part


def _holds(values: Any, step: str | int) -> bool:
    if isinstance(values, list):
        return isinstance(step, int) and step < len(values)
    return isinstance(values, Mapping) and step in values


def route_text(route: Pointer) -> str:
    """Format a route: `spec.objectives[0].target`."""
    text = ""
    for step in route:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def keys_at(model: type[BaseModel], route: Pointer) -> set[str]:
    """Return the keys that a kind allows at a route, those of all members of a union."""
    models = {model}
    for step in route:
        # Indexes do not change the model: all items of a list have the same.
        if isinstance(step, int):
            continue
        models = {child for parent in models for child in _models_under(parent, step)}
    return {key for parent in models for key in _aliases(parent)}


def _aliases(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield str(field.alias or name)


def _models_under(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if key in (field.alias, name):
            yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
