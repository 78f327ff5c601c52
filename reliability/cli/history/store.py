"""`reliability history prune` and `compact`: remove old months, and merge stored parts."""

from __future__ import annotations

from datetime import timedelta

import click

from reliability.cli.app import App
from reliability.cli.environments import apps_in, environment_option
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra
from reliability.cli.options import Whole
from reliability.errors import ReliabilityError

allow_option = click.option(
    "--allow",
    cls=ExperimentalOption,
    is_flag=True,
    help="Remove old months even if they are more than half of the files",
)


@click.command("prune")
@click.option(
    "--keep-days",
    type=Whole(1),
    help="Days to keep, up to --today [default: keep of policies/history.yaml]",
)
@allow_option
@environment_option()
@click.pass_obj
def prune_command(
    app: App, keep_days: int | None, environments: tuple[str, ...], *, allow: bool
) -> None:
    """Remove months that are older than the history to keep.

    A month is removed when all of it is older. More than half of the files are removed only with
    --allow.
    """
    ensure_extra("history prune", "store")
    from reliability.cli.history.place import open_place

    for place in map(open_place, apps_in(app, environments)):
        keep = timedelta(days=keep_days) if keep_days else place.spec.keep
        if keep is None:
            raise ReliabilityError(
                "the history to keep is not set; write `keep: 400d` into policies/history.yaml, "
                "or pass --keep-days"
            )
        with place.store.writing():
            removed = list(place.store.prune(app.today - keep, allow=allow))
        for path in removed:
            app.note(f"{place.prefix}removed {path.relative_to(place.store.folder)}")
        app.say(f"{place.prefix}{len(removed)} files removed, {app.today - keep} and later kept")


@click.command("compact")
@environment_option()
@click.pass_obj
def compact_command(app: App, environments: tuple[str, ...]) -> None:
    """Take the parts that a stopped pull has left into their months; set aside what is damaged.

    A pull does so for its own SLOs when it ends.
    """
    ensure_extra("history compact", "store")
    from reliability.cli.history.place import open_place

    for place in map(open_place, apps_in(app, environments)):
        changed = 0
        with place.store.writing():
            for damaged in place.store.set_aside_everywhere():
                app.note(
                    f"{place.prefix}{damaged}; it was set aside; "
                    "the next pull fetches its days again"
                )
            for family in place.store.every_family():
                changed += family.compact()
        app.say(f"{place.prefix}{changed} months rewritten")
