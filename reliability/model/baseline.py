"""`Baseline`: findings that were there when a rule came, and that may only become fewer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reliability.model import shapes
from reliability.model.kind import Kind, Model, Text
from reliability.model.rule_policy import RuleId


class KnownFinding(Model):
    """One finding: the fingerprint finds it again, the rest is for people."""

    fingerprint: Annotated[str, Field(pattern=shapes.FINGERPRINT)]
    rule: RuleId
    path: Text
    location: str = ""
    message: Text


class BaselineSpec(Model):
    """All known findings."""

    findings: tuple[KnownFinding, ...] = ()


class Baseline(Kind):
    """What `check --write-baseline` writes, once, and shrinks from then on."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Baseline"]
    spec: BaselineSpec
