"""The status of SLOs for `gate` and `status`, and the options for its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reliability.cli.app import App
from reliability.cli.extras import ensure_extra

if TYPE_CHECKING:
    from reliability.resolve.objectives import Objective
    from reliability.review.gate.statuses import SloStatuses

Command = TypeVar("Command", bound=Callable[..., Any])


def status_options(command: Command) -> Command:
    """Add the options for the source of the figures and their format."""
    for option in (
        click.option(
            "--format", "form", type=click.Choice(["text", "json"]), default="text",
            show_default=True,
        ),
        click.option(
            "--prometheus",
            metavar="URL",
            help="Read what this Prometheus recorded; it must run the rules of `build`",
        ),
        click.option(
            "--from",
            "origin",
            type=click.Choice(["live", "history"]),
            help="live: the Prometheus of policies/; history: the stored history [default: live "
            "if history comes from a server]",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def slo_statuses(
    app: App, objectives: Sequence[Objective], command: str, prometheus: str | None,
    origin: str | None,
) -> SloStatuses:  # fmt: skip
    """Return the current status of objectives from the source that the options select.

    Raises:
        ReliabilityError: no source is declared, or it cannot be read.
    """
    ensure_extra(command, "history")
    if prometheus is not None and origin == "history":
        raise click.UsageError("--prometheus and --from history exclude each other")
    from reliability.review.gate.statuses import is_live, live_statuses, past_statuses

    if prometheus is not None or origin == "live" or (origin is None and is_live(app.catalog())):
        return live_statuses(app.workspace, app.catalog(), objectives, prometheus=prometheus)
    return past_statuses(app.workspace, app.catalog(), objectives)
