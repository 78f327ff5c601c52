"""`reliability init`: what a repository needs besides its documents."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from reliability.cli.app import App

STEPS: Final = """\
what to do, the shortest way first; more in docs/github.md of reliability-as-code

  1. Commit and push. From the next pull request on, documents are checked and the review says
     what a change does to people. There is nothing else to set up for that.
  2. Settings > Rules: let the branch main require the checks `check` and `review`, and reviews
     of code owners. `reliability build --code-owners` writes CODEOWNERS.
  3. Settings > Environments: reliability-sync and reliability-read, both for the branch main
     only, with the credentials that policies/ refers to as env:NAME.
  4. If GitHub's runners do not reach your servers: a runner of your own, and the variable
     RELIABILITY_RUNNER with its label.
  5. Then the variable RELIABILITY_SERVERS with the value true: history is pulled, tickets are
     opened, drift is told."""


@click.command("init")
@click.option(
    "--github", is_flag=True, help="Workflows, the action they use, forms for issues and changes."
)
@click.pass_obj
def command(app: App, github: bool) -> int:
    """Write what a repository needs besides its documents, and say what to set up.

    A file that is there stays as it is.
    """
    if not github:
        raise click.UsageError("nothing says what to write; pass --github")
    from reliability.demo.github import Kept, lay_out

    root = app.given_root.resolve() if app.given_root else app.root_or_here
    top = _git_top(root)
    kept = 0
    for laid in lay_out(top):
        app.say(f"{type(laid).__name__.lower():5}  {laid.path}")
        kept += isinstance(laid, Kept)
    if kept:
        app.note(f"\nthere with other content, and left as they are: {kept}")
    if top != root:
        folder = root.relative_to(top).as_posix()
        app.note(
            f"\nthe documents are in {folder}/: set the variable RELIABILITY_FOLDER to {folder}"
        )
    app.note(f"\n{STEPS}")
    return 0


def _git_top(root: Path) -> Path:
    """The folder in which GitHub looks for workflows: the Git repository's own."""
    return next((each for each in (root, *root.parents) if (each / ".git").exists()), root)
