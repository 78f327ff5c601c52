"""`RulePolicy` and `Waivers`: severities of rules, custom rules, and waived findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reliability.model import shapes
from reliability.model.kind import MAX_COUNT, Day, Handle, Kind, Model, Name, Text

RuleId = Annotated[str, Field(pattern=shapes.RULE)]


class RuleSetting(Model):
    """The severity of a rule, whether waivers are forbidden, and its options.

    None is the default of the rule.
    """

    severity: Literal["error", "warning", "info", "off"] | None = None
    locked: bool | None = None
    options: Mapping[str, Any] = Field(default_factory=dict)

    def over(self, other: RuleSetting) -> RuleSetting:
        """Return this setting, with the other one's values for what it does not say."""
        return other.model_copy(update=self.model_dump(exclude_none=True))


class RuleCase(Model):
    """A test of a custom rule: its input, and the expected number of findings or their messages."""

    name: Text
    given: Mapping[str, Any]
    findings: Annotated[int, Field(ge=0, le=MAX_COUNT, strict=True)] | tuple[Text, ...]


class CustomRule(Model):
    """A rule of this repository, in CEL."""

    id: RuleId
    severity: Literal["error", "warning", "info"]
    subject: Literal["service", "slo", "objective", "signal", "catalog"]
    holds: Text
    message: Text
    help: Text
    why: Text | None = None
    at: Text | None = None
    concerns: Text | None = None
    cases: tuple[RuleCase, ...] = ()


class RulePolicySpec(Model):
    """Settings by rule id, and custom rules. Rules without settings use their defaults."""

    rules: Mapping[RuleId, RuleSetting] = Field(default_factory=dict)
    custom: tuple[CustomRule, ...] = ()


class RulePolicy(Kind):
    """The severities of rules, and custom rules."""

    api_version: Literal["reliability/v1"]
    kind: Literal["RulePolicy"]
    spec: RulePolicySpec


class Waiver(Model):
    """An accepted violation of a rule, for a service or one of its objects, until a date."""

    rule: RuleId
    service: Name
    object: Text | None = None
    reason: Text
    approver: Handle
    until: Day


class WaiversSpec(Model):
    """The waivers of the repository."""

    waivers: tuple[Waiver, ...] = ()


class Waivers(Kind):
    """Accepted violations of rules, each with a reason, an approver and a last day."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Waivers"]
    spec: WaiversSpec
