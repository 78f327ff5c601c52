"""Commands and options that may still change, which their help says.

The levels are in `docs/reference/stability.md`. A new command begins as experimental.
"""

from __future__ import annotations

from typing import Any, Final

import click

NOTE: Final = "Experimental: may change in any release."


class ExperimentalCommand(click.Command):
    """A command whose help ends with a note that it may change."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line below the options."""
        super().format_epilog(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(NOTE)


class ExperimentalOption(click.Option):
    """An option whose help ends with `(experimental)`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = f"{(self.help or '').rstrip('.')} (experimental)"
