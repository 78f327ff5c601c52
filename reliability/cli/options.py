"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import click

from reliability.cli.experimental import ExperimentalOption
from reliability.cli.forges import read_forge
from reliability.finding import Severity
from reliability.scalars import ScalarError, whole

FAIL_ON: Final = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "never": None,
}
MAX_DAYS: Final = 400
MAX_ISSUES: Final = 300

Command = TypeVar("Command", bound=Callable[..., Any])


class Decorator(Protocol):
    """A function that adds an option or an argument to a command."""

    def __call__(self, command: Command, /) -> Command:
        """Return the command with it."""


class Whole(click.IntRange):
    """A whole number in a range; Python would also take `1_0` and the digits of other scripts."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the text of an option."""
        try:
            number = whole(value) if isinstance(value, str) else int(value)
        except ScalarError as error:
            self.fail(str(error), param, ctx)
        return int(super().convert(number, param, ctx))


def names_argument() -> Decorator:
    """Return the argument for SLOs and services; empty means all."""
    return click.argument("names", nargs=-1, metavar="[SLO|SERVICE]...")


def format_option(*formats: str, help_text: str | None = None) -> Decorator:
    """Return the option `--format`, with the first format as the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=help_text,
    )


def days_option(help_text: str) -> Decorator:
    """Return the option `--days` of history, up to `MAX_DAYS`."""
    return click.option("--days", type=Whole(1, MAX_DAYS), help=help_text)


def history_days_option() -> Decorator:
    """Return the option `--days`, by default the span of the repository's history."""
    return days_option("Days to read, up to --today [default: span of policies/history.yaml]")


def jobs_option(enough: str) -> Decorator:
    """Return the option `--jobs`; `enough` is the size from which processes pay off."""
    return click.option(
        "--jobs",
        type=Whole(1, 64),
        default=1,
        show_default=True,
        metavar="N",
        help=f"Number of processes; pays off from {enough}",
    )


def fail_on_option(help_text: str) -> Decorator:
    """Return the option `--fail-on` for a severity."""
    return click.option(
        "--fail-on",
        type=click.Choice(list(FAIL_ON)),
        default="error",
        show_default=True,
        help=help_text,
    )


def read_handles(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> frozenset[str]:
    """Read `@one,@two`; each begins with `@`."""
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    for part in parts:
        if not part.startswith("@") or len(part) == 1:
            raise click.BadParameter(
                f"{part} is not a valid handle; write @NAME, separated by commas"
            )
    return frozenset(parts)


def approved_by_option(help_text: str) -> Decorator:
    """Return the option `--approved-by`."""
    return click.option(
        "--approved-by",
        "approved",
        metavar="@HANDLE,...",
        callback=read_handles,
        help=help_text,
    )


def event_option(help_text: str) -> Decorator:
    """Return the option `--event` for the file of an event that GitHub wrote."""
    return click.option("--event", type=click.Path(dir_okay=False, path_type=Path), help=help_text)


def out_option(help_text: str, metavar: str | None = None) -> Decorator:
    """Return the option `--out` for a directory."""
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option("--out", type=folder, metavar=metavar, help=help_text)


def forge_option(help_text: str) -> Decorator:
    """Return the option `--forge`."""
    return click.option("--forge", metavar="github|folder:DIR", callback=read_forge, help=help_text)


def draft_options(command: Command) -> Command:
    """Add the options for rules of `import` and `triage` that name no service or team."""
    return with_options(
        command,
        click.option("--service", metavar="NAME", help="Use one service for all rules"),
        click.option("--team", metavar="NAME", help="Team of services without an owner"),
    )


def issue_options(command: Command) -> Command:
    """Add the options that select where a command keeps its issues, and how many it writes."""
    return with_options(
        command,
        forge_option("Keep the issues there [default: print them]"),
        click.option("--dry-run", is_flag=True, help="Print what would be written"),
        click.option(
            "--max-changes",
            type=Whole(1, 500),
            default=MAX_ISSUES,
            show_default=True,
            help="Maximum number of issues written in one run; the rest follows in the next",
        ),
    )


def alert_server_options(command: Command) -> Command:
    """Add the options for the servers that alerts are read from."""
    return with_options(
        command,
        *(
            click.option(
                f"--{name}",
                metavar="URL",
                help=f"The {name.capitalize()} to read; by default that of policies/.",
            )
            for name in ("prometheus", "alertmanager")
        ),
    )


def rules_server_options(content: str) -> Decorator:
    """Return the options that name the server of `--rules`, which has the history or samples."""

    def add(command: Command) -> Command:
        return with_options(
            command,
            click.option(
                "--prometheus",
                cls=ExperimentalOption,
                metavar="URL",
                help=f"With --rules: the server with the {content}",
            ),
            click.option(
                "--authorization",
                cls=ExperimentalOption,
                metavar="REF",
                help="With --prometheus: its Authorization header, as env:NAME",
            ),
        )

    return add


def pager_options(command: Command) -> Command:
    """Add the options that name a PagerDuty account, and which of its incidents are read."""
    ids = "With --pager: only incidents of this {} of PagerDuty, by its ID; repeatable"
    return with_options(
        command,
        click.option(
            "--pager",
            metavar="URL",
            help="Read incidents from this API of PagerDuty, such as https://api.pagerduty.com",
        ),
        click.option(
            "--pager-token", metavar="REF", help="With --pager: its API token, as env:NAME"
        ),
        click.option(
            "--pager-team", "pager_teams", multiple=True, metavar="ID", help=ids.format("team")
        ),
        click.option(
            "--pager-service",
            "pager_services",
            multiple=True,
            metavar="ID",
            help=ids.format("service"),
        ),
    )


def status_options(command: Command) -> Command:
    """Add the options for the source of figures of `gate` and `status`, and for their format."""
    return with_options(
        command,
        click.option(
            "--from",
            "origin",
            type=click.Choice(["live", "history"]),
            help="live: the Prometheus of policies/; history: the stored history [default: live "
            "if history comes from a server]",
        ),
        click.option(
            "--prometheus",
            metavar="URL",
            help="Read what this Prometheus recorded; it must run the rules of `build`",
        ),
        format_option("text", "json"),
    )


def with_options(command: Command, *options: Decorator) -> Command:
    """Return a command with these options, in the order of its help."""
    for option in reversed(options):
        command = option(command)
    return command
