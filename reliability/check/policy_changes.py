"""What of the rules of the game is laxer than at the base, document by document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reliability.finding import Severity
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.kind import duration_text
from reliability.model.notification import NotificationPolicy, TierPolicy
from reliability.model.rule_policy import RulePolicy, RuleSetting
from reliability.model.slo_policy import BurnRateWindows, BurnWindow, SloPolicy

Said = tuple[Location, str]
DEFAULT = RuleSetting()


@dataclass(frozen=True, slots=True)
class Compared:
    """A limit on both sides; it is laxer where it moved the way that `sign` says."""

    what: str
    route: Pointer
    old: Any
    new: Any
    sign: int

    @property
    def is_laxer(self) -> bool:
        """Whether the limit moved to the lax side."""
        return bool(self.new > self.old if self.sign > 0 else self.new < self.old)


def laxer_windows(old: Located[BurnRateWindows], new: Located[BurnRateWindows]) -> Iterator[Said]:
    """Window pairs that fire later than at the base, or are gone; a period that changed."""
    was, now = old.value.spec, new.value.spec
    if was.period != now.period:
        message = f"the period is {duration_text(now.period)}, not {duration_text(was.period)}"
        yield new.at("spec", "period"), f"{message} as at the base"
    for speed in ("fast", "slow"):
        yield from _pairs(getattr(was, speed), getattr(now, speed), new, speed)


def _pairs(
    old: Iterable[BurnWindow], new: tuple[BurnWindow, ...], located: Located[Any], speed: str
) -> Iterator[Said]:
    shares = {pair.long: (index, pair.budget) for index, pair in enumerate(new)}
    for pair in old:
        long = duration_text(pair.long)
        index, share = shares.get(pair.long, (0, None))
        if share is None:
            yield located.at("spec", speed), f"the {speed} pair over {long} of the base is gone"
        elif share > pair.budget:
            message = f"{_percent(share)} of the budget may go within {long}"
            at = located.at("spec", speed, index, "budget")
            yield at, f"{message}, and {_percent(pair.budget)} at the base"


def _percent(share: Any) -> str:
    return f"{float(share * 100):g} %"


def laxer_notification(
    old: Located[NotificationPolicy], new: Located[NotificationPolicy]
) -> Iterator[Said]:
    """Tiers that may do more to people, or that ask for less; a larger page budget; solo."""
    was, now = old.value.spec, new.value.spec
    for tier in ("alert", "ticket", "log"):
        policies = getattr(was.tiers, tier), getattr(now.tiers, tier)
        yield from _tier(tier, *policies, new)
    budgets = was.page_budget, now.page_budget
    where = ("spec", "pageBudget")
    yield from _limits(
        new,
        Compared("perWeek", (*where, "perWeek"), budgets[0].per_week, budgets[1].per_week, 1),
        Compared("perShift", (*where, "perShift"), budgets[0].per_shift, budgets[1].per_shift, 1),
    )
    if (was.approvals, now.approvals) == ("team", "solo"):
        yield new.at("spec", "approvals"), "approvals are solo, and were team at the base"


def _tier(tier: str, old: TierPolicy, new: TierPolicy, located: Located[Any]) -> Iterator[Said]:
    where = ("spec", "tiers", tier)
    for may in ("mention", "page"):
        granted = getattr(new, may) and not getattr(old, may)
        if granted and tier != "alert":
            yield located.at(*where, may), f"{tier} may {may}, and could not at the base"
    means = {"alert": ("mention", "page"), "ticket": ("ticket",), "log": ()}[tier]
    for way in means:
        if getattr(old, way) and not getattr(new, way):
            yield located.at(*where, way), f"{tier} no longer reaches a {way}, as it did"
    dropped = [each for each in old.requires if each not in new.requires]
    if dropped:
        message = f"{tier} no longer requires {', '.join(dropped)}, as at the base"
        yield located.at(*where, "requires"), message


def laxer_slos(old: Located[SloPolicy], new: Located[SloPolicy]) -> Iterator[Said]:
    """Wider bounds, longer cadences, fewer events, fewer who must agree."""
    was, now = old.value.spec, new.value.spec
    yield from _limits(
        new,
        Compared(
            "lowest", ("spec", "targets", "lowest"), was.targets.lowest, now.targets.lowest, -1
        ),
        Compared(
            "highest", ("spec", "targets", "highest"), was.targets.highest, now.targets.highest, 1
        ),
        Compared(
            "minimumEvents", ("spec", "minimumEvents"), was.minimum_events, now.minimum_events, -1
        ),
        *_cadences(was.review, now.review),
    )
    added = sorted(set(now.windows) - set(was.windows))
    if added:
        message = f"{', '.join(map(duration_text, added))} is allowed, and was not at the base"
        yield new.at("spec", "windows"), message
    dropped = [each for each in was.loosening_needs if each not in now.loosening_needs]
    if dropped:
        message = f"a loosened SLO no longer needs {' and '.join(dropped)}, as at the base"
        yield new.at("spec", "looseningNeeds"), message


def _cadences(old: Any, new: Any) -> Iterator[Compared]:
    keys = {
        "provisional": "provisional",
        "established": "established",
        "provisionalAtMost": "provisional_at_most",
    }
    for key, name in keys.items():
        yield Compared(key, ("spec", "review", key), getattr(old, name), getattr(new, name), 1)


def _limits(located: Located[Any], *limits: Compared) -> Iterator[Said]:
    for each in limits:
        if each.is_laxer:
            new, old = _text(each.new), _text(each.old)
            yield located.at(*each.route), f"{each.what} is {new}, and was {old} at the base"


def _text(value: object) -> str:
    if isinstance(value, timedelta):
        return duration_text(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def laxer_rules(
    old: Located[RulePolicy] | None, new: Located[RulePolicy], own: Mapping[str, Severity]
) -> Iterator[Said]:
    """Rules with a lower severity than at the base, and rules that are no longer locked."""
    yield from _custom(old, new)
    was = old.value.spec.rules if old else {}
    for rule, setting in new.value.spec.rules.items():
        before = was.get(rule, DEFAULT)
        if rule in own and _rank(setting, own[rule]) < _rank(before, own[rule]):
            words = [each.severity or own[rule].word for each in (setting, before)]
            at = new.at("spec", "rules", rule)
            yield at, f"{rule} is {words[0]}, and was {words[1]} at the base"
    for rule, before in was.items():
        setting = new.value.spec.rules.get(rule, DEFAULT)
        if before.locked and not setting.locked:
            yield new.at("spec", "rules", rule), f"{rule} was locked at the base"
        elif rule in own and rule not in new.value.spec.rules:
            words = [own[rule].word, before.severity or own[rule].word]
            if own[rule] < _rank(before, own[rule]):
                message = f"{rule} is {words[0]}, and was {words[1]} at the base"
                yield new.at("spec", "rules"), message


def _custom(old: Located[RulePolicy] | None, new: Located[RulePolicy]) -> Iterator[Said]:
    """Custom rules of the base that are gone, or ask for less loudly; or ask something else."""
    now = {rule.id: (index, rule) for index, rule in enumerate(new.value.spec.custom)}
    for was in old.value.spec.custom if old else ():
        if was.id not in now:
            yield new.at("spec", "custom"), f"the custom rule {was.id} of the base is gone"
            continue
        index, rule = now[was.id]
        if Severity[rule.severity.upper()] < Severity[was.severity.upper()]:
            message = f"{was.id} is {rule.severity}, and was {was.severity} at the base"
            yield new.at("spec", "custom", index, "severity"), message
        if (rule.subject, rule.holds, rule.concerns) != (was.subject, was.holds, was.concerns):
            message = f"{was.id} does not ask what it asked at the base"
            yield new.at("spec", "custom", index, "holds"), message


def _rank(setting: RuleSetting, own: Severity) -> int:
    if setting.severity == "off":
        return 0
    return Severity[setting.severity.upper()] if setting.severity else own
