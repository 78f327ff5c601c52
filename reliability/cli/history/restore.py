"""`reliability history restore`: download the history that the schedule stored on GitHub."""

from __future__ import annotations

import re
import tempfile
from pathlib import PurePosixPath
from typing import Final

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra
from reliability.cli.forges import open_on_github
from reliability.cli.options import Whole
from reliability.errors import SourceError
from reliability.history.archive import ensure_no_link, unpack
from reliability.writing import make_folder

STORE: Final = ".reliability/history"
ARTIFACT: Final = "reliability-history"
SAMPLES: Final = ".reliability/samples"
SAMPLES_ARTIFACT: Final = "reliability-samples"
WORKFLOW: Final = re.compile(r"[A-Za-z0-9_][\w.-]*\.ya?ml", re.ASCII)
"""Names of workflow files; the name becomes part of a URL."""

HOW: Final = {
    False: (
        "history; set the variable RELIABILITY_SERVERS to true once a runner reaches your "
        "Prometheus"
    ),
    True: "samples; add the job that runs `history pull --rules` to its schedule",
}
"""What is missing and how to get it, without and with `--samples`."""


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
@click.option(
    "--workflow",
    metavar="FILE",
    default="schedule.yml",
    show_default=True,
    help="Workflow whose scheduled runs are searched",
)
@click.option(
    "--samples",
    cls=ExperimentalOption,
    is_flag=True,
    help="Restore what `history pull --rules` stored, below .reliability/samples",
)
@click.pass_obj
def restore_command(
    app: App, store: str, own_run: int | None, workflow: str, *, samples: bool
) -> None:
    """Restore the history that the scheduled workflow stored as an artifact.

    Takes the artifact of the newest completed scheduled run on the default branch that has not
    expired, whether or not the run succeeded, and no artifact of any other run. Without one,
    nothing is written and the exit code is 0.
    """
    ensure_extra("history restore", "github")
    from reliability.forge.github.artifacts import download, newest_artifact
    from reliability.history.store import Store

    if not WORKFLOW.fullmatch(workflow):
        raise SourceError(f"--workflow: {workflow} is not the name of a workflow file")
    name = ARTIFACT
    if samples:
        name, store = SAMPLES_ARTIFACT, SAMPLES
    path = PurePosixPath(store)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise SourceError(f"--store: {store} is not a folder below the root")
    root = app.root_or_here
    folder = root / path
    ensure_no_link(root, folder)
    forge = open_on_github(app, "history restore")
    artifact = newest_artifact(forge.client, name, workflow, own_run=own_run)
    missing = Store(folder).missing
    if artifact is None or artifact.expired:
        stored = f"{artifact.expired}" if artifact else ""
        if not samples:
            make_folder(missing.parent, app.committed)
            app.write(missing, f"{stored}\n")
        app.note(
            f"what {workflow} stored on {stored} has expired, and no run since then has stored more"
            if stored
            else f"no completed run of {workflow} holds any {HOW[samples]}"
        )
        return
    missing.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as archive:
        download(forge.client, app.settings.github_token, artifact, into=archive)
        count = unpack(archive, root, folder)
    app.say(f"{count:,} files of run {artifact.run} in {store}")
