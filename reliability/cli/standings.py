"""Where `gate` and `status` take their figures: what a Prometheus recorded, or history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reliability.cli.app import App
from reliability.errors import MissingExtraError, ReliabilityError
from reliability.render.times import utc_minute

if TYPE_CHECKING:
    from reliability.backtest.standing import Stands
    from reliability.resolve.objectives import Objective

Command = TypeVar("Command", bound=Callable[..., Any])


def standing_options(command: Command) -> Command:
    """The options by which a command is told where figures come from, and how to write them."""
    for option in (
        click.option(
            "--format", "form", type=click.Choice(["text", "json"]), default="text",
            show_default=True,
        ),
        click.option(
            "--prometheus",
            metavar="URL",
            help="Ask this Prometheus what it recorded; it runs the rules of `build`.",
        ),
        click.option(
            "--from",
            "origin",
            type=click.Choice(["live", "history"]),
            help="live: the Prometheus of policies/; history: what the source of "
            "policies/history.yaml keeps. By default live where that source is a server.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Found:
    """How each promise stands, and where that is from, in words."""

    stands: tuple[Stands, ...]
    source: str


def standings(
    app: App, objectives: Sequence[Objective], command: str, prometheus: str | None,
    origin: str | None,
) -> Found:  # fmt: skip
    """How promises stand now.

    Raises:
        ReliabilityError: nothing says where figures are, or that cannot be read.
    """
    if find_spec("numpy") is None:
        raise MissingExtraError(f"reliability {command}", "history")
    if prometheus is not None and origin == "history":
        raise click.UsageError("--prometheus is asked live, and --from says history")
    if prometheus is not None or origin == "live" or (origin is None and _has_server(app)):
        return _live(app, objectives, prometheus)
    from reliability.backtest.standing import standing
    from reliability.history.open import history_policy, open_source

    source = open_source(history_policy(app.catalog()), app.catalog(), app.root)
    at = datetime.combine(app.today, time(), tzinfo=UTC)
    found = tuple(standing(each, source, at) for each in objectives)
    return Found(found, f"{source.description} · up to {utc_minute(at)}")


def _live(app: App, objectives: Sequence[Objective], prometheus: str | None) -> Found:
    from reliability.cli.revisit import source_of
    from reliability.providers.past import open_past
    from reliability.providers.recorded import recorded_standings

    with open_past(app.catalog(), app.settings.secret, prometheus) as past:
        if past is None or not past.is_prometheus:
            raise ReliabilityError(
                "nothing says which Prometheus records the promises; pass --prometheus URL, or "
                "name one in policies/history.yaml or policies/targets.yaml"
            )
        now = datetime.now(UTC).replace(microsecond=0)
        at = now if now.date() == app.today else datetime.combine(app.today, time(), tzinfo=UTC)
        spec, history = source_of(app)
        kept = history if spec else None
        found = tuple(recorded_standings(past.server, objectives, at, kept))
        added = any(each.coverage and each.coverage.history for each in found)
        more = f" and {history.description}" if added else ""
        return Found(found, f"{past.server.url}{more} · at {utc_minute(at)}")


def _has_server(app: App) -> bool:
    from reliability.model.history import HistorySources, PrometheusSource

    declared = app.catalog().only(HistorySources)
    return declared is not None and isinstance(declared.value.spec.source, PrometheusSource)
