"""Options for the servers that alerts are read from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def past_options(command: Command) -> Command:
    """Options for the servers that alerts are read from."""
    for name in ("alertmanager", "prometheus"):
        command = click.option(
            f"--{name}",
            metavar="URL",
            help=f"The {name.capitalize()} to read; by default that of policies/.",
        )(command)
    return command
