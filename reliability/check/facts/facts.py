"""`Facts`: what is known from outside of the repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reliability.check.facts.evidence import BacktestEvidence
    from reliability.check.facts.live import Live


@dataclass(frozen=True, slots=True)
class Facts:
    """The measurements of a backtest and the answers of a metrics server; None if not requested.

    `amtool` is the reason why amtool refuses the Alertmanager configuration.
    """

    evidence: BacktestEvidence | None = None
    live: Live | None = None
    amtool: str | None = None
