"""Rule groups of an original: a rule file, a PrometheusRule, or a list of those."""

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
from reliability.load.document import Document
from reliability.location import Pointer

RESOURCE: Final = "PrometheusRule"
LISTS: Final = ("List", "PrometheusRuleList")
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


def resources(original: Original) -> Iterator[tuple[Pointer, Any]]:
    """Yield each value that may contain `groups`, with its pointer: the document or list items."""
    if not isinstance(original, Document):
        return
    values = mapping(original.values)
    if values.get("kind") in LISTS:
        alike = {"kind": RESOURCE} if values["kind"] == f"{RESOURCE}List" else {}
        for index, item in enumerate(sequence(values.get("items"))):
            yield ("items", index), {**alike, **mapping(item)}
    else:
        yield (), original.values


def holds_groups(values: Any) -> bool:
    """Return whether the values are a rule file or a PrometheusRule."""
    if mapping(values).get("kind") == RESOURCE:
        return True
    named = mapping(values)
    groups = named.get("groups")
    return "kind" not in named and (
        (isinstance(groups, list) and all("name" in mapping(group) for group in groups))
        or ("groups" in named and groups is None)
    )


def groups_of(original: Original) -> Iterator[OriginalRuleGroup | Diagnostic]:
    """Yield every group, and a diagnostic for each other key."""
    for pointer, values in resources(original):
        outer = Fields(values, OriginalLocation(original, pointer))
        if pointer and not holds_groups(values):
            continue  # `convert` reports the list items that no converter reads

        resource = outer.values.get("kind") == RESOURCE
        inner = outer
        name = re.sub(r"\.ya?ml$|\.json$", "", original.path.name)
        if resource:
            name = (yield from _around(outer)) or name
            inner = outer.inner("spec")

        groups = sequence(inner.take("groups"))
        if not groups:
            yield left_out(outer.origin, f"{name} has no groups")

        for index, group in enumerate(groups):
            fields = Fields(group, inner.origin.inside("groups", index))
            group_name = str(fields.take("name") or "")
            yield OriginalRuleGroup(
                fields, group_name, ENDS.sub("", name) or name, folder=_folder(original.path)
            )

        yield from inner.diagnostics("is not a key of a rule file and is not imported")
        if resource:
            yield from outer.diagnostics(
                "of the resource is not imported: `build` writes a new one"
            )


def _folder(path: PurePosixPath) -> str:
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
