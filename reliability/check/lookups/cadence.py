"""The review interval of an SLO."""

from __future__ import annotations

from datetime import timedelta

from reliability.check.context import Context
from reliability.model.openslo.metadata import Review
from reliability.model.slo_policy import ReviewCadence


def review_cadence(context: Context) -> ReviewCadence:
    """Return the review intervals of the SloPolicy, or their defaults."""
    return context.slo_policy.spec.review if context.slo_policy else ReviewCadence()


def cadence(review: Review, context: Context) -> timedelta:
    """Return the policy's review interval for the status of an SLO."""
    policy = review_cadence(context)
    return policy.provisional if review.status == "provisional" else policy.established
