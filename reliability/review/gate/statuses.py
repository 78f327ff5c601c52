"""The current status of SLOs, from the recording rules of a Prometheus or from history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from reliability.backtest.status import SloStatus, objective_status
from reliability.errors import ReliabilityError
from reliability.history.open import history_policy, known_source, open_source
from reliability.load.catalog import Catalog
from reliability.model.history import HistorySources, PrometheusSource
from reliability.providers.past import open_past
from reliability.providers.recorded import key_of, present_states, recorded_statuses
from reliability.render.times import utc_minute
from reliability.resolve.objectives import Objective
from reliability.review.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SloStatuses:
    """The status of each objective, and a description of the source.

    `environment` is empty if none is declared.
    """

    objectives: tuple[SloStatus, ...]
    origin: str
    environment: str = ""

    @property
    def source(self) -> str:
        """The description of the source, and of which environment it is."""
        return f"{self.environment}: {self.origin}" if self.environment else self.origin

    @property
    def is_used(self) -> bool:
        """Whether the source is worth a line: a server of an environment may evaluate no SLO."""
        return bool(self.objectives) or not self.environment


def is_live(catalog: Catalog) -> bool:
    """Return whether the declared history source is a Prometheus."""
    declared = catalog.only(HistorySources)
    return declared is not None and isinstance(declared.value.spec.source, PrometheusSource)


def past_statuses(
    workspace: Workspace, catalog: Catalog, objectives: Sequence[Objective], *, asks: bool
) -> SloStatuses:
    """Compute the status from the stored history, up to 00:00 UTC of the current day.

    If it `asks`, what burns now comes from the Prometheus that is declared, if any.

    Raises:
        ReliabilityError: no history source is declared, or it cannot be read.
    """
    source = open_source(history_policy(catalog), catalog, workspace.root)
    at = datetime.combine(workspace.today, time(), tzinfo=UTC)
    statuses = tuple(objective_status(objective, source, at) for objective in objectives)
    origin = f"{source.description} · up to {utc_minute(at)}"
    # The present of a server is not shown beside figures that are made up.
    if asks and not source.is_made_up and objectives:
        statuses, more = _with_present(workspace, catalog, statuses)
        origin += more
    return SloStatuses(statuses, origin, catalog.placement.name)


def _with_present(
    workspace: Workspace, catalog: Catalog, statuses: tuple[SloStatus, ...]
) -> tuple[tuple[SloStatus, ...], str]:
    """Return the statuses with what burns now, and the source of that, or why it is not known."""
    now = datetime.now(UTC).replace(microsecond=0)
    if now.date() != workspace.today:
        return statuses, ""
    try:
        with open_past(catalog, workspace.secret) as past:
            if past is None or not past.is_prometheus:
                return statuses, ""
            presents = present_states(past.server, [each.objective for each in statuses], now)
            more = f"; burn rates: {past.server.url} · at {utc_minute(now)}"
    except ReliabilityError as error:
        return statuses, f"; what burns now is not known: {error}"
    return tuple(
        replace(each, present=presents.get(key_of(each.objective), each.present))
        for each in statuses
    ), more


def live_statuses(
    workspace: Workspace,
    catalog: Catalog,
    objectives: Sequence[Objective],
    prometheus: str | None,
) -> SloStatuses:
    """Read the status that a Prometheus recorded; stored history fills the gaps.

    `prometheus` is a URL; None takes the declared server.

    Raises:
        ReliabilityError: no Prometheus is given or declared, or it does not answer.
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
        statuses = tuple(recorded_statuses(past.server, objectives, at, past=kept))

    added = any(status.coverage and status.coverage.history for status in statuses)
    more = f" and {history.description}" if added else ""
    origin = f"{past.server.url}{more} · at {utc_minute(at)}"
    return SloStatuses(statuses, origin, catalog.placement.name)


def _moment(workspace: Workspace) -> datetime:
    """Return now, or 00:00 UTC of the date that `--today` gives."""
    now = datetime.now(UTC).replace(microsecond=0)
    if now.date() == workspace.today:
        return now
    return datetime.combine(workspace.today, time(), tzinfo=UTC)
