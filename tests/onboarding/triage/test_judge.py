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
    return Case(name="X", severity=severity, figures=Figures(**figures), guess=guess)


SLO = True
UNHEARD = {"judged": 30, "answered": 0}
CASES = {
    "a heartbeat": (
        case(BEAT),
        TierVerdict(
            tier="log",
            impact="no",
            urgency="never",
            action="no",
            reason="a heartbeat always fires; only its absence notifies",
            confidence="high",
        ),
    ),
    "a burn rate": (
        replace(case(CAUSE), burns=True),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="yes",
            reason="it is a burn-rate alert",
            confidence="high",
            needs_slo=SLO,
        ),
    ),
    "a burn rate without a severity": (
        replace(case(CAUSE, ""), burns=True),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="yes",
            reason="it is a burn-rate alert",
            confidence="high",
            needs_slo=SLO,
        ),
    ),
    "a slow burn rate": (
        replace(case(CAUSE, "Warning "), burns=True),
        TierVerdict(
            tier="ticket",
            impact="yes",
            urgency="days",
            action="yes",
            reason="it is a burn-rate alert, but severity warning can wait",
            confidence="high",
            needs_slo=SLO,
        ),
    ),
    "a quiet cause": (
        case(CAUSE, "info"),
        TierVerdict(
            tier="log",
            impact="unknown",
            urgency="never",
            action="no",
            reason="severity was info",
            confidence="high",
        ),
    ),
    "a quiet symptom": (
        case(SYMPTOM, "info"),
        TierVerdict(
            tier="log",
            impact="unknown",
            urgency="never",
            action="no",
            reason="severity was info",
            confidence="fair",
        ),
    ),
    "a quiet cause outside of incidents": (
        replace(case(CAUSE, "info"), has_incidents=True),
        TierVerdict(
            tier="log",
            impact="no",
            urgency="never",
            action="no",
            reason="severity was info",
            confidence="high",
        ),
    ),
    "twice in incidents": (
        case(CAUSE, "warning", during=2, notifications=6, judged=9),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="unknown",
            reason="2 of 6 came during incidents with user impact",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "three in ten in incidents": (
        case(CAUSE, "warning", during=3, notifications=10),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="unknown",
            reason="3 of 10 came during incidents with user impact",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "once in an incident": (
        replace(case(CAUSE, "warning", during=1, notifications=1), has_incidents=True),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="unknown",
            reason="it speaks of a part; severity was warning",
            confidence="fair",
        ),
    ),
    "few of many in incidents": (
        case(CAUSE, "warning", during=3, notifications=11),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="unknown",
            reason="it speaks of a part; severity was warning",
            confidence="fair",
        ),
    ),
    "nobody answers a cause": (
        case(CAUSE, "warning", judged=10),
        TierVerdict(
            tier="log",
            impact="unknown",
            urgency="never",
            action="no",
            reason="0 of 10 were answered",
            confidence="fair",
        ),
    ),
    "nobody answers a cause for long": (
        case(CAUSE, "warning", judged=30),
        TierVerdict(
            tier="log",
            impact="unknown",
            urgency="never",
            action="no",
            reason="0 of 30 were answered",
            confidence="high",
        ),
    ),
    "one in fifty is answered": (
        case(CAUSE, "warning", judged=50, answered=1),
        TierVerdict(
            tier="log",
            impact="unknown",
            urgency="never",
            action="no",
            reason="1 of 50 were answered",
            confidence="high",
        ),
    ),
    "more than one in fifty is answered": (
        case(CAUSE, "warning", judged=49, answered=1),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="yes",
            reason="it speaks of a part; 1 of 49 were answered",
            confidence="fair",
        ),
    ),
    "not enough is known of answers": (
        case(CAUSE, "", judged=9),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="unknown",
            reason="it speaks of a part; no severity label",
            confidence="fair",
        ),
    ),
    "half of five are answered": (
        case(CAUSE, "warning", judged=6, answered=3),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="yes",
            reason="3 of 6 were answered, so check for user impact; otherwise it speaks of a part",
            confidence="low",
        ),
    ),
    "five of five are answered": (
        case(CAUSE, "warning", judged=5, answered=5),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="yes",
            reason="5 of 5 were answered, so check for user impact; otherwise it speaks of a part",
            confidence="low",
        ),
    ),
    "four of four are answered": (
        case(CAUSE, "warning", judged=4, answered=4),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="yes",
            reason="it speaks of a part; 4 of 4 were answered",
            confidence="fair",
        ),
    ),
    "a cause outside of incidents with a runbook": (
        replace(case(CAUSE, "warning"), has_incidents=True, has_runbook=True),
        TierVerdict(
            tier="ticket",
            impact="no",
            urgency="days",
            action="yes",
            reason="it speaks of a part; severity was warning",
            confidence="fair",
        ),
    ),
    "a cause of low priority": (
        case(CAUSE, "P4"),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="unknown",
            reason="it speaks of a part; no severity label",
            confidence="fair",
        ),
    ),
    "an urgent cause": (
        replace(case(CAUSE), urgent="it runs full"),
        TierVerdict(
            tier="alert",
            impact="unknown",
            urgency="now",
            action="unknown",
            reason="urgent cause: it runs full; to page, unlock and waive alert-for-cause with "
            "this reason, or write an SLO for what it endangers",
            confidence="fair",
        ),
    ),
    "an urgent cause that can wait": (
        replace(case(CAUSE, "warning"), urgent="it runs full"),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="unknown",
            reason="it speaks of a part; severity was warning",
            confidence="fair",
        ),
    ),
    "a symptom": (
        case(SYMPTOM),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="unknown",
            reason="it speaks of users",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom without a severity": (
        case(SYMPTOM, "", judged=29),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="no",
            reason="it speaks of users",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom that nobody answered ten times": (
        case(SYMPTOM, judged=10),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="no",
            reason="it speaks of users",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom that nobody answered nine times": (
        case(SYMPTOM, judged=9),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="unknown",
            reason="it speaks of users",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom of clients": (
        replace(case(SYMPTOM, "warning"), name="Many4xx"),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="unknown",
            reason="it speaks of users, but a 4xx is often the client's error",
            confidence="low",
            needs_slo=SLO,
        ),
    ),
    "a symptom that ends by itself": (
        case(SYMPTOM, ended=6, short=3),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="unknown",
            reason="it speaks of users, but 3 of 6 resolved within ten minutes",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom that ends by itself five times": (
        case(SYMPTOM, ended=5, short=5, answered=1, judged=1),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="yes",
            reason="it speaks of users, but 5 of 5 resolved within ten minutes",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom that ended too seldom to say": (
        case(SYMPTOM, ended=4, short=4),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="unknown",
            reason="it speaks of users",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom that seldom ends by itself": (
        case(SYMPTOM, ended=7, short=3),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="unknown",
            reason="it speaks of users",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom that can wait": (
        case(SYMPTOM, "warning", judged=29),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="no",
            reason="it speaks of users, but severity warning can wait",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
    "a symptom that can wait and that nobody answers": (
        case(SYMPTOM, "warning", **UNHEARD),
        TierVerdict(
            tier="log",
            impact="unknown",
            urgency="never",
            action="no",
            reason="severity warning, and none of 30 were answered",
            confidence="fair",
        ),
    ),
    "a loud symptom that nobody answers": (
        case(SYMPTOM, "critical", **UNHEARD),
        TierVerdict(
            tier="ticket",
            impact="unknown",
            urgency="days",
            action="no",
            reason="it speaks of users, but none of 30 were answered",
            confidence="low",
            needs_slo=SLO,
        ),
    ),
    "a symptom that one answered": (
        case(SYMPTOM, judged=30, answered=1),
        TierVerdict(
            tier="alert",
            impact="yes",
            urgency="now",
            action="yes",
            reason="it speaks of users",
            confidence="fair",
            needs_slo=SLO,
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_ground_that_holds_decides(name: str) -> None:
    given, verdict = CASES[name]
    assert judge(given) == verdict


def test_good_news_is_a_log_only_if_no_rule_declares_it_and_nobody_answers() -> None:
    good = Case(name="backup finished", severity="", figures=Figures(judged=50, answered=1))
    assert judge(good) == TierVerdict(
        tier="log",
        impact="unknown",
        urgency="never",
        action="no",
        reason="1 of 50 were answered",
        confidence="high",
    )
    assert judge(replace(good, figures=Figures(judged=9))) == TierVerdict(
        tier="log",
        impact="no",
        urgency="never",
        action="no",
        reason="it reports success or routine work: finished",
        confidence="fair",
    )
    assert judge(replace(good, figures=Figures(judged=9, answered=1))).tier == "ticket"
    assert judge(replace(good, guess=CAUSE, figures=Figures())).tier == "ticket"


def test_words_alone_are_a_low_confidence() -> None:
    said = judge(Case(name="customers cannot pay", severity="", figures=Figures()))
    assert (said.tier, said.confidence) == ("alert", "low")
    assert (
        judge(Case(name="customers cannot pay", severity="critical", figures=Figures())).confidence
        == "fair"
    )
    urgent = judge(Case(name="the disk", severity="", figures=Figures(), urgent="full in 2 hours"))
    assert (urgent.tier, urgent.confidence) == ("alert", "low")
    assert judge(Case(name="the disk", severity="", figures=Figures())).confidence == "low"
    assert judge(Case(name="the disk", severity="warning", figures=Figures())).confidence == "fair"
