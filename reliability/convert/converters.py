"""List of input formats; if two recognize an original, the first one gets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.alert_labels import PLAIN
from reliability.bugs import contained
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
)
from reliability.convert.openslo import OpenSlo
from reliability.convert.originals import TEMPLATES
from reliability.convert.parts import parts_of
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
    """Give each original, or each part of it, to the converter that recognizes it.

    `only` names the one converter to use. What no converter recognizes becomes a diagnostic.
    """
    message = f"not in the {only} format" if only else "unknown format"
    found: dict[str, list[Original]] = {}
    yield from _label_readers(originals, options)
    for original in originals:
        with contained(original.path):
            for part in parts_of(original, _format):
                if isinstance(part, Diagnostic):
                    yield part
                else:
                    found.setdefault(_format(part), []).append(part)

    left = [original for original in found.pop("", []) if original.path.suffix != TEMPLATES]
    for converter in CONVERTERS:
        mine = found.get(converter.name, [])
        if only not in (None, converter.name):
            left += mine
        elif mine:
            yield from _converted(converter, mine, options)
    for original in left:
        yield left_out(OriginalLocation(original), message, _help(original, only))


def is_recognized(original: Original) -> bool:
    """Return whether an original, or a part of it, has a known format."""
    parts: list[Original | Diagnostic] = []
    with contained(original.path):
        parts = [*parts_of(original, _format)]
    return any(not isinstance(part, Diagnostic) and _format(part) for part in parts)


def _format(original: Original) -> str:
    """Return the name of the first converter that recognizes an original; empty for none."""
    return next((known.name for known in CONVERTERS if known.recognizes(original)), "")


def _converted(
    converter: Converter, originals: Sequence[Original], options: ConversionOptions
) -> list[Converted]:
    """Convert originals together; files that alone reveal a bug are reported and left out.

    Another exception, or one that no single file causes, is raised again.
    """
    try:
        return list(converter.convert(originals, options))
    except Exception:
        good: list[Original] = []
        for path in dict.fromkeys(original.path for original in originals):
            of_file = [original for original in originals if original.path == path]
            with contained(path):
                list(converter.convert(of_file, options))
                good += of_file
        return list(converter.convert(good, options))


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


def _help(original: Original, only: str | None) -> str:
    """Return how to convert another version of OpenSLO, or what else to do."""
    values = mapping(original.values)
    if str(values.get("apiVersion")).startswith("openslo"):
        return steps(values)
    if only:
        return "leave out --from to detect the format"
    return (
        "nothing to do if it has no rules, SLOs, owners or routes; else import the files that its "
        "tool writes for Prometheus or Alertmanager"
    )
