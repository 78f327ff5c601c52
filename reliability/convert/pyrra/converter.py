"""`pyrra`: converts ServiceLevelObjective resources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Original,
    OriginalLocation,
    mapping,
)
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames
from reliability.convert.pyrra.objective import read_objective


class Pyrra:
    """Converter of each resource to an SLO with Pyrra's windows and generated alerts."""

    name = "pyrra"

    def recognizes(self, original: Original) -> bool:
        """Return whether the document contains Pyrra objectives."""
        values = mapping(original.values)
        is_pyrra = str(values.get("apiVersion")).startswith("pyrra.dev/")
        return is_pyrra and values.get("kind") == "ServiceLevelObjective"

    def convert(
        self, originals: Sequence[Original], options: ConversionOptions
    ) -> Iterator[Converted]:
        """Yield SLOs, entries of alert policies and window sets."""
        names = UniqueNames()
        for original in originals:
            fields = Fields(original.values, OriginalLocation(original))
            yield from read_objective(fields, options, names)
