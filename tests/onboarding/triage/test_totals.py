"""The numbers of a triage: the totals and the headline."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from reliability.onboarding.triage.alert import Decision, TriagedAlert
from reliability.onboarding.triage.draft import written_tier
from reliability.onboarding.triage.flags import Flag
from reliability.onboarding.triage.tally import Figures
from reliability.onboarding.triage.totals import span_of, totals
from reliability.onboarding.triage.triaged import counted, headline, shares
from reliability.onboarding.triage.verdict import TierVerdict
from reliability.timespan import TimeSpan

START = datetime(2026, 10, 1, tzinfo=UTC)
FORTNIGHT = TimeSpan(START, START + timedelta(days=14))
ALERT = TierVerdict(
    tier="alert",
    impact="yes",
    urgency="now",
    action="yes",
    reason="users feel it",
    confidence="fair",
    needs_slo=True,
)
NOISE = TriagedAlert(
    id="a",
    name="A",
    severity="",
    service="",
    team="",
    sources=(),
    locations=(),
    rules=(),
    example="",
    figures=Figures(notifications=10, mentions=8, repeats=4),
    verdict=ALERT,
    flags=(Flag("duplicate", "x"),),
)
LOG = replace(
    NOISE,
    figures=Figures(notifications=6, mentions=2),
    verdict=replace(ALERT, tier="log", impact="unknown"),
    flags=(Flag("flapping", "x"),),
)
REMOVED = replace(LOG, figures=Figures(notifications=4), decided=Decision("remove"), flags=())


def test_noises_are_counted_by_tier_flag_and_impact() -> None:
    found = totals([NOISE, LOG, REMOVED], FORTNIGHT, mentions_are_known=True)
    assert (found.days, found.weeks, found.alerts, found.decided) == (14, 2.0, 3, 1)
    assert (found.notifications, found.with_impact, found.impact_unknown) == (20, 10, 6)
    assert (found.mentions, found.mentions_after) == (5.0, 3.0)
    assert found.by_tier == {"alert": 1, "ticket": 0, "log": 1, "remove": 1}
    assert found.notifications_by_tier == {"alert": 10, "ticket": 0, "log": 6, "remove": 4}
    assert found.notifications_without_action == 10
    assert [each for each in shares(found) if each[1]] == [
        ("needs no action", 2, 10, 0.5),
        ("flapping", 1, 6, 0.3),
        ("duplicate", 1, 4, 0.2),
    ]


@pytest.mark.parametrize(
    ("alerts", "known", "text"),
    [
        (
            [NOISE, LOG, REMOVED],
            True,
            "20 notifications in 14 days, 10 with user impact, unknown for 6; "
            "with this policy: 5.0 mentions a week -> 3.0",
        ),
        (
            [NOISE],
            False,
            "10 notifications in 14 days, 10 with user impact; with this policy: "
            "3.0 mentions a week",
        ),
        (
            [LOG],
            False,
            "6 notifications in 14 days, user impact unknown for 6; with this policy: "
            "0.0 mentions a week",
        ),
    ],
)
def test_the_headline_says_what_is_known(
    alerts: list[TriagedAlert], known: bool, text: str
) -> None:
    assert headline(totals(alerts, FORTNIGHT, mentions_are_known=known)) == text


def test_without_a_span_nothing_is_said_of_a_week() -> None:
    found = totals([NOISE], None, mentions_are_known=True)
    assert (found.days, found.mentions, found.mentions_after) == (0, None, None)
    assert headline(found) == (
        "0 alerting rules: 0 may be alerts, 0 tickets, 0 logs; how often they fire is unknown"
    )
    assert totals([], None, mentions_are_known=True).share(1) == 0.0


def test_a_span_is_whole_days_in_utc() -> None:
    first = datetime(2026, 10, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=9)))
    assert span_of(first, START + timedelta(days=1, hours=2)) == TimeSpan(
        START, START + timedelta(days=2)
    )
    assert span_of(None, START) is None
    assert span_of(START, None) is None
    assert [counted(number, "day") for number in (0, 1, 1_000)] == ["0 days", "1 day", "1,000 days"]


@pytest.mark.parametrize(
    ("alert", "tier", "why"),
    [
        (NOISE, "ticket", "an alert once it has an SLO: users feel it"),
        (replace(NOISE, verdict=replace(ALERT, needs_slo=False)), "ticket", "users feel it"),
        (LOG, "log", "users feel it"),
        (replace(NOISE, decided=Decision("alert")), "alert", "decided in the worksheet"),
        (
            replace(NOISE, decided=Decision("log", "ann", "seldom")),
            "log",
            "decided by ann: seldom",
        ),
    ],
)
def test_a_draft_says_why_a_signal_has_its_tier(alert: TriagedAlert, tier: str, why: str) -> None:
    assert written_tier(alert) == (tier, why)


def test_what_people_decide_counts_as_knowledge_of_impact() -> None:
    assert [
        replace(LOG, decided=decided).impact
        for decided in (None, Decision("alert"), Decision("log"))
    ] == ["unknown", "yes", "no"]
