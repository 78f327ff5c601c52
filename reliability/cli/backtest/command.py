"""`reliability backtest`: what the alerts would have done to people."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra
from reliability.cli.forges import read_forge
from reliability.cli.options import (
    Whole,
    format_option,
    history_days_option,
    jobs_option,
    names_argument,
    rules_server_options,
)
from reliability.errors import ReliabilityError

RULE_FILES_OPTIONS: Final = (
    *(
        "rules",
        "alertmanager",
        "alertmanager_version",
        "prometheus",
        "authorization",
        "page",
        "ticket",
        "incidents",
    ),
    *("budget", "forge", "event"),
)
"""Options that only `--rules` has."""
ALERTMANAGER_VERSIONS: Final = ("0.28", "0.33")
"""The values of `alertmanager.simulate.server.Version`, whose import would slow down the help."""

SHARED_OPTIONS: Final = ("samples", "revision", "days", "ranges", "every", "form", "output")
"""Options that both have."""


def ensure_options_go_together(options: dict[str, Any]) -> None:
    """Refuse options of SLOs with `--rules`, and options of rule files without it.

    Raises:
        ReliabilityError: such an option is given.
    """
    context = click.get_current_context()
    for name, parameter in ((str(param.name), param) for param in context.command.params):
        if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        label = parameter.opts[0] if isinstance(parameter, click.Option) else "an SLO or service"
        is_shared = name in SHARED_OPTIONS
        if options["rules"] and not is_shared and name not in RULE_FILES_OPTIONS:
            raise ReliabilityError(f"{label} and --rules exclude each other")
        if not options["rules"] and name in RULE_FILES_OPTIONS:
            raise ReliabilityError(f"{label} needs --rules PATTERN")


@click.command("backtest")
@names_argument()
@click.option(
    "--base", "revision", metavar="REV", help="Compare with the merge base of REV and HEAD"
)
@history_days_option()
@format_option(
    "text",
    "json",
    "markdown",
    "html",
    help_text="Output format; json is for `check --evidence`, html is a page with a timeline",
)
@click.option(
    "--brief",
    is_flag=True,
    help="Text and Markdown: omit alert quality and changed episodes",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the result to this file; print only the headline",
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", "incident-missed"]),
    default="never",
    show_default=True,
    help="Exit with 1 if an incident is newly missed (without --base: missed), with 5 if nothing"
    " could be replayed",
)
@click.option(
    "--ranges",
    type=click.Choice(["left-open", "closed"]),
    default="left-open",
    show_default=True,
    help="Range selectors: left-open as in Prometheus 3, closed as in Prometheus 2",
)
@click.option(
    "--phase",
    type=Whole(0, 59),
    default=0,
    show_default=True,
    metavar="MINUTES",
    help="Evaluation offset within the interval, in minutes",
)
@click.option(
    "--mode",
    type=click.Choice(["event", "sample"]),
    default="event",
    show_default=True,
    help="event: replay SLOs from counts per minute; sample: evaluate all rules over raw samples",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Raw samples in OpenMetrics text [default: the server of policies/history.yaml]",
)
@click.option("--all", "every", is_flag=True, help="Replay all SLOs (the default if none is named)")
@jobs_option("a few hundred SLOs")
@click.option(
    "--scheduler",
    cls=ExperimentalOption,
    metavar="ADDRESS",
    help="Replay on this Dask cluster, whose members can run code here",
)
@environment_option()
@click.option(
    "--rules",
    cls=ExperimentalOption,
    multiple=True,
    metavar="PATTERN",
    help="Replay plain rule files instead of SLOs; a pattern such as 'rules/**/*.yml', or -",
)
@click.option(
    "--alertmanager",
    cls=ExperimentalOption,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --rules: the Alertmanager configuration",
)
@click.option(
    "--alertmanager-version",
    cls=ExperimentalOption,
    type=click.Choice(ALERTMANAGER_VERSIONS),
    default=ALERTMANAGER_VERSIONS[-1],
    show_default=True,
    help="With --rules: simulate this version; the older one keeps empty groups for a while",
)
@rules_server_options("history")
@click.option(
    "--page",
    cls=ExperimentalOption,
    multiple=True,
    metavar="MATCHERS",
    help="""With --rules: alerts that page, such as 'severity=~"page|critical"'""",
)
@click.option(
    "--ticket",
    cls=ExperimentalOption,
    multiple=True,
    metavar="MATCHERS",
    help="With --rules: alerts that open a ticket",
)
@click.option(
    "--incidents",
    cls=ExperimentalOption,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --rules: incidents, as YAML or CSV",
)
@click.option(
    "--budget",
    cls=ExperimentalOption,
    type=Whole(1, 86_400),
    metavar="SECONDS",
    help="With --rules: stop after this time; the most changed alerts come first",
)
@click.option(
    "--forge",
    cls=ExperimentalOption,
    metavar="github|folder:DIR",
    callback=read_forge,
    help="With --rules: keep the result as the one comment of the pull request",
)
@click.option(
    "--event",
    cls=ExperimentalOption,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --forge: file with the pull request's event [default: GITHUB_EVENT_PATH]",
)
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Replay alerts over the history of their SLIs.

    Shows how often and how long each alert would have fired, and which incidents the alert tier
    would have caught; with --base, before and after the change. Each environment has a report.

    \b
    reliability backtest --base origin/main           before and after the change
    reliability backtest attendance --days 30         one service, the last 30 days
    reliability backtest --fail-on incident-missed    for a job: 1 if an incident is missed

    With --rules it needs no documents of this framework: it replays the alerts of plain rule
    files that changed, and counts what Alertmanager would have sent.

    \b
    reliability backtest --rules rules --base main --prometheus http://localhost:9090
    reliability backtest --rules rules --forge github     in a job of GitHub Actions
    """
    ensure_extra("backtest", "history")
    ensure_options_go_together(options)
    chosen = {name: options.pop(name) for name in RULE_FILES_OPTIONS}
    if chosen["rules"]:
        ensure_extra("backtest", "store")
        from reliability.cli.backtest.rule_samples import RuleFilesOptions
        from reliability.cli.backtest.rules import run as run_rules

        shared = {name: options[name] for name in SHARED_OPTIONS}
        source = click.get_current_context().get_parameter_source("ranges")
        if source is not ParameterSource.COMMANDLINE:
            # The server's version decides
            shared["ranges"] = None
        return run_rules(app, RuleFilesOptions(**chosen, **shared))
    from reliability.cli.backtest.run import run

    return run(app, **options)
