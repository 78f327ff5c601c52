"""The group of commands, the global options, and the one `except`."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from io import TextIOWrapper
from itertools import islice
from mmap import mmap
from pathlib import Path, PurePath
from typing import Final

import click
from click.shell_completion import CompletionItem

from reliability.bugs import reporting_bugs
from reliability.errors import ReliabilityError, reason_of
from reliability.progress import hide_progress, reporting
from reliability.settings import Settings, without_plugins
from reliability.tracing import listening

COMMAND_GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "Start": {
        "init": "Scaffold services/, policies/, hooks and workflows",
        "new": "Write the first SLO of a service, by interview or flags",
        "import": "Convert existing rules and SLOs into service directories",
        "triage": "Sort today's notifications into alert, ticket and log",
        "demo": "Walk through the whole loop on built-in data",
    },
    "Author": {
        "check": "Check documents, references and the notification policy",
        "fmt": "Format YAML files without changing keys, values or comments",
        "explain": "Explain a rule, with a bad and a good example",
        "schema": "Print the JSON Schemas that editors use",
        "completion": "Print a script that completes commands and options",
    },
    "Deliver": {
        "build": "Write Prometheus rules and the Alertmanager configuration",
        "plan": "Show what would change in each sync target",
        "sync": "Apply the plan to each sync target",
        "drift": "Show changes made outside the repository",
    },
    "Measure": {
        "history": "Keep the history of every SLI",
        "backtest": "Replay alerts over history and count notifications",
        "status": "Show attainment, remaining error budget and burn rate of each SLO",
        "suggest": "Try targets over history and suggest one",
        "site": "Write static pages about SLOs, budgets, alerts and incidents",
        "gate": "Exit with 1 if the error budget closes a service for changes",
    },
    "Review": {
        "review": "Show what a pull request changes in notifications and SLOs",
        "verdict": "Set the commit status that a branch rule requires",
        "revisit": "Open an issue for each SLO whose review is due",
        "tickets": "Open issues for what ticket-tier signals did",
        "digest": "Summarize a week for the retrospective, as an issue",
        "dashboard": "Keep one issue that lists what is due, burning and waived",
    },
}
"""The help line of each command, in the order in which a user meets them."""
COMMANDS: Final[Mapping[str, str]] = {
    name: line for commands in COMMAND_GROUPS.values() for name, line in commands.items()
}
OTHER_NAMES: Final[Mapping[str, str]] = {
    "add": "new",
    "adopt": "import",
    "apply": "sync",
    "compile": "build",
    "convert": "import",
    "create": "new",
    "deploy": "sync",
    "diff": "plan",
    "format": "fmt",
    "generate": "build",
    "lint": "check",
    "migrate": "import",
    "push": "sync",
    "render": "build",
    "replay": "backtest",
    "simulate": "backtest",
    "slo": "status",
    "test": "check",
    "validate": "check",
    "verify": "check",
}
"""Names that other tools (terraform, promtool, Sloth, pint) use for a command."""


VALUED: Final = frozenset(("--root", "--today", "--color"))
FLAGS: Final = frozenset(("--quiet", "--verbose"))


def global_first(arguments: Iterable[str]) -> list[str]:
    """Move the global options to the front, because they may follow a command."""
    ahead: list[str] = []
    rest: list[str] = []
    left = iter(arguments)

    for argument in left:
        if argument == "--":
            rest += (argument, *left)
        elif argument in VALUED:
            ahead += (argument, *islice(left, 1))
        elif argument in FLAGS or argument.partition("=")[0] in VALUED:
            ahead.append(argument)
        else:
            rest.append(argument)

    return ahead + rest


class LazyGroup(click.Group):
    """The commands by name; the module of a command is imported when it is used."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read the global options at any position."""
        return super().parse_args(context, global_first(args))

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the commands in the order in which a user meets them."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return the `command` of `reliability.cli.<name>`, or of its module `command`."""
        if name not in COMMANDS:
            return None
        file = f"{name}_" if keyword.iskeyword(name) else name
        module = importlib.import_module(f"reliability.cli.{file}")
        if hasattr(module, "__path__"):
            module = importlib.import_module(f"reliability.cli.{file}.command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; for an unknown name, fail and suggest the closest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = get_close_matches(name, COMMANDS)
            meant = OTHER_NAMES.get(name, near[0] if near else None)
            hint = f"; did you mean {meant}?" if meant else ""
            context.fail(f"unknown command {name!r}{hint}")
        return super().resolve_command(context, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands with this prefix, without imports, and then the global options."""
        options = [
            CompletionItem(name, help=line)
            for name, line in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*options, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by group, without importing them."""
        widest = max(map(len, COMMANDS))
        for title, commands in COMMAND_GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), line) for name, line in commands.items()])


def read_today(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date:
    """Return the date of --today; without it, the current date in UTC."""
    if text is None:
        return datetime.now(UTC).date()
    from reliability.scalars import ScalarError, read_day

    try:
        return read_day(text)
    except ScalarError as error:
        raise click.BadParameter(f"{error}; write it as YYYY-MM-DD") from None


def print_version(context: click.Context) -> None:
    """Print the version with its commit, and end the run."""
    from reliability.version import version_text

    click.echo(f"reliability, version {version_text()}")
    context.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds services/ [default: the nearest one upwards]",
)
@click.option("--today", metavar="DATE", callback=read_today, help="Use this date instead of today")
@click.option("--quiet", is_flag=True, help="Print only results and errors")
@click.option(
    "--verbose",
    is_flag=True,
    help="Show requests, the time of each stage, and how a report was computed",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _parameter, given: print_version(context) if given else None,
    help="Show the version and its commit, and exit",
)
@click.pass_context
def group(
    context: click.Context, root: Path | None, today: date, quiet: bool, verbose: bool, color: str
) -> None:
    """Reliability as code: SLOs, alerts and ownership in one Git repository.

    Try it with `reliability demo`. Start your own repository with `reliability init`.
    The options below can also follow the command.
    """
    from reliability.cli.app import App
    from reliability.cli.progress import ProgressDisplay

    settings = Settings.from_process()
    context.obj = App.build(root, today, quiet, color=color, settings=settings, verbose=verbose)
    context.color = context.obj.color
    if not quiet:
        context.with_resource(reporting(ProgressDisplay(color=context.color)))
    if verbose:
        context.with_resource(listening(_show_trace))


def _show_trace(line: str) -> None:
    from reliability.check.masking.masking import redacted

    hide_progress()
    click.echo(redacted(line), err=True)


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the program and end the process with the exit code of the command.

    0: done, without findings; 1: findings, an unsafe plan or a partial sync; 2: the request cannot
    be carried out; 3: a bug in this program. Some commands have further codes, such as 4 for
    `--detailed-exitcode` and 5 for an unknown budget.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # file names may contain bytes that are not UTF-8
            stream.reconfigure(errors="backslashreplace")
    sys.exit(exit_code_of(arguments))


def exit_code_of(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; errors are printed on stderr."""
    # Shared with forked processes, in which rules and compilers run, too.
    has_bug = mmap(-1, 1)

    def report(where: PurePath | str) -> None:
        from reliability.cli.crash import report_crash

        has_bug[0] = 1
        _fail(f"{report_crash(where)}; the run continues", 3)

    with reporting_bugs(report):
        exit_code = _exit_code_of(arguments)
    return 3 if has_bug[0] else exit_code


def _exit_code_of(arguments: Sequence[str] | None) -> int:
    without_plugins()  # before a command's module defines a model
    try:
        outcome = group.main(arguments, prog_name="reliability", standalone_mode=False)
    except click.exceptions.Abort:
        return _fail("interrupted", 130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return _fail(usage(error), 2)
    except ReliabilityError as error:
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        return _fail(denied(error), 2)
    except Exception:
        from reliability.cli.crash import report_crash

        return _fail(report_crash(), 3)
    return outcome if isinstance(outcome, int) else 0


def denied(error: OSError) -> str:
    """Return what the system refused, and for which file: a full disk is not a bug."""
    reason = reason_of(error)
    return f"{error.filename}: {reason}" if error.filename is not None else reason


def usage(error: click.ClickException) -> str:
    """Return why the request cannot be carried out, and how to see the help of the command."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    text = error.format_message()
    if isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter):
        text = f"{_parameter_name(error)}: {error.message}"
    if context is None:
        return text
    joint = " " if text.endswith("?") else "; "
    return f"{text.rstrip('.')}{joint}see `{context.command_path} --help`"


def _parameter_name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return str(error.param_hint or (error.param.human_readable_name if error.param else "PATHS"))


def _fail(message: str, exit_code: int) -> int:
    from reliability.check.masking.masking import redacted

    click.echo(f"reliability: {redacted(message)}", err=True)
    return exit_code
