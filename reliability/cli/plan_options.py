"""Options of `plan`, `sync` and `drift`, in their own module because `check` needs no plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from reliability.cli.environments import environment_option
from reliability.cli.options import Command, Decorator, with_options
from reliability.plan.decisions import ObjectName

PLAN_FORMATS: Final = ("text", "json", "markdown")


def sync_target_option(
    name: str = "names", help_text: str = "Only this sync target; repeatable"
) -> Decorator:
    """Return the option `--sync-target`."""
    return click.option("--sync-target", name, multiple=True, metavar="NAME", help=help_text)


def target_environment_option() -> Decorator:
    """Return the option `--environment` of commands about sync targets."""
    help_text = "Only the sync targets of this environment, or of one of its servers; repeatable"
    return environment_option(help_text, default="")


def allow_option(help_text: str) -> Decorator:
    """Return the option `--allow`, which allows a plan by its digest."""
    return click.option("--allow", multiple=True, metavar="NAME:DIGEST", help=help_text)


def brief_option() -> Decorator:
    """Return the option `--brief`."""
    return click.option("--brief", is_flag=True, help="One line per object, without diffs")


def full_option() -> Decorator:
    """Return the option `--full`."""
    return click.option(
        "--full",
        is_flag=True,
        help="Whole lines, and also differences that only follow from others",
    )


def detailed_exitcode_option(what: str) -> Decorator:
    """Return the option `--detailed-exitcode`, as terraform has it."""
    return click.option("--detailed-exitcode", is_flag=True, help=f"Exit with 4 if there {what}")


def read_objects(
    _context: click.Context, parameter: click.Parameter, values: Sequence[str]
) -> tuple[ObjectName, ...]:
    """Read the values of an option that names objects."""
    names: list[ObjectName] = []
    for value in values:
        name = ObjectName.parse(value)
        if name is None:
            raise click.BadParameter(
                f"{value!r} is not of the form [SYNC_TARGET:]KIND/NAME, such as rules/shop",
                param=parameter,
            )
        names.append(name)

    return tuple(names)


def decision_options(command: Command) -> Command:
    """Add the options of `plan` and `sync` that decide something for one plan."""
    return with_options(
        command,
        click.option(
            "--only",
            multiple=True,
            metavar="OBJECT",
            callback=read_objects,
            help="Plan only this object, such as rules/shop; repeatable",
        ),
        click.option(
            "--overwrite",
            multiple=True,
            metavar="OBJECT",
            callback=read_objects,
            help="Overwrite this object, which was changed outside the repository; repeatable",
        ),
        click.option(
            "--take-over",
            multiple=True,
            metavar="NAME",
            help="Take over declared objects of another owner in this sync target; repeatable",
        ),
        click.option(
            "--allow-active",
            is_flag=True,
            help="Also apply changes that resolve an active alert or undo a silence",
        ),
    )
