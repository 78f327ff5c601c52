"""Groups of rules in an original: a rule file, a PrometheusRule, or a list of those."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.convert.converter import (
    Original,
    OriginalLocation,
    Remark,
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
"""What the names of rule files and resources end in, and says nothing of the service."""


GENERIC: Final = re.compile(
    r"[\W_]*(?:(?:(?:prometheus|alert(?:ing|manager)?|recording)?[-_]?rules?(?:[-_.]?d|files?)?"
    r"|alert(?:s|ing)?|prometheus|monitoring|observability|mixins?|gen(?:erated)?|src|dist|out"
    r"|build|files?|templates?|manifests?|conf(?:igs?|iguration)?|resources?|base|overlays?"
    r"|charts?|deploy(?:ment)?))?",
    re.IGNORECASE,
)
"""Folders that say what lies in them, and not whose it is; `..` among them."""


@dataclass(frozen=True, slots=True)
class OriginalRuleGroup:
    """One group: its fields, the name of its file, and of the folder that may be a service."""

    fields: Fields
    name: str
    file: str
    folder: str

    def rules(self) -> Iterator[Fields]:
        """The rules of the group, each with its place."""
        for index, rule in enumerate(sequence(self.fields.take("rules"))):
            yield Fields(rule, self.fields.origin.inside("rules", index))


def resources(original: Original) -> Iterator[tuple[Pointer, Any]]:
    """What holds `groups` in an original, with the way to it: the whole, or items of a list."""
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
    """Whether it is a rule file or a PrometheusRule."""
    if mapping(values).get("kind") == RESOURCE:
        return True
    named = mapping(values)
    groups = named.get("groups")
    return "kind" not in named and (
        (isinstance(groups, list) and all("name" in mapping(group) for group in groups))
        or ("groups" in named and groups is None)
    )


def groups_of(original: Original) -> Iterator[OriginalRuleGroup | Remark]:
    """Every group, and a remark for what stands around them."""
    for pointer, values in resources(original):
        outer = Fields(values, OriginalLocation(original, pointer))
        if pointer and not holds_groups(values):
            continue  # what no format reads of a list is said once for all
        resource = outer.values.get("kind") == RESOURCE
        inner = outer
        name = re.sub(r"\.ya?ml$|\.json$", "", original.path.name)
        if resource:
            name = (yield from _around(outer)) or name
            inner = outer.inner("spec")
        groups = sequence(inner.take("groups"))
        if not groups:
            yield left_out(outer.origin, f"{name} holds no groups")
        for index, group in enumerate(groups):
            fields = Fields(group, inner.origin.inside("groups", index))
            group_name = str(fields.take("name") or "")
            yield OriginalRuleGroup(
                fields, group_name, ENDS.sub("", name) or name, _folder(original.path)
            )
        yield from inner.remarks("does not belong to a rule file, and stays behind")
        if resource:
            yield from outer.remarks("belongs to the resource, and `build` writes a new one")


def _folder(path: PurePosixPath) -> str:
    """The nearest folder whose name may be that of a service; empty if there is none.

    Of a path of one machine only the last folder says anything.
    """
    folders = (path.parent.name,) if path.is_absolute() else reversed(path.parent.parts)
    return next((folder for folder in folders if not GENERIC.fullmatch(folder)), "")


def _around(outer: Fields) -> Generator[Remark, None, str]:
    """Remarks on the resource around the groups; returns its name."""
    outer.take("apiVersion")
    outer.take("kind")
    metadata = outer.inner("metadata")
    name = str(metadata.take("name") or "")
    yield from metadata.remarks("of the resource is not carried over: `build` writes a new one")
    return name
