"""What fired in a period is counted by tier, with the pages that came with user impact."""

from dataclasses import dataclass
from datetime import timedelta

from reliability.providers.fired import FiredAlert
from reliability.review.digest.counts import DigestCounts
from reliability.review.digest.signals import (
    DigestSignals,
    SignalEpisodes,
    SilentSignal,
    count_signals,
)
from reliability.review.tickets.groups import SignalGroup
from reliability.timespan import TimeSpan
from tests.review.issues.office import DAY, HOUR, MINUTE, catalog, fired, span


@dataclass(frozen=True)
class KnownImpact:
    """Knows what these spans came with, and nothing of others."""

    spans: dict[TimeSpan, bool]

    def during(self, service: str, span: TimeSpan) -> bool | None:
        return self.spans.get(span) if service == "shop" else None


FIRST, SECOND, THIRD = span(3 * HOUR), span(2 * HOUR, 20 * MINUTE), span(HOUR)


def page(*spans: TimeSpan, signal: str) -> FiredAlert:
    return fired(*spans, signal=signal, tier="alert")


def test_signals_are_counted_by_tier_and_the_noisiest_come_first() -> None:
    alerts = [
        fired(FIRST, signal="QueueBacklog"),
        fired(FIRST, signal="QueueBacklog", tier="log"),
        fired(FIRST, SECOND, signal="DiskFills"),
        page(FIRST, SECOND, THIRD, signal="Down"),
        fired(FIRST, signal="Odd", tier="unheard-of"),
        FiredAlert({"alertname": "Nothing", "service": "shop"}, (FIRST,)),
    ]
    found = count_signals(alerts, [], catalog())
    assert found.counted == (
        SignalEpisodes(SignalGroup("shop", "Down"), "alert", (FIRST, SECOND, THIRD)),
        SignalEpisodes(SignalGroup("shop", "DiskFills"), "ticket", (FIRST, SECOND)),
        SignalEpisodes(SignalGroup("shop", "QueueBacklog"), "log", (FIRST,)),
        SignalEpisodes(SignalGroup("shop", "QueueBacklog"), "ticket", (FIRST,)),
    )
    assert [(each.times, each.time) for each in found.counted[:2]] == [
        (3, 22 * MINUTE),
        (2, 21 * MINUTE),
    ]


def test_a_signal_is_silent_if_it_never_fired_for_its_own_service() -> None:
    ever = [
        {"service": "shop", "alertname": "QueueBacklog"},
        {"service": "store", "alertname": "DiskFills"},
        {"service": "shop"},
        {},
    ]
    assert count_signals([], ever, catalog()).silent == (
        SilentSignal("shop", "DiskFills"),
        SilentSignal("shop", "ErrorLogged"),
    )


def test_a_heartbeat_is_never_silent() -> None:
    beat = """
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: beats}
spec:
  service: shop
  signals: [{name: Beat, kind: heartbeat, expr: vector(1)}]
"""
    ever = [
        {"service": "shop", "alertname": name}
        for name in ("QueueBacklog", "DiskFills", "ErrorLogged")
    ]
    assert count_signals([], ever, catalog(beats=beat)).silent == ()


def test_pages_are_told_with_those_that_came_with_user_impact_and_those_nobody_knows_of() -> None:
    group = SignalGroup("shop", "Down")
    made = DigestSignals(
        (
            SignalEpisodes(group, "alert", (FIRST, SECOND, THIRD)),
            SignalEpisodes(group, "alert", (span(DAY),)),
            SignalEpisodes(group, "ticket", (FIRST, SECOND)),
            SignalEpisodes(group, "log", (FIRST,)),
        ),
        (),
    )
    impact = KnownImpact({FIRST: True, SECOND: False})
    assert made.counts(impact) == DigestCounts(pages=4, with_impact=1, tickets=2, logs=1, unknown=2)
    assert DigestSignals((), ()).counts(impact) == DigestCounts(
        pages=0, with_impact=0, tickets=0, logs=0, unknown=0
    )


def test_what_never_fired_took_no_time() -> None:
    assert SignalEpisodes(SignalGroup("shop", "Down"), "log", ()).time == timedelta(0)
