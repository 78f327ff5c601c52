"""Rendering of reports about targets as text, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from reliability.finding import Problem
from reliability.plan.render.detail import PlanDetail
from reliability.plan.render.json import as_json, unreadable_as_json
from reliability.plan.render.markdown import as_markdown, unreadable_as_markdown
from reliability.plan.render.text import as_text, drift_as_text
from reliability.plan.report import Report

FORMATS: Final = {"text": as_text, "json": as_json, "markdown": as_markdown}
"""Renderers by `--format`."""

UNREADABLE_FORMATS: Final[Mapping[str, Callable[[str, Sequence[Problem]], str]]] = {
    "json": unreadable_as_json,
    "markdown": unreadable_as_markdown,
}
"""Renderers by `--format` for a repository that cannot be read, and so has no report."""

DRIFT_FORMATS: Final = {**FORMATS, "text": drift_as_text}
"""Renderers by `--format` for reports of `drift`."""


def render(reports: Sequence[Report], form: str, detail: PlanDetail) -> str:
    """Render reports in a format."""
    return FORMATS[form](reports, detail)


def render_drift(reports: Sequence[Report], form: str, detail: PlanDetail) -> str:
    """Render reports of `drift` in a format."""
    return DRIFT_FORMATS[form](reports, detail)
