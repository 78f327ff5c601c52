"""`reliability init`: what a repository begins with, in an empty folder or in one that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.app import App

if TYPE_CHECKING:
    from reliability.convert.landing import Landing
    from reliability.demo.github import Laid
    from reliability.start.beginning import Wanted
    from reliability.start.surroundings import Surroundings


@click.command("init")
@click.option(
    "--github/--no-github",
    default=None,
    help="Workflows, the action they use, forms for issues and changes; "
    "by default where a Git remote is on GitHub.",
)
@click.option("--solo", is_flag=True, help="One person: agreement is recorded, nobody else asked.")
@click.option("--team", metavar="NAME", help="Who answers; a file of policies/teams.")
@click.option("--member", metavar="@NAME", help="A member of the team.")
@click.option("--slack", metavar="#CHANNEL", help="Where the team is told of alerts.")
@click.option(
    "--pagerduty/--no-pagerduty", default=None, help="Whether PagerDuty wakes who is on call."
)
@click.option("--prometheus", metavar="URL", help="Where the past of SLIs comes from.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Lay out services/, policies/, hooks and workflows, and say what comes next.

    Looks at configuration files, the Git remote and the names of variables to see which tools
    there are, and asks for the rest where there is a terminal. A file that is there stays as it
    is; running it again writes only what is missing.

    \b
    reliability init                            in an empty folder, or beside what you have
    reliability init --solo                     for one person
    reliability init --github                   with workflows, whatever the remote is
    reliability init --prometheus http://localhost:9090 --team shop --slack '#shop-alerts'
    """
    from reliability.cli.init_asked import asked_of
    from reliability.cli.init_output import json_text, print_laid
    from reliability.start.surroundings import look_around

    root = app.given_root.resolve() if app.given_root else app.root_or_here
    around = look_around(root, app.settings.environment)
    asked = asked_of(app, root, around, given)
    landing, strange = _landing(root, around, asked.wanted)
    written = tuple(map(str, landing.write()))
    laid = _github(root) if asked.writes_workflows else ()
    done = Done(root, around, written, landing, laid, strange)
    if given["form"] == "json":
        app.say(json_text(done))
    else:
        print_laid(app, done)
    return 0


@dataclass(frozen=True, slots=True)
class Done:
    """What was laid out: our files, and those of GitHub where they were asked for."""

    root: Path
    around: Surroundings
    written: tuple[str, ...]
    landing: Landing
    laid: tuple[Laid, ...]
    strange: tuple[str, ...] = ()
    """Files of `services/` that were there and are no documents of ours."""

    @property
    def top(self) -> Path:
        """The folder in which GitHub looks for workflows: the Git repository's own."""
        return git_top(self.root)


def _landing(root: Path, around: Surroundings, wanted: Wanted) -> tuple[Landing, tuple[str, ...]]:
    from reliability.convert.landing import Landing
    from reliability.demo.shipped import shipped_repository
    from reliability.start.beginning import declared_in, not_declared, owner_id_in, wanted_files

    catalog, strange = declared_in(root)
    wanted = replace(wanted, owner_id=owner_id_in(catalog))
    files = wanted_files(wanted, around, shipped_repository())
    return Landing.of(root, not_declared(files, catalog)), strange


def _github(root: Path) -> tuple[Laid, ...]:
    from reliability.demo.github import lay_out

    return tuple(lay_out(git_top(root)))


def git_top(root: Path) -> Path:
    """The nearest Git repository upwards; the folder itself where there is none."""
    from reliability.git import top_of

    return top_of(root) or root
