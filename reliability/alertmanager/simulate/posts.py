"""Posts of Prometheus to Alertmanager about an alert: that it fires, and that it is resolved.

Semantics: rules/alerting.go of Prometheus. It posts a firing alert when it begins, and again at the
first evaluation that is more than `--rules.alert.resend-delay` later; a resolved one for 15
minutes. A post of a state that Alertmanager already knows changes nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from reliability.alertmanager.simulate.moments import milliseconds, moment_of
from reliability.timespan import MINUTE, TimeSpan

RESOLVED_RETENTION: Final = timedelta(minutes=15)
"""Time for which Prometheus resends a resolved alert (`resolvedRetention` in rules/alerting.go)."""

FOREVER: Final = 1 << 62
"""Milliseconds since 1970 that no replay reaches."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Timing of a Prometheus: evaluation interval, resend delay, retention of resolved alerts."""

    evaluation_interval: timedelta = MINUTE
    resend_delay: timedelta = MINUTE
    resolved_retention: timedelta = RESOLVED_RETENTION

    @property
    def validity(self) -> timedelta:
        """Time for which a post is valid: its `endsAt` is 4 intervals or delays later."""
        # `sendAlerts` sets `ValidUntil` to allow for two failed evaluations or sends. A Prometheus
        # that stops is therefore noticed as "resolved" only after this time, and not as missing.
        return 4 * max(self.evaluation_interval, self.resend_delay)

    @property
    def resend_interval(self) -> timedelta:
        """Time between two posts: whole evaluation intervals, longer than the resend delay."""
        # `needsSending` compares `LastSentAt + resendDelay` with `Before`: with both at one minute,
        # alerts are posted every two minutes, not every minute.
        return (self.resend_delay // self.evaluation_interval + 1) * self.evaluation_interval


@dataclass(frozen=True, slots=True)
class FiringAlert:
    """One alert with all its labels, and when it fired; spans are sorted and do not touch.

    A span that has not ended by the end of the replay is never posted as resolved. Neither is a
    `lost` one, at whose end Prometheus stopped posting: Alertmanager treats that alert as resolved
    at the `endsAt` of the last post.
    """

    labels: Mapping[str, str]
    spans: Sequence[TimeSpan]
    sending: Sending = Sending()
    lost: Set[TimeSpan] = frozenset()


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Post:
    """One alert as it reaches Alertmanager; times in milliseconds, `number` is the alert's.

    `resolved_until` is when Prometheus stops resending a resolved alert; 0 while it fires. The
    post is repeated every `resend_interval`, expires after `validity`, and from `silent` on
    nothing is posted.
    """

    at: int
    number: int
    began: int
    resolved_until: int = 0
    resend_interval: int = field(default=1, compare=False)
    validity: int = field(default=0, compare=False)
    silent: int = field(default=FOREVER, compare=False)

    @property
    def is_over(self) -> bool:
        """Whether the alert is resolved."""
        return self.resolved_until > 0

    def last_sent(self, moment: int) -> int:
        """Return the time of the last resend at or before a moment (not before the first post)."""
        return (
            self.at
            + (min(moment, self.silent - 1) - self.at)
            // self.resend_interval
            * self.resend_interval
        )

    def valid_until(self, sent: int) -> int:
        """Return the `endsAt` of the resend at a moment."""
        return self.at if self.is_over else sent + self.validity


def posts(number: int, alert: FiringAlert, until: int) -> Iterator[Post]:
    """Yield the posts that change the state of an alert: each beginning and each end."""
    retention = milliseconds(alert.sending.resolved_retention)
    how = {
        "resend_interval": milliseconds(alert.sending.resend_interval),
        "validity": milliseconds(alert.sending.validity),
    }
    begins = [moment_of(span.start) for span in alert.spans]
    # An alert that was only ever pending has no span
    next_begins = [*begins, until][1:]

    for span, began, following in zip(alert.spans, begins, next_begins, strict=True):
        if began < until:
            silent = moment_of(span.end) if span in alert.lost else FOREVER
            yield Post(at=began, number=number, began=began, silent=silent, **how)
        if span in alert.lost:
            # Nobody posts the end of such an alert. Alertmanager takes it as resolved at the
            # `endsAt` of the last post (`Alert.ResolvedAt` compares with the time of the flush).
            ended = _expires_at(began, moment_of(span.end), alert.sending)
            resolved_until = ended
        else:
            ended = moment_of(span.end)
            # Once the alert fires again, Prometheus posts that instead.
            # `AlertingRule.Eval` keeps a resolved alert until `ts - ResolvedAt` exceeds the
            # retention, so the last resend may be exactly 15 minutes after the end.
            resolved_until = min(ended + retention, following - 1)
        # If the alert fires again before its post expires, Alertmanager never sees an end.
        if ended < following:
            yield Post(
                at=ended,
                number=number,
                began=began,
                resolved_until=max(resolved_until, ended),
                **how,
            )


def _expires_at(began: int, silent: int, sending: Sending) -> int:
    """Return when an alert expires that Prometheus posted for the last time before a moment."""
    step = milliseconds(sending.resend_interval)
    return began + (silent - 1 - began) // step * step + milliseconds(sending.validity)


def next_post(over: Post, alert: FiringAlert, after: int) -> Post | None:
    """Return the next resend of a resolved alert; None once Prometheus has stopped."""
    step = milliseconds(alert.sending.resend_interval)
    at = over.at + ((after - over.at) // step + 1) * step
    return replace(over, at=at) if at <= over.resolved_until else None
