"""Which digests are wanted: that of the period, and whatever a later clock has already written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reliability.backtest.events import Event, recorded
from reliability.forge.notes import Issue, IssueDraft
from reliability.load.catalog import Catalog
from reliability.model.rule_policy import Waiver, Waivers
from reliability.review.digest.issue import SOON
from reliability.review.digest.period import Period
from reliability.review.digest.told import WEEKS, DigestCounts
from reliability.review.rationed import unchanged
from reliability.review.slo_review.evidence import Found, ObjectiveEvidence, touches
from reliability.timespan import WEEK, TimeSpan


def wanted(draft: IssueDraft, present: Iterable[Issue], period: Period) -> Iterator[IssueDraft]:
    """This period's draft; those of other lengths stay, and a later one is not undone."""
    notes = [note for note in present if note.standing == "open"]
    later = [
        note for note in present if period.is_like(note.marker) and note.marker.key > period.name
    ]
    yield from (unchanged(note) for note in notes if not period.is_like(note.marker))
    if later:
        yield from (unchanged(note) for note in notes if period.is_like(note.marker))
    else:
        yield draft


def ending(catalog: Catalog, day: date) -> tuple[Waiver, ...]:
    """The waivers that have ended, or will within four weeks, the first first."""
    every = (
        waiver for waivers in catalog.governing(Waivers) for waiver in waivers.value.spec.waivers
    )
    return tuple(sorted((waiver for waiver in every if waiver.until <= day + SOON), key=_until))


def of_record(catalog: Catalog, until: date, length: timedelta) -> tuple[Event, ...]:
    """The incidents on record in a stretch of time."""
    return tuple(recorded([catalog], TimeSpan.before(until, length)))


@dataclass(frozen=True, slots=True)
class UserImpact:
    """When users of each service were affected: in incidents, else while budgets went fast.

    It is unknown, and not nothing, where a service has no SLO, or one of them has no history.
    """

    spans: Mapping[str, tuple[TimeSpan, ...]]
    evidence: Mapping[str, tuple[Found, ...]]

    @classmethod
    def of(cls, budgets: Iterable[Found], catalog: Catalog, period: Period) -> UserImpact:
        """From what is on record in a period, and the history of every objective."""
        spans: dict[str, tuple[TimeSpan, ...]] = {}
        by_service: dict[str, tuple[Found, ...]] = {}
        for event in recorded([catalog], period.span):
            spans[event.service] = (*spans.get(event.service, ()), event.span)
        for budget in budgets:
            service = budget.objective.service
            by_service[service] = (*by_service.get(service, ()), budget)
            if isinstance(budget, ObjectiveEvidence):
                spans[service] = (*spans.get(service, ()), *budget.hurt)

        return cls(spans, by_service)

    def during(self, service: str, span: TimeSpan) -> bool | None:
        """Whether users were affected; None if that is not known."""
        if touches(span, self.spans.get(service, ())):
            return True
        evidence = self.evidence.get(service, ())
        known = all(
            isinstance(item, ObjectiveEvidence) and item.knows_impact(span) for item in evidence
        )
        return False if evidence and known else None


def _until(waiver: Waiver) -> tuple[date, str, str]:
    return waiver.until, waiver.service, waiver.rule


def replayed(budgets: Iterable[Found], period: Period) -> list[tuple[str, DigestCounts]]:
    """What the alerts of all objectives would have told, week by week, the latest last.

    Logs are not replayed, and count as none; neither are months, which are no weeks. A week of
    which nothing is known is left out: it is not a week without pages.
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
        felt = sum(evidence.pages.weekly_felt[-ago] for evidence in known)
        tickets = sum(evidence.tickets.weekly[-ago] for evidence in known)
        evidence_of.append(
            (f"{year}-W{week:02}", DigestCounts(pages=pages, felt=felt, tickets=tickets, logs=0))
        )

    return evidence_of
