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
    every = (waiver for each in catalog.governing(Waivers) for waiver in each.value.spec.waivers)
    return tuple(sorted((each for each in every if each.until <= day + SOON), key=_until))


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
        found: dict[str, tuple[Found, ...]] = {}
        for event in recorded([catalog], period.span):
            spans[event.service] = (*spans.get(event.service, ()), event.span)
        for each in budgets:
            service = each.objective.service
            found[service] = (*found.get(service, ()), each)
            if isinstance(each, ObjectiveEvidence):
                spans[service] = (*spans.get(service, ()), *each.hurt)
        return cls(spans, found)

    def during(self, service: str, span: TimeSpan) -> bool | None:
        """Whether users were affected; None if that is not known."""
        if touches(span, self.spans.get(service, ())):
            return True
        evidence = self.evidence.get(service, ())
        known = all(
            isinstance(each, ObjectiveEvidence) and each.knows_impact(span) for each in evidence
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
        each for each in budgets if isinstance(each, ObjectiveEvidence) and not each.not_replayed
    ]
    known = replayed if "W" in period.name else []
    weeks = min((len(each.pages.weekly) for each in known), default=0)
    found: list[tuple[str, DigestCounts]] = []
    for ago in range(min(weeks, WEEKS), 0, -1):
        first = period.until - timedelta(weeks=ago)
        if not any(each.knows(TimeSpan.before(first + WEEK, WEEK)) for each in known):
            continue
        year, week, _ = first.isocalendar()
        pages = sum(each.pages.weekly[-ago] for each in known)
        felt = sum(each.pages.weekly_felt[-ago] for each in known)
        tickets = sum(each.tickets.weekly[-ago] for each in known)
        found.append(
            (f"{year}-W{week:02}", DigestCounts(pages=pages, felt=felt, tickets=tickets, logs=0))
        )
    return found
