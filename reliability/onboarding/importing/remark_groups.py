"""Remarks of one reason together, so that a large import can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.convert.converter import Matter, Remark

SINGLE: Final = 3
"""As many remarks of one reason are listed one by one."""

FOLDERS: Final = 5
"""As many folders of a group are named."""


@dataclass(frozen=True, slots=True)
class RemarkGroup:
    """The remarks of one matter and reason, in the order of their locations."""

    matter: Matter
    reason: str
    remarks: tuple[Remark, ...]

    @property
    def is_single(self) -> bool:
        """Whether its remarks are few enough to be listed."""
        return len(self.remarks) <= SINGLE

    def folders(self) -> str:
        """How many of them each folder has, the largest first: `rules/ 8, kube/ 3`."""
        counted = Counter(f"{remark.problem.at.path.parent}/" for remark in self.remarks)
        largest = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
        named = ", ".join(f"{folder} {count}" for folder, count in largest[:FOLDERS])
        rest = largest[FOLDERS:]
        others = f", {len(rest)} other folders {sum(count for _, count in rest)}" if rest else ""
        return named + others


def remark_groups(remarks: Iterable[Remark]) -> list[RemarkGroup]:
    """The groups in the order of their first remarks."""
    groups: dict[tuple[Matter, str], list[Remark]] = {}
    for remark in remarks:
        reason = remark.reason or remark.problem.message
        groups.setdefault((remark.matter, reason), []).append(remark)
    return [RemarkGroup(matter, reason, tuple(group)) for (matter, reason), group in groups.items()]
