"""Annotations of an imported alert: summary, description, runbook and the link of a dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic_core import PydanticCustomError

from reliability.convert.converter import Diagnostic, changed, left_out
from reliability.convert.fields import Fields
from reliability.model.kind import check_runbook

SUMMARIES: Final = ("summary", "title", "message")
DESCRIPTIONS: Final = ("description", "message", "details")
DOCUMENTATION: Final = "documentation"
RUNBOOKS: Final = ("runbook_url", "runbook", "runbook_link", "runbookUrl", DOCUMENTATION)
DASHBOARDS: Final = ("dashboard_url", "dashboard", "grafana_url")


def read_annotations(fields: Fields, into: dict[str, str]) -> Iterator[Diagnostic]:
    """Read the annotations that a signal has; yield a diagnostic for each other one."""
    for key, names in (("summary", SUMMARIES), ("description", DESCRIPTIONS)):
        name = next((candidate for candidate in names if _is_left(candidate, fields)), None)
        if name is not None:
            into[key] = fields.text(name) or ""
            if name != key:
                yield changed(fields.at(name), f"annotation {name} becomes the signal's {key}")
    yield from _dashboard(fields, into)
    yield from _runbook(fields, into)
    yield from fields.diagnostics("is not imported: a signal has no such annotation")


def _is_left(key: str, fields: Fields) -> bool:
    value = fields.values.get(key)
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return key not in fields.taken and is_text and value != ""


def _dashboard(fields: Fields, into: dict[str, str]) -> Iterator[Diagnostic]:
    """Keep the link of a dashboard, for which a signal has no field, where people read it."""
    name = next((candidate for candidate in DASHBOARDS if _is_left(candidate, fields)), None)
    if name is None or "://" not in str(fields.values[name]):
        return
    link = f"Dashboard: {fields.text(name)}"
    into["description"] = "\n".join(filter(None, (into.get("description", "").rstrip(), link)))
    yield changed(fields.at(name), f"annotation {name} becomes a line of the signal's description")


def _runbook(fields: Fields, into: dict[str, str]) -> Iterator[Diagnostic]:
    name = next((candidate for candidate in RUNBOOKS if _is_left(candidate, fields)), None)
    if name is None or (name == DOCUMENTATION and "://" not in str(fields.values[name])):
        return
    runbook = fields.text(name) or ""
    try:
        into["runbook"] = check_runbook(runbook)
        if name == DOCUMENTATION:
            yield changed(fields.at(name), f"annotation {name} becomes the signal's runbook")
    except (PydanticCustomError, ValueError) as error:
        reason = error.message() if isinstance(error, PydanticCustomError) else str(error)
        yield left_out(fields.at(name), f"the runbook is not imported: {reason}")
