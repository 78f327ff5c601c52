"""OpenSLO's metadata, and the `reliability/` annotations in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from reliability.message import Message
from reliability.model.kind import Day, Duration, Model, Name, Runbook, Text, refuse
from reliability.model.openslo.absent import empty_as

ANNOTATION_PREFIX = "reliability/"
OVERRIDE: Final = re.compile(
    rf"{ANNOTATION_PREFIX}(?P<key>[a-z][a-z-]*)\.(?P<environment>[a-z0-9][-a-z0-9]*)"
    r"(?:\.(?P<objective>[a-z0-9][-a-z0-9]*))?"
)
"""Annotation about one environment, such as `reliability/target.staging`.

With several objectives, the name of the objective follows: `reliability/target.staging.fast`.
"""


def check_prefix(key: str) -> str:
    """Require an annotation prefix (before the slash) of at most 253 characters, as Kubernetes."""
    if key.rfind("/") > 253:
        raise refuse(Message("the prefix of {key} is longer than 253 characters", key=key))
    return key


_KEY = r"[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
LabelKey = Annotated[str, StringConstraints(pattern=f"^{_KEY}$")]
_PREFIX = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/"
AnnotationKey = Annotated[
    str,
    StringConstraints(max_length=317, pattern=f"^({_PREFIX})?{_KEY}$"),
    AfterValidator(check_prefix),
]
LabelPart = Annotated[str, empty_as("")]
LabelValue = Annotated[str | tuple[LabelPart, ...], empty_as(())]


class OpenSloMetadata(Model):
    """Name, labels and annotations of an OpenSLO document."""

    name: Name
    display_name: str | None = Field(default=None, max_length=63)
    labels: Annotated[Mapping[LabelKey, LabelValue], empty_as({})] = Field(default_factory=dict)
    annotations: Annotated[Mapping[AnnotationKey, LabelPart], empty_as({})] = Field(
        default_factory=dict
    )


class Annotations(Model):
    """`reliability/` annotations: `reliability/review-every` is the field `review_every`."""

    model_config = ConfigDict(
        alias_generator=lambda name: ANNOTATION_PREFIX + name.replace("_", "-"),
        validate_by_name=False,
    )


class AlertAnnotations(Annotations):
    """The tier and the runbook of an OpenSLO alert policy."""

    tier: Literal["alert", "ticket", "log"] | None = None
    runbook: Runbook | None = None


class Agreement(Annotations):
    """Who approved a `reliability/v1` document, and when."""

    agreed_by: Text | None = None
    reviewed: Day | None = None


class Review(Annotations):
    """The review data of an SLO, from its `reliability/` annotations."""

    journey: Text | None = None
    status: Literal["provisional", "established"] = "provisional"
    agreed_by: Text | None = None
    reviewed: Day | None = None
    review_every: Duration | None = None
    provisional_since: Day | None = None
    rationale: Text | None = None
    group_by: Text | None = None
    unit: Text | None = None
    per_shard: Literal["true", "false"] = "false"

    @property
    def agreed(self) -> tuple[str, ...]:
        """Handles of the approvers, in the order written."""
        return tuple(part.strip() for part in (self.agreed_by or "").split(",") if part.strip())

    @cached_property
    def group_labels(self) -> tuple[str, ...]:
        """Labels whose value combinations are groups, each with its own error budget."""
        return tuple(part.strip() for part in (self.group_by or "").split(",") if part.strip())

    def due(self, otherwise_every: timedelta) -> date | None:
        """Return the date of the next review, or None if there was no review yet."""
        if self.reviewed is None:
            return None
        return self.reviewed + (self.review_every or otherwise_every)
