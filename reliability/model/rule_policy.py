"""`RulePolicy` and `Waivers`: how severe each rule is, and who is excused until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reliability.model.kind import Day, Handle, Kind, Model, Name, Text

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class RuleSetting(Model):
    """One rule's severity, whether it may be waived, and its options."""

    severity: Literal["error", "warning", "info", "off"] | None = None
    locked: bool = False
    options: Mapping[str, Any] = Field(default_factory=dict)


class RulePolicySpec(Model):
    """Settings by rule id; a rule that is not named has its own defaults."""

    rules: Mapping[RuleId, RuleSetting] = Field(default_factory=dict)


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
