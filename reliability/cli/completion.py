"""`reliability completion`: a script that completes commands and options in a shell."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from reliability.cli.app import App
from reliability.cli.main import group

VARIABLE: Final = "_RELIABILITY_COMPLETE"
"""The environment variable with which the shell requests completions."""


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def command(app: App, shell: str) -> None:
    """Print a script that completes commands and options in a shell.

    \b
    reliability completion bash > ~/.local/share/bash-completion/completions/reliability
    reliability completion zsh > ~/.zfunc/_reliability       with ~/.zfunc in fpath
    reliability completion fish > ~/.config/fish/completions/reliability.fish
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"no completion for {shell}")

    app.say(made(group, {}, "reliability", VARIABLE).source().strip())
