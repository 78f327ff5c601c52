"""Pages about several services: what is listed, in which order, how many, and with which words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pytest

from reliability.backtest.notified_sides import UnknownNotifications
from reliability.rates import UNKNOWN_RATE, WeeklyRate
from reliability.review.slo_review.next_step import NextStep
from reliability.site.days import BudgetDays, PastPeriod
from reliability.site.notified import TOTALS, CountedMessages, no_counts, whole_weeks
from reliability.site.pages.calendar import calendar_page
from reliability.site.pages.incidents import incidents_page
from reliability.site.pages.notifications import messages_page, team_messages
from reliability.site.pages.overview import ATTENTION, LISTED, overview, page_budget
from reliability.site.pages.quarter import quarter_page, team_quarter_page
from reliability.site.pages.reviews import first_reviews, reviews_page
from reliability.site.pages.team import team_page
from reliability.site.search import search_entries
from reliability.site.summaries import ServiceSummary, TargetForReview
from reliability.timespan import TimeSpan
from tests.site.crafted import (
    NOW,
    POLICY,
    TODAY,
    days,
    detail,
    incident,
    inputs,
    review,
    row,
    service,
    site,
    slo,
)

BURNING: Final[list[Any]] = [
    slo("pay", "a", state="acceptable", remaining=0.5),
    slo("pay", "b", state="unknown", attainment=None, remaining=None, burn=None),
    slo("pay", "c", state="recovering", remaining=0.1),
    slo("pay", "d", state="increasing", burn=2.25, exhausted_in=timedelta(hours=5)),
    slo("pay", "e", state="critical", burn=None, remaining=0.3),
    slo("pay", "f", state="critical", burn=14.44, remaining=0.2),
    slo("pay", "g", state="acceptable", is_exhausted=True, remaining=-0.5),
    slo("pay", "h", state="critical", is_exhausted=True, remaining=0.0, burn=3.0),
]


def attention(*services: ServiceSummary, **more: Any) -> list[str]:
    """The points of an overview: urgency, text and page."""
    page = overview(site(*services, **more))
    return [f"{one.urgency} | {one.text} | {one.page}" for one in page.attention]


def test_budgets_that_burn_or_are_exhausted_are_points() -> None:
    assert attention(service("pay", *BURNING)) == [
        "exhausted | h title of pay: the error budget is exhausted | services/pay.html#pay-h",
        "exhausted | g title of pay: the error budget is exhausted | services/pay.html#pay-g",
        "critical | f title of pay burns at 14.4 | services/pay.html#pay-f",
        "critical | e title of pay burns at ? | services/pay.html#pay-e",
        "increasing | d title of pay burns at 2.2; the budget is exhausted in 5 h"
        " | services/pay.html#pay-d",
        "unknown | 1 of 8 SLOs have no figures; run `reliability history pull`, or "
        "`reliability history import` | ",
    ]


def test_reviews_and_waivers_that_need_somebody_are_points() -> None:
    reviews = (
        review("pay", "a", None, is_due=True),
        review("pay", "b", "2026-10-31", is_due=True),
        review("pay", "c", "2026-11-02", is_due=False),
    )
    ends = [
        ("alert-without-slo", "pay", "2026-10-31"),
        ("alert-without-slo", "gone", "2026-11-01"),
        ("slo-not-reviewed", "pay", "2026-11-15"),
        ("alert-without-slo", "pay", "2026-11-16"),
    ]
    assert attention(service("pay", reviews=reviews), ends=ends) == [
        "review | a title of pay was never reviewed | reviews.html",
        "review | review of b title of pay is due since 2026-10-31 | reviews.html",
        "waiver | the waiver of alert-without-slo for pay ended on 2026-10-31 | services/pay.html",
        "waiver | the waiver of alert-without-slo for gone ends on 2026-11-01 | ",
        "waiver | the waiver of slo-not-reviewed for pay ends on 2026-11-15 | services/pay.html",
    ]


def sent(**pages: int) -> CountedMessages:
    """Counts of pages by team; `_` is without an owner."""
    weeks = whole_weeks(inputs().terms.span)
    counts = {}
    for team, number in pages.items():
        counts[team.replace("_", "")] = no_counts(weeks)
        counts[team.replace("_", "")][TOTALS.index("pages")] = number
        counts[team.replace("_", "")][TOTALS.index("total")] = number + 5
    whole = sum(counts.values(), no_counts(weeks))
    return CountedMessages(weeks=weeks, whole=whole, teams=counts, index=None)


OF_A: Final = "a gets 2.1 pages per week, and its page budget is 2"
OF_B: Final = "b gets 30.0 pages per week, and its page budget is 2"


@pytest.mark.parametrize(
    ("policy", "limit", "points"),
    [
        (None, 2.0, [OF_A, OF_B]),
        (b"", 2.0, [OF_A, OF_B]),
        (b"perWeek: 2.5", 2.5, ["b gets 30.0 pages per week, and its page budget is 2.5"]),
    ],
)  # fmt: skip
def test_a_team_with_more_pages_than_its_budget_is_a_point(
    policy: bytes | None, limit: float, points: list[str]
) -> None:
    """Ten weeks: 20 pages are as many as the budget of two a week allows."""
    more: dict[str, Any] = {}
    if policy is not None:
        more["policy"] = POLICY.replace(b"perWeek: 2", policy) if policy else b""
    teams = [service(name, team=team) for name, team in zip("xyz", "abc", strict=True)]
    made = site(*teams, service("w"), sent=sent(a=21, b=300, c=20, _=500), **more)
    assert page_budget(made) == limit
    found = [one for one in overview(made).attention if one.urgency == "page-budget"]
    assert [str(one.text) for one in found] == points
    assert [one.page for one in found] == [f"teams/{point[0]}.html" for point in points]


def test_groups_are_counted_by_team_criticality_and_journey() -> None:
    one = service(
        "a",
        slo("a", "1", state="critical", journey="Pay"),
        slo("a", "2", is_exhausted=True, journey="Pay"),
        team="web",
        criticality="important",
    )
    two = service("b", slo("b", "1", journey="Pay"), slo("b", "2", journey="Look"), team="data")
    three = service("c", criticality="critical")
    four = service("d", slo("d", state="increasing", journey="Order"), criticality="important")
    page = overview(site(one, two, three, four, sent=sent(web=35)))

    def lines(groups: Sequence[Any]) -> list[str]:
        return [
            f"{group.name}: {group.services} services, {group.slos} SLOs, {group.exhausted}"
            f" exhausted, {[*group.states.values()]}"
            f", {group.pages_per_week and group.pages_per_week.value}"
            for group in groups
        ]

    assert lines([page.whole]) == [": 4 services, 5 SLOs, 1 exhausted, [1, 1, 0, 3, 0], None"]
    assert [*page.whole.states] == [
        "critical",
        "increasing",
        "recovering",
        "acceptable",
        "unknown",
    ]
    assert lines(page.teams) == [
        "data: 1 services, 2 SLOs, 0 exhausted, [0, 0, 0, 2, 0], 0.0",
        "web: 1 services, 2 SLOs, 1 exhausted, [1, 0, 0, 1, 0], 3.5",
        ": 2 services, 1 SLOs, 0 exhausted, [0, 1, 0, 0, 0], 0.0",
    ]
    assert lines(page.criticalities) == [
        "critical: 1 services, 0 SLOs, 0 exhausted, [0, 0, 0, 0, 0], None",
        "important: 2 services, 3 SLOs, 1 exhausted, [1, 1, 0, 1, 0], None",
    ]
    assert lines(page.journeys) == [
        "Pay: 2 services, 3 SLOs, 1 exhausted, [1, 0, 0, 2, 0], None",
        "Order: 1 services, 1 SLOs, 0 exhausted, [0, 1, 0, 0, 0], None",
        "Look: 1 services, 1 SLOs, 0 exhausted, [0, 0, 0, 1, 0], None",
    ]
    assert (page.more, page.more_attention, page.more_journeys) == (0, 0, 0)


@pytest.mark.parametrize(
    ("states", "order"),
    [
        ({"a": ["increasing"], "b": ["critical"], "c": ["exhausted"]}, "cba"),
        ({"a": ["increasing"] * 2, "b": ["increasing"] * 3, "c": ["critical"]}, "cba"),
        ({"a": ["critical"], "b": ["critical", "critical"]}, "ba"),
        ({"a": ["exhausted"], "b": ["exhausted", "exhausted"]}, "ba"),
        ({"b": ["recovering"], "a": ["acceptable"], "c": ["unknown"]}, "abc"),
        ({"a": ["exhausted"], "b": ["exhausted", "increasing"], "c": ["critical"]}, "bac"),
    ],
)
def test_the_worst_journeys_come_first(states: dict[str, list[str]], order: str) -> None:
    slos = [
        slo(
            "s",
            f"{name}{number}",
            journey=name,
            is_exhausted=state == "exhausted",
            state="acceptable" if state == "exhausted" else state,
        )
        for name, of_journey in states.items()
        for number, state in enumerate(of_journey)
    ]
    page = overview(site(service("s", *slos)))
    assert [group.name for group in page.journeys] == [*order]


@pytest.mark.parametrize("over", [0, 1])
def test_lists_of_the_overview_have_a_limit_and_say_how_many_more(over: int) -> None:
    count = LISTED + over
    slos = [slo("s", f"{number:03}", journey=f"j{number:03}") for number in range(count)]
    page = overview(site(service("s", *slos)))
    assert (len(page.rows), page.more) == (100, over)
    assert (len(page.journeys), page.more_journeys) == (100, over)
    exhausted = [one._replace(is_exhausted=True) for one in slos[: ATTENTION + over]]
    page = overview(site(service("s", *exhausted)))
    assert (len(page.attention), page.more_attention) == (50, over)


def test_the_calendar_has_the_slos_with_the_most_large_days_first() -> None:
    slos = [
        slo("s", "a", days=days(1, 0.5)),
        slo("s", "b", days=days(2, 0.1)),
        slo("s", "c", days=days(1, 0.6)),
        slo("s", "d"),
        slo("s", "f", days=days(0, None)),
        slo("s", "e", days=days(0, 0.0)),
        slo("s", "g", days=days(0, 0.01)),
    ]
    summary = service("s", *slos)
    spent = BudgetDays(first=TODAY, spent=np.array([0.0, 0.3]), remaining=np.ones(2))
    details = {"s": detail(summary, days=(None, spent, *[None] * 5))}
    page = calendar_page(site(summary, details=details))
    assert [one.slo.slo for one in page.rows] == ["b", "c", "a", "g", "e", "f"]
    assert (page.first, page.last, page.more) == (date(2026, 4, 15), date(2026, 10, 31), 0)
    assert [(one.width, [part.level for part in one.strip]) for one in page.rows[:2]] == [
        (2, [0, 5]),
        (0, []),
    ]
    for over in (0, 1):
        many = service("s", *(slo("s", f"{n}", days=days(0, 0.0)) for n in range(200 + over)))
        page = calendar_page(site(many))
        assert (len(page.rows), page.more) == (200, over)


def test_a_page_of_a_team_has_its_slos_the_worst_first() -> None:
    services = [
        service("a", slo("a", "1"), slo("a", "2", is_exhausted=True), team="payroll"),
        service("b", slo("b", state="critical"), team="other"),
        service("c", slo("c", state="critical"), team="payroll"),
    ]
    page = team_page(site(*services, sent=sent(payroll=7)), "payroll")
    assert [one.slo.key[:2] for one in page.rows] == [("a", "2"), ("c", "served"), ("a", "1")]
    assert (page.name, page.title, page.services) == ("payroll", "Payroll people", ("a", "c"))
    assert (page.pages_per_week, page.page_budget) == (WeeklyRate(0.7), 2.0)
    assert (page.first, page.last) == (date(2026, 4, 15), date(2026, 10, 31))
    other = team_page(site(*services), "other")
    assert (other.title, other.pages_per_week) == ("other", UNKNOWN_RATE)


def test_incidents_are_in_order_of_their_result_and_the_latest_first() -> None:
    incidents = (
        incident("a", 0, "caught", "2026-10-01"),
        incident("a", 1, "missed", "2026-09-01", recorded=False),
        incident("a", 2, "unknown", "2026-10-05"),
        incident("a", 3, "missed", "2026-10-02"),
        incident("a", 4, "ticket only", "2026-10-03"),
    )
    others = [row(incident("gone", 0, "missed", "2026-09-15"), receivers=("x",))]
    page = incidents_page(site(service("a", incidents=incidents)), others)
    assert [one.event.name for one in page.rows] == ["a 3", "gone 0", "a 1", "a 4", "a 0", "a 2"]
    assert page.counts == {"missed": 3, "ticket only": 1, "caught": 1, "unknown": 1}
    assert (page.recorded, page.more) == (5, 0)
    assert page.rows[1].receivers == ("x",)
    for over in (0, 1):
        many = tuple(incident("a", n, "caught", "2026-10-01") for n in range(300 + over))
        page = incidents_page(site(service("a", incidents=many)))
        assert (len(page.rows), page.more, page.counts["caught"]) == (300, over, 300 + over)


REVIEWS: Final = (
    review("a", "late", "2026-09-01", is_due=True),
    review("a", "today", "2026-11-01", is_due=True),
    review("a", "tomorrow", "2026-11-02", is_due=False),
    review("a", "last", "2026-12-31", is_due=False),
    review("a", "after", "2027-01-01", is_due=False),
    review("a", "never", None, is_due=True),
    review("a", "none", None, is_due=False),
)


def test_reviews_that_are_due_come_first_and_those_that_come_within_60_days() -> None:
    other = service("b", team="payroll", reviews=(review("b", "late", "2026-09-01", is_due=True),))
    made = site(service("a", reviews=REVIEWS), other)
    target = TargetForReview(
        name="",
        now=slo("a").target,
        target=None,
        met=1,
        periods=2,
        alert_episodes=UNKNOWN_RATE,
        is_known=False,
    )
    targets = {("a", "late"): (target,), ("a", "tomorrow"): (target,)}
    page = reviews_page(made, "https://forge/edit/", targets)
    assert [f"{one.review.service} {one.review.slo} {one.team}" for one in page.due] == [
        "a never ",
        "a late ",
        "b late payroll",
        "a today ",
    ]
    assert [one.targets for one in page.due] == [(), (target,), (), ()]
    assert [one.edit for one in page.due] == [
        f"https://forge/edit/{name}.yaml" for name in ("never", "late", "late", "today")
    ]
    assert [one.review.slo for one in page.coming] == ["tomorrow", "last"]
    assert [one.targets for one in page.coming] == [(), ()]
    assert {one.edit for one in reviews_page(made, "", {}).due} == {""}
    assert first_reviews(made) == (("a", "never"), ("a", "late"), ("b", "late"), ("a", "today"))


@pytest.mark.parametrize("over", [0, 1])
def test_lists_of_reviews_have_a_limit(over: int) -> None:
    due = [review("a", f"{n:03}", "2026-09-01", is_due=True) for n in range(200 + over)]
    coming = [review("a", f"c{n:03}", "2026-11-20", is_due=False) for n in range(200 + over)]
    made = site(service("a", reviews=(*due, *coming)))
    page = reviews_page(made, "", {})
    assert (len(page.due), page.more, len(page.coming)) == (200, over, 200)
    assert len(first_reviews(made)) == 20


def test_the_quarter_of_a_team_counts_results_and_costs() -> None:
    incidents = (
        incident("a", 0, "caught", "2026-07-01"),
        incident("a", 1, "missed", "2026-09-30"),
        incident("a", 2, "caught", "2026-10-01"),
        incident("a", 3, "caught", "2026-06-30"),
        incident("a", 4, "caught", "2026-08-01"),
        incident("a", 5, "caught", "2026-08-02"),
    )
    spent = [0.1, 0.5, 9.0, 9.0, None, 0.1]
    rows = [row(one, cost) for one, cost in zip(incidents, spent, strict=True)]
    slos = [
        slo("a", "m", is_met=True),
        slo("a", "x", is_met=None),
        slo("a", "f", is_met=False),
        slo("a", "b", is_met=False),
    ]
    summary = service("a", *slos, team="payroll", incidents=incidents)
    other = service("b", slo("b"), team="payroll")
    step = NextStep(level="monitoring", state="missing", adoption="none")
    quarter = PastPeriod(span=TimeSpan(NOW, NOW), attainment=0.5, spent=1.0, is_over=True)
    details = {"a": detail(summary, step=step, quarters=(None, None, None, quarter))}
    made = site(summary, other, service("c", slo("c"), team="z"), service("d"), details=details)
    page = quarter_page(made, [*rows, row(incident("gone", 0, "caught", "2026-08-01"))])
    assert (page.year, page.number) == (2026, 3)
    assert [(one.team, one.title) for one in page.teams] == [
        ("payroll", "Payroll people"),
        ("z", "z"),
    ]
    mine, others = page.teams
    assert [mine.count(result) for result in ("missed", "unknown", "met")] == [2, 1, 2]
    assert others.count("missed") == 0
    assert [one.event.name for one in mine.incidents] == ["a 1", "a 0", "a 5", "a 4"]
    assert others.incidents == ()

    whole = team_quarter_page(made, mine)
    assert [f"{one.slo.slo} {one.result}" for one in whole.rows] == [
        "b missed",
        "f missed",
        "x unknown",
        "m met",
        "served met",
    ]
    assert [one.period for one in whole.rows] == [quarter, None, None, None, None]
    assert [(one.service, one.step) for one in whole.steps] == [("a", step)]
    assert (whole.year, whole.number) == (2026, 3)
    assert (whole.span.start.isoformat(), whole.span.end.isoformat()) == (
        "2026-07-01T00:00:00+00:00",
        "2026-09-30T00:00:00+00:00",
    )


def test_teams_with_the_most_pages_come_first_on_the_page_about_messages() -> None:
    services = [
        service("s1", slo("s1", days=days(0, 0.0)), team="a"),
        service("s2", team="b"),
        service("s3", team="c"),
        service("s4", team="payroll"),
        service("s5"),
    ]
    counts = sent(a=10, b=30, c=30, _=5)
    counts.teams["c"][TOTALS.index("total")] += 1
    page = messages_page(site(*services, sent=counts))
    assert [one.messages.team for one in page.sections] == ["", "c", "b", "a", "payroll"]
    assert [one.messages.pages for one in page.sections] == [75, 30, 30, 10, 0]
    assert [one.pages_per_week.value for one in page.sections] == [7.5, 3.0, 3.0, 1.0, 0.0]
    assert [one.with_incident for one in page.sections] == [0.0, 0.0, 0.0, 0.0, None]
    assert [one.messages.zone for one in page.sections] == ["UTC"] * 4 + ["Asia/Tokyo"]
    assert (page.more, page.unknown, page.page_budget) == (0, "", 2.0)
    assert (page.days, page.has_history, page.real) == (70, True, None)
    whole = page.sections[0]
    assert len(whole.weeks) == len(counts.weeks)
    assert [one.tier for one in whole.tiers] == ["alert", "ticket", "log"]

    unknown = messages_page(site(*services[1:], sent=UnknownNotifications("no routes")))
    assert (unknown.unknown, unknown.has_history) == ("no routes", False)
    assert [one.messages.total for one in unknown.sections] == [0] * 4


@pytest.mark.parametrize("over", [0, 1])
def test_the_page_about_messages_lists_a_hundred_teams(over: int) -> None:
    services = [service(f"s{n}", team=f"t{n:03}") for n in range(100 + over)]
    made = site(*services, sent=sent())
    page = messages_page(made)
    assert (len(page.sections), page.more) == (101, over)
    assert len(team_messages(made)) == 101 + over


def test_a_figure_is_of_the_first_day_of_a_month_as_of_any_other() -> None:
    made = site(service("a"))
    assert (made.today, made.axis.weeks, made.title("payroll")) == (TODAY, 10, "Payroll people")
    assert replace(made, sent=sent(_=10)).pages_per_week == {"": WeeklyRate(1.0)}
    assert made.pages_per_week == {"": UNKNOWN_RATE}


def test_teams_and_services_are_found_by_their_words() -> None:
    made = site(service("a", slo("a", "one"), slo("a", "two"), team="web"), service("b"))
    assert [*search_entries(made)] == [
        ("web", "teams/web.html", ""),
        ("a", "services/a.html", "one title one two title two web"),
        ("b", "services/b.html", ""),
    ]
