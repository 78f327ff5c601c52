"""The proposed tier: each ground, on both sides of its limits."""

from dataclasses import replace

import pytest

from reliability.convert.prometheus_rules.kinds import Guess
from reliability.onboarding.triage.judge import Case, judge
from reliability.onboarding.triage.tally import Figures
from reliability.onboarding.triage.verdict import TierVerdict

SYMPTOM = Guess("symptom", "it speaks of users")
CAUSE = Guess("cause", "it speaks of a part")
BEAT = Guess("heartbeat", "it always fires")
FEEL = "its text says what users feel"


def case(guess: Guess | None, severity: str = "critical", **figures: int) -> Case:
    return Case("X", severity, Figures(**figures), guess)


SLO = True
UNHEARD = {"judged": 30, "answered": 0}
CASES = {
    "a heartbeat": (
        case(BEAT),
        TierVerdict(
            *("log", "no", "never", "no"),
            "a heartbeat always fires; only its absence notifies",
            "high",
        ),
    ),
    "a burn rate": (
        replace(case(CAUSE), burns=True),
        TierVerdict(*("alert", "yes", "now", "yes", "it is a burn-rate alert", "high"), SLO),
    ),
    "a burn rate without a severity": (
        replace(case(CAUSE, ""), burns=True),
        TierVerdict(*("alert", "yes", "now", "yes", "it is a burn-rate alert", "high"), SLO),
    ),
    "a slow burn rate": (
        replace(case(CAUSE, "Warning "), burns=True),
        TierVerdict(
            *("ticket", "yes", "days", "yes"),
            "it is a burn-rate alert, but severity warning can wait",
            "high",
            SLO,
        ),
    ),
    "a quiet cause": (
        case(CAUSE, "info"),
        TierVerdict("log", "unknown", "never", "no", "severity was info", "high"),
    ),
    "a quiet symptom": (
        case(SYMPTOM, "info"),
        TierVerdict("log", "unknown", "never", "no", "severity was info", "fair"),
    ),
    "a quiet cause outside of incidents": (
        replace(case(CAUSE, "info"), has_incidents=True),
        TierVerdict("log", "no", "never", "no", "severity was info", "high"),
    ),
    "twice in incidents": (
        case(CAUSE, "warning", during=2, notifications=6, judged=9),
        TierVerdict(
            *(
                "alert",
                "yes",
                "now",
                "unknown",
                "2 of 6 came during incidents with user impact",
                "fair",
            ),
            SLO,
        ),
    ),
    "three in ten in incidents": (
        case(CAUSE, "warning", during=3, notifications=10),
        TierVerdict(
            *("alert", "yes", "now", "unknown"),
            "3 of 10 came during incidents with user impact",
            "fair",
            SLO,
        ),
    ),
    "once in an incident": (
        replace(case(CAUSE, "warning", during=1, notifications=1), has_incidents=True),
        TierVerdict(
            *("ticket", "unknown", "days", "unknown"),
            "it speaks of a part; severity was warning",
            "fair",
        ),
    ),
    "few of many in incidents": (
        case(CAUSE, "warning", during=3, notifications=11),
        TierVerdict(
            *("ticket", "unknown", "days", "unknown"),
            "it speaks of a part; severity was warning",
            "fair",
        ),
    ),
    "nobody answers a cause": (
        case(CAUSE, "warning", judged=10),
        TierVerdict("log", "unknown", "never", "no", "0 of 10 were answered", "fair"),
    ),
    "nobody answers a cause for long": (
        case(CAUSE, "warning", judged=30),
        TierVerdict("log", "unknown", "never", "no", "0 of 30 were answered", "high"),
    ),
    "one in fifty is answered": (
        case(CAUSE, "warning", judged=50, answered=1),
        TierVerdict("log", "unknown", "never", "no", "1 of 50 were answered", "high"),
    ),
    "more than one in fifty is answered": (
        case(CAUSE, "warning", judged=49, answered=1),
        TierVerdict(
            *("ticket", "unknown", "days", "yes"),
            "it speaks of a part; 1 of 49 were answered",
            "fair",
        ),
    ),
    "not enough is known of answers": (
        case(CAUSE, "", judged=9),
        TierVerdict(
            *("ticket", "unknown", "days", "unknown"),
            "it speaks of a part; no severity label",
            "fair",
        ),
    ),
    "half of five are answered": (
        case(CAUSE, "warning", judged=6, answered=3),
        TierVerdict(
            *("ticket", "unknown", "days", "yes"),
            "3 of 6 were answered, so check for user impact; otherwise it speaks of a part",
            "low",
        ),
    ),
    "five of five are answered": (
        case(CAUSE, "warning", judged=5, answered=5),
        TierVerdict(
            *("ticket", "unknown", "days", "yes"),
            "5 of 5 were answered, so check for user impact; otherwise it speaks of a part",
            "low",
        ),
    ),
    "four of four are answered": (
        case(CAUSE, "warning", judged=4, answered=4),
        TierVerdict(
            *("ticket", "unknown", "days", "yes"),
            "it speaks of a part; 4 of 4 were answered",
            "fair",
        ),
    ),
    "a cause outside of incidents with a runbook": (
        replace(case(CAUSE, "warning"), has_incidents=True, has_runbook=True),
        TierVerdict(
            *("ticket", "no", "days", "yes"),
            "it speaks of a part; severity was warning",
            "fair",
        ),
    ),
    "an urgent cause": (
        replace(case(CAUSE), urgent="it runs full"),
        TierVerdict(
            *("alert", "unknown", "now", "unknown"),
            "urgent cause: it runs full; to page, waive alert-for-cause with this reason, "
            "or write an SLO for what it endangers",
            "fair",
        ),
    ),
    "an urgent cause that can wait": (
        replace(case(CAUSE, "warning"), urgent="it runs full"),
        TierVerdict(
            *("ticket", "unknown", "days", "unknown"),
            "it speaks of a part; severity was warning",
            "fair",
        ),
    ),
    "a symptom": (
        case(SYMPTOM),
        TierVerdict("alert", "yes", "now", "unknown", "it speaks of users", "fair", SLO),
    ),
    "a symptom without a severity": (
        case(SYMPTOM, "", judged=29),
        TierVerdict("alert", "yes", "now", "no", "it speaks of users", "fair", SLO),
    ),
    "a symptom of clients": (
        replace(case(SYMPTOM, "warning"), name="Many4xx"),
        TierVerdict(
            *("ticket", "unknown", "days", "unknown"),
            "it speaks of users, but a 4xx is often the client's error",
            "low",
            SLO,
        ),
    ),
    "a symptom that ends by itself": (
        case(SYMPTOM, ended=6, short=3),
        TierVerdict(
            *("ticket", "unknown", "days", "unknown"),
            "it speaks of users, but 3 of 6 resolved within ten minutes",
            "fair",
            SLO,
        ),
    ),
    "a symptom that ends by itself five times": (
        case(SYMPTOM, ended=5, short=5, answered=1, judged=1),
        TierVerdict(
            *("ticket", "unknown", "days", "yes"),
            "it speaks of users, but 5 of 5 resolved within ten minutes",
            "fair",
            SLO,
        ),
    ),
    "a symptom that ended too seldom to say": (
        case(SYMPTOM, ended=4, short=4),
        TierVerdict("alert", "yes", "now", "unknown", "it speaks of users", "fair", SLO),
    ),
    "a symptom that seldom ends by itself": (
        case(SYMPTOM, ended=7, short=3),
        TierVerdict("alert", "yes", "now", "unknown", "it speaks of users", "fair", SLO),
    ),
    "a symptom that can wait": (
        case(SYMPTOM, "warning", judged=29),
        TierVerdict(
            *("ticket", "unknown", "days", "no"),
            "it speaks of users, but severity warning can wait",
            "fair",
            SLO,
        ),
    ),
    "a symptom that can wait and that nobody answers": (
        case(SYMPTOM, "warning", **UNHEARD),
        TierVerdict(
            *("log", "unknown", "never", "no"),
            "severity warning, and none of 30 were answered",
            "fair",
        ),
    ),
    "a loud symptom that nobody answers": (
        case(SYMPTOM, "critical", **UNHEARD),
        TierVerdict(
            *("ticket", "unknown", "days", "no"),
            "it speaks of users, but none of 30 were answered",
            "low",
            SLO,
        ),
    ),
    "a symptom that one answered": (
        case(SYMPTOM, judged=30, answered=1),
        TierVerdict("alert", "yes", "now", "yes", "it speaks of users", "fair", SLO),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_ground_that_holds_decides(name: str) -> None:
    given, verdict = CASES[name]
    assert judge(given) == verdict


def test_good_news_is_a_log_only_if_no_rule_declares_it_and_nobody_answers() -> None:
    good = Case("backup finished", "", Figures(judged=50, answered=1))
    assert judge(good) == TierVerdict(
        *("log", "unknown", "never", "no"), "1 of 50 were answered", "high"
    )
    assert judge(replace(good, figures=Figures(judged=9))) == TierVerdict(
        *("log", "no", "never", "no"), "it reports success: finished", "fair"
    )
    assert judge(replace(good, figures=Figures(judged=9, answered=1))).tier == "ticket"
    assert judge(replace(good, guess=CAUSE, figures=Figures())).tier == "ticket"


def test_words_alone_are_a_low_confidence() -> None:
    said = judge(Case("customers cannot pay", "", Figures()))
    assert (said.tier, said.confidence) == ("alert", "low")
    assert judge(Case("customers cannot pay", "critical", Figures())).confidence == "fair"
    urgent = judge(Case("the disk", "", Figures(), urgent="full in 2 hours"))
    assert (urgent.tier, urgent.confidence) == ("alert", "low")
    assert judge(Case("the disk", "", Figures())).confidence == "low"
    assert judge(Case("the disk", "warning", Figures())).confidence == "fair"
