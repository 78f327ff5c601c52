"""Merge keys of YAML 1.1, which programs in Go read: what `<<` stands for is written out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.convert.alertmanager.converter import Alertmanager
from reliability.load.document import Parsed, parse
from reliability.load.trouble import MERGES_NOTHING, merge_key
from reliability.load.values import FileLimits, ValueReader

LIMITS: Final = FileLimits(aliases=10_000)
"""People's rule files share labels by aliases; what these stand for is counted in any case."""

MERGE: Final = "<<"
MERGED: Final = "merge-key"
"""What the fault of a merge is called that was written out."""


class MergingReader(ValueReader):
    """Reads `<<` as YAML 1.1 does: keys of a mapping, or of several, that are not there already."""

    def mapping(self, start: Any, depth: int) -> dict[str, Any]:
        """Read on to the end of a mapping, and put in what it merges."""
        values = super().mapping(start, depth)
        if MERGE not in values:
            return values
        merged = values.pop(MERGE)
        others: dict[str, Any] = {}
        for each in reversed(merged if isinstance(merged, list) else [merged]):
            others.update(each if isinstance(each, dict) else {})
        self.count(2 * len(others), start)
        return {**others, **values}

    def check_key(self, event: Any) -> None:
        """Note a merge as what was written out, and any other key as ever."""
        if event.value == MERGE and event.tag is None and not event.style:
            message = "`<<` is written out: YAML 1.2, which is read here, has no merging"
            self.troubles.append(replace(merge_key(event), rule=MERGED, message=message, help=None))
        else:
            super().check_key(event)


def parse_merging(path: PurePosixPath, data: bytes) -> Parsed:
    """The documents of a file with their merges, but where a file stays as it is written."""
    parsed = parse(path, data, LIMITS)
    if all(each.message != MERGES_NOTHING for each in parsed.faults):
        return parsed
    merged = parse(path, data, LIMITS, MergingReader)
    stays = any(Alertmanager().recognises(each) for each in merged.documents)
    return parsed if stays else merged
