"""`reliability history pull`: fetch what the store lacks."""

from __future__ import annotations

import click

from reliability.cli.app import App
from reliability.cli.extras import ensure_extra
from reliability.cli.options import history_days_option, names_argument


@click.command("pull")
@names_argument()
@history_days_option()
@click.option(
    "--for-changes",
    is_flag=True,
    help="Fetch only SLIs that are new in the change, from the server that the base names",
)
@click.option("--base", "revision", metavar="REV", help="Base branch of the change")
@click.pass_obj
def pull_command(
    app: App, names: tuple[str, ...], days: int | None, for_changes: bool, revision: str | None
) -> None:
    """Fetch missing samples from the server that policies/history.yaml names.

    You can stop it at any time; the next pull continues. Months older than `keep` of
    policies/history.yaml are removed. With --for-changes, server, credential, store and labels
    are those of the merge base with --base, whatever the change says.
    """
    ensure_extra("history pull", "store")
    from reliability.cli.history.pull.run import run

    return run(app, names=names, days=days, for_changes=for_changes, revision=revision)
