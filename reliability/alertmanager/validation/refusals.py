"""Everything of a configuration that Alertmanager refuses when it loads it.

The routing tree is read by `reliability.alertmanager.routing`; all else is held against the table
of keys. As `UnmarshalYAML` of each struct in Alertmanager: unknown keys, types, what is required,
what excludes each other. `amtool check-config` answers the same; tests compare both on 0.28 and
0.33.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reliability.alertmanager.configuration import text
from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.alertmanager.validation.fields import KINDS, fields_of
from reliability.alertmanager.validation.key_combinations import COMBINATIONS, Values
from reliability.alertmanager.validation.refusal import Refusal, unknown, wrong
from reliability.alertmanager.validation.required_keys import (
    MAY_HAVE_BOTH,
    REQUIRED,
    SPOKEN,
    VALUES,
    Required,
)
from reliability.alertmanager.validation.values import is_placeholder, is_set, wrong_value
from reliability.location import Pointer


def config_refusals(values: Any) -> list[Refusal]:
    """Every refusal of a whole file, in its order, one for each place in it."""
    if not isinstance(values, Mapping):
        return [wrong((), "the file is not a mapping with the key route")]
    refusals: dict[Pointer, Refusal] = {}
    for refusal in (*_of_routing(values), *_of_file(values)):
        former = refusals.get(refusal.pointer)
        if former is None:
            refusals[refusal.pointer] = refusal
        elif former.only_old and not refusal.only_old:
            refusals[refusal.pointer] = replace(refusal, only_new=False)

    return [*refusals.values()]


def _of_routing(values: Values) -> Iterator[Refusal]:
    try:
        parse(values)
    except RoutingRefusedError as refusal:
        for error in (refusal, *refusal.others):
            yield Refusal(pointer=error.pointer, message=f"{error}", help=error.way_out)


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
        if kind in receiver and is_new:
            yield unknown(where, "a receiver", kind, is_new=True)
        if configs is not None and not isinstance(configs, list):
            yield wrong(where, f"{kind} is not a list of configurations")
            continue

        for index, config in enumerate(configs or ()):
            settings = {} if config is None else config
            if isinstance(settings, Mapping):
                yield from _of_mapping(kind, settings, (*where, index), shared)
            else:
                yield wrong((*where, index), f"an entry of {kind} is not a mapping")


def _of_mapping(
    name: str, values: Values, pointer: Pointer, shared: Values | None = None
) -> Iterator[Refusal]:
    """Unknown keys, wrong values, what is missing and what excludes each other."""
    known, spoken, shared = fields_of(name), SPOKEN.get(name, name), shared or {}
    for key, value in values.items():
        where, field = (*pointer, key), known.get(str(key))
        if field is None:
            yield unknown(where, spoken, str(key), is_new=False)
            continue
        if field.is_new:
            yield unknown(where, spoken, str(key), is_new=True)
        yield from _of_value(field.type, key, value, where)
        allowed = VALUES.get((name, key))
        is_value = value is not None or (name, key) == ("jira_configs", "api_type")
        if allowed and is_value and not _is_allowed(text(value), allowed, name):
            options = ", ".join(option or "empty" for option in allowed)
            yield wrong(where, f"{key} has another value than {options}")

    yield from _excluding(name, values, pointer)
    for required in REQUIRED.get(name, ()):
        yield from _missing(name, required, values, shared, pointer)
    if name in COMBINATIONS:
        yield from COMBINATIONS[name](values, pointer, shared)


def _is_allowed(value: str, allowed: tuple[str, ...], name: str) -> bool:
    """Types of Opsgenie's responders are read in any case, and may be templates."""
    if is_placeholder(value):
        return True
    if name == "responder":
        return "{{" in value or value.lower() in allowed
    return value in allowed


def _of_value(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    outer, _, inner = kind.partition("/")
    if outer == "list":
        yield from _of_entries(inner, key, value, pointer)
        return

    if outer == "each":
        yield from _of_items(inner, key, value, pointer)
        return

    if outer == "map" and inner:
        yield from _of_named(inner, key, value, pointer)
        return

    reason, only_old = wrong_value(kind, value)
    if reason:
        yield wrong(pointer, f"{key} is {reason}", only_old=only_old)
    elif reason is not None:
        yield from _of_mapping(kind, value, pointer)

    if kind == "text-or-map" and isinstance(value, Mapping):
        yield from _of_mapping("jira-field", value, pointer)


def _of_entries(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    """A list of mappings."""
    if value is not None and not isinstance(value, list):
        yield wrong(pointer, f"{key} is not a list")
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        where = (*pointer, index)
        if kind == "responder" and entry is None:
            yield from _of_mapping(kind, {}, where)
        elif isinstance(entry, Mapping) and kind != "any":
            yield from _of_mapping(kind, entry, where)
        elif entry is not None and not isinstance(entry, Mapping):
            yield wrong(where, f"an entry of {key} is not a mapping")


def _of_items(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    """A list of plain values, each of which is looked at on its own."""
    if value is not None and not isinstance(value, list):
        yield wrong(pointer, f"{key} is not a list")
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from _of_value(kind, f"an entry of {key}", item, (*pointer, index))


def _of_named(kind: str, key: Any, value: Any, pointer: Pointer) -> Iterator[Refusal]:
    """A mapping of names to mappings."""
    if value is not None and not isinstance(value, Mapping):
        yield wrong(pointer, f"{key} is not a mapping")
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        yield from _of_value(kind, name, inner, (*pointer, name))


def _excluding(name: str, values: Values, pointer: Pointer) -> Iterator[Refusal]:
    """A value and the file that holds it."""
    for key in values:
        file = f"{key}_file"
        has_both = _has(name, values, key) and is_set(values.get(file))
        if has_both and file in fields_of(name) and (name, key) not in MAY_HAVE_BOTH:
            yield wrong((*pointer, file), f"{key} and {file} exclude each other, and both are set")


def _missing(
    name: str, required: Required, values: Values, shared: Values, pointer: Pointer
) -> Iterator[Refusal]:
    if any(_has(name, values, key) for key in required.local):
        return
    if name == "rocketchat_configs" and any(values.get(key) is not None for key in required.local):
        return  # an empty token is one to Alertmanager
    if any(is_set(shared.get(key)) for key in required.shared):
        return

    keys = " or ".join((*required.local, *(f"global.{key}" for key in required.shared)))
    message = f"{SPOKEN.get(name, name)} needs {keys}, and has none"
    yield Refusal(pointer=pointer, message=message, help=f"write {keys}")


def _has(name: str, values: Values, key: str) -> bool:
    """Whether a key counts as written: as a number, 0 does not."""
    field = fields_of(name).get(key)
    if field is not None and field.type == "whole":
        return bool(values.get(key))
    return is_set(values.get(key))
