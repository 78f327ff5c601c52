"""The options by which a command says where its issues go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from reliability.cli.forges import read_forge
from reliability.cli.whole import Whole

MOST: Final = 300
Command = TypeVar("Command", bound=Callable[..., Any])


def issue_options(command: Command) -> Command:
    """The options by which a command says where its issues go."""
    for option in (
        click.option(
            "--max-changes",
            type=Whole(1, 500),
            default=MOST,
            show_default=True,
            help="Maximum number of issues written in one run; the rest follows in the next",
        ),
        click.option("--dry-run", is_flag=True, help="Print what would be written"),
        click.option(
            "--forge",
            metavar="github|folder:DIR",
            callback=read_forge,
            help="Keep the issues there [default: print them]",
        ),
    ):
        command = option(command)
    return command
