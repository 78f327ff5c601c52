"""`reliability history pull`: fetch the samples that the store does not have."""

from __future__ import annotations

from typing import Any, Final

import click
from click.core import ParameterSource

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra
from reliability.cli.history.store import allow_option
from reliability.cli.options import (
    Whole,
    history_days_option,
    names_argument,
    rules_server_options,
)
from reliability.errors import ReliabilityError

RULE_FILES_OPTIONS: Final = ("rules", "prometheus", "authorization", "max_series", "max_size")
"""Options that only `--rules` has."""


def ensure_options_go_together(options: dict[str, Any]) -> None:
    """Refuse options of SLOs with `--rules`, and options of rule files without it.

    Raises:
        ReliabilityError: such an option is given.
    """
    context = click.get_current_context()
    for parameter in context.command.params:
        name = str(parameter.name)
        if name == "days" or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        label = parameter.opts[0] if isinstance(parameter, click.Option) else "an SLO or service"
        if options["rules"] and name not in RULE_FILES_OPTIONS:
            raise ReliabilityError(f"{label} and --rules exclude each other")
        if not options["rules"] and name in RULE_FILES_OPTIONS:
            raise ReliabilityError(f"{label} needs --rules PATTERN")


@click.command("pull")
@names_argument()
@history_days_option()
@click.option(
    "--for-changes",
    is_flag=True,
    help="Fetch only SLIs that are new in the change, from the server that the base names",
)
@click.option("--base", "revision", metavar="REV", help="Base branch of the change")
@click.option(
    "--rules",
    cls=ExperimentalOption,
    multiple=True,
    metavar="PATTERN",
    help="Store the raw samples that plain rule files read; a pattern such as 'rules/**/*.yml'",
)
@allow_option
@environment_option()
@rules_server_options("samples")
@click.option(
    "--max-series",
    cls=ExperimentalOption,
    type=Whole(1),
    default=1_000,
    show_default=True,
    help="With --rules: series of one selector that are stored at most",
)
@click.option(
    "--max-size",
    cls=ExperimentalOption,
    type=Whole(1),
    default=200,
    show_default=True,
    metavar="MB",
    help="With --rules: size of all samples that are stored at most",
)
@click.pass_obj
def pull_command(app: App, /, **options: Any) -> None:
    """Fetch missing samples from the server that policies/history.yaml names.

    You can stop it at any time; the next pull continues. Months older than `keep` of
    policies/history.yaml are removed, more than half of the files only with --allow. With
    --for-changes, server, credential, store and labels are those of the merge base with --base,
    whatever the change says. Each environment has a folder of its own in the store.

    With --rules it needs no documents of this framework: it stores the samples that the alerts
    of plain rule files read, for `backtest --rules` in a pull request.
    """
    ensure_extra("history pull", "store")
    ensure_options_go_together(options)
    given = {name: options.pop(name) for name in RULE_FILES_OPTIONS}
    if given["rules"]:
        from reliability.cli.history.pull.rules import RuleSamplesOptions, store_samples

        store_samples(app, RuleSamplesOptions(days=options["days"], **given))
        return
    from reliability.cli.history.pull.run import run

    run(app, **options)
