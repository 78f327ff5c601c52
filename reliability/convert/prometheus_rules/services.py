"""Which service an imported rule belongs to, in a documented order, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from reliability.convert.converter import Wishes, mapping
from reliability.convert.names import slug
from reliability.convert.prometheus_rules.groups import Group

LABELS: Final = ("service", "job", "team")
Level = Literal["group", "file", "folder"]


@dataclass(frozen=True, slots=True)
class Services:
    """Names a rule's service: `--service`, else a label, else its group, file or folder.

    `level` is the narrowest of the three whose names tell all sources apart.
    """

    wished: str | None
    level: Level

    @classmethod
    def of(cls, groups: Sequence[Group], wishes: Wishes) -> Services:
        """Settle the level for all groups of an import."""
        return cls(slug(wishes.service) if wishes.service else None, level_of(groups))

    def name(self, group: Group, labels: Any) -> tuple[str, str]:
        """The service's name, a safe path segment, and where it was read: `label job`."""
        if self.wished:
            return self.wished, "--service"
        for label in LABELS:
            value = mapping(labels).get(label)
            if isinstance(value, str) and "{{" not in value and slug(value):
                return slug(value), f"label {label}"
        name = slug(_named(group, self.level))
        return (name, self.level) if name else ("imported", "no name at all")


def level_of(groups: Iterable[Group]) -> Level:
    """`group` where no two files have a group of one name, else `file`, else `folder`."""
    groups = list(groups)
    if _tells_apart(
        (slug(_named(each, "group")), each.fields.origin.original.path) for each in groups
    ):
        return "group"
    if _tells_apart((slug(each.file), each.fields.origin.original.path.parent) for each in groups):
        return "file"
    return "folder"


def _tells_apart(pairs: Iterable[tuple[str, object]]) -> bool:
    seen: dict[str, object] = {}
    return all(seen.setdefault(name, place) == place for name, place in pairs)


def _named(group: Group, level: Level) -> str:
    names = {"group": _without_end(group.name), "file": group.file, "folder": group.folder}
    return names[level] or group.file


def _without_end(name: str) -> str:
    from reliability.convert.prometheus_rules.groups import ENDS

    return ENDS.sub("", name.replace("/", "-"))
