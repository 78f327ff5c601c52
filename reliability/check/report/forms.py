"""FORMS: every report format by name; a format is imported when it is requested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal, get_args

from reliability.check.report.github import github_report

if TYPE_CHECKING:
    from reliability.check.report.checked import Checked

Form = Literal["text", "json", "sarif", "rdjson", "github", "markdown"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)


def report(
    form: Form, checked: Checked, *, color: bool = False, most: int | None = None
) -> Iterable[str]:
    """Return the lines of a report; `color` and `most` apply to text only."""
    match form:
        case "text":
            from reliability.check.report.text import text_report

            return text_report(checked.findings, checked.texts, color=color, most=most)
        case "json":
            from reliability.check.report.json import json_report

            return [json_report(checked)]
        case "sarif":
            from reliability.check.report.sarif import sarif_report

            return [sarif_report(checked)]
        case "rdjson":
            from reliability.check.report.rdjson import rdjson_report

            return [rdjson_report(checked)]
        case "github":
            return github_report(checked)
        case "markdown":
            from reliability.check.report.markdown import markdown_report

            return markdown_report(checked)
