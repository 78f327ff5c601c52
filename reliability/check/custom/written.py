"""Custom rules as they are written: which can be run, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Final

from reliability.check.custom.places import place_in_text
from reliability.check.custom.template import Part, TemplateError, parts_of
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.rule_policy import CustomRule, RulePolicy

MOST_RULES: Final = 100
LONGEST: Final = 4000
"""Characters of an expression, and of a message."""


@dataclass(frozen=True, slots=True)
class LocatedCustomRule:
    """One custom rule and where it stands."""

    policy: Located[RulePolicy]
    index: int
    rule: CustomRule

    @property
    def route(self) -> Pointer:
        """The route to it in its document."""
        return ("spec", "custom", self.index)

    def at(self, *route: str | int) -> Location:
        """Where a part of it is written."""
        return self.policy.at(*self.route, *route)

    def token(self, key: str, text: str, offset: int) -> Location:
        """Where a token of one of its texts is written."""
        return place_in_text(self.policy, (*self.route, key), text, offset)


def written(catalog: Catalog) -> Iterator[LocatedCustomRule]:
    """Every custom rule, in the order written."""
    policy = next(catalog.governing(RulePolicy), None)
    if policy is None:
        return
    for index, rule in enumerate(policy.value.spec.custom):
        yield LocatedCustomRule(policy, index, rule)


def wrong(each: LocatedCustomRule, earlier: Container[str]) -> Problem | None:
    """What is wrong with a rule before CEL reads it; `earlier` are the ids that are taken."""
    return next((found for check in CHECKS if (found := check(each, earlier))), None)


def message_parts(each: LocatedCustomRule) -> tuple[Part, ...]:
    """The parts of the message of a rule that is right."""
    return parts_of(each.rule.message)


def _id(each: LocatedCustomRule, earlier: Container[str]) -> Problem | None:
    if each.rule.id not in earlier:
        return None
    message = f"{each.rule.id} is the id of another rule"
    return Problem(each.at("id"), message, "give it an id of its own")


def _number(each: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    if each.index < MOST_RULES:
        return None
    message = f"this is custom rule {each.index + 1}, and the limit is {MOST_RULES}"
    return Problem(each.at("id"), message, "write one rule for what is alike")


def _length(each: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    rule = each.rule
    for key in ("holds", "message", "concerns"):
        length = len(getattr(rule, key) or "")
        if length > LONGEST:
            message = f"{key} has {length:,} characters, and the limit is {LONGEST:,}"
            return Problem(each.at(key), message, "split the rule")
    return None


def _keys(each: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    rule = each.rule
    if rule.concerns is not None and rule.subject != "catalog":
        message = f"concerns is for rules on the catalog, and this one is on the {rule.subject}"
        return Problem(each.at("concerns"), message, "leave it out")
    if rule.at is not None and rule.subject == "catalog":
        message = "at is a place in the document of a subject, and the catalog has none"
        return Problem(each.at("at"), message, "name services with concerns")
    return None


def _template(each: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    try:
        message_parts(each)
    except TemplateError as error:
        at = each.token("message", each.rule.message, error.offset)
        return Problem(at, str(error), "write {slo.name} where the value belongs")
    return None


CHECKS: Final[tuple[Callable[[LocatedCustomRule, Container[str]], Problem | None], ...]] = (
    _id,
    _number,
    _length,
    _keys,
    _template,
)
