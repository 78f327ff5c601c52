"""The talk's rule: only what users feel, now, and somebody can mend, is an alert.

Kind and tier are the guesses of `import` (convert/prometheus_rules); what was counted may overrule
them: what nobody answers asks for nobody, and what ends by itself could wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reliability.convert.prometheus_rules.kinds import Guess
from reliability.convert.prometheus_rules.tiers import INFORMATIONAL, PAGING, propose
from reliability.onboarding.triage.guesses import guess_of, speaks_of_clients
from reliability.onboarding.triage.impact_words import good_news
from reliability.onboarding.triage.tally import Figures
from reliability.onboarding.triage.verdict import TierVerdict

ENOUGH: Final = 10
"""Notifications from which on answers, or their absence, say something."""

MANY: Final = 30
FEW_ANSWERS: Final = 0.02
ENDS_BY_ITSELF: Final = 0.5
MOSTLY: Final = 0.5
TWICE: Final = 2
WITH_INCIDENTS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a noise: `guess` is None if only messages speak of it.

    `urgent` is why a cause cannot wait; `has_incidents` whether the times are known at which users
    of its service felt something.
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

    @property
    def word(self) -> str:
        """Its severity in lower case."""
        return self.severity.strip().lower()


def judge(case: Case) -> TierVerdict:
    """Where a noise belongs; the first ground that holds decides."""
    guess = guess_of(case.name, case.guess, case.body)
    for ground in GROUNDS:
        verdict = ground(case, guess)
        if verdict is not None:
            return verdict
    return _otherwise(case, guess)


def _heartbeat(_case: Case, guess: Guess) -> TierVerdict | None:
    if guess.kind != "heartbeat":
        return None
    reason = propose("heartbeat", None).reason
    return TierVerdict("log", "no", "never", "no", reason, "high")


def _burn(case: Case, _guess: Guess) -> TierVerdict | None:
    if not case.burns:
        return None
    is_slow = case.word not in PAGING and bool(case.word)
    tier, urgency = ("ticket", "days") if is_slow else ("alert", "now")
    reason = "it is the burn rate of an error budget"
    reason += f", and severity {case.word} says that it can wait" if is_slow else ""
    return TierVerdict(tier, "yes", urgency, "yes", reason, "high", needs_slo=True)


def _quiet(case: Case, guess: Guess) -> TierVerdict | None:
    if case.word not in INFORMATIONAL:
        return None
    impact = _impact(case)
    sure = "fair" if guess.kind == "symptom" else "high"
    return TierVerdict(
        "log", impact, "never", "no", propose(guess.kind, case.severity).reason, sure
    )


def _good_news(case: Case, guess: Guess) -> TierVerdict | None:
    """Messages, which nobody declared as alerts, that say that something went well."""
    if case.guess is not None or guess.kind == "symptom":
        return None
    word = good_news(case.name)
    if word is None or case.figures.answered_share > FEW_ANSWERS:
        return None
    return TierVerdict(
        "log", "no", "never", "no", f"it says that something went well: {word}", "fair"
    )


def _measured(case: Case, _guess: Guess) -> TierVerdict | None:
    """Incidents are rare; what comes with them speaks of them, whatever its words are."""
    figures = case.figures
    if figures.during < TWICE or figures.during < WITH_INCIDENTS * figures.notifications:
        return None
    reason = f"{figures.during} of {figures.notifications:,} came while users felt an incident"
    return TierVerdict("alert", "yes", "now", _action(case), reason, "fair", needs_slo=True)


def _unanswered(case: Case, guess: Guess) -> TierVerdict | None:
    figures = case.figures
    if figures.judged < ENOUGH or figures.answered_share > FEW_ANSWERS or guess.kind == "symptom":
        return None
    reason = f"{figures.answered} of {figures.judged:,} were answered by anybody"
    return TierVerdict(
        "log", _impact(case), "never", "no", reason, "high" if figures.judged >= MANY else "fair"
    )


def _symptom(case: Case, guess: Guess) -> TierVerdict | None:
    if guess.kind != "symptom":
        return None
    figures, action = case.figures, _action(case)
    if speaks_of_clients(case.name):
        reason = f"{guess.reason}, and a 4xx is what clients asked as often as what we broke"
        return TierVerdict("ticket", "unknown", "days", action, reason, "low", needs_slo=True)
    if figures.ended >= 5 and figures.short_share >= ENDS_BY_ITSELF:
        reason = (
            f"{guess.reason}, and {figures.short} of {figures.ended} ended within ten minutes "
            "by themselves"
        )
        return TierVerdict("ticket", "unknown", "days", action, reason, "fair", needs_slo=True)
    unheard = figures.judged >= MANY and figures.answered == 0
    if unheard and case.word and case.word not in PAGING:
        reason = f"severity {case.word}, and none of {figures.judged:,} were answered by anybody"
        return TierVerdict("log", "unknown", "never", "no", reason, "fair")
    if case.word and case.word not in PAGING:
        reason = f"{guess.reason}, and severity {case.word} says that it can wait"
        return TierVerdict("ticket", "unknown", "days", action, reason, "fair", needs_slo=True)
    if unheard:
        reason = f"{guess.reason}, and none of {figures.judged:,} were answered by anybody"
        return TierVerdict("ticket", "unknown", "days", "no", reason, "low", needs_slo=True)
    sure = "fair" if case.guess is not None or case.word else "low"
    return TierVerdict("alert", "yes", "now", action, guess.reason, sure, needs_slo=True)


def _urgent(case: Case, guess: Guess) -> TierVerdict | None:
    """Causes that end in an outage before a ticket is read; Ewaschuk's "cliff"."""
    if not case.urgent or (case.word and case.word not in PAGING):
        return None
    reason = (
        f"urgent cause: {case.urgent}; to notify the on-call engineer, waive alert-for-cause with "
        "this reason, or write an SLO that it endangers"
    )
    sure = "fair" if case.guess is not None and guess.kind != "symptom" else "low"
    return TierVerdict("alert", _impact(case), "now", _action(case), reason, sure)


def _otherwise(case: Case, guess: Guess) -> TierVerdict:
    """Causes and what runs full: work for days, whatever severity they had."""
    proposal = propose(guess.kind, case.severity or None)
    reason = f"{guess.reason}; {proposal.reason}"
    sure = "fair" if case.guess is not None or case.word else "low"
    if case.figures.answered:
        share = f"{case.figures.answered} of {case.figures.judged:,} were answered"
        reason, sure = f"{guess.reason}; {share}", "fair"
        if case.figures.answered_share >= MOSTLY and case.figures.judged >= ENOUGH // 2:
            reason, sure = f"{share}, so ask whether users feel it; else {guess.reason}", "low"
    return TierVerdict(proposal.tier, _impact(case), "days", _action(case), reason, sure)


def _impact(case: Case) -> str:
    """Whether users felt a cause: its words do not say; only incidents and their absence do."""
    return "no" if case.has_incidents and case.figures.during == 0 else "unknown"


def _action(case: Case) -> str:
    if case.figures.answered or case.has_runbook:
        return "yes"
    return "no" if case.figures.judged >= ENOUGH else "unknown"


Ground = Callable[[Case, Guess], TierVerdict | None]
GROUNDS: Final[tuple[Ground, ...]] = (
    *(_heartbeat, _burn, _quiet, _measured, _unanswered, _good_news, _symptom, _urgent),
)
