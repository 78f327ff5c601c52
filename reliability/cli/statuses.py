"""The status of SLOs, from the source that the options of `gate` and `status` select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App

if TYPE_CHECKING:
    from reliability.resolve.objectives import Objective
    from reliability.review.gate.statuses import SloStatuses


def slo_statuses(
    app: App,
    objectives: Sequence[Objective],
    prometheus: str | None,
    origin: str | None,
) -> SloStatuses:
    """Return the current status of objectives from the source that the options select.

    Raises:
        ReliabilityError: no source is declared, or it cannot be read.
    """
    if prometheus is not None and origin == "history":
        raise click.UsageError("--prometheus and --from history exclude each other")
    from reliability.review.gate.statuses import is_live, live_statuses, past_statuses

    if prometheus is not None or origin == "live" or (origin is None and is_live(app.catalog())):
        return live_statuses(app.workspace, app.catalog(), objectives, prometheus=prometheus)
    return past_statuses(app.workspace, app.catalog(), objectives, asks=origin is None)
