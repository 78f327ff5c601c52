"""`reliability check`: documents, references and the notification policy."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.check.report.forms import FORMS
from reliability.cli.check.options import (
    FAIL_ON,
    CheckOptions,
    handles,
    report_files,
    secret_reference,
    server_address,
)
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.whole import Whole

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.finding import Finding


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="What is printed.",
)
@click.option(
    "--report",
    "reports",
    metavar="FORM=FILE",
    callback=report_files,
    multiple=True,
    help="Also write a report of that form to a file; may stand several times.",
)
@click.option("--statistics", is_flag=True, help="Count by rule, on stderr.")
@click.option("--fix", is_flag=True, help="Carry out the fixes that are safe.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; ends with 1 if anything.")
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="error",
    show_default=True,
    help="Exit with 1 if a finding has at least this severity",
)
@click.option(
    "--base",
    metavar="REV",
    help="Where the change starts: rules of changes speak, rules by date are errors on it.",
)
@click.option(
    "--approved-by",
    "approved",
    metavar="@HANDLE,...",
    callback=handles,
    help="Who approved the change; rules that need approval are then satisfied.",
)
@click.option(
    "--evidence",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What `reliability backtest --format json` wrote, for the measured rules.",
)
@click.option(
    "--live",
    metavar="URL",
    callback=server_address,
    help="Ask this Prometheus, too: metrics, retention, series, scrape intervals.",
)
@click.option(
    "--live-authorization",
    metavar="REF",
    callback=secret_reference,
    help="What --live sends as Authorization: env:NAME or file:PATH.",
)
@click.option(
    "--amtool",
    metavar="PROGRAM",
    help="The amtool that reads the configuration, too; by default on the PATH; off: none.",
)
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Excuse what is found now, once; later only take out what is mended.",
)
@click.option(
    "--jobs",
    type=Whole(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many processes read and check; worth it from some thousand services on.",
)
@click.option(
    "--documents-only",
    is_flag=True,
    help="Only what single documents show; PATHS may lie anywhere.",
)
@click.option(
    "--test-rules",
    cls=ExperimentalOption,
    is_flag=True,
    help="Run the cases beside the custom rules instead; ends with 1 if one fails.",
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Check documents, references and the notification policy.

    PATHS narrow what is shown; the whole repository is read all the same.

    \b
    reliability check                        everything
    reliability check services/attendance    what concerns one service
    reliability check --base origin/main     what the change loosens, deletes, renames, too
    reliability check --live http://localhost:9090   what that server has of it, too
    reliability check --documents-only FILE  a file that need not lie in a repository
    reliability check --format github --report sarif=findings.sarif
    reliability check --diff                 what --fix would change; nothing is written
    reliability check --test-rules           the cases of the custom rules
    """
    from reliability.cli.check.output import show
    from reliability.cli.check.scope import checked, look_of

    asked = CheckOptions(**given)
    if asked.test_rules:
        from reliability.cli.check.custom import test_rules

        asked.refuse_with_test_rules()
        return test_rules(app)
    if asked.fix or asked.diff:
        return _fix(app, asked)
    look = look_of(app, asked)
    repository, findings = checked(app, asked, look=look)
    show(app, asked, repository, findings)
    if look is not None:
        look.ensure_answered()
    return _exit_code(asked, findings)


def _fix(app: App, asked: CheckOptions) -> int:
    """Show the fixes and end with 1 if there are any; or write them and show what is left."""
    from reliability.cli.check.fix import mended, show_diff, write
    from reliability.cli.check.output import show

    asked.refuse_with_fix()
    state = mended(app, asked)
    if asked.diff:
        show_diff(app, state)
        return int(bool(state.after))
    write(app, state)
    show(app, asked, state.repository, state.findings)
    return _exit_code(asked, state.findings)


def _exit_code(asked: CheckOptions, findings: Iterable[Finding]) -> int:
    from reliability.check.engine.run import BUG

    if any(finding.rule == BUG for finding in findings):
        return 3
    counted = (each for each in findings if each.waiver is None)
    limit = asked.limit
    return int(limit is not None and any(each.severity >= limit for each in counted))
