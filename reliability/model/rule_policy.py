"""`RulePolicy` and `Waivers`: how severe each rule is, and who is excused until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reliability.model import shapes
from reliability.model.kind import MOST, Day, Handle, Kind, Model, Name, Text

RuleId = Annotated[str, Field(pattern=shapes.RULE)]


class RuleSetting(Model):
    """One rule's severity, whether it may be waived, and its options."""

    severity: Literal["error", "warning", "info", "off"] | None = None
    locked: bool = False
    options: Mapping[str, Any] = Field(default_factory=dict)


class RuleCase(Model):
    """An example of a custom rule: what it is given, and how many or which messages it finds."""

    name: Text
    given: Mapping[str, Any]
    findings: Annotated[int, Field(ge=0, le=MOST, strict=True)] | tuple[Text, ...]


class CustomRule(Model):
    """A rule of the repository's own, in CEL: `holds` is true where all is well.

    `message` is a text with values in braces. `at` is where in the subject's document the finding
    points to; `concerns`, of a rule about the catalog, names the services that it is about.
    """

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
    """Settings by rule id; a rule that is not named has its own defaults. And custom rules."""

    rules: Mapping[RuleId, RuleSetting] = Field(default_factory=dict)
    custom: tuple[CustomRule, ...] = ()


class RulePolicy(Kind):
    """The severities of a repository."""

    api_version: Literal["reliability/v1"]
    kind: Literal["RulePolicy"]
    spec: RulePolicySpec


class Waiver(Model):
    """A dated excuse: one rule, for one service (or one object of it)."""

    rule: RuleId
    service: Name
    object: Text | None = None
    reason: Text
    approver: Handle
    until: Day


class WaiversSpec(Model):
    """All excuses."""

    waivers: tuple[Waiver, ...] = ()


class Waivers(Kind):
    """The one way to be excused from a rule."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Waivers"]
    spec: WaiversSpec
