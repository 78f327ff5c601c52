"""Parts of window sets, tiers and rules that are looser than at the base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from reliability.approval import RequiredApproval
from reliability.check.changes.change_text import changed_text
from reliability.finding import Severity
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.notification import NotificationPolicy, TierPolicy
from reliability.model.rule_policy import RulePolicy, RuleSetting
from reliability.model.slo_policy import BurnRateWindows, BurnWindow
from reliability.render.numbers import significant_percent
from reliability.scalars import duration_text

DEFAULT = RuleSetting()


class PolicyText(NamedTuple):
    """The location and the message of a looser part, and the subject of the problem."""

    at: Location
    message: Message
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """A looser part of `policies/`; `documents` record the agreement in a solo repository.

    `subject` is that of the problem.
    """

    at: Location
    message: Message
    subject: str = ""
    needed: RequiredApproval
    documents: tuple[Located[Any], ...] = ()
    says_who_approves: bool = False


def laxer_windows(
    old: Located[BurnRateWindows], new: Located[BurnRateWindows]
) -> Iterator[PolicyText]:
    """Yield window pairs that fire later or were removed, and a changed period."""
    was, now = old.value.spec, new.value.spec
    if was.period != now.period:
        periods = map(duration_text, (was.period, now.period))
        yield PolicyText(new.at("spec", "period"), changed_text("period", *periods))
    for speed in ("fast", "slow"):
        yield from _pairs(getattr(was, speed), getattr(now, speed), new, speed=speed)


def _pairs(
    old: Iterable[BurnWindow], new: tuple[BurnWindow, ...], located: Located[Any], speed: str
) -> Iterator[PolicyText]:
    """Compare the pairs of one speed by their long windows."""
    now = {pair.long: (index, pair) for index, pair in enumerate(new)}
    for pair in old:
        names = {"speed": speed, "long": duration_text(pair.long)}
        if pair.long not in now:
            message = Message("the {speed} pair with the long window {long} was removed", **names)
            yield PolicyText(located.at("spec", speed), message, names["long"])
            continue

        index, after = now[pair.long]
        if after.budget > pair.budget:
            message = Message(
                "the budget of the {speed} pair with the long window {long} was raised from {was} "
                "to {now}",
                was=significant_percent(pair.budget),
                now=significant_percent(after.budget),
                **names,
            )
            yield PolicyText(located.at("spec", speed, index, "budget"), message)
        elif after.short > pair.short:
            message = Message(
                "the short window of the {speed} pair with the long window {long} was raised from "
                "{was} to {now}",
                was=duration_text(pair.short),
                now=duration_text(after.short),
                **names,
            )
            yield PolicyText(located.at("spec", speed, index, "short"), message)


def laxer_tiers(
    old: Located[NotificationPolicy], new: Located[NotificationPolicy]
) -> Iterator[PolicyText]:
    """Yield tiers that may page or mention people where they could not, or that require less."""
    was, now = old.value.spec, new.value.spec
    for tier in ("alert", "ticket", "log"):
        before, after = getattr(was.tiers, tier), getattr(now.tiers, tier)
        yield from _tier(tier, before, after, located=new)
        if before.grouping and not after.grouping:
            message = Message("grouping of {tier} was removed", tier=tier)
            yield PolicyText(new.at("spec", "tiers", tier), message)


def _tier(
    tier: str, old: TierPolicy, new: TierPolicy, located: Located[Any]
) -> Iterator[PolicyText]:
    """Compare one tier: pages and mentions are looser in other tiers than alert if turned on."""
    where = ("spec", "tiers", tier)
    for key in ("mention", "page"):
        is_granted = getattr(new, key) and not getattr(old, key)
        if is_granted and tier != "alert":
            message = Message("{key} of {tier} was turned on", key=key, tier=tier)
            yield PolicyText(located.at(*where, key), message)

    deliveries = {"alert": ("mention", "page"), "ticket": ("ticket",), "log": ()}[tier]
    for key in deliveries:
        if getattr(old, key) and not getattr(new, key):
            message = Message("{key} of {tier} was turned off", key=key, tier=tier)
            yield PolicyText(located.at(*where, key), message)

    dropped = [requirement for requirement in old.requires if requirement not in new.requires]
    if dropped:
        message = Message(
            "{tier} no longer requires {requirements}", tier=tier, requirements=", ".join(dropped)
        )
        yield PolicyText(located.at(*where, "requires"), message)


def laxer_rules(
    old: Located[RulePolicy] | None, new: Located[RulePolicy], own: Mapping[str, RuleSetting]
) -> Iterator[PolicyText]:
    """Yield rules with a lower severity or other options, or without their lock.

    `own` are the settings that the rules have by themselves.
    """
    yield from _custom(old, new)
    yield from _options(old, new)
    former, now = old.value.spec.rules if old else {}, new.value.spec.rules
    for rule, default in own.items():
        was, setting = (rules.get(rule, DEFAULT).over(default) for rules in (former, now))
        if was.locked and not setting.locked:
            at = new.at("spec", "rules", rule)
            yield PolicyText(at, Message("{rule} is no longer locked", rule=rule), "locked")
        if _rank(setting) < _rank(was):
            at = new.at("spec", "rules", *([rule] if rule in now else []))
            message = _severity_lowered(rule, str(was.severity), str(setting.severity))
            yield PolicyText(at, message, "severity" if rule in now else f"{rule} severity")


def _severity_lowered(rule: str, was: str, now: str) -> Message:
    return Message(
        "the severity of {rule} was lowered from {was} to {now}", rule=rule, was=was, now=now
    )


def _options(old: Located[RulePolicy] | None, new: Located[RulePolicy]) -> Iterator[PolicyText]:
    """Yield rules with changed options: only the rule itself knows which options find less."""
    was, now = (located.value.spec.rules if located else {} for located in (old, new))
    for rule in dict.fromkeys((*was, *now)):
        if was.get(rule, DEFAULT).options != now.get(rule, DEFAULT).options:
            where = ("spec", "rules", rule) if rule in now else ("spec", "rules")
            message = Message("the options of {rule} changed", rule=rule)
            yield PolicyText(new.at(*where), message, f"{rule} options")


def _custom(old: Located[RulePolicy] | None, new: Located[RulePolicy]) -> Iterator[PolicyText]:
    """Yield custom rules that were removed, or that have a lower severity or another condition."""
    now = {rule.id: (index, rule) for index, rule in enumerate(new.value.spec.custom)}
    for was in old.value.spec.custom if old else ():
        if was.id not in now:
            message = Message("the custom rule {rule} was removed", rule=was.id)
            yield PolicyText(new.at("spec", "custom"), message, was.id)
            continue

        index, rule = now[was.id]
        if Severity[rule.severity.upper()] < Severity[was.severity.upper()]:
            message = _severity_lowered(was.id, was.severity, rule.severity)
            yield PolicyText(new.at("spec", "custom", index, "severity"), message)

        if (rule.subject, rule.holds, rule.concerns) != (was.subject, was.holds, was.concerns):
            message = Message("the condition of {rule} changed", rule=was.id)
            yield PolicyText(new.at("spec", "custom", index, "holds"), message)


def _rank(setting: RuleSetting) -> int:
    """Order severities, with `off` below all."""
    word = setting.severity
    return Severity[word.upper()] if word and word != "off" else 0
