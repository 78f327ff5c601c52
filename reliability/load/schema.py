"""Validation errors of pydantic become findings on the right line, in our words."""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from reliability.finding import Fix, Problem
from reliability.load.document import Document, EntryPart
from reliability.load.rewrite import fix, one_near, renamed
from reliability.location import Pointer
from reliability.model.shapes import IN_WORDS

Said = tuple[str, Problem]

SHOWN = 200
"""How many faults of one object are told one by one; the rest are counted."""
MORE = "more"
"""The subject of what only says that there is more."""
ALLOWED = re.compile(r"'([^']+)'")

_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_parsing": "a number",
    "bool_parsing": "true or false",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_LIMITS = {
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "must not be empty",
    "too_short": "needs at least {min_length}",
    "too_long": "may have at most {max_length}",
}


def validate(
    document: Document, values: Mapping[str, Any], pointer: Pointer, model: type[BaseModel]
) -> tuple[BaseModel | None, list[Said]]:
    """Read one object as its kind: the model, or (rule id, problem) for each error."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        pairs: dict[Pointer, Said] = {}
        counted: set[Pointer] = set()
        for raw in map(_untagged, errors[:SHOWN]):
            rule, route, problem = _say(document, values, pointer, model, raw)
            mended = _mended(document, (*pointer, *route), len(pointer), model, raw)
            pairs.setdefault(route, (rule, dataclasses.replace(problem, fix=mended)))
            if raw["type"] in ("too_short", "too_long"):
                counted.add(route)
        told = [pairs[route] for route in pairs if route not in counted or _is_alone(route, pairs)]
        return None, [*told, *_rest(document, pointer, len(errors) - SHOWN)]


def _rest(document: Document, pointer: Pointer, more: int) -> Iterator[Said]:
    """That there are more faults than are told one by one, on the object itself."""
    if more > 0:
        at = document.locate(pointer, EntryPart.KEY)
        message = f"{more:,} more faults in this document, and {SHOWN} of one document are shown"
        help_text = "fix those that are shown first"
        yield "document-value", Problem(at, message, help_text, subject=MORE)


def _untagged(error: Any) -> Any:
    """What is wrong with the key that tells the members of a union apart, said of that key."""
    if error["type"] not in ("union_tag_invalid", "union_tag_not_found"):
        return error
    context = error["ctx"]
    loc = (*error["loc"], context["discriminator"].strip("'"))
    if error["type"] == "union_tag_not_found":
        return {**error, "type": "missing", "loc": loc}
    expected = " or ".join(context["expected_tags"].rsplit(", ", 1))
    given = context["tag"]
    return {"type": "literal_error", "loc": loc, "input": given, "ctx": {"expected": expected}}


def _is_alone(route: Pointer, pointers: Iterable[Pointer]) -> bool:
    """Items that are at fault themselves are not counted, and then the count says nothing."""
    return not any(other != route and other[: len(route)] == route for other in pointers)


def _say(
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
        where = route_text(route[:-1])
        key = str(route[-1])
        message = f"{where or 'the document'} has no {key}, and it is required"
        problem = Problem(at, message, f"add the key {key}", subject=key)
        return "document-key-missing", route, problem

    if error["type"] == "extra_forbidden":
        at = document.locate((*pointer, *route), EntryPart.KEY)
        known = sorted(keys_at(model, route[:-1]))
        message = f"{path} is no key that is known here"
        return "document-key-unknown", route, Problem(at, message, _nearest(str(route[-1]), known))

    at = document.locate((*pointer, *route), part)
    message, help_text = _value_message(error, path)
    rule = error.get("ctx", {}).get("rule", "document-value")
    return rule, route, Problem(at, message, help_text)


def _mended(
    document: Document, route: Pointer, depth: int, model: type[BaseModel], error: Any
) -> Fix | None:
    """The one key or word that was meant, put in place of what is written.

    `depth` is how much of the route leads to the object itself.
    """
    match error["type"]:
        case "extra_forbidden":
            return _renamed_key(document, route, keys_at(model, route[depth:-1]))
        case "literal_error" if isinstance(error["input"], str):
            given = error["input"]
            near = one_near(given, ALLOWED.findall(error["ctx"]["expected"]))
            at = document.locate(route)
            return fix(f"write {near}", renamed(document, at, given, near)) if near else None
    return None


def _renamed_key(document: Document, pointer: Pointer, known: Iterable[str]) -> Fix | None:
    """The one key that was meant, where it is not written beside this one."""
    name = str(pointer[-1])
    near = one_near(name, known)
    if near is None or document.has((*pointer[:-1], near)):
        return None
    at = document.locate(pointer, EntryPart.KEY)
    return fix(f"rename the key to {near}", renamed(document, at, name, near))


def _value_message(error: Any, path: str) -> tuple[str, str | None]:
    kind, context, given = error["type"], error.get("ctx", {}), error["input"]
    if kind == "value":
        expected = context["message"]
        return (f"{path}: {expected}" if path else expected), context["help"] or None

    if kind in _TYPES:
        quoted = kind == "string_type" and isinstance(given, bool | int | float)
        help_text = "put it in quotes" if quoted else None
        return f"{path} is {_shown(given)}, and {_TYPES[kind]} is needed", help_text

    if kind in _LIMITS:
        return f"{path} is {_shown(given)}, and it {_LIMITS[kind].format(**context)}", None
    if kind == "literal_error":
        allowed = context["expected"].replace("'", "")
        return f"{path} is {_shown(given)}, and it can be {allowed}", None

    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        expected = IN_WORDS.get(pattern, f"it must match {pattern}")
        return f"{path} is {_shown(given)}, and {expected}", None

    if kind.startswith("datetime_"):
        return f"{path} is {_shown(given)}, and a time is needed", "write 2026-01-31T09:00:00Z"
    return f"{path}: {error['msg'][:1].lower()}{error['msg'][1:]}", None


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _nearest(name: str, known: Sequence[str]) -> str | None:
    """By what is left without a prefix that all share: `reliability/` makes no two alike."""
    prefix = name[: name.rfind("/") + 1]
    words = [known_key.removeprefix(prefix) for known_key in known]
    near = difflib.get_close_matches(name.removeprefix(prefix), words, n=1, cutoff=0.6)
    if near:
        return f"the nearest key is {prefix if prefix + near[0] in known else ''}{near[0]}"
    return f"known here: {', '.join(known)}" if known else None


def _route(values: Any, loc: Sequence[str | int], kind: str) -> tuple[Pointer, EntryPart]:
    """The library's loc without the tags of unions that it puts between the keys."""
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
    """A route as people write it: `spec.objectives[0].target`."""
    text = ""
    for step in route:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def keys_at(model: type[BaseModel], route: Pointer) -> set[str]:
    """The keys that a kind knows at a route, with every member of a union."""
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
