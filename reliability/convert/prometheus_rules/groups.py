"""Rule groups of an original: a rule file, a list of groups, or a resource such as VMRule."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.convert.converter import (
    Diagnostic,
    Original,
    OriginalLocation,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.fields import Fields

RESOURCES: Final = ("PrometheusRule", "VMRule")
NO_RULE: Final = {"name", "interval", "labels"}
"""Keys of a group without rules."""
EMPTY: Final = "a rule file without groups"
ENDS: Final = re.compile(r"[-_.]?(prometheus[-_]?)?rules?$", re.IGNORECASE)
"""Endings of the names of rule files and resources that are not part of a service's name."""

GENERIC: Final = re.compile(
    r"[\W_]*(?:(?:(?:prometheus|alert(?:ing|manager)?|recording)?[-_]?rules?(?:[-_.]?d|files?)?"
    r"|alert(?:s|ing)?|prometheus|monitoring|observability|mixins?|gen(?:erated)?|src|dist|out"
    r"|build|files?|templates?|manifests?|conf(?:igs?|iguration)?|resources?|base|overlays?"
    r"|charts?|deploy(?:ment)?))?",
    re.IGNORECASE,
)
"""Names of folders that cannot be a service's name, including `..`."""


@dataclass(frozen=True, slots=True)
class OriginalRuleGroup:
    """One rule group, and the names of its file and folder, which may name its service."""

    fields: Fields
    name: str
    file: str
    folder: str

    def rules(self) -> Iterator[Fields]:
        """Yield the rules of the group with their locations."""
        for index, rule in enumerate(sequence(self.fields.take("rules"))):
            yield Fields(rule, self.fields.origin.inside("rules", index))


def is_groups(value: Any) -> bool:
    """Return whether a value is a list of rule groups with at least one rule."""
    rules = [rule for group in sequence(value) for rule in sequence(mapping(group).get("rules"))]
    return any({"alert", "record", "expr"} & mapping(rule).keys() for rule in rules)


def has_rule(value: Any) -> bool:
    """Return whether a value is a list with at least one rule: a name and an expression."""
    rules = map(mapping, sequence(value))
    return any("expr" in r and isinstance(r.get("alert", r.get("record")), str) for r in rules)


def holds_groups(original: Original) -> bool:
    """Return whether it is a rule file, a list of groups, or a resource with groups."""
    values: Any = original.values
    named = mapping(values)
    if named.get("kind") in RESOURCES or is_groups(values):
        return True
    groups = _inner(named).get("groups")
    if named.keys() == {"groups"} and isinstance(groups, list | None) and not is_groups(groups):
        # Groups of other tools have other keys: `jobs` in a pipeline of Concourse.
        return all(_without_rules(group) <= NO_RULE for group in groups or ())
    return is_groups(groups)


def _without_rules(group: Any) -> set[str]:
    return {key for key, value in mapping(group).items() if (key, value) != ("rules", [])}


def groups_of(original: Original) -> Iterator[OriginalRuleGroup | Diagnostic]:
    """Yield every group of a document that holds groups, and a diagnostic for each other key."""
    values: Any = original.values
    outer = Fields(values, OriginalLocation(original))
    name = re.sub(r"\.ya?ml$|\.json$", "", original.path.name)
    resource = "kind" in outer.values
    if resource:
        name = (yield from _around(outer)) or name

    inner = outer.inner("spec") if resource else outer
    is_list = isinstance(values, list)
    groups = sequence(values if is_list else inner.take("groups"))
    if not groups:
        yield left_out(outer.origin, f"{name} has no groups", reason=EMPTY)

    for index, group in enumerate(groups):
        at = inner.origin.inside(index) if is_list else inner.at("groups").inside(index)
        fields = Fields(group, at)
        group_name = str(fields.take("name") or "")
        yield OriginalRuleGroup(
            fields, group_name, ENDS.sub("", name) or name, folder=folder_of(original.path)
        )

    yield from inner.diagnostics("is not a key of a rule file and is not imported")
    if resource:
        yield from outer.diagnostics("of the resource is not imported: `build` writes a new one")


def _inner(named: dict[str, Any]) -> dict[str, Any]:
    """Return what holds the groups: the spec of a resource, or else the document."""
    return mapping(named.get("spec")) if "kind" in named else named


def folder_of(path: PurePosixPath) -> str:
    """Return the nearest folder whose name may be a service's; empty if there is none."""
    # In an absolute path the outer folders belong to the machine, not to the repository.
    folders = (path.parent.name,) if path.is_absolute() else reversed(path.parent.parts)
    return next((folder for folder in folders if not GENERIC.fullmatch(folder)), "")


def _around(outer: Fields) -> Generator[Diagnostic, None, str]:
    """Yield diagnostics on the resource around the groups; return its name."""
    outer.take("apiVersion")
    outer.take("kind")
    metadata = outer.inner("metadata")
    name = str(metadata.take("name") or "")
    yield from metadata.diagnostics("of the resource is not imported: `build` writes a new one")
    return name
