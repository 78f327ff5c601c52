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
from reliability.rates import WeeklyRate


@dataclass(frozen=True, slots=True)
class MeasuredChange:
    """The backtest of both sides of a change, one in each environment."""

    results: tuple[Backtest, ...]

    @property
    def known(self) -> bool:
        """Whether any objective has a history."""
        return any(map(is_known, self.results))

    @property
    def evidence(self) -> tuple[BacktestEvidence, ...]:
        """The evidence that rules read, as from a file of `backtest --format json`."""
        return tuple(_evidence(result) for result in self.results)

    @property
    def evidence_before(self) -> tuple[BacktestEvidence, ...]:
        """The evidence of the base alone, to distinguish earlier findings from new ones."""
        return tuple(
            _evidence(
                replace(
                    result,
                    base="",
                    objectives=tuple(map(_before, result.objectives)),
                    verdicts=tuple(
                        replace(verdict, new=verdict.old) for verdict in result.verdicts
                    ),
                )
            )
            for result in self.results
        )

    @property
    def unknown(self) -> Mapping[str, tuple[str, ...]]:
        """The objectives without history, by reason; the reason says how to get one."""
        by_reason: dict[str, list[str]] = {}
        for result in self.results:
            for objective in result.objectives:
                if isinstance(objective.history, NoHistory):
                    name = f"{objective.slo}-{objective.objective}".rstrip("-")
                    of = f"{name} ({result.environment})" if result.environment else name
                    by_reason.setdefault(objective.history.reason, []).append(of)

        return {reason: tuple(names) for reason, names in by_reason.items()}

    def pages_more(self, services: Iterable[str]) -> bool:
        """Return whether the services together page more often than before in any environment."""
        of = frozenset(services)
        return any(_pages_more(result, of) for result in self.results)


def is_known(result: Backtest) -> bool:
    """Return whether any objective has a history."""
    return any(not isinstance(objective.history, NoHistory) for objective in result.objectives)


def has_other_figures(result: Backtest) -> bool:
    """Return whether any figure of a result differs from before."""
    sides = result.notifications.simulated
    return (
        bool(changed_rows(result))
        or any(verdict.old != verdict.new for verdict in result.verdicts)
        or (sides is not None and sides[0].effects != sides[1].effects)
    )


def changed_rows(result: Backtest) -> tuple[OutcomeRow, ...]:
    """Return the rows of the alerts whose outcome differs from before."""
    return tuple(row for row in result.rows if row.old != row.new)


def _pages_more(result: Backtest, services: frozenset[str]) -> bool:
    rows = [row for row in result.rows if row.tier == ALERT_TIER and row.service in services]
    old, new = (_rate(row.old for row in rows), _rate(row.new for row in rows))
    return new.exceeds(old.value or 0.0)


def _evidence(result: Backtest) -> BacktestEvidence:
    return BacktestEvidence.model_validate(document(result))


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


def _rate(outcomes: Iterable[Outcome]) -> WeeklyRate:
    fired = (outcome for outcome in outcomes if isinstance(outcome, AlertFirings))
    return WeeklyRate.total(firings.per_week for firings in fired)
