"""CONVERTERS: every format that is read, the one list; the first of two that speak wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from reliability.convert.alertmanager.converter import Alertmanager
from reliability.convert.backstage.converter import Backstage
from reliability.convert.codeowners import CodeOwnersConverter
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Converter,
    Original,
    OriginalLocation,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.openslo import OpenSlo
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
    originals: Sequence[Original], wishes: ConversionOptions, only: str | None = None
) -> Iterator[Converted]:
    """Give each original to the converter that recognizes it, or to the one that is named.

    A list of Kubernetes goes to all that recognize an item of it. What nobody recognizes is a
    remark.
    """
    asked = [known for known in CONVERTERS if only in (None, known.name)]
    what = f"this is no {only}" if only else "the format is none that is read here"
    left: list[Original] = list(originals)
    lists: list[Original] = []
    for converter in asked:
        mine, others = _split(converter, left)
        lists += [original for original in mine if _items(original) and original not in lists]
        left = [*others, *(original for original in mine if _items(original))]
        if mine:
            yield from converter.convert(mine, wishes)
    for origin in [
        *(OriginalLocation(original) for original in left if original not in lists),
        *_unread(lists, asked),
    ]:
        yield left_out(origin, what, _help(origin.original))


def _help(original: Original) -> str:
    """What to write of another version of OpenSLO; else the formats that are read."""
    values = mapping(original.values) if isinstance(original, Document) else {}
    if str(values.get("apiVersion")).startswith("openslo"):
        return steps(values)
    return f"read are {', '.join(converter.name for converter in CONVERTERS)}"


def _items(original: Original) -> list[Any]:
    """What a list of Kubernetes holds, whose items can be of several kinds."""
    values = mapping(original.values) if isinstance(original, Document) else {}
    return sequence(values.get("items")) if values.get("kind") == "List" else []


def _unread(lists: Sequence[Original], asked: Sequence[Converter]) -> Iterator[OriginalLocation]:
    """The items that none of the converters recognizes."""
    for original in lists:
        for index, item in enumerate(_items(original)):
            alone = (
                Document(original.source, original.index, item)
                if isinstance(original, Document)
                else original
            )
            if not any(converter.recognizes(alone) for converter in asked):
                yield OriginalLocation(original, ("items", index))


def _split(
    converter: Converter, originals: Sequence[Original]
) -> tuple[list[Original], list[Original]]:
    mine: list[Original] = []
    others: list[Original] = []
    for original in originals:
        (mine if converter.recognizes(original) else others).append(original)
    return mine, others
