"""`reliability history`: keep the past of every SLI."""

from __future__ import annotations

from pathlib import Path

import click

from reliability.cli.app import App
from reliability.cli.environments import app_in_one, environment_option
from reliability.cli.extras import ensure_extra
from reliability.cli.history.backfill.command import backfill_command
from reliability.cli.history.pull.command import pull_command
from reliability.cli.history.restore import restore_command
from reliability.cli.history.store import compact_command, prune_command
from reliability.cli.names import check_names


@click.group("history")
def command() -> None:
    """Store the history of every SLI as Parquet, for `reliability backtest`.

    \b
    reliability history pull
    reliability history pull attendance --days 30
    reliability history backfill --data-dir /var/lib/prometheus/data
    reliability history import counts.csv --format csv --slo attendance-clock-in
    """


command.add_command(pull_command)
command.add_command(backfill_command)
command.add_command(prune_command)
command.add_command(compact_command)
command.add_command(restore_command)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["csv", "openmetrics"]), required=True)
@click.option(
    "--slo",
    "slo",
    metavar="SLO",
    help="SLO that the counts of a CSV file belong to; OpenMetrics: import only this SLO",
)
@environment_option("Environment that the file is about, or one of its servers", default="")
@click.pass_obj
def import_command(
    app: App, file: Path, form: str, slo: str | None, environments: tuple[str, ...]
) -> None:
    """Store counts per minute (CSV) or counters with timestamps (OpenMetrics) from a file.

    CSV columns: time,good,total or time,bad,total; further columns are labels. Existing data of
    the same minutes is replaced.
    """
    ensure_extra("history import", "store")
    from reliability.cli.history.imported import import_file

    if slo is not None:
        check_names([slo], [app.catalog()])
    here = app_in_one(app, environments, (slo,) if slo else ())
    import_file(here, file, form, slo=slo)
