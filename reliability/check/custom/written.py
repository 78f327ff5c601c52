"""Custom rules as they are written: those that can run, and the problems of the others."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Final

from reliability.check.custom.template import Part, TemplateError, parts_of
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.load.text_places import place_in_text
from reliability.location import Location, Pointer
from reliability.message import Message
from reliability.model.rule_policy import CustomRule, RulePolicy

MAX_RULES: Final = 100
LONGEST: Final = 4000
"""Characters of an expression, and of a message."""


@dataclass(frozen=True, slots=True)
class LocatedCustomRule:
    """One custom rule and its location."""

    policy: Located[RulePolicy]
    index: int
    rule: CustomRule

    @property
    def route(self) -> Pointer:
        """The path of keys to the rule in its document."""
        return ("spec", "custom", self.index)

    def at(self, *route: str | int) -> Location:
        """Return the location of a part of the rule."""
        return self.policy.at(*self.route, *route)

    def token(self, key: str, text: str, offset: int) -> Location:
        """Return the location of a token in one of the texts of the rule."""
        return place_in_text(self.policy, (*self.route, key), text, offset=offset)


def written(catalog: Catalog) -> Iterator[LocatedCustomRule]:
    """Yield every custom rule, in the order of the document."""
    policy = next(catalog.governing(RulePolicy), None)
    if policy is None:
        return
    for index, rule in enumerate(policy.value.spec.custom):
        yield LocatedCustomRule(policy, index, rule)


def wrong(custom: LocatedCustomRule, earlier: Container[str]) -> Problem | None:
    """Find a problem that shows before CEL parses the rule; `earlier` are the IDs in use."""
    return next((problem for check in CHECKS if (problem := check(custom, earlier))), None)


def message_parts(custom: LocatedCustomRule) -> tuple[Part, ...]:
    """Split the message of a valid rule into its parts."""
    return parts_of(custom.rule.message)


def _id(custom: LocatedCustomRule, earlier: Container[str]) -> Problem | None:
    if custom.rule.id not in earlier:
        return None
    message = Message("{rule} is the ID of another rule", rule=custom.rule.id)
    return Problem(custom.at("id"), message, Message("use a unique ID"))


def _number(custom: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    if custom.index < MAX_RULES:
        return None
    message = Message(
        "this is custom rule {number}; the limit is {limit}",
        number=custom.index + 1,
        limit=MAX_RULES,
    )
    return Problem(custom.at("id"), message, Message("merge similar rules"))


def _length(custom: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    rule = custom.rule
    for key in ("holds", "message", "concerns"):
        length = len(getattr(rule, key) or "")
        if length > LONGEST:
            message = Message(
                "{key} has {length} characters; the limit is {limit}",
                key=key,
                length=f"{length:,}",
                limit=f"{LONGEST:,}",
            )
            return Problem(custom.at(key), message, Message("split the rule"))

    return None


def _keys(custom: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    rule = custom.rule
    if rule.concerns is not None and rule.subject != "catalog":
        message = Message(
            "concerns is only for rules on the catalog, and this rule is on {subject}",
            subject=rule.subject,
        )
        return Problem(custom.at("concerns"), message, Message("remove concerns"))

    if rule.at is not None and rule.subject == "catalog":
        message = Message("at names a key in the subject's document, and the catalog has none")
        return Problem(custom.at("at"), message, Message("name the services with concerns"))

    return None


def _template(custom: LocatedCustomRule, _earlier: Container[str]) -> Problem | None:
    try:
        message_parts(custom)
    except TemplateError as error:
        at = custom.token("message", custom.rule.message, error.offset)
        help_text = Message("write the value in braces, such as {example}", example="{slo.name}")
        return Problem(at, error.message, help_text)
    return None


CHECKS: Final[tuple[Callable[[LocatedCustomRule, Container[str]], Problem | None], ...]] = (
    _id,
    _number,
    _length,
    _keys,
    _template,
)
