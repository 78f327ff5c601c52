"""All reasons in a configuration why Alertmanager refuses to load it.

`reliability.alertmanager.routing` parses the routing tree. All other keys are compared with the
tables of keys, as `UnmarshalYAML` of each struct in Alertmanager does: unknown keys, types,
required keys, and keys that exclude each other. `amtool check-config` gives the same results;
tests compare both on 0.28 and 0.33.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reliability.alertmanager.configuration import text
from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.alertmanager.validation.fields import FIELDS, KINDS, fields_of
from reliability.alertmanager.validation.key_combinations import COMBINATIONS, Values
from reliability.alertmanager.validation.refusal import Refusal, only_one_of, unknown, wrong
from reliability.alertmanager.validation.required_keys import (
    MAPPING_NAMES,
    MAY_HAVE_BOTH,
    REQUIRED,
    VALUES,
    Required,
)
from reliability.alertmanager.validation.values import is_placeholder, is_set, wrong_value
from reliability.location import Pointer
from reliability.message import Message


def config_refusals(values: Any) -> list[Refusal]:
    """Return the refusals of a configuration, one per location: of routing, then of all keys."""
    if not isinstance(values, Mapping):
        return [wrong((), Message("expected a mapping with the key route"))]
    refusals: dict[Pointer, Refusal] = {}
    for refusal in (*_of_routing(values), *_of_file(values)):
        former = refusals.get(refusal.pointer)
        if former is None:
            refusals[refusal.pointer] = refusal
        # One location can be refused by the older version for one reason and by the newer for
        # another; together both refuse it.
        elif former.only_old and not refusal.only_old:
            refusals[refusal.pointer] = replace(refusal, only_new=False)

    return [*refusals.values()]


def _of_routing(values: Values) -> Iterator[Refusal]:
    try:
        parse(values)
    except RoutingRefusedError as refusal:
        for error in (refusal, *refusal.others):
            yield Refusal(pointer=error.pointer, message=error.message, help=error.help)


def _of_file(values: Values) -> Iterator[Refusal]:
    yield from _of_mapping("top", values, ())
    yield from _of_routes(values.get("route"), ("route",))
    shared = values.get("global")
    shared = shared if isinstance(shared, Mapping) else {}
    receivers = values.get("receivers")
    for index, receiver in enumerate(receivers if isinstance(receivers, list) else ()):
        if isinstance(receiver, Mapping):
            yield from _of_receiver(receiver, shared, ("receivers", index))


def _of_routes(route: Any, pointer: Pointer) -> Iterator[Refusal]:
    if not isinstance(route, Mapping):
        return
    yield from _of_mapping("route", route, pointer)
    routes = route.get("routes")
    for index, inner in enumerate(routes if isinstance(routes, list) else ()):
        yield from _of_routes(inner, (*pointer, "routes", index))


def _of_receiver(receiver: Values, shared: Values, pointer: Pointer) -> Iterator[Refusal]:
    own = {key: value for key, value in receiver.items() if key not in KINDS}
    yield from _of_mapping("receiver", own, pointer)
    for kind, is_new in KINDS.items():
        configs, where = receiver.get(kind), (*pointer, kind)
        # A null value is refused too: yaml.v2 in strict mode knows no key that the struct lacks.
        if kind in receiver and is_new:
            yield unknown(where, MAPPING_NAMES["receiver"], kind, is_new=True)
        if configs is not None and not isinstance(configs, list):
            yield wrong(where, Message("{key} must be a list", key=kind))
            continue

        for index, config in enumerate(configs or ()):
            settings = {} if config is None else config
            if isinstance(settings, Mapping):
                yield from _of_mapping(kind, settings, (*where, index), shared=shared)
            else:
                message = Message("an entry of {key} must be a mapping", key=kind)
                yield wrong((*where, index), message)


def _of_mapping(
    name: str, values: Values, pointer: Pointer, shared: Values | None = None
) -> Iterator[Refusal]:
    """Yield refusals of unknown, missing and exclusive keys, and of wrong values."""
    known, owner, shared = fields_of(name), MAPPING_NAMES.get(name, name), shared or {}
    for key, value in values.items():
        where, field = (*pointer, key), known.get(str(key))
        if field is None:
            yield unknown(where, owner, str(key), is_new=False)
            continue
        if field.is_new:
            yield unknown(where, owner, str(key), is_new=True)
        yield from _of_value(field.type, key, value, pointer=where)
        allowed = VALUES.get((name, key))
        is_value = value is not None or (name, key) == ("jira_configs", "api_type")
        if allowed and is_value and not _is_allowed(text(value), allowed, name):
            options = ", ".join(option or "empty" for option in allowed)
            yield wrong(where, Message("{key} must be one of {options}", key=key, options=options))

    yield from _excluding(name, values, pointer)
    for required in REQUIRED.get(name, ()):
        yield from _missing(name, required, values, shared=shared, pointer=pointer)
    if name in COMBINATIONS:
        yield from COMBINATIONS[name](values, pointer, shared)


def _is_allowed(value: str, allowed: tuple[str, ...], name: str) -> bool:
    """Return whether a value is allowed.

    The type of an Opsgenie responder ignores case, and may be a template.
    """
    if is_placeholder(value):
        return True
    if name == "responder":
        return "{{" in value or value.lower() in allowed
    return value in allowed


def _of_value(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    outer, _, inner = kind.partition("/")
    if outer == "list":
        yield from _of_entries(inner, key, value, pointer=pointer)
        return

    if outer == "each":
        yield from _of_items(inner, key, value, pointer=pointer)
        return

    if outer == "map" and inner:
        yield from _of_named(inner, key, value, pointer=pointer)
        return

    message, only_old = wrong_value(kind, key, value)
    if message is not None:
        yield wrong(pointer, message, only_old=only_old)
    elif kind in FIELDS and isinstance(value, Mapping):
        yield from _of_mapping(kind, value, pointer)

    if kind == "text-or-map" and isinstance(value, Mapping):
        yield from _of_mapping("jira-field", value, pointer)


def _of_entries(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    """Yield the refusals of a list of mappings."""
    if value is not None and not isinstance(value, list):
        yield wrong(pointer, Message("{key} must be a list", key=key))
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        where = (*pointer, index)
        if kind == "responder" and entry is None:
            yield from _of_mapping(kind, {}, where)
        elif isinstance(entry, Mapping) and kind != "any":
            yield from _of_mapping(kind, entry, where)
        elif entry is not None and not isinstance(entry, Mapping):
            yield wrong(where, Message("an entry of {key} must be a mapping", key=key))


def _of_items(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    """Yield the refusals of a list of values, each of which is checked separately."""
    if value is not None and not isinstance(value, list):
        yield wrong(pointer, Message("{key} must be a list", key=key))
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from _of_value(
            kind, Message("an entry of {key}", key=key), item, pointer=(*pointer, index)
        )


def _of_named(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    """Yield the refusals of a mapping of names to values."""
    if value is not None and not isinstance(value, Mapping):
        yield wrong(pointer, Message("{key} must be a mapping", key=key))
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        yield from _of_value(kind, name, inner, pointer=(*pointer, name))


def _excluding(name: str, values: Values, pointer: Pointer) -> Iterator[Refusal]:
    """Refuse a value that is set together with the file that contains it."""
    for key in values:
        file = f"{key}_file"
        has_both = _has(name, values, key) and is_set(values.get(file))
        if has_both and file in fields_of(name) and (name, key) not in MAY_HAVE_BOTH:
            yield wrong((*pointer, file), only_one_of(str(key), file))


def _missing(
    name: str, required: Required, values: Values, shared: Values, pointer: Pointer
) -> Iterator[Refusal]:
    if any(_has(name, values, key) for key in required.local):
        return
    if name == "rocketchat_configs" and any(values.get(key) is not None for key in required.local):
        return  # Alertmanager accepts an empty token here
    if any(is_set(shared.get(key)) for key in required.shared):
        return

    keys = (*required.local, *(f"global.{key}" for key in required.shared))
    owner = MAPPING_NAMES.get(name, name)
    if len(keys) == 1:
        message = Message("{mapping} requires {key}", mapping=owner, key=keys[0])
        help_text = Message("set {key}", key=keys[0])
    else:
        message = Message("{mapping} requires one of {keys}", mapping=owner, keys=", ".join(keys))
        help_text = Message("set one of {keys}", keys=", ".join(keys))

    yield Refusal(pointer=pointer, message=message, help=help_text)


def _has(name: str, values: Values, key: str) -> bool:
    """Return whether a key counts as set; the number 0 does not."""
    field = fields_of(name).get(key)
    if field is not None and field.type == "whole":
        return bool(values.get(key))
    return is_set(values.get(key))
