"""OpenSLO's metadata and the review data that rides in its annotations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from reliability.model.kind import Day, Duration, Model, Name, Runbook, Text, refuse
from reliability.model.openslo.absent import empty_as

ANNOTATION_PREFIX = "reliability/"


def check_prefix(key: str) -> str:
    """The prefix of an annotation's key, up to its slash, is 253 characters at most."""
    if key.rfind("/") > 253:
        raise refuse(f"the prefix of {key} is longer than 253 characters")
    return key


_KEY = r"[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
LabelKey = Annotated[str, StringConstraints(strict=True, pattern=f"^{_KEY}$")]
_PREFIX = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/"
AnnotationKey = Annotated[
    str,
    StringConstraints(strict=True, max_length=317, pattern=f"^({_PREFIX})?{_KEY}$"),
    AfterValidator(check_prefix),
]
StrictText = Annotated[str, StringConstraints(strict=True)]
LabelPart = Annotated[StrictText, empty_as("")]
LabelValue = Annotated[StrictText | tuple[LabelPart, ...], empty_as(())]


class OpenSloMetadata(Model):
    """`metadata` of every OpenSLO kind."""

    name: Name
    display_name: str | None = Field(default=None, max_length=63, strict=True)
    labels: Annotated[Mapping[LabelKey, LabelValue], empty_as({})] = Field(default_factory=dict)
    annotations: Annotated[Mapping[AnnotationKey, LabelPart], empty_as({})] = Field(
        default_factory=dict
    )


class Annotations(Model):
    """Annotations of ours: `reliability/review-every` is the field `review_every`."""

    model_config = ConfigDict(
        alias_generator=lambda name: ANNOTATION_PREFIX + name.replace("_", "-"),
        validate_by_name=False,
    )


class AlertAnnotations(Annotations):
    """How loud an alert policy of OpenSLO is, and what a woken person reads first."""

    tier: Literal["alert", "ticket", "log"] | None = None
    runbook: Runbook | None = None


class Agreement(Annotations):
    """Who agreed to a document of `reliability/v1`, and when; what one person alone records."""

    agreed_by: Text | None = None
    reviewed: Day | None = None


class Review(Annotations):
    """The review data of an SLO, from its `reliability/...` annotations."""

    journey: Text | None = None
    status: Literal["provisional", "established"] = "provisional"
    agreed_by: Text | None = None
    reviewed: Day | None = None
    review_every: Duration | None = None
    provisional_since: Day | None = None
    rationale: Text | None = None
    group_by: Text | None = None
    unit: Text | None = None

    @property
    def agreed(self) -> tuple[str, ...]:
        """The handles of those who agreed, in the order written."""
        return tuple(part.strip() for part in (self.agreed_by or "").split(",") if part.strip())

    @cached_property
    def group_labels(self) -> tuple[str, ...]:
        """The labels that each get a budget of their own value by value."""
        return tuple(part.strip() for part in (self.group_by or "").split(",") if part.strip())

    def due(self, otherwise_every: timedelta) -> date | None:
        """The day of the next review, at most the last there is; None where none is on record."""
        if self.reviewed is None:
            return None
        every = self.review_every or otherwise_every
        return self.reviewed + min(every, date.max - self.reviewed)
