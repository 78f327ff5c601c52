"""Drafts of digest issues, and the data of a digest: waivers, incidents, user impact, replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reliability.backtest.events import Event, recorded
from reliability.forge.notes import Issue, IssueDraft
from reliability.load.catalog import Catalog
from reliability.model.rule_policy import Waiver, Waivers
from reliability.review.digest.counts import WEEKS, DigestCounts
from reliability.review.digest.issue import SOON
from reliability.review.digest.period import Period
from reliability.review.slo_review.evidence import ObjectiveEvidence, ReviewEvidence, touches
from reliability.review.write_limit import unchanged
from reliability.timespan import WEEK, TimeSpan


def issue_drafts(
    draft: IssueDraft, present: Sequence[Issue], period: Period
) -> Iterator[IssueDraft]:
    """Yield this period's draft; digests of other lengths stay, and so does a later one.

    A run with an earlier clock (`--today`, a late retry) must not reopen the past. A later digest
    does not stop the others: a run with a wrong clock may have opened it.
    """
    alike = [note for note in present if period.is_like(note.marker)]
    later = [note for note in alike if note.marker.key > period.name]
    is_over = any(note.marker == period.marker and note.state != "open" for note in alike)
    staying = [note for note in present if note not in alike] + later
    yield from (unchanged(note) for note in staying if note.state == "open")
    if not (later and is_over):
        yield draft


def ending(catalog: Catalog, day: date) -> tuple[Waiver, ...]:
    """Return the waivers that expired or expire within four weeks, the earliest first."""
    every = (
        waiver for waivers in catalog.governing(Waivers) for waiver in waivers.value.spec.waivers
    )
    return tuple(sorted((waiver for waiver in every if waiver.until <= day + SOON), key=_until))


def of_record(catalog: Catalog, until: date, length: timedelta) -> tuple[Event, ...]:
    """Return the recorded incidents in `length` before a day."""
    return tuple(recorded([catalog], TimeSpan.before(until, length)))


@dataclass(frozen=True, slots=True)
class UserImpact:
    """The times at which users of each service were affected: incidents, or fast burns.

    The impact is unknown, not zero, if a service has no SLO, or one of its SLOs has no history.
    """

    spans: Mapping[str, tuple[TimeSpan, ...]]
    evidence: Mapping[str, tuple[ReviewEvidence, ...]]

    @classmethod
    def of(cls, budgets: Iterable[ReviewEvidence], catalog: Catalog, period: Period) -> UserImpact:
        """Collect it from the recorded incidents of a period and the history of each objective."""
        spans: dict[str, tuple[TimeSpan, ...]] = {}
        by_service: dict[str, tuple[ReviewEvidence, ...]] = {}
        for event in recorded([catalog], period.span):
            spans[event.service] = (*spans.get(event.service, ()), event.span)
        for budget in budgets:
            service = budget.objective.service
            by_service[service] = (*by_service.get(service, ()), budget)
            if isinstance(budget, ObjectiveEvidence):
                spans[service] = (*spans.get(service, ()), *budget.user_impact)

        return cls(spans, by_service)

    def during(self, service: str, span: TimeSpan) -> bool | None:
        """Return whether users were affected; None if that is not known."""
        if touches(span, self.spans.get(service, ())):
            return True
        evidence = self.evidence.get(service, ())
        known = all(
            isinstance(item, ObjectiveEvidence) and item.knows_impact(span) for item in evidence
        )
        return False if evidence and known else None


def _until(waiver: Waiver) -> tuple[date, str, str]:
    return waiver.until, waiver.service, waiver.rule


def replayed(budgets: Iterable[ReviewEvidence], period: Period) -> list[tuple[str, DigestCounts]]:
    """Return the replayed notifications of all objectives by week, the latest last.

    Logs are not replayed and count as 0. Monthly digests have no replay, because evidence is kept
    by week. A week without any history is left out: it is not a week without pages.
    """
    replayed = [
        budget
        for budget in budgets
        if isinstance(budget, ObjectiveEvidence) and not budget.not_replayed
    ]
    known = replayed if "W" in period.name else []
    weeks = min((len(evidence.pages.weekly) for evidence in known), default=0)
    evidence_of: list[tuple[str, DigestCounts]] = []

    for ago in range(min(weeks, WEEKS), 0, -1):
        first = period.until - timedelta(weeks=ago)
        if not any(evidence.knows(TimeSpan.before(first + WEEK, WEEK)) for evidence in known):
            continue
        year, week, _ = first.isocalendar()
        pages = sum(evidence.pages.weekly[-ago] for evidence in known)
        with_impact = sum(evidence.pages.weekly_with_impact[-ago] for evidence in known)
        tickets = sum(evidence.tickets.weekly[-ago] for evidence in known)
        evidence_of.append(
            (
                f"{year}-W{week:02}",
                DigestCounts(pages=pages, with_impact=with_impact, tickets=tickets, logs=0),
            )
        )

    return evidence_of
