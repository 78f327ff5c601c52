"""`reliability history restore`: download the history that the schedule stored on GitHub."""

from __future__ import annotations

import tempfile
from pathlib import PurePosixPath
from typing import Final

import click

from reliability.cli.app import App
from reliability.cli.forges import open_on_github
from reliability.cli.options import Whole
from reliability.errors import SourceError
from reliability.history.archive import ensure_no_link, unpack

STORE: Final = ".reliability/history"
ARTIFACT: Final = "reliability-history"


@click.command("restore")
@click.option(
    "--store",
    metavar="FOLDER",
    default=STORE,
    show_default=True,
    help="Directory below the root that is replaced",
)
@click.option(
    "--run",
    "own_run",
    type=Whole(1),
    help="Workflow run to search first, such as the current one",
)
@click.pass_obj
def restore_command(app: App, store: str, own_run: int | None) -> None:
    """Restore the history that the scheduled workflow stored as an artifact.

    Takes the artifact of the newest completed run of schedule.yml on the default branch that has
    not expired, whether or not the run succeeded, and no artifact of any other run. Without one,
    nothing is written and the exit code is 0.
    """
    from reliability.forge.github.artifacts import download, newest_artifact

    path = PurePosixPath(store)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise SourceError(f"--store: {store} is not a folder below the root")
    root = app.root_or_here
    folder = root / path
    ensure_no_link(root, folder)
    forge = open_on_github(app, "history restore")
    artifact = newest_artifact(forge.client, ARTIFACT, own_run=own_run)
    if artifact is None:
        app.note(
            "no completed run of schedule.yml holds any history; set the variable "
            "RELIABILITY_SERVERS to true once a runner reaches your Prometheus"
        )
        return
    with tempfile.TemporaryFile() as archive:
        download(forge.client, app.settings.github_token, artifact, into=archive)
        count = unpack(archive, root, folder)
    app.say(f"{count:,} files of run {artifact.run} in {store}")
