"""The talk's rule: only what users feel, now, and somebody can mend, is an alert.

Kind and tier are the guesses of `import` (convert/prometheus_rules); what was counted may overrule
them: what nobody answers asks for nobody, and what ends by itself could wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reliability.convert.prometheus_rules.kinds import Guess, guess_kind, words_of
from reliability.convert.prometheus_rules.tiers import LOUD, QUIET, propose
from reliability.triage.tally import Figures
from reliability.triage.verdict import Verdict

ENOUGH: Final = 10
"""Notifications from which on answers, or their absence, say something."""

MANY: Final = 30
FEW_ANSWERS: Final = 0.02
ENDS_BY_ITSELF: Final = 0.5
BEAT: Final = re.compile(r"watchdog|dead.?man|heartbeat", re.IGNORECASE)
SUFFERING: Final = re.compile(
    r"\b(?:customers?|users?|buyers?|members?|employees?|checkouts?|payments?|log.?ins?"
    r"|sign.?ins?|orders?)\b"
    r"[^.;]{0,60}\b(?:cannot|can't|can not|unable|fail\w*|declined|affected|unavailable|down"
    r"|rejected)\b"
    r"|\b(?:outage|(?:site|website|service|api|page) (?:is )?(?:down|unavailable))\b",
    re.IGNORECASE,
)
"""What people write when users feel it; of messages, which have no expression to look at."""

RATE: Final = re.compile(
    r"(?:error|failure|success|fault)s?[\s_-]?(?:rate|ratio)|budget[\s_-]?burn|burn[\s_-]?rate"
    r"|\bp(?:50|75|9\d{1,2})\b",
    re.IGNORECASE,
)
"""A part of all that was asked for, or how long it took, where no word says what was."""

PARTS: Final = frozenset(
    {
        *("node", "instance", "replica", "member", "broker", "osd", "pg", "shard", "partition"),
        *("disk", "volume", "pod", "container", "store", "kv", "cache", "memcached", "raft"),
        *("exporter", "scrape", "scraping", "replicate", "compaction", "backup"),
    }
)
"""Words of an alert's name for what users do not see as such: parts, and work behind the scenes."""

CLIENTS: Final = re.compile(r"4xx", re.IGNORECASE)
MOSTLY: Final = 0.5
TWICE: Final = 2
WITH_INCIDENTS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a noise: `guess` is None where only messages speak of it."""

    name: str
    severity: str
    figures: Figures
    guess: Guess | None = None
    burns: bool = False
    has_runbook: bool = False

    @property
    def word(self) -> str:
        """Its severity in lower case."""
        return self.severity.strip().lower()


def judge(case: Case) -> Verdict:
    """Where a noise belongs; the first ground that holds decides."""
    guess = case.guess or guess_of_words(case.name)
    if guess.kind == "cause":
        guess = _of_rate(case.name) or guess
    if guess.kind == "symptom" and (part := _part(case.name)):
        guess = Guess("cause", f"it is about a part, {part}")
    for ground in GROUNDS:
        found = ground(case, guess)
        if found is not None:
            return found
    return _otherwise(case, guess)


def guess_of_words(text: str) -> Guess:
    """What a message seems to be, by its words alone."""
    if BEAT.search(text):
        return Guess("heartbeat", "its words are those of a heartbeat")
    if found := SUFFERING.search(text):
        return Guess("symptom", f"it says what users feel: {' '.join(found[0].split())}")
    return _of_rate(text) or guess_kind(text, "")


def _part(name: str) -> str | None:
    """The part that an alert's name speaks of; a sentence is taken by what it says."""
    if " " in name:
        return None
    return next((word for word in words_of(name) if word in PARTS), None)


def _of_rate(text: str) -> Guess | None:
    found = RATE.search(text)
    return Guess("symptom", f"it speaks of {found[0]}") if found else None


def _heartbeat(_case: Case, guess: Guess) -> Verdict | None:
    if guess.kind != "heartbeat":
        return None
    reason = propose("heartbeat", None).reason
    return Verdict("log", "no", "never", "no", reason, "high")


def _burn(case: Case, _guess: Guess) -> Verdict | None:
    if not case.burns:
        return None
    is_slow = case.word not in LOUD and bool(case.word)
    tier, urgency = ("ticket", "days") if is_slow else ("alert", "now")
    reason = "it is the burn rate of an error budget"
    reason += f", and severity {case.word} says that it can wait" if is_slow else ""
    return Verdict(tier, "yes", urgency, "yes", reason, "high", needs_slo=True)


def _quiet(case: Case, guess: Guess) -> Verdict | None:
    if case.word not in QUIET:
        return None
    impact = "perhaps" if guess.kind == "symptom" else "no"
    sure = "fair" if guess.kind == "symptom" else "high"
    return Verdict("log", impact, "never", "no", propose(guess.kind, case.severity).reason, sure)


def _measured(case: Case, _guess: Guess) -> Verdict | None:
    """Incidents are rare; what comes with them speaks of them, whatever its words are."""
    figures = case.figures
    if figures.during < TWICE or figures.during < WITH_INCIDENTS * figures.notifications:
        return None
    reason = f"{figures.during} of {figures.notifications:,} came while users felt an incident"
    return Verdict("alert", "yes", "now", _action(case), reason, "fair", needs_slo=True)


def _unanswered(case: Case, guess: Guess) -> Verdict | None:
    figures = case.figures
    if figures.judged < ENOUGH or figures.answered_share > FEW_ANSWERS or guess.kind == "symptom":
        return None
    reason = f"{figures.answered} of {figures.judged:,} were answered by anybody"
    return Verdict("log", "no", "never", "no", reason, "high" if figures.judged >= MANY else "fair")


def _symptom(case: Case, guess: Guess) -> Verdict | None:
    if guess.kind != "symptom":
        return None
    figures, action = case.figures, _action(case)
    if CLIENTS.search(case.name):
        reason = f"{guess.reason}, and a 4xx is what clients asked as often as what we broke"
        return Verdict("ticket", "perhaps", "days", action, reason, "low", needs_slo=True)
    if figures.ended >= 5 and figures.short_share >= ENDS_BY_ITSELF:
        reason = (
            f"{guess.reason}, and {figures.short} of {figures.ended} ended within ten minutes "
            "by themselves"
        )
        return Verdict("ticket", "perhaps", "days", action, reason, "fair", needs_slo=True)
    unheard = figures.judged >= MANY and figures.answered == 0
    if unheard and case.word and case.word not in LOUD:
        reason = f"severity {case.word}, and none of {figures.judged:,} were answered by anybody"
        return Verdict("log", "perhaps", "never", "no", reason, "fair")
    if case.word and case.word not in LOUD:
        reason = f"{guess.reason}, and severity {case.word} says that it can wait"
        return Verdict("ticket", "perhaps", "days", action, reason, "fair", needs_slo=True)
    if unheard:
        reason = f"{guess.reason}, and none of {figures.judged:,} were answered by anybody"
        return Verdict("ticket", "perhaps", "days", "no", reason, "low", needs_slo=True)
    sure = "fair" if case.guess is not None or case.word else "low"
    return Verdict("alert", "yes", "now", action, guess.reason, sure, needs_slo=True)


def _otherwise(case: Case, guess: Guess) -> Verdict:
    """Causes and what runs full: work for days, whatever severity they had."""
    proposal = propose(guess.kind, case.severity or None)
    what = guess.reason if guess.kind == "saturation" else "it is a cause, not what users feel"
    reason = f"{what}; {proposal.reason}"
    sure = "fair" if case.guess is not None or case.word else "low"
    if case.figures.answered:
        share = f"{case.figures.answered} of {case.figures.judged:,} were answered"
        reason, sure = f"{what}; {share}", "fair"
        if case.figures.answered_share >= MOSTLY and case.figures.judged >= ENOUGH // 2:
            reason, sure = f"{share}, so ask whether users feel it; else {what}", "low"
    return Verdict(proposal.tier, "no", "days", _action(case), reason, sure)


def _action(case: Case) -> str:
    if case.figures.answered or case.has_runbook:
        return "yes"
    return "no" if case.figures.judged >= ENOUGH else "unknown"


Ground = Callable[[Case, Guess], Verdict | None]
GROUNDS: Final[tuple[Ground, ...]] = (
    *(_heartbeat, _burn, _quiet, _measured, _unanswered, _symptom),
)
