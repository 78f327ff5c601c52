"""Overview: what needs attention first, and all SLOs by team, criticality and journey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, get_args

from reliability.backtest.burn_state import WORST_FIRST, BurnState
from reliability.message import Message
from reliability.rates import WeeklyRate
from reliability.render.durations import short_length
from reliability.render.numbers import rate_text
from reliability.review.slo_review.drafts import DEFAULT_LIMIT
from reliability.site.figures import SiteFigures
from reliability.site.summaries import NO_CRITICALITY, SloSummary

Urgency = Literal[
    "exhausted", "critical", "increasing", "unknown", "page-budget", "review", "waiver"
]
MOST_URGENT_FIRST: Final[tuple[Urgency, ...]] = get_args(Urgency)
LISTED: Final = 100
"""Largest number of SLOs on the overview; pages of teams list all of theirs."""
ATTENTION: Final = 50
"""Largest number of points on the overview."""
SOON: Final = timedelta(days=14)
"""Time before its end from which a waiver is listed."""


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """Something to look at: its urgency, its text, and its page below the language's folder."""

    urgency: Urgency
    text: Message
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSummary:
    """The SLOs of a team, of one criticality or of one journey, counted by burn state.

    `not_known` counts those of whose period too little is known to say whether the budget is
    exhausted. `part` is the known part of the replay that pages are counted in, if it is partial.
    """

    name: str
    services: int
    slos: int
    exhausted: int
    not_known: int
    states: Mapping[BurnState, int]
    pages_per_week: WeeklyRate | None
    part: Message | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OverviewPage:
    """The overview; `more` counts the SLOs and `more_attention` the points that are not listed."""

    attention: tuple[AttentionItem, ...]
    more_attention: int
    rows: tuple[SloSummary, ...]
    more: int
    whole: GroupSummary
    teams: tuple[GroupSummary, ...]
    criticalities: tuple[GroupSummary, ...]
    journeys: tuple[GroupSummary, ...]
    more_journeys: int


def overview(site: SiteFigures) -> OverviewPage:
    """Return the overview of all services."""
    points = sorted(_attention(site), key=lambda item: MOST_URGENT_FIRST.index(item.urgency))
    shown = site.worst_first[:LISTED]
    by_team = site.pages_per_week
    journeys = _journeys(site)
    return OverviewPage(
        attention=tuple(points[:ATTENTION]),
        more_attention=max(len(points) - ATTENTION, 0),
        rows=shown,
        more=len(site.slos) - len(shown),
        whole=whole_summary(site, ""),
        teams=tuple(
            replace(_summary(site, team, services, by_team[team]), part=site.known_part(services))
            for team, services in site.teams.items()
        ),
        criticalities=tuple(_criticalities(site)),
        journeys=tuple(_journey(name, journeys[name]) for name in _worst_journeys(journeys)),
        more_journeys=max(len(journeys) - LISTED, 0),
    )


def whole_summary(site: SiteFigures, name: str) -> GroupSummary:
    """Return the counts of all SLOs, under the name of their environment."""
    return _summary(site, name, [*site.services], None)


def page_budget(site: SiteFigures) -> float:
    """Return the pages per week above which on-call is unsustainable, by the policy."""
    policy = site.context.notification
    return policy.spec.page_budget.per_week if policy else DEFAULT_LIMIT


def _attention(site: SiteFigures) -> Iterator[AttentionItem]:
    yield from _budgets(site)
    yield from _without_figures(site)
    limit = page_budget(site)
    for team, rate in site.pages_per_week.items():
        if rate.exceeds(limit) and team:
            text = Message(
                "{team} gets {rate} pages per week, and its page budget is {limit}",
                team=team,
                rate=rate_text(rate),
                limit=f"{limit:g}",
            )
            yield AttentionItem("page-budget", text, f"teams/{team}.html")
    yield from _reviews(site)
    yield from _waivers(site)


def _budgets(site: SiteFigures) -> Iterator[AttentionItem]:
    for slo in site.worst_first:
        if not slo.is_exhausted and slo.state not in ("critical", "increasing"):
            continue
        page = f"services/{slo.service}.html#{slo.anchor}"
        names = {"slo": slo.title, "service": slo.service}
        if slo.is_exhausted:
            text = Message("{slo} of {service}: the error budget is exhausted", **names)
            yield AttentionItem("exhausted", text, page)
        else:
            state: Urgency = "critical" if slo.state == "critical" else "increasing"
            yield AttentionItem(state, _burning(slo, names), page)


def _without_figures(site: SiteFigures) -> Iterator[AttentionItem]:
    """Yield one point about all SLOs whose budget is not known; nothing else is known then."""
    count = sum(slo.remaining is None for slo in site.slos)
    if count:
        text = Message(
            "{count} of {all} SLOs have no figures; run `reliability history pull`, or "
            "`reliability history import`",
            count=count,
            all=len(site.slos),
        )
        yield AttentionItem("unknown", text, "")


def _burning(slo: SloSummary, names: Mapping[str, str]) -> Message:
    burn = f"{slo.burn:.1f}" if slo.burn is not None else "?"
    if slo.exhausted_in is None:
        return Message("{slo} of {service} burns at {burn}", burn=burn, **names)
    return Message(
        "{slo} of {service} burns at {burn}; the budget is exhausted in {time}",
        burn=burn,
        time=short_length(slo.exhausted_in),
        **names,
    )


def _reviews(site: SiteFigures) -> Iterator[AttentionItem]:
    for review in (review for one in site.services.values() for review in one.reviews):
        if not review.is_due:
            continue
        names = {"slo": review.title, "service": review.service}
        if review.due is None:
            text = Message("{slo} of {service} was never reviewed", **names)
        else:
            text = Message(
                "review of {slo} of {service} is due since {day}", day=review.due, **names
            )
        yield AttentionItem("review", text, "reviews.html")


def _waivers(site: SiteFigures) -> Iterator[AttentionItem]:
    for waiver in site.waivers:
        names = {"rule": waiver.rule, "service": waiver.service, "day": waiver.until}
        page = f"services/{waiver.service}.html"
        if waiver.until < site.today:
            text = Message("the waiver of {rule} for {service} ended on {day}", **names)
        elif waiver.until - site.today <= SOON:
            text = Message("the waiver of {rule} for {service} ends on {day}", **names)
        else:
            continue
        yield AttentionItem("waiver", text, page if waiver.service in site.services else "")


def _criticalities(site: SiteFigures) -> Iterator[GroupSummary]:
    groups: dict[str, list[str]] = {"critical": [], "important": [], "standard": []}
    for service in site.services.values():
        if service.criticality != NO_CRITICALITY:
            groups[service.criticality].append(service.service)
    for name, services in groups.items():
        if services:
            yield _summary(site, name, services, None)


def _journeys(site: SiteFigures) -> Mapping[str, Sequence[SloSummary]]:
    """Return the SLOs of each journey; a journey may need several services."""
    groups: dict[str, list[SloSummary]] = {}
    for slo in site.slos:
        if slo.journey:
            groups.setdefault(slo.journey, []).append(slo)
    return groups


def _worst_journeys(journeys: Mapping[str, Sequence[SloSummary]]) -> Sequence[str]:
    """Return the journeys that are listed: those with most exhausted and burning SLOs first."""
    keys: list[tuple[int, int, int, str]] = []
    for name, slos in journeys.items():
        states = [slo.state for slo in slos]
        critical, increasing = map(states.count, WORST_FIRST[:2])
        keys.append((-sum(slo.is_exhausted for slo in slos), -critical, -increasing, name))
    return [name for *_, name in sorted(keys)[:LISTED]]


def _journey(name: str, slos: Sequence[SloSummary]) -> GroupSummary:
    return _counted(name, len({slo.service for slo in slos}), slos, None)


def _summary(
    site: SiteFigures, name: str, services: tuple[str, ...] | list[str], pages: WeeklyRate | None
) -> GroupSummary:
    of_group = [slo for service in services for slo in site.services[service].slos]
    return _counted(name, len(services), of_group, pages)


def _counted(
    name: str, services: int, of_group: Sequence[SloSummary], pages: WeeklyRate | None
) -> GroupSummary:
    states = Counter(slo.state for slo in of_group)
    return GroupSummary(
        name=name,
        services=services,
        slos=len(of_group),
        exhausted=sum(slo.is_exhausted for slo in of_group),
        not_known=sum(slo.remaining is None or slo.part is not None for slo in of_group),
        states={state: states[state] for state in WORST_FIRST},
        pages_per_week=pages,
    )
