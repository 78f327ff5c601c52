"""What of window sets, tiers and rules is laxer than at the base: each in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from reliability.approval import RequiredApproval
from reliability.finding import Severity
from reliability.load.document import Located
from reliability.location import Location
from reliability.model.notification import NotificationPolicy, TierPolicy
from reliability.model.rule_policy import RulePolicy, RuleSetting
from reliability.model.slo_policy import BurnRateWindows, BurnWindow
from reliability.scalars import duration_text

DEFAULT = RuleSetting()


class PolicyText(NamedTuple):
    """Where something is looser now, and in what; `subject` tells apart what is at one place."""

    at: Location
    message: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """A looser part of `policies/`; `documents` may record that a single person agreed.

    `subject` tells apart what is at one place, as of a problem.
    """

    at: Location
    message: str
    subject: str = ""
    needed: RequiredApproval
    documents: tuple[Located[Any], ...] = ()
    says_who_approves: bool = False


def laxer_windows(
    old: Located[BurnRateWindows], new: Located[BurnRateWindows]
) -> Iterator[PolicyText]:
    """Window pairs that fire later than at the base, or are gone; a period that changed."""
    was, now = old.value.spec, new.value.spec
    if was.period != now.period:
        message = f"the period is {duration_text(now.period)}, not {duration_text(was.period)}"
        yield PolicyText(new.at("spec", "period"), f"{message} as at the base")
    for speed in ("fast", "slow"):
        yield from _pairs(getattr(was, speed), getattr(now, speed), new, speed)


def _pairs(
    old: Iterable[BurnWindow], new: tuple[BurnWindow, ...], located: Located[Any], speed: str
) -> Iterator[PolicyText]:
    shares = {pair.long: (index, pair.budget) for index, pair in enumerate(new)}
    for pair in old:
        long = duration_text(pair.long)
        index, share = shares.get(pair.long, (0, None))
        if share is None:
            message = f"the {speed} pair over {long} of the base is gone"
            yield PolicyText(located.at("spec", speed), message, long)
        elif share > pair.budget:
            message = f"{_percent(share)} of the budget may go within {long}"
            at = located.at("spec", speed, index, "budget")
            yield PolicyText(at, f"{message}, and {_percent(pair.budget)} at the base")
        elif new[index].short > pair.short:
            short = duration_text(new[index].short)
            message = f"the {speed} pair over {long} has a short window of {short}"
            at = located.at("spec", speed, index, "short")
            yield PolicyText(at, f"{message}, and of {duration_text(pair.short)} at the base")


def _percent(share: Any) -> str:
    return f"{float(share * 100):g} %"


def laxer_tiers(
    old: Located[NotificationPolicy], new: Located[NotificationPolicy]
) -> Iterator[PolicyText]:
    """Tiers that may do more to people, or that ask for less."""
    was, now = old.value.spec, new.value.spec
    for tier in ("alert", "ticket", "log"):
        before, after = getattr(was.tiers, tier), getattr(now.tiers, tier)
        yield from _tier(tier, before, after, new)
        if before.grouping and not after.grouping:
            message = f"{tier} has lost its grouping of the base"
            yield PolicyText(new.at("spec", "tiers", tier), message)


def _tier(
    tier: str, old: TierPolicy, new: TierPolicy, located: Located[Any]
) -> Iterator[PolicyText]:
    where = ("spec", "tiers", tier)
    for may in ("mention", "page"):
        granted = getattr(new, may) and not getattr(old, may)
        if granted and tier != "alert":
            message = f"{tier} may {may}, and could not at the base"
            yield PolicyText(located.at(*where, may), message)
    means = {"alert": ("mention", "page"), "ticket": ("ticket",), "log": ()}[tier]
    for way in means:
        if getattr(old, way) and not getattr(new, way):
            message = f"{tier} no longer reaches a {way}, as it did"
            yield PolicyText(located.at(*where, way), message)
    dropped = [each for each in old.requires if each not in new.requires]
    if dropped:
        message = f"{tier} no longer requires {', '.join(dropped)}, as at the base"
        yield PolicyText(located.at(*where, "requires"), message)


def laxer_rules(
    old: Located[RulePolicy] | None, new: Located[RulePolicy], own: Mapping[str, Severity]
) -> Iterator[PolicyText]:
    """Rules with a lower severity or other options than at the base, or without their lock."""
    yield from _custom(old, new)
    yield from _options(old, new)
    was = old.value.spec.rules if old else {}
    for rule, setting in new.value.spec.rules.items():
        before = was.get(rule, DEFAULT)
        if rule in own and _rank(setting, own[rule]) < _rank(before, own[rule]):
            words = [each.severity or own[rule].word for each in (setting, before)]
            message = f"{rule} is {words[0]}, and was {words[1]} at the base"
            yield PolicyText(new.at("spec", "rules", rule), message, "severity")
    for rule, before in was.items():
        setting = new.value.spec.rules.get(rule, DEFAULT)
        if before.locked and not setting.locked:
            at = new.at("spec", "rules", rule)
            yield PolicyText(at, f"{rule} was locked at the base", "locked")
        elif rule in own and rule not in new.value.spec.rules:
            words = [own[rule].word, before.severity or own[rule].word]
            if own[rule] < _rank(before, own[rule]):
                message = f"{rule} is {words[0]}, and was {words[1]} at the base"
                yield PolicyText(new.at("spec", "rules"), message, f"{rule} severity")


def _options(old: Located[RulePolicy] | None, new: Located[RulePolicy]) -> Iterator[PolicyText]:
    """Rules with other options: only the rule itself knows which ones find less."""
    was, now = (located.value.spec.rules if located else {} for located in (old, new))
    for rule in dict.fromkeys((*was, *now)):
        if was.get(rule, DEFAULT).options != now.get(rule, DEFAULT).options:
            where = ("spec", "rules", rule) if rule in now else ("spec", "rules")
            message = f"the options of {rule} are not those of the base"
            yield PolicyText(new.at(*where), message, f"{rule} options")


def _custom(old: Located[RulePolicy] | None, new: Located[RulePolicy]) -> Iterator[PolicyText]:
    """Custom rules of the base that are gone, or ask for less loudly; or ask something else."""
    now = {rule.id: (index, rule) for index, rule in enumerate(new.value.spec.custom)}
    for was in old.value.spec.custom if old else ():
        if was.id not in now:
            message = f"the custom rule {was.id} of the base is gone"
            yield PolicyText(new.at("spec", "custom"), message, was.id)
            continue
        index, rule = now[was.id]
        if Severity[rule.severity.upper()] < Severity[was.severity.upper()]:
            message = f"{was.id} is {rule.severity}, and was {was.severity} at the base"
            yield PolicyText(new.at("spec", "custom", index, "severity"), message)
        if (rule.subject, rule.holds, rule.concerns) != (was.subject, was.holds, was.concerns):
            message = f"{was.id} does not ask what it asked at the base"
            yield PolicyText(new.at("spec", "custom", index, "holds"), message)


def _rank(setting: RuleSetting, own: Severity) -> int:
    if setting.severity == "off":
        return 0
    return Severity[setting.severity.upper()] if setting.severity else own
