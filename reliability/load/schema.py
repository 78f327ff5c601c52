"""Converts pydantic's validation errors to problems on the right line, in plain English."""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError

from reliability.finding import Fix, Problem
from reliability.load.document import Document, EntryPart
from reliability.load.rewrite import fix, one_near, renamed
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.shapes import EXPECTED

RuleProblem = tuple[str, Problem]
"""A problem and the id of its rule."""

SHOWN: Final = 200
"""How many errors of one object are reported; the others are counted."""
MORE: Final = "more"
"""The subject of the problem that counts them."""
ALLOWED: Final = re.compile(r"'([^']+)'")
"""Each choice in pydantic's list of them: `'alert', 'ticket' or 'log'`."""

_STRING: Final = Message("a string")
_WHOLE: Final = Message("a whole number")
_NUMBER: Final = Message("a number")
_BOOLEAN: Final = Message("true or false")
_MAPPING: Final = Message("a mapping")
_TYPES: Final[Mapping[str, Message]] = {
    "string_type": _STRING,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "bool_parsing": _BOOLEAN,
    "bool_type": _BOOLEAN,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "tuple_type": Message("a list"),
}
"""What is expected, by the type of pydantic's error."""


def validate(
    document: Document, values: Mapping[str, Any], pointer: Pointer, model: type[BaseModel]
) -> tuple[BaseModel | None, list[RuleProblem]]:
    """Validate an object: return its model, or None and a problem for each error."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        errors = error.errors(include_url=False)

    pairs: dict[Pointer, RuleProblem] = {}
    counted: set[Pointer] = set()
    for raw in map(_untagged, errors[:SHOWN]):
        rule, route, problem = _problem(document, values, pointer, model, raw)
        edits = _fix_of(document, (*pointer, *route), len(pointer), model, raw)
        # A union gives an error for each of its members at the same route: the first is enough.
        pairs.setdefault(route, (rule, dataclasses.replace(problem, fix=edits)))
        if raw["type"] in ("too_short", "too_long"):
            counted.add(route)

    shown = [pairs[route] for route in pairs if route not in counted or _is_alone(route, pairs)]
    return None, [*shown, *_rest(document, pointer, len(errors) - SHOWN)]


def _rest(document: Document, pointer: Pointer, more: int) -> Iterator[RuleProblem]:
    """Say on the object itself that it has more errors than are shown."""
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
    """Move an error about the tag of a union to the key that holds the tag.

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
    """Whether no item of a list has an error itself.

    pydantic counts valid items only, so with such an error the length says nothing.
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
    message, help_text = _value_message(error, path)
    rule = error.get("ctx", {}).get("rule", "document-value")

    return rule, route, Problem(at, message, help_text)


def _missing(parent: str, key: str) -> Message:
    if parent:
        return Message("{parent} has no {key}, which is required", parent=parent, key=key)
    return Message("the document has no {key}, which is required", key=key)


def _fix_of(
    document: Document, route: Pointer, depth: int, model: type[BaseModel], error: Any
) -> Fix | None:
    """Replace a misspelled key or choice, if there is exactly one close to it.

    `depth` is the length of the part of the route that leads to the object itself.
    """
    match error["type"]:
        case "extra_forbidden":
            return _renamed_key(document, route, keys_at(model, route[depth:-1]))
        case "literal_error" if isinstance(error["input"], str):
            written = error["input"]
            near = one_near(written, ALLOWED.findall(error["ctx"]["expected"]))
            at = document.locate(route)
            return fix(f"write {near}", renamed(document, at, written, near)) if near else None
    return None


def _renamed_key(document: Document, pointer: Pointer, known: Iterable[str]) -> Fix | None:
    """Rename a key to the one close to it, unless the mapping already has that key."""
    name = str(pointer[-1])
    near = one_near(name, known)
    if near is None or document.has((*pointer[:-1], near)):
        return None
    at = document.locate(pointer, EntryPart.KEY)
    return fix(f"rename the key to {near}", renamed(document, at, name, near))


def _value_message(error: Any, path: str) -> tuple[Message, Message | None]:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "value":
        reason = context["message"]
        message = Message("{key}: {reason}", key=path, reason=reason) if path else reason
        return message, context["help"] or None

    if kind in _TYPES:
        needs_quotes = kind == "string_type" and isinstance(value, bool | int | float)
        help_text = Message("put it in quotes") if needs_quotes else None
        return _expected(path, value, _TYPES[kind]), help_text

    if kind == "literal_error":
        first, *others = ALLOWED.findall(context["expected"])
        choices = Message("one of {choices}", choices=", ".join([first, *others]))
        return _expected(path, value, choices if others else first), None

    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        expected = EXPECTED.get(pattern, Message("a text that matches {pattern}", pattern=pattern))
        return _expected(path, value, expected), None

    if kind.startswith("datetime_"):
        return _expected(path, value, Message("a time")), Message("write 2026-01-31T09:00:00Z")

    shown = _shown(value)
    message = _bound(kind, context, path, shown) or _length(kind, context, path, shown)
    reason = f"{error['msg'][:1].lower()}{error['msg'][1:]}"
    return message or Message("{key}: {reason}", key=path, reason=reason), None


def _expected(path: str, value: object, expected: str) -> Message:
    return Message(
        "{key} is {value}; expected {expected}", key=path, value=_shown(value), expected=expected
    )


def _bound(kind: str, context: Mapping[str, Any], key: str, value: str) -> Message | None:
    """The message of a number that is outside of its bounds."""
    match kind:
        case "greater_than":
            return Message(
                "{key} is {value}; it must be greater than {limit}",
                key=key,
                value=value,
                limit=context["gt"],
            )
        case "greater_than_equal":
            return Message(
                "{key} is {value}; it must be at least {limit}",
                key=key,
                value=value,
                limit=context["ge"],
            )
        case "less_than":
            return Message(
                "{key} is {value}; it must be less than {limit}",
                key=key,
                value=value,
                limit=context["lt"],
            )
        case "less_than_equal":
            return Message(
                "{key} is {value}; it must be at most {limit}",
                key=key,
                value=value,
                limit=context["le"],
            )
        case _:
            return None


def _length(kind: str, context: Mapping[str, Any], key: str, value: str) -> Message | None:
    """The message of a text or list that is too short or too long."""
    match kind:
        case "string_too_short":  # no text of the models needs more than one character
            return Message("{key} must not be empty", key=key)
        case "string_too_long":
            return Message(
                "{key} is {value}; it must have at most {limit} characters",
                key=key,
                value=value,
                limit=context["max_length"],
            )
        case "too_short":
            return Message.plural(
                "{key} is {value}; it must have at least {count} item",
                "{key} is {value}; it must have at least {count} items",
                context["min_length"],
                key=key,
                value=value,
            )
        case "too_long":
            return Message.plural(
                "{key} is {value}; it must have at most {count} item",
                "{key} is {value}; it must have at most {count} items",
                context["max_length"],
                key=key,
                value=value,
            )
        case _:
            return None


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return _MAPPING
    if isinstance(value, list | tuple):
        if not value:
            return Message("an empty list")
        return Message.plural("a list of {count} item", "a list of {count} items", len(value))
    if value is None:
        return Message("empty")
    if isinstance(value, bool):
        return str(value).lower()

    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _nearest(name: str, known: Sequence[str]) -> Message | None:
    """Name the closest key, or all keys if none is close.

    A prefix that keys share, such as `reliability/`, does not make them similar.
    """
    prefix = name[: name.rfind("/") + 1]
    words = [key.removeprefix(prefix) for key in known]
    near = difflib.get_close_matches(name.removeprefix(prefix), words, n=1, cutoff=0.6)
    if near:
        closest = f"{prefix if prefix + near[0] in known else ''}{near[0]}"
        return Message("the closest key is {key}", key=closest)
    return Message("known keys: {keys}", keys=", ".join(known)) if known else None


def _route(values: Any, loc: Sequence[str | int], kind: str) -> tuple[Pointer, EntryPart]:
    """Convert pydantic's `loc` to a pointer: without the tags that it has for unions.

    `[key]` in it says that the error is about a key of a mapping, not about its value.
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
    """Collect the keys that a kind allows at a route, those of all members of a union."""
    models = {model}
    for step in route:
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
    elif get_origin(annotation) in (typing.Union, types.UnionType, tuple, typing.Annotated) or (
        get_args(annotation)
    ):
        for inner in get_args(annotation):
            yield from _models_in(inner)
