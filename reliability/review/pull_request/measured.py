"""The backtest of a review: evidence for rules of both sides, and whose pages increase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reliability.backtest.outcome import (
    ALERT_TIER,
    AlertFirings,
    Backtest,
    NoAlert,
    Outcome,
    OutcomeRow,
    Replayed,
)
from reliability.backtest.report.json import document
from reliability.check.facts.evidence import BacktestEvidence
from reliability.history.series import NoHistory


@dataclass(frozen=True, slots=True)
class MeasuredChange:
    """The backtest of both sides of a change."""

    result: Backtest

    @property
    def known(self) -> bool:
        """Whether any objective has a history."""
        return any(
            not isinstance(objective.history, NoHistory) for objective in self.result.objectives
        )

    @property
    def evidence(self) -> BacktestEvidence:
        """The evidence that rules read, as from a file of `backtest --format json`."""
        return BacktestEvidence.model_validate(document(self.result))

    @property
    def evidence_before(self) -> BacktestEvidence:
        """The evidence of the base alone, to distinguish earlier findings from new ones."""
        old = replace(
            self.result,
            base="",
            objectives=tuple(map(_before, self.result.objectives)),
            verdicts=tuple(replace(verdict, new=verdict.old) for verdict in self.result.verdicts),
        )
        return BacktestEvidence.model_validate(document(old))

    @property
    def unknown(self) -> Mapping[str, tuple[str, ...]]:
        """The objectives without history, by reason; the reason says how to get one."""
        by_service: dict[str, tuple[str, ...]] = {}
        for objective in self.result.objectives:
            if isinstance(objective.history, NoHistory):
                name = (
                    f"{objective.slo}-{objective.objective}"
                    if objective.objective
                    else objective.slo
                )
                by_service[objective.history.reason] = (
                    *by_service.get(objective.history.reason, ()),
                    name,
                )

        return by_service

    @property
    def changed(self) -> tuple[OutcomeRow, ...]:
        """The rows of the alerts whose outcome differs from before."""
        return tuple(row for row in self.result.rows if row.old != row.new)

    def pages_more(self, services: Iterable[str]) -> bool:
        """Return whether the services together page more often than before."""
        of = frozenset(services)
        rows = [row for row in self.result.rows if row.tier == ALERT_TIER and row.service in of]
        return sum(_a_week(row.new) for row in rows) > sum(_a_week(row.old) for row in rows)


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """The reason why there is no backtest.

    `committed` are history files that the change itself commits.
    """

    why: str
    committed: tuple[str, ...] = ()


def _before(replayed: Replayed) -> Replayed:
    rows = tuple(replace(row, new=row.old, old=NoAlert()) for row in replayed.rows)
    return replace(replayed, rows=rows)


def _a_week(outcome: Outcome) -> float:
    return outcome.per_week if isinstance(outcome, AlertFirings) else 0.0
