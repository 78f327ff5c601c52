"""Outputs of a review besides the forge: job summary, files, annotations, the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reliability.backtest.report import json as backtest_json
from reliability.check.report.checked import Checked
from reliability.check.report.forms import report
from reliability.check.rules import RULES
from reliability.errors import reason_of
from reliability.render.display import inert, safe
from reliability.review.pull_request.measured import MeasuredChange
from reliability.review.pull_request.report import full_report, short_report
from reliability.review.pull_request.run import ReviewResult
from reliability.review.pull_request.shown import ReportView
from reliability.writing import make_folder

if TYPE_CHECKING:
    from reliability.cli.app import App

SUMMARY_ROOM: Final = 300_000
"""Characters; GitHub limits the summary of a step to 1 MiB, and drops a longer one."""


def write_files(app: App, folder: Path, result: ReviewResult) -> None:
    """Write the full report, SARIF, annotations and the backtest as JSON, for an artifact.

    Raises:
        click.UsageError: the folder cannot be written.
    """
    view, catalog = result.view, result.catalog
    documents = sum(1 for _ in catalog.everything())
    checked = Checked(
        findings=result.findings,
        texts=catalog.texts,
        services=len(catalog.services),
        documents=documents,
        rules=RULES,
    )

    try:
        make_folder(folder, app.committed)
        app.write(folder / "report.md", full_report(view))
        app.write(folder / "findings.sarif", "\n".join(report("sarif", checked)) + "\n")
        app.write(folder / "annotations.txt", "\n".join(annotation_lines(view)) + "\n")
        measured = view.reviewed.measured
        if isinstance(measured, MeasuredChange):
            app.write(folder / "backtest.json", backtest_json.text(*measured.results) + "\n")
    except OSError as error:
        reason = reason_of(error)
        raise click.UsageError(f"--out: {folder} cannot be written: {reason}") from error


def annotation_lines(view: ReportView) -> list[str]:
    """Return the new findings as commands that a runner shows on their lines."""
    findings = [finding for _, finding in view.reviewed.finding_changes.counted]
    return list(report("github", Checked(findings=findings)))


def append_summary(app: App, view: ReportView) -> None:
    """Append the report to the job's summary, if the program runs in a job."""
    path = app.settings.job_summary
    if path is not None:
        whole = full_report(view)
        text = whole if len(whole) <= SUMMARY_ROOM else short_report(view, SUMMARY_ROOM)
        app.write(path, text, append=True)


def log_line(text: str) -> str:
    """Return a line for a log, in which nothing controls a terminal or a runner."""
    return inert(safe(text))
