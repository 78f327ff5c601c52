"""`Facts`: what is known from outside of the repository."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reliability.check.facts.evidence import BacktestEvidence
    from reliability.check.facts.live import Live


@dataclass(frozen=True, slots=True)
class Facts:
    """The measurements of a backtest and the answers of a metrics server; None if not requested.

    `amtool` is the reason why amtool refuses the Alertmanager configuration. `in_environments` are
    the measurements of each environment, if any is declared.
    """

    evidence: BacktestEvidence | None = None
    live: Live | None = None
    amtool: str | None = None
    in_environments: tuple[BacktestEvidence, ...] = ()

    @classmethod
    def of(
        cls,
        measured: Iterable[BacktestEvidence],
        live: Live | None = None,
        amtool: str | None = None,
    ) -> Facts:
        """Return the facts with the evidence of a repository, or of each of its environments."""
        every = tuple(measured)
        written = next((evidence for evidence in every if not evidence.environment), None)
        of = tuple(evidence for evidence in every if evidence.environment)
        return cls(evidence=written, live=live, amtool=amtool, in_environments=of)
