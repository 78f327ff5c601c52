"""What `reliability check` prints: the findings in the form that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reliability.finding import Finding

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.cli.check_asked import Asked
    from reliability.pipeline import Repository


def show(app: App, asked: Asked, repository: Repository, findings: Sequence[Finding]) -> None:
    """Print the findings on stdout, and how many there are on stderr."""
    if asked.form == "json":
        from reliability.check.report.json import json_report

        app.say(json_report(findings))
        return
    from reliability.check.report.text import summary, text_report

    catalog = repository.catalog
    for line in text_report(findings, catalog.texts, color=app.colors_output):
        app.say(line)
    documents = sum(1 for _ in catalog.everything())
    app.note(summary(findings, len(catalog.services), documents))
    if not catalog.texts and not findings:
        app.note("nothing was there to check; `reliability demo` shows what a repository holds")
