"""The dashboard issue: due reviews, burning budgets, tickets, waivers, and the last run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reliability.backtest.status import ObjectiveStatus
from reliability.forge.known import DASHBOARD, known_lines
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.model.rule_policy import Waiver
from reliability.render.markdown import code, plain
from reliability.render.words import Words
from reliability.review.figures import attainment, budget_remaining, section, table, title
from reliability.review.gate.table import burn_words
from reliability.review.slo_review.due import SloReviewDue
from reliability.review.tickets.issue import cut

MARKER: Final = Marker(DASHBOARD, "here")
LABEL: Final = "reliability-dashboard"
LISTED: Final = 100
"""The maximum number of rows of a table, because GitHub limits the length of an issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardFigures:
    """The content of a dashboard.

    `reviews`, `tickets` and `digests` are the existing issues. `burning` are SLOs whose budget is
    exhausted or burns faster than sustainable; None if that is not known, and `why` is the reason.
    `run` is the URL of the workflow run that writes it; empty outside of a run.
    """

    day: date
    due: Sequence[SloReviewDue]
    burning: Sequence[ObjectiveStatus] | None
    why: str
    waivers: Sequence[Waiver]
    reviews: Sequence[Issue]
    tickets: Sequence[Issue]
    digests: Sequence[Issue]
    run: str


@dataclass(frozen=True, slots=True)
class DashboardWriter:
    """A writer of the dashboard in one language."""

    words: Words

    def issue(self, figures: DashboardFigures) -> IssueDraft:
        """Return the draft of the dashboard."""
        return IssueDraft(
            marker=MARKER,
            title=title(self.words("Reliability dashboard")),
            text="\n".join(self._lines(figures)),
            labels=(LABEL,),
            on_reopening=self.words("This list is updated again."),
        )

    def _lines(self, figures: DashboardFigures) -> Iterator[str]:
        words = self.words
        yield from known_lines((*figures.reviews, *figures.tickets, *figures.digests))
        day = figures.day.isoformat()
        last = f"[{day}]({figures.run})" if figures.run else day
        yield words(
            "Last scheduled run: {day}. If that is older than yesterday, the schedule has stopped.",
            day=last,
        )
        yield from self._due(figures)
        yield from self._burning(figures)
        yield from self._tickets(figures)
        yield from self._waived(figures)
        newest = _open(figures.digests)[-1:]
        for digest in newest:
            yield from ("", words("Latest digest: {issue}", issue=f"#{digest.id}"))

    def _due(self, figures: DashboardFigures) -> Iterator[str]:
        words = self.words
        yield from section(words("SLOs due for review"))
        issues = {issue.marker: f"#{issue.id}" for issue in _open(figures.reviews)}
        rows = [
            (
                code(due.service),
                code(due.name),
                due.due.isoformat() if due.due else words("never reviewed"),
                issues.get(due.marker, ""),
            )
            for due in figures.due
        ]

        heads = (words("service"), words("SLO"), words("due since"), words("issue"))
        yield from self._table(heads, rows)

    def _burning(self, figures: DashboardFigures) -> Iterator[str]:
        words = self.words
        yield from section(words("Burning error budgets"))
        if figures.burning is None:
            yield from ("", words("Not known: {why}", why=plain(cut(words.text(figures.why)))))
            return

        tickets = _by_slo(figures.tickets)
        rows = [
            (
                code(status.objective.service),
                _name(status),
                attainment(status, words),
                budget_remaining(status.remaining, words),
                burn_words(status) if status.burn is not None else words("not known"),
                tickets.get((status.objective.service, status.objective.slo_name), ""),
            )
            for status in figures.burning
        ]

        heads = (
            *(words("service"), words("SLO"), words("attainment"), words("budget remaining")),
            *(words("burn rate"), words("issue")),
        )
        yield from self._table(heads, rows)

    def _tickets(self, figures: DashboardFigures) -> Iterator[str]:
        words = self.words
        yield from section(words("Open tickets"))
        rows = [(f"#{issue.id}", plain(issue.title)) for issue in _open(figures.tickets)]
        yield from self._table((words("issue"), words("signal")), rows)

    def _waived(self, figures: DashboardFigures) -> Iterator[str]:
        words = self.words
        yield from section(words("Waivers"))
        rows = [
            (
                code(waiver.rule),
                code(f"{waiver.service} {waiver.object or ''}".rstrip()),
                waiver.until.isoformat() if waiver.until >= figures.day else words("expired"),
                plain(cut(waiver.reason)),
                code(waiver.approver),
            )
            for waiver in sorted(figures.waivers, key=lambda each: (each.until, each.rule))
        ]

        heads = (
            *(words("rule"), words("service"), words("until")),
            *(words("reason"), words("approver")),
        )
        yield from self._table(heads, rows)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield a table, or `None.` if it has no rows; rows beyond the limit are counted."""
        if not rows:
            yield from ("", self.words("None."))
            return
        yield from table(heads, rows[:LISTED])
        if (left := len(rows) - LISTED) > 0:
            yield from ("", self.words.many("and {count} more", "and {count} more", left))


def _name(status: ObjectiveStatus) -> str:
    """Return the name of an objective, and the environment if any is declared."""
    objective = status.objective
    name = code(f"{objective.slo_name} {objective.name}".rstrip())
    environment = objective.placement.name
    return f"{name} {code(environment)}" if environment else name


def _open(issues: Sequence[Issue]) -> list[Issue]:
    """Return the open issues, the oldest first."""
    return sorted((issue for issue in issues if issue.state == "open"), key=lambda each: each.id)


def _by_slo(tickets: Sequence[Issue]) -> Mapping[tuple[str, str], str]:
    """Return the open tickets about error budgets, by the service and the SLO in their keys."""
    by_pair: dict[tuple[str, str], str] = {}
    for ticket in _open(tickets):
        service, *rest = ticket.marker.key.split("/")
        for part in rest:
            name, _, slo = part.partition("=")
            if name == "slo":
                by_pair.setdefault((service, slo), f"#{ticket.id}")
    return by_pair
