"""How SLOs stand now, by what a Prometheus recorded or by history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from reliability.backtest.standing import Stands, standing
from reliability.errors import ReliabilityError
from reliability.history.open import history_policy, known_source, open_source
from reliability.load.catalog import Catalog
from reliability.model.history import HistorySources, PrometheusSource
from reliability.providers.past import open_past
from reliability.providers.recorded import recorded_standings
from reliability.render.times import utc_minute
from reliability.resolve.objectives import Objective
from reliability.review.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SloStatuses:
    """How each SLO stands, and where that is from, in words."""

    stands: tuple[Stands, ...]
    source: str


def is_live(catalog: Catalog) -> bool:
    """Whether the source of history is a server that records SLOs."""
    declared = catalog.only(HistorySources)
    return declared is not None and isinstance(declared.value.spec.source, PrometheusSource)


def past_standings(
    workspace: Workspace, catalog: Catalog, objectives: Sequence[Objective]
) -> SloStatuses:
    """By the history that the repository keeps, up to the day's beginning.

    Raises:
        ReliabilityError: the repository says nothing of history, or it cannot be read.
    """
    source = open_source(history_policy(catalog), catalog, workspace.root)
    at = datetime.combine(workspace.today, time(), tzinfo=UTC)
    stands = tuple(standing(objective, source, at) for objective in objectives)
    return SloStatuses(stands, f"{source.description} · up to {utc_minute(at)}")


def live_standings(
    workspace: Workspace,
    catalog: Catalog,
    objectives: Sequence[Objective],
    prometheus: str | None,
) -> SloStatuses:
    """By what the Prometheus that is named or declared recorded; history fills what it lacks.

    Raises:
        ReliabilityError: no Prometheus is named or declared, or it does not answer.
    """
    with open_past(catalog, workspace.secret, prometheus) as past:
        if past is None or not past.is_prometheus:
            raise ReliabilityError(
                "no Prometheus that records the SLOs is declared; pass --prometheus URL, or "
                "declare one in policies/history.yaml or policies/targets.yaml"
            )
        at = _moment(workspace)
        spec, history = known_source(catalog, workspace.root)
        kept = history if spec else None
        stands = tuple(recorded_standings(past.server, objectives, at, past=kept))

    added = any(status.coverage and status.coverage.history for status in stands)
    more = f" and {history.description}" if added else ""
    return SloStatuses(stands, f"{past.server.url}{more} · at {utc_minute(at)}")


def _moment(workspace: Workspace) -> datetime:
    """Now, or the beginning of another day that is to be taken for today."""
    now = datetime.now(UTC).replace(microsecond=0)
    if now.date() == workspace.today:
        return now
    return datetime.combine(workspace.today, time(), tzinfo=UTC)
