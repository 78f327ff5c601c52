"""The proposed tier of an alert: a page only for user impact, now, that someone can fix.

Kind and tier are the guesses of `import` (convert/prometheus_rules). Counted facts may overrule
them: an alert that is never answered needs no action, and one that resolves by itself could wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reliability.convert.prometheus_rules.kinds import Guess
from reliability.convert.prometheus_rules.tiers import INFORMATIONAL, PAGING, WAITING, propose
from reliability.onboarding.triage.guesses import guess_of, mentions_clients
from reliability.onboarding.triage.routine import explicit_news, good_news
from reliability.onboarding.triage.tally import Figures
from reliability.onboarding.triage.verdict import TierVerdict

URGENCY: Final = {"alert": "now", "ticket": "days", "log": "never"}
ENOUGH: Final = 10
"""Notifications that are enough to judge by how many were answered."""

MANY: Final = 30
FEW_ANSWERS: Final = 0.02
ENDS_BY_ITSELF: Final = 0.5
MOSTLY: Final = 0.5
TWICE: Final = 2
WITH_INCIDENTS: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The facts about one alert; `guess` is None if there are only messages and no rule.

    `urgent` is the reason why a cause cannot wait. `has_incidents`: incidents with user impact are
    on record for its service.
    """

    name: str
    severity: str
    figures: Figures
    guess: Guess | None = None
    burns: bool = False
    has_runbook: bool = False
    body: str = ""
    urgent: str = ""
    has_incidents: bool = False
    is_over: bool = False

    @property
    def word(self) -> str:
        """The severity in lower case; empty for a priority, which tools set by default.

        Tools also send other words with their messages, such as `down`; those are no severities.
        """
        word = self.severity.strip().lower()
        is_known = self.guess is not None or word in PAGING | WAITING | INFORMATIONAL
        return word if is_known and not re.fullmatch(r"p\d", word) else ""


def judge(case: Case) -> TierVerdict:
    """Propose a tier; the first ground that applies decides."""
    guess = guess_of(case.name, case.guess, case.body)
    for ground in GROUNDS:
        verdict = ground(case, guess)
        if verdict is not None:
            return verdict
    return _otherwise(case, guess)


def _heartbeat(case: Case, guess: Guess) -> TierVerdict | None:
    if guess.kind != "heartbeat":
        return None
    reason = propose("heartbeat", None).reason
    confidence = "fair" if case.guess is None else "high"
    return _nothing(reason, confidence)


def _verdict(
    tier: str, reason: str, confidence: str, *, impact: str, action: str, needs_slo: bool = False
) -> TierVerdict:
    return TierVerdict(
        tier=tier,
        impact=impact,
        urgency=URGENCY[tier],
        action=action,
        reason=reason,
        confidence=confidence,
        needs_slo=needs_slo,
    )


def _nothing(reason: str, confidence: str) -> TierVerdict:
    """Propose log for what needs nobody and affects no users."""
    return _verdict("log", reason, confidence, impact="no", action="no")


def _burn_rate(case: Case, _guess: Guess) -> TierVerdict | None:
    if not case.burns:
        return None
    is_slow = case.word not in PAGING and bool(case.word)
    tier = "ticket" if is_slow else "alert"
    reason = "it is a burn-rate alert"
    reason += f", but severity {case.word} can wait" if is_slow else ""

    return _verdict(tier, reason, "high", impact="yes", action="yes", needs_slo=True)


def _informational(case: Case, guess: Guess) -> TierVerdict | None:
    if case.word not in INFORMATIONAL:
        return None
    reason = propose(guess.kind, case.severity).reason
    confidence = "fair" if guess.kind == "symptom" else "high"
    return _verdict("log", reason, confidence, impact=_impact(case), action="no")


def _news(case: Case, _guess: Guess) -> TierVerdict | None:
    """Propose log for messages that say of themselves that nobody has to act."""
    if case.guess is not None or case.figures.answered_share > FEW_ANSWERS:
        return None
    if case.is_over:
        return _nothing("all its messages report that it ended", "high")
    words = explicit_news(case.name)
    return _nothing(f"it reports no trouble: {words}", "high") if words else None


def _good_news(case: Case, guess: Guess) -> TierVerdict | None:
    """Propose log for messages without a rule that report success or routine work."""
    if case.guess is not None or guess.kind == "symptom" or case.urgent:
        return None
    words = good_news(case.name, case.body)
    if words is None or case.figures.answered_share > FEW_ANSWERS:
        return None
    return _nothing(f"it reports success or routine work: {words}", "fair")


def _measured(case: Case, _guess: Guess) -> TierVerdict | None:
    """Propose the alert tier for an alert that comes during incidents, regardless of its words.

    Incidents are rare, so this does not happen by chance.
    """
    figures = case.figures
    if figures.during < TWICE or figures.during < WITH_INCIDENTS * figures.notifications:
        return None

    reason = f"{figures.during} of {figures.notifications:,} came during incidents with user impact"
    return _verdict("alert", reason, "fair", impact="yes", action=_action(case), needs_slo=True)


def _unanswered(case: Case, guess: Guess) -> TierVerdict | None:
    figures = case.figures
    if figures.judged < ENOUGH or figures.answered_share > FEW_ANSWERS or guess.kind == "symptom":
        return None

    reason = f"{figures.answered} of {figures.judged:,} were answered"
    confidence = "high" if figures.judged >= MANY else "fair"
    return _verdict("log", reason, confidence, impact=_impact(case), action="no")


def _symptom(case: Case, guess: Guess) -> TierVerdict | None:
    if guess.kind != "symptom":
        return None
    figures, action = case.figures, _action(case)
    if mentions_clients(case.name):
        reason = f"{guess.reason}, but a 4xx is often the client's error"
        return _symptom_ticket(action, reason, "low")
    if figures.ended >= 5 and figures.short_share >= ENDS_BY_ITSELF:
        often = f"{figures.short} of {figures.ended} resolved within ten minutes"
        return _symptom_ticket(action, f"{guess.reason}, but {often}", "fair")

    unheard = figures.judged >= MANY and figures.answered == 0
    if unheard and case.word and case.word not in PAGING:
        reason = f"severity {case.word}, and none of {figures.judged:,} were answered"
        return _verdict("log", reason, "fair", impact="unknown", action="no")
    if case.word and case.word not in PAGING:
        reason = f"{guess.reason}, but severity {case.word} can wait"
        return _symptom_ticket(action, reason, "fair")
    if unheard:
        reason = f"{guess.reason}, but none of {figures.judged:,} were answered"
        return _symptom_ticket("no", reason, "low")

    confidence = "fair" if case.guess is not None or case.word else "low"
    return _verdict("alert", guess.reason, confidence, impact="yes", action=action, needs_slo=True)


def _symptom_ticket(action: str, reason: str, confidence: str) -> TierVerdict:
    """Propose ticket for a symptom whose user impact is not certain."""
    return _verdict("ticket", reason, confidence, impact="unknown", action=action, needs_slo=True)


def _urgent(case: Case, guess: Guess) -> TierVerdict | None:
    """Propose alert for causes that lead to an outage before a ticket is read.

    Ewaschuk, "My Philosophy on Alerting", calls this an imminent cliff.
    """
    if not case.urgent or (case.word and case.word not in PAGING):
        return None
    reason = (
        f"urgent cause: {case.urgent}; to page, unlock and waive alert-for-cause with this reason, "
        "or write an SLO for what it endangers"
    )
    confidence = "fair" if case.guess is not None and guess.kind != "symptom" else "low"

    return _verdict("alert", reason, confidence, impact=_impact(case), action=_action(case))


def _otherwise(case: Case, guess: Guess) -> TierVerdict:
    """Propose a ticket or log for causes and saturation of any severity."""
    proposal = propose(guess.kind, case.word or None)
    reason = f"{guess.reason}; {proposal.reason}"
    confidence = "fair" if case.guess is not None or case.word else "low"

    if case.figures.answered:
        share = f"{case.figures.answered} of {case.figures.judged:,} were answered"
        reason, confidence = f"{guess.reason}; {share}", "fair"
        if case.figures.answered_share >= MOSTLY and case.figures.judged >= ENOUGH // 2:
            reason = f"{share}, so check for user impact; otherwise {guess.reason}"
            confidence = "low"

    return _verdict(proposal.tier, reason, confidence, impact=_impact(case), action=_action(case))


def _impact(case: Case) -> str:
    """Return the user impact of a cause: only recorded incidents can rule it out."""
    return "no" if case.has_incidents and case.figures.during == 0 else "unknown"


def _action(case: Case) -> str:
    if case.figures.answered or case.has_runbook:
        return "yes"
    return "no" if case.figures.judged >= ENOUGH else "unknown"


Ground = Callable[[Case, Guess], TierVerdict | None]
GROUNDS: Final[tuple[Ground, ...]] = (
    *(_heartbeat, _burn_rate, _informational, _measured, _news, _unanswered, _good_news),
    *(_symptom, _urgent),
)
