"""Reports about targets as text, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from reliability.plan.render.json import as_json
from reliability.plan.render.markdown import as_markdown
from reliability.plan.render.text import as_text, drift_as_text
from reliability.plan.report import Report

FORMATS: Final[Mapping[str, Callable[[Sequence[Report]], str]]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
"""What `--format` may name."""

DRIFT_FORMATS: Final[Mapping[str, Callable[[Sequence[Report]], str]]] = {
    **FORMATS,
    "text": drift_as_text,
}
"""The same for reports that hold drift only."""
