"""Rule groups in one form, whichever server printed them.

A ruler stores a group as protobuf and prints it again: durations in another notation, defaults left
out, labels without a value dropped. Both sides of a comparison therefore go through `canonical`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from reliability.canonical import canonical as canonical_text
from reliability.providers.loaded_rules import duration_seconds
from reliability.resource import Json
from reliability.scalars import duration_text

Group = Mapping[str, Any]

DURATIONS: Final = frozenset(
    ("interval", "query_offset", "evaluation_delay", "for", "keep_firing_for")
)
"""Keys of groups and rules that are durations in Prometheus' notation."""


def canonical(group: Group) -> dict[str, Json]:
    """Return a group as it is compared: milliseconds, and nothing that only repeats a default."""
    rules = group.get("rules") or ()
    of_group = _plain({key: value for key, value in group.items() if key != "rules"})
    return {**of_group, "rules": [_plain(rule) for rule in rules]}


def text_of_group(group: Group) -> str:
    """Return the canonical JSON of a group, from which digests are made."""
    return canonical_text(canonical(group))


def as_declared(group: Group) -> dict[str, Any]:
    """Return a stored group with durations as compilers write them, so that a diff has no noise."""
    rules = [_declared(rule) for rule in group.get("rules") or ()]
    return {**_declared(group), "rules": rules}


def has_rules(group: Group) -> bool:
    """Return whether a group has any rule; a ruler refuses a group without one."""
    return bool(group.get("rules"))


def digest_of(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hex."""
    return hashlib.sha256(canonical_text(value).encode("ascii")).hexdigest()


def first_difference(wanted: Iterable[Group], stored: Iterable[Group]) -> str | None:
    """Describe the first difference between groups as sent and as a server stores them."""
    there = {str(group["name"]): canonical(group) for group in stored}
    expected = {str(group["name"]): canonical(group) for group in wanted}
    for name in there.keys() - expected.keys():
        return f"group {name} is there and was not written"
    for name, group in expected.items():
        if name not in there:
            return f"group {name} is missing"
        for path in _differing(group, there[name]):
            return f"{path} of group {name} differs"
    return None


def _differing(wanted: Mapping[str, Any], stored: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(wanted.keys() | stored.keys()):
        if key != "rules" and wanted.get(key) != stored.get(key):
            yield f"`{key}`"

    if len(wanted["rules"]) != len(stored["rules"]):
        yield "the number of rules"
    for rule, other in zip(wanted["rules"], stored["rules"], strict=False):
        for key in sorted(rule.keys() | other.keys()):
            if rule.get(key) != other.get(key):
                yield f"`{key}` of rule {rule.get('alert') or rule.get('record')}"


def _declared(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: duration_text(timedelta(seconds=duration_seconds(str(value))))
        if key in DURATIONS
        else value
        for key, value in values.items()
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Json]:
    plain: dict[str, Json] = {}
    for key, value in values.items():
        shaped = _value(key, value)
        # A default that is written out and one that is left out are the same: `interval: 0s`,
        # `labels: {}`, `limit: 0`.
        if shaped not in (None, "", 0, {}, []):
            plain[key] = shaped
    return plain


def _value(key: str, value: Any) -> Any:
    if key in DURATIONS:
        return _milliseconds(str(value))
    if key == "expr":
        return str(value).rstrip()
    # The exact type first: most values are texts, and `Mapping` is slow to compare with.
    if type(value) is not str and isinstance(value, Mapping):
        # An empty label is an absent one in Prometheus.
        return {name: str(text) for name, text in value.items() if text not in (None, "")}
    return value


@lru_cache(maxsize=256)
def _milliseconds(duration: str) -> int:
    return round(duration_seconds(duration) * 1000)
