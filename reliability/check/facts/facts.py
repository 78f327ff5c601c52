"""What is known from elsewhere than the repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reliability.check.facts.evidence import BacktestEvidence
    from reliability.check.facts.live import Live


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backtest measured, and what a server of metrics answered; None where not asked.

    `amtool` is why amtool refuses the Alertmanager configuration.
    """

    evidence: BacktestEvidence | None = None
    live: Live | None = None
    amtool: str | None = None
