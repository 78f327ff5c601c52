"""The dashboard issue: due reviews, burning budgets, tickets, drift, waivers, and the last run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reliability.backtest.status import ObjectiveStatus, SloStatus
from reliability.forge.known import DASHBOARD, known_lines
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.model.rule_policy import Waiver
from reliability.render.markdown import code, plain
from reliability.render.times import utc_minute
from reliability.render.words import Words
from reliability.review.dashboard.drift import DriftRecord
from reliability.review.figures import (
    attainment,
    budget_remaining,
    section,
    so_far,
    table,
    title,
)
from reliability.review.gate.table import NOT_KNOWN, firing_words, rate_words
from reliability.review.slo_review.due import SloReviewDue
from reliability.review.tickets.issue import cut

MARKER: Final = Marker(DASHBOARD, "here")
LABEL: Final = "reliability-dashboard"
LISTED: Final = 100
"""The maximum number of rows of a table, because GitHub limits the length of an issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardFigures:
    """The content of a dashboard.

    `reviews`, `tickets` and `digests` are the existing issues; tickets are None if none were read.
    `unread` are the reasons why the statuses of an environment are missing. `run` is the URL of the
    workflow run that writes it; empty outside of a run.
    """

    day: date
    due: Sequence[SloReviewDue]
    statuses: Sequence[SloStatus]
    unread: Sequence[str]
    drift: DriftRecord
    waivers: Sequence[Waiver]
    reviews: Sequence[Issue]
    tickets: Sequence[Issue] | None
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
        yield from known_lines((*figures.reviews, *(figures.tickets or ()), *figures.digests))
        yield from figures.drift.lines(figures.day)
        day = figures.day.isoformat()
        last = f"[{day}]({figures.run})" if figures.run else day
        yield words(
            "Last scheduled run: {day}. If that is older than yesterday, the schedule has stopped.",
            day=last,
        )
        yield from self._due(figures)
        yield from self._burning(figures)
        yield from self._tickets(figures)
        yield from figures.drift.section(figures.day, words)
        yield from self._waived(figures)
        # On the first of a month, a digest of the week and one of the month are open.
        if digests := [f"#{digest.id}" for digest in _open(figures.digests)]:
            yield from ("", words("Latest digest: {issue}", issue=", ".join(digests)))

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
        words, statuses = self.words, figures.statuses
        yield from section(words("Burning error budgets"))
        for why in figures.unread:
            yield from ("", words("Not known: {why}", why=plain(cut(words.text(why)))))
        yield from self._times(statuses)

        burning = [status for status in statuses if _burns(status)]
        unknown = [status for status in statuses if not _burns(status) and not _is_known(status)]
        tickets = _by_slo(figures.tickets or ())
        rows = [self._row(status, tickets) for status in burning]
        if not rows and any(_is_past(status) for status in statuses):
            yield from ("", words("None burned then."))
        elif rows or not (unknown or figures.unread):
            yield from self._table(self._heads(), rows)
        if unknown:
            names = ", ".join(
                f"{code(status.objective.service)} {_name(status)}" for status in unknown[:LISTED]
            )
            yield from ("", words("Not known whether it burns: {slos}", slos=names))

    def _times(self, statuses: Sequence[SloStatus]) -> Iterator[str]:
        """Yield when the burn rates are from, and that history does not know the present."""
        presents = [status.present for status in statuses if status.present is not None]
        for at, source in sorted({(present.at, present.source) for present in presents}):
            moment = utc_minute(at)
            yield ""
            if source == "server":
                yield self.words("State at {moment}.", moment=moment)
            else:
                yield self.words(
                    "State at {moment}, where the history ends; whether an alert fires now is "
                    "not known.",
                    moment=moment,
                )

    def _heads(self) -> Sequence[str]:
        words = self.words
        return (
            *(words("service"), words("SLO"), words("attainment"), words("budget remaining")),
            *(words("burn rate"), words("firing alerts"), words("issue")),
        )

    def _row(self, status: SloStatus, tickets: Mapping[tuple[str, str], str]) -> Sequence[str]:
        known = status if isinstance(status, ObjectiveStatus) else None
        objective, present, unknown = status.objective, status.present, self.words("not known")
        burn = present.burn if present else None
        firing = firing_words(present)
        return (
            code(objective.service),
            _name(status),
            attainment(known, self.words) if known else unknown,
            self._budget(known) if known else unknown,
            rate_words(burn) if burn is not None else unknown,
            unknown if firing == NOT_KNOWN else firing,
            tickets.get((objective.service, objective.slo_name), ""),
        )

    def _budget(self, known: ObjectiveStatus) -> str:
        share = budget_remaining(known.remaining, self.words)
        return so_far(share, known.coverage.part, self.words)

    def _tickets(self, figures: DashboardFigures) -> Iterator[str]:
        words = self.words
        yield from section(words("Open tickets"))
        if figures.tickets is None:
            yield from ("", words("Not known: {why}", why=words("no issues were read")))
            return
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


def _burns(status: SloStatus) -> bool:
    """Return whether the budget is exhausted, burns too fast, or an alert says so."""
    is_exhausted = isinstance(status, ObjectiveStatus) and status.remaining <= 0
    return is_exhausted or (status.present is not None and status.present.is_burning)


def _is_past(status: SloStatus) -> bool:
    return status.present is not None and status.present.source == "history"


def _is_known(status: SloStatus) -> bool:
    """Return whether a state without a burning budget is a fact of the time it is of."""
    return status.present is not None and status.present.burn is not None


def _name(status: SloStatus) -> str:
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
