"""What a backtest says for a review: evidence of both sides, and whose pages become more."""

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
    """Both sides replayed over the past."""

    result: Backtest

    @property
    def known(self) -> bool:
        """Whether anything is known of the past of any promise."""
        return any(not isinstance(each.history, NoHistory) for each in self.result.objectives)

    @property
    def evidence(self) -> BacktestEvidence:
        """What the measured rules read, without a file."""
        return BacktestEvidence.model_validate(document(self.result))

    @property
    def evidence_before(self) -> BacktestEvidence:
        """The base's side alone: what was found of it was there before."""
        old = replace(
            self.result,
            base="",
            objectives=tuple(map(_before, self.result.objectives)),
            verdicts=tuple(replace(each, new=each.old) for each in self.result.verdicts),
        )
        return BacktestEvidence.model_validate(document(old))

    @property
    def unknown(self) -> Mapping[str, tuple[str, ...]]:
        """The objectives of which nothing is known, by the reason, which says the way out."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.result.objectives:
            if isinstance(each.history, NoHistory):
                name = f"{each.slo}-{each.objective}" if each.objective else each.slo
                found[each.history.reason] = (*found.get(each.history.reason, ()), name)
        return found

    @property
    def changed(self) -> tuple[OutcomeRow, ...]:
        """The alerts that do otherwise than before."""
        return tuple(each for each in self.result.rows if each.old != each.new)

    def pages_more(self, services: Iterable[str]) -> bool:
        """Whether services page more often than before."""
        of = frozenset(services)
        rows = [each for each in self.result.rows if each.tier == ALERT_TIER and each.service in of]
        return sum(_a_week(row.new) for row in rows) > sum(_a_week(row.old) for row in rows)


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Why there is no backtest; `committed` are files of a past that the change itself brings."""

    why: str
    committed: tuple[str, ...] = ()


def _before(replayed: Replayed) -> Replayed:
    rows = tuple(replace(each, new=each.old, old=NoAlert()) for each in replayed.rows)
    return replace(replayed, rows=rows)


def _a_week(outcome: Outcome) -> float:
    return outcome.per_week if isinstance(outcome, AlertFirings) else 0.0
