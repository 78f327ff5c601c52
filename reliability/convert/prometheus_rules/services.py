"""The service of an imported rule: `--service`, a label, or its group, file or folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from reliability.convert.converter import ConversionOptions, mapping
from reliability.convert.names import slug
from reliability.convert.prometheus_rules.groups import ENDS, OriginalRuleGroup

LABELS: Final = ("service", "job")
NO_NAME: Final = "imported"
Level = Literal["group", "file", "folder"]
LEVELS: Final[tuple[Level, ...]] = ("group", "file", "folder")


@dataclass(frozen=True, slots=True)
class Services:
    """Resolver of a rule's service: `--service`, else a label, else its group, file or folder.

    The file is used only if a group of another file has the same name, and the folder only if a
    file of another folder has the same name too. `shared` has the names in use more than once, by
    level.
    """

    service_option: str | None
    shared: Mapping[Level, frozenset[str]]

    @classmethod
    def of(cls, groups: Iterable[OriginalRuleGroup], options: ConversionOptions) -> Services:
        """Find the names that several groups share."""
        groups = list(groups)
        of_groups = _shared(groups, "group")
        colliding = [group for group in groups if slug(_named(group, "group")) in of_groups]
        shared: dict[Level, frozenset[str]] = {
            "group": of_groups,
            "file": _shared(colliding, "file"),
        }
        return cls(slug(options.service) if options.service else None, shared)

    def name(self, group: OriginalRuleGroup, labels: Any) -> tuple[str, str]:
        """Return the service's name, a safe path segment, and its source, such as `label job`."""
        if self.service_option:
            return self.service_option, "--service"
        for label in LABELS:
            value = mapping(labels).get(label)
            if isinstance(value, str) and "{{" not in value and slug(value):
                return slug(value), f"label {label}"
        level = next(candidate for candidate in LEVELS if self._distinguishes(group, candidate))
        name = slug(_named(group, level))
        return (name, level) if name else (NO_NAME, "no name")

    def _distinguishes(self, group: OriginalRuleGroup, level: Level) -> bool:
        return slug(_named(group, level)) not in self.shared.get(level, frozenset())


def _shared(groups: Iterable[OriginalRuleGroup], level: Level) -> frozenset[str]:
    """Return the names that groups of several files share, or files of several folders."""
    places: dict[str, set[PurePosixPath]] = {}
    for group in groups:
        path = group.fields.origin.original.path
        place = path if level == "group" else path.parent
        places.setdefault(slug(_named(group, level)), set()).add(place)
    return frozenset(name for name, several in places.items() if len(several) > 1)


def _named(group: OriginalRuleGroup, level: Level) -> str:
    names = {"group": _without_end(group.name), "file": group.file, "folder": group.folder}
    return names[level] or group.file


def _without_end(name: str) -> str:
    return ENDS.sub("", name.replace("/", "-"))
