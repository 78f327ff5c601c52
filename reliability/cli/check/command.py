"""`reliability check`: documents, references and the notification policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.check.report.forms import FORMS
from reliability.cli.check.options import report_files, secret_reference, server_address
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.options import approved_by_option, fail_on_option, format_option, jobs_option

if TYPE_CHECKING:
    from reliability.cli.app import App


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@format_option(*FORMS, help_text="Output format")
@click.option(
    "--report",
    "reports",
    metavar="FORM=FILE",
    callback=report_files,
    multiple=True,
    help="Also write a report in this format to a file; repeatable",
)
@click.option("--statistics", is_flag=True, help="Print the number of findings per rule on stderr")
@click.option("--fix", is_flag=True, help="Apply the safe fixes")
@click.option(
    "--diff", is_flag=True, help="Show what --fix would change; exit with 1 if there is anything"
)
@fail_on_option("Exit with 1 if a finding has at least this severity")
@click.option(
    "--base",
    metavar="REV",
    help="Revision to compare with: enables change rules, and makes date rules errors on changed"
    " files",
)
@approved_by_option("Approvers of the change, for rules that require approval")
@click.option(
    "--evidence",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Output of `backtest --format json`, for rules on measured alerts",
)
@click.option(
    "--live",
    metavar="URL",
    callback=server_address,
    help="Prometheus to check against: metrics, retention, series, scrape intervals",
)
@click.option(
    "--live-authorization",
    metavar="REF",
    callback=secret_reference,
    help="Authorization header for --live, as env:NAME or file:PATH",
)
@click.option(
    "--amtool",
    metavar="PROGRAM",
    help="amtool that checks the Alertmanager configuration, or off [default: the one on the PATH]",
)
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Write the baseline of accepted findings; once it exists, only remove fixed ones",
)
@jobs_option("a few thousand services")
@click.option(
    "--documents-only",
    is_flag=True,
    help="Check single documents only; PATHS may be outside of a repository",
)
@click.option(
    "--test-rules",
    cls=ExperimentalOption,
    is_flag=True,
    help="Run the test cases of custom rules instead; exit with 1 if one fails",
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Check documents, references and the notification policy.

    PATHS limit which findings are shown; the whole repository is always read.

    \b
    reliability check                        the whole repository
    reliability check services/attendance    findings of one service
    reliability check --base origin/main     also what the change loosens, deletes or renames
    reliability check --live http://localhost:9090   also against a running Prometheus
    reliability check --documents-only FILE  a file outside of a repository
    reliability check --format github --report sarif=findings.sarif
    reliability check --diff                 show what --fix would change
    reliability check --test-rules           run the test cases of custom rules
    """
    from reliability.cli.check.run import run

    return run(app, **given)
