"""What an objective is called on a page, and what its alerts sum up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from reliability.backtest.outcome import (
    ALERT_TIER,
    AlertFirings,
    Backtest,
    OutcomeRow,
    Replayed,
    SliSummary,
    TierTotals,
    totals_of,
)
from reliability.backtest.report.html.marks import Html, element, text


@dataclass(frozen=True, slots=True)
class ShownObjective:
    """An objective with a timeline."""

    replayed: Replayed

    @property
    def name(self) -> str:
        """SLO and objective, as documents name them."""
        return f"{self.replayed.slo} {self.replayed.objective}".rstrip()

    @property
    def anchor(self) -> str:
        """Anchor of its section: its names, which hold no space."""
        parts = (self.replayed.service, self.replayed.slo, self.replayed.objective)
        return "/".join(part for part in parts if part)

    @property
    def link(self) -> Html:
        """Link to its section."""
        return element("a", text(self.name), href=f"#{quote(self.anchor)}")

    @property
    def missed(self) -> int:
        """Number of its events that did not page, after the change."""
        verdicts = self.replayed.verdicts
        return sum(verdict.known and not verdict.new.paged for verdict in verdicts)

    def rows(self, tier: str) -> list[OutcomeRow]:
        """Return its alerts of a tier."""
        return [row for row in self.replayed.rows if row.tier == tier]


def shown_objectives(result: Backtest) -> list[ShownObjective]:
    """Return the objectives with a timeline: those with episodes or events."""
    return [ShownObjective(one) for one in result.objectives if is_shown(one)]


def is_shown(replayed: Replayed) -> bool:
    """Return whether an objective has episodes or events to draw."""
    fired = any(map(has_fired, replayed.rows))
    return isinstance(replayed.history, SliSummary) and (fired or bool(replayed.verdicts))


def has_fired(row: OutcomeRow) -> bool:
    """Return whether an alert has an episode on either side."""
    return any(isinstance(side, AlertFirings) and side.episodes for side in (row.old, row.new))


def worst_first(shown: Iterable[ShownObjective]) -> list[ShownObjective]:
    """Order objectives: the most missed events first, then the most pages."""
    return sorted(
        shown,
        key=lambda one: (
            -one.missed,
            -(firings(one.rows(ALERT_TIER))[1].per_week.value or 0.0),
            one.replayed.service,
            one.replayed.slo,
        ),
    )


def firings(rows: Sequence[OutcomeRow]) -> tuple[TierTotals, TierTotals]:
    """Return the sums of alerts before and after the change."""
    return totals_of(row.old for row in rows), totals_of(row.new for row in rows)


def grouped(
    shown: Iterable[ShownObjective], names: Mapping[str, str]
) -> dict[str, list[ShownObjective]]:
    """Return objectives by the name of their service's group, in the order of names.

    Services without a group are last, under an empty name.
    """
    groups: dict[str, list[ShownObjective]] = {}
    for objective in shown:
        groups.setdefault(names.get(objective.replayed.service, ""), []).append(objective)
    return dict(sorted(groups.items(), key=lambda group: (not group[0], group[0])))
