"""Result of a backtest of rule files: that of any backtest, whose rows are the alerts of rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reliability.backtest.effects import NotificationEffect
from reliability.backtest.outcome import Backtest, OutcomeRow
from reliability.backtest.rule_files.comparing import AlertChange
from reliability.backtest.tally import AlertKey
from reliability.finding import Problem
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow(OutcomeRow):
    """One alert before and after; `slo` is its name, which differs from those of all others.

    `is_rerouted` is whether its routes may differ, and `effects` are those of its notifications on
    each side. `evaluated_from` is what its samples are from, and `computes_recordings` whether
    recording rules were computed. `may_differ_because` is why the server's own evaluation may have
    another result, and `evaluated_by_server_because` why the server had to evaluate it.
    """

    change: AlertChange
    is_rerouted: bool
    effects: tuple[NotificationEffect, NotificationEffect]
    evaluated_from: str
    computes_recordings: bool = False
    may_differ_because: str = ""
    evaluated_by_server_because: str = ""

    @property
    def key(self) -> AlertKey:
        """Identity of the alert, by which its notifications are counted."""
        return AlertKey(self.service, self.slo, location=self.change.newest.rule.location.text)


@dataclass(frozen=True, kw_only=True)
class RuleBacktest(Backtest):
    """Backtest of rule files; `known` is the part of the span that the source has samples of.

    `rules` are the numbers of changed, new, removed and unchanged alerts. `skipped` were not
    replayed for lack of time, and `related` are those that were replayed only because they may
    inhibit another or share its group. `routes` says where the routes are from, and `notes` what
    the source of the samples lacks.
    """

    known: TimeSpan
    rules: tuple[int, int, int, int]
    alerts: tuple[AlertRow, ...]
    skipped: int
    related: int = 0
    is_partial: bool = False
    """Whether only alerts that a change affects were replayed."""
    problems: tuple[Problem, ...] = ()
    routes: str = ""
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[AlertRow, ...]:
        """Rows of all alerts."""
        return self.alerts

    @property
    def scope(self) -> int | None:
        """Number of alerts that the figures are about; None for all of the rule files."""
        return len(self.alerts) if self.is_partial else None

    @property
    def coverage(self) -> float:
        """Share of the span (0..1) that the source has samples of."""
        return self.known.length / self.span.length

    @property
    def alert_coverage(self) -> float:
        """Mean share of the span (0..1) in which alerts are known, of those that were replayed."""
        replayed = [row for row in self.alerts if not row.unknown]
        if self.alerts and not replayed:
            return 0.0
        start = self.known.start
        late = sum(((row.known_since or start) - start for row in replayed), timedelta(0))
        return self.coverage - late / max(len(replayed), 1) / self.span.length

    @property
    def last_known(self) -> date:
        """Last day with samples."""
        return (self.known.end - timedelta(minutes=1)).date()
