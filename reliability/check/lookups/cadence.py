"""How long a promise stands before it is looked at again."""

from __future__ import annotations

from datetime import timedelta

from reliability.check.context import Context
from reliability.model.openslo.metadata import Review
from reliability.model.slo_policy import ReviewCadence


def review_cadence(context: Context) -> ReviewCadence:
    """The cadences of the SloPolicy, or the defaults where none is written."""
    return context.slo_policy.spec.review if context.slo_policy else ReviewCadence()


def cadence(review: Review, context: Context) -> timedelta:
    """The policy's cadence for the status of a promise."""
    policy = review_cadence(context)
    return policy.provisional if review.status == "provisional" else policy.established
