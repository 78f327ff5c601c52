"""`for`: an alert must be true for a while before it fires, as Prometheus has it."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reliability.backtest.firing import once_pending
from reliability.backtest.outcome import AlertFirings
from reliability.burnrate import BurnRateAlert, SingleWindow
from reliability.expression import AllOf, AnyOf, BurnAbove
from tests.backtest.repository import burst, catalog, day, quiet, replay, slo

MINUTE = timedelta(minutes=1)


def by_the_rules(on: list[bool], after: timedelta, every: timedelta) -> list[bool]:
    """Prometheus: active since the first true evaluation; firing once that is `for` ago."""
    firing, active = [], None
    for number, true in enumerate(on):
        now = number * every
        active = (now if active is None else active) if true else None
        firing.append(active is not None and now - active >= after)
    return firing


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 300), st.integers(1, 4))
def test_it_fires_when_prometheus_does(on: list[bool], seconds: int, minutes: int) -> None:
    after, every = timedelta(seconds=seconds), minutes * MINUTE
    found = once_pending(np.array(on, dtype=np.bool_), -(-after // every))
    assert found.tolist() == by_the_rules(on, after, every)


def test_a_single_window_is_one_comparison_with_the_burn_rate_as_it_is_written() -> None:
    window = SingleWindow(timedelta(hours=1), 14.4, inclusive=True)
    alert = BurnRateAlert(
        service="shop",
        slo="slo",
        objective="",
        tier="ticket",
        target=Decimal("0.99"),
        period=timedelta(days=7),
        pairs=(window,),
        policy="p",
    )
    burns = BurnAbove(timedelta(hours=1), 14.4, alert.budget, inclusive=True)
    assert alert.condition == AnyOf((AllOf((burns,)),))
    assert alert.windows == (timedelta(hours=1),)
    assert alert.every == MINUTE


OPENSLO = """
  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: on-burn, annotations: {reliability/tier: ticket}}
      spec:
        conditions:
          - kind: AlertCondition
            metadata: {name: burning}
            spec:
              severity: page
              condition:
                {kind: burnrate, op: gte, threshold: 50, lookbackWindow: 5m, alertAfter: 10m}
        notificationTargets:
          - kind: AlertNotificationTarget
            metadata: {name: team}
            spec: {target: slack}
"""


def test_a_policy_of_openslo_is_replayed_with_what_it_waits_for() -> None:
    """Above the threshold a minute or two after the burst began, and for ten minutes then."""
    bad = quiet()
    burst(bad, day(3, minutes=5), share=0.2)
    burst(bad, day(5, minutes=30), share=0.2)
    [row] = replay(catalog(slo("checkout") + OPENSLO), {"checkout": bad}).rows
    assert row.tier == "ticket"
    assert isinstance(row.new, AlertFirings)
    [episode] = row.new.episodes
    assert 10 <= (episode.span.start - day(5).start) / MINUTE <= 13
    assert episode.span.end > day(5).end
