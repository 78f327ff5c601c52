"""`Baseline`: findings that are accepted for now, and whose number may only shrink."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reliability.model import shapes
from reliability.model.kind import Kind, Model, Text
from reliability.model.rule_policy import RuleId


class KnownFinding(Model):
    """A finding in the baseline. The fingerprint identifies it; the other keys are for readers."""

    fingerprint: Annotated[str, Field(pattern=shapes.FINGERPRINT)]
    rule: RuleId
    path: Text
    location: str = ""
    message: Text


class BaselineSpec(Model):
    """The findings in the baseline."""

    findings: tuple[KnownFinding, ...] = ()


class Baseline(Kind):
    """Accepted findings, which `check --write-baseline` writes; the list may only shrink."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Baseline"]
    spec: BaselineSpec
