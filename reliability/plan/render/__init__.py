"""Rendering of reports about targets as text, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from reliability.finding import Problem
from reliability.plan.render.json import as_json, unreadable_as_json
from reliability.plan.render.markdown import as_markdown, unreadable_as_markdown
from reliability.plan.render.text import as_text, drift_as_text
from reliability.plan.report import Report

FORMATS: Final[Mapping[str, Callable[[Sequence[Report]], str]]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
"""Renderers by `--format`."""

BRIEF_FORMATS: Final[Mapping[str, Callable[[Sequence[Report]], str]]] = {
    "text": partial(as_text, brief=True),
    "json": partial(as_json, brief=True),
    "markdown": partial(as_markdown, most_lines=0),
}
"""Renderers by `--format`, without the diff of each object."""

UNREADABLE_FORMATS: Final[Mapping[str, Callable[[str, Sequence[Problem]], str]]] = {
    "json": unreadable_as_json,
    "markdown": unreadable_as_markdown,
}
"""Renderers by `--format` for a repository that cannot be read, and so has no report."""

DRIFT_FORMATS: Final[Mapping[str, Callable[[Sequence[Report]], str]]] = {
    **FORMATS,
    "text": drift_as_text,
}
"""Renderers by `--format` for reports of `drift`."""


def render(reports: Sequence[Report], form: str, *, brief: bool) -> str:
    """Render reports in a format; if `brief`, without the diff of each object."""
    return (BRIEF_FORMATS if brief else FORMATS)[form](reports)


def render_drift(reports: Sequence[Report], form: str, *, brief: bool) -> str:
    """Render reports of `drift` in a format; if `brief`, without the diff of each object."""
    if form == "text":
        return drift_as_text(reports, brief=brief)
    return render(reports, form, brief=brief)
