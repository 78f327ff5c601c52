"""What Prometheus posts to Alertmanager about an alert: that it fires, and that it is over.

Prometheus (rules/alerting.go) posts an alert that fires when it begins, and again at the first
evaluation that is more than the resend delay later; one that is over, for a quarter of an hour.
What repeats a state that Alertmanager already has changes nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from reliability.alertmanager.simulate.moments import milliseconds, moment_of
from reliability.timespan import TimeSpan

MINUTE: Final = timedelta(minutes=1)
KEPT: Final = timedelta(minutes=15)
"""How long Prometheus keeps telling that an alert is over (`resolvedRetention`)."""


FOREVER: Final = 1 << 62
"""Milliseconds since 1970 that nothing reaches."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How a Prometheus posts: evaluations, the delay of a resend, how long an end is told."""

    every: timedelta = MINUTE
    delay: timedelta = MINUTE
    kept: timedelta = KEPT

    @property
    def valid(self) -> timedelta:
        """How long Alertmanager believes a post when none follows (its `endsAt`)."""
        return 4 * max(self.every, self.delay)

    @property
    def again(self) -> timedelta:
        """How long after a post the next one is: whole evaluations, and longer than the delay."""
        return (self.delay // self.every + 1) * self.every


@dataclass(frozen=True, slots=True)
class FiringAlert:
    """One alert with all its labels, and when it fired; the spans are in order, and apart.

    A span that has not ended by the end of what is replayed is never told to be over. Neither is
    one that is `lost`, at whose end Prometheus fell silent: Alertmanager waits, and then takes it
    for over.
    """

    labels: Mapping[str, str]
    spans: Sequence[TimeSpan]
    sending: Sending = Sending()
    lost: Set[TimeSpan] = frozenset()


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Post:
    """One alert as it reaches Alertmanager; times in milliseconds, `number` is the alert's.

    `told_until` is when Prometheus stops telling that it is over, and 0 while it fires. It is
    posted `again` so much later, is believed for `valid`, and from `silent` on nothing is posted.
    """

    at: int
    number: int
    began: int
    told_until: int = 0
    again: int = field(default=1, compare=False)
    valid: int = field(default=0, compare=False)
    silent: int = field(default=FOREVER, compare=False)

    @property
    def is_over(self) -> bool:
        """Whether the alert is resolved."""
        return self.told_until > 0

    def last_sent(self, moment: int) -> int:
        """When it was posted last, at or before a moment that is not before its first post."""
        return self.at + (min(moment, self.silent - 1) - self.at) // self.again * self.again

    def valid_until(self, sent: int) -> int:
        """Its `endsAt` as it was posted at a moment: by which it is over if nothing follows."""
        return self.at if self.is_over else sent + self.valid


def posts(number: int, alert: FiringAlert, until: int) -> Iterator[Post]:
    """The posts that change something: each beginning, and each end."""
    kept = milliseconds(alert.sending.kept)
    how = {
        "again": milliseconds(alert.sending.again),
        "valid": milliseconds(alert.sending.valid),
    }
    begins = [moment_of(span.start) for span in alert.spans]

    for span, began, following in zip(alert.spans, begins, [*begins[1:], until], strict=True):
        if began < until:
            silent = moment_of(span.end) if span in alert.lost else FOREVER
            yield Post(at=began, number=number, began=began, silent=silent, **how)
        if span in alert.lost:
            ended = _believed_until(began, moment_of(span.end), alert.sending)
            told_until = ended
        else:
            ended = moment_of(span.end)
            told_until = min(ended + kept, following - 1)
        if ended < following:
            yield Post(
                at=ended, number=number, began=began, told_until=max(told_until, ended), **how
            )


def _believed_until(began: int, silent: int, sending: Sending) -> int:
    """When Alertmanager takes an alert for over that was last posted before a moment."""
    again = milliseconds(sending.again)
    return began + (silent - 1 - began) // again * again + milliseconds(sending.valid)


def next_post(over: Post, alert: FiringAlert, after: int) -> Post | None:
    """The next time Prometheus tells that an alert is over; None once it no longer does."""
    step = milliseconds(alert.sending.again)
    at = over.at + ((after - over.at) // step + 1) * step
    return replace(over, at=at) if at <= over.told_until else None
