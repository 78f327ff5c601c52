"""CONVERTERS: every format that is read, the one list; the first of two that speak wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.convert.alertmanager.converter import Alertmanager
from reliability.convert.backstage.converter import Backstage
from reliability.convert.codeowners import CodeOwners
from reliability.convert.converter import (
    Converted,
    Converter,
    Origin,
    Original,
    Wishes,
    left_out,
)
from reliability.convert.prometheus_rules.converter import PrometheusRules
from reliability.convert.pyrra.converter import Pyrra
from reliability.convert.sloth.converter import Sloth

CONVERTERS: Final[tuple[Converter, ...]] = (
    Backstage(),
    CodeOwners(),
    Alertmanager(),
    Sloth(),
    Pyrra(),
    PrometheusRules(),
)


def convert(
    originals: Sequence[Original], wishes: Wishes, only: str | None = None
) -> Iterator[Converted]:
    """Give each original to the converter that recognises it, or to the one that is named.

    What nobody recognises is a remark.
    """
    left: list[Original] = list(originals)
    for converter in CONVERTERS:
        if only not in (None, converter.name):
            continue
        mine, others = _split(converter, left)
        left = others
        if mine:
            yield from converter.convert(mine, wishes)
    for each in left:
        formats = ", ".join(converter.name for converter in CONVERTERS)
        what = f"this is no {only}" if only else "the format is none that is read here"
        yield left_out(Origin(each), what, f"read are {formats}")


def _split(
    converter: Converter, originals: Sequence[Original]
) -> tuple[list[Original], list[Original]]:
    mine: list[Original] = []
    others: list[Original] = []
    for each in originals:
        (mine if converter.recognises(each) else others).append(each)
    return mine, others
