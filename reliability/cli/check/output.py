"""The output of `reliability check`: the findings in the requested formats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from reliability.check.engine.documents import is_shown
from reliability.check.report.checked import Checked, statistics_table
from reliability.check.report.forms import report
from reliability.errors import reason_of
from reliability.finding import Finding

if TYPE_CHECKING:
    from reliability.check.rule import Rule
    from reliability.cli.app import App
    from reliability.cli.check.options import CheckOptions, ReportFile
    from reliability.load.catalog import Catalog
    from reliability.pipeline import Repository


MOST_OF_RULE: Final = 20
"""Findings of one rule that are all shown in the text; more would bury those of other rules."""
MANY: Final = 10
"""Findings that fit on a screen; more are also counted by rule."""


def show(
    app: App, options: CheckOptions, repository: Repository, findings: Sequence[Finding]
) -> None:
    """Print the findings on stdout and write the reports; counts are on stderr."""
    catalog = repository.catalog
    documents = sum(1 for _ in catalog.everything())
    checked = Checked(
        findings=findings,
        texts=catalog.texts,
        services=len(catalog.services),
        documents=documents,
        rules=_rules(options, catalog),
    )
    for file in options.reports:
        _write(app, file, checked)
    for line in report(options.form, checked, color=app.view.color, most=MOST_OF_RULE):
        app.say(line)
    if options.statistics:
        app.note("\n".join(statistics_table(findings, app.view)))
    if options.form == "text":
        _close(app, checked, with_rules=not options.statistics)


def _close(app: App, checked: Checked, *, with_rules: bool) -> None:
    from reliability.check.report.text import by_rule, summary

    if with_rules and len(checked.counted) > MANY:
        app.note(by_rule(checked.findings))
    app.note(summary(checked.findings, checked.services, checked.documents))
    if not checked.texts and not checked.findings:
        app.note("no documents to check; `reliability demo` shows an example repository")


def _rules(options: CheckOptions, catalog: Catalog) -> Sequence[Rule]:
    """Return the active rules, if a report mentions them."""
    if "sarif" not in (options.form, *(file.form for file in options.reports)):
        return ()
    from reliability.check.custom.rules import rules_of

    rules = rules_of(catalog)
    return [rule for rule in rules if not options.documents_only or is_shown(rule)]


def _write(app: App, file: ReportFile, checked: Checked) -> None:
    text = "".join(f"{line}\n" for line in report(file.form, checked))
    try:
        app.write(file.path, text)
    except OSError as error:
        reason = reason_of(error)
        raise click.UsageError(f"--report: {file.path} cannot be written: {reason}") from error
