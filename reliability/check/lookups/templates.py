"""Templates of a signal, and the labels that they use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.model.alert_policy import Signal

TEMPLATE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
LABEL: Final = re.compile(r"\$labels\.(\w+)", re.ASCII)
EITHER: Final = re.compile(r"(?:\$labels|\.Labels)\.(\w+)", re.ASCII)
MOVED: Final = re.compile(r"\{\{-?\s*(?:with|range)\b")


def templates(signal: Signal) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the templates of a signal, with their routes."""
    yield ("summary",), signal.summary or ""
    yield ("description",), signal.description or ""
    for name, text in signal.labels.items():
        yield ("labels", name), text


def template_labels(text: str) -> frozenset[str]:
    """Return the labels that the templates of a text use.

    Inside `with` and `range`, `.Labels` are those of another value.
    """
    pattern = LABEL if MOVED.search(text) else EITHER
    return frozenset(
        name for template in TEMPLATE.findall(text) for name in pattern.findall(template)
    )
