"""List of input formats; if two recognize an original, the first one gets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from reliability.alert_labels import PLAIN
from reliability.check.lookups.series_labels import label_readers
from reliability.convert.alertmanager.converter import Alertmanager
from reliability.convert.backstage.converter import Backstage
from reliability.convert.codeowners import CodeOwnersConverter
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Converter,
    Diagnostic,
    DiagnosticKind,
    Original,
    OriginalLocation,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.openslo import OpenSlo
from reliability.convert.originals import TEMPLATES
from reliability.convert.prometheus_rules.converter import PrometheusRulesConverter
from reliability.convert.pyrra.converter import Pyrra
from reliability.convert.sloth.converter import Sloth
from reliability.load.document import Document
from reliability.load.other_openslo import steps

CONVERTERS: Final[tuple[Converter, ...]] = (
    Backstage(),
    CodeOwnersConverter(),
    Alertmanager(),
    OpenSlo(),
    Sloth(),
    Pyrra(),
    PrometheusRulesConverter(),
)


def convert(
    originals: Sequence[Original], options: ConversionOptions, only: str | None = None
) -> Iterator[Converted]:
    """Give each original to the converter that recognizes it, or to the one named `only`.

    A Kubernetes list goes to every converter that recognizes one of its items. An original that
    no converter recognizes becomes a diagnostic.
    """
    chosen = [known for known in CONVERTERS if only in (None, known.name)]
    message = f"not in the {only} format" if only else "unknown format"
    left = [original for original in originals if original.path.suffix != TEMPLATES]
    lists: list[Original] = []
    yield from _label_readers(originals, options)

    for converter in chosen:
        mine, others = _split(converter, left)
        lists += [original for original in mine if _items(original) and original not in lists]
        left = [*others, *(original for original in mine if _items(original))]
        if mine:
            yield from converter.convert(mine, options)

    for origin in [
        *(OriginalLocation(original) for original in left if original not in lists),
        *_unread(lists, chosen),
    ]:
        yield left_out(origin, message, _help(origin.original))


def _label_readers(
    originals: Sequence[Original], options: ConversionOptions
) -> Iterator[Diagnostic]:
    """Yield what reads a label of alerts in Sloth that alerts of this repository do not have."""
    for original in originals if not options.keeps_sloth else ():
        if isinstance(original, Document):
            readers = label_readers(original.values)
        else:
            readers = label_readers({"template": original.text.splitlines()})
        for reader in readers:
            problem = reader.problem(original.locate(reader.pointer), options.label_names or PLAIN)
            yield Diagnostic(DiagnosticKind.DECIDE, problem)


def _help(original: Original) -> str:
    """Return how to convert another version of OpenSLO, or else the list of formats."""
    values = mapping(original.values) if isinstance(original, Document) else {}
    if str(values.get("apiVersion")).startswith("openslo"):
        return steps(values)
    return f"use one of {', '.join(converter.name for converter in CONVERTERS)}"


def _items(original: Original) -> list[Any]:
    """Return the items of a Kubernetes list, which can have several kinds."""
    values = mapping(original.values) if isinstance(original, Document) else {}
    return sequence(values.get("items")) if values.get("kind") == "List" else []


def _unread(lists: Sequence[Original], chosen: Sequence[Converter]) -> Iterator[OriginalLocation]:
    """Yield the list items that no converter recognizes."""
    for original in lists:
        for index, item in enumerate(_items(original)):
            alone = (
                Document(original.source, original.index, item)
                if isinstance(original, Document)
                else original
            )
            if not any(converter.recognizes(alone) for converter in chosen):
                yield OriginalLocation(original, ("items", index))


def _split(
    converter: Converter, originals: Sequence[Original]
) -> tuple[list[Original], list[Original]]:
    mine: list[Original] = []
    others: list[Original] = []
    for original in originals:
        (mine if converter.recognizes(original) else others).append(original)
    return mine, others
