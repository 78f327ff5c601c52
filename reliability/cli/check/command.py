"""`reliability check`: documents, references and the notification policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.check.report.forms import FORMS
from reliability.cli.check.options import (
    FAIL_ON,
    handles,
    report_files,
    secret_reference,
    server_address,
)
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.whole import Whole

if TYPE_CHECKING:
    from reliability.cli.app import App


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
    from reliability.cli.check.run import run

    return run(app, **given)
