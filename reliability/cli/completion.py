"""`reliability completion`: a script that completes commands and options in a shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from reliability.cli.app import App
from reliability.cli.main import group

SHELLS: Final[Mapping[str, type[ShellComplete]]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}
VARIABLE: Final = "_RELIABILITY_COMPLETE"
"""The environment variable with which the shell requests completions."""


@click.command("completion")
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_obj
def command(app: App, shell: str) -> None:
    """Print a script that completes commands and options in a shell.

    \b
    reliability completion bash > ~/.local/share/bash-completion/completions/reliability
    reliability completion zsh > ~/.zfunc/_reliability       with ~/.zfunc in fpath
    reliability completion fish > ~/.config/fish/completions/reliability.fish
    """
    app.say(SHELLS[shell](group, {}, "reliability", VARIABLE).source().strip())
