"""`pyrra`: converts ServiceLevelObjective resources, single or in lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Original,
    OriginalLocation,
    mapping,
    sequence,
)
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames
from reliability.convert.pyrra.objective import read_objective
from reliability.load.document import Document

LISTS: Final = ("ServiceLevelObjectiveList", "List")


class Pyrra:
    """Converter of each resource to an SLO with Pyrra's windows and generated alerts."""

    name = "pyrra"

    def recognizes(self, original: Original) -> bool:
        """Return whether the document contains Pyrra objectives."""
        return isinstance(original, Document) and any(True for _ in _resources(original))

    def convert(
        self, originals: Sequence[Original], options: ConversionOptions
    ) -> Iterator[Converted]:
        """Yield SLOs, entries of alert policies and window sets."""
        names = UniqueNames()
        for original in originals:
            if isinstance(original, Document):
                for fields in _resources(original):
                    yield from read_objective(fields, options, names)


def _resources(document: Document) -> Iterator[Fields]:
    values = mapping(document.values)
    if _is_objective(values):
        yield Fields(values, OriginalLocation(document))
    elif values.get("kind") in LISTS:
        for index, item in enumerate(sequence(values.get("items"))):
            if _is_objective(mapping(item)):
                yield Fields(item, OriginalLocation(document, ("items", index)))


def _is_objective(values: dict[str, Any]) -> bool:
    return (
        str(values.get("apiVersion")).startswith("pyrra.dev/")
        and values.get("kind") == "ServiceLevelObjective"
    )
