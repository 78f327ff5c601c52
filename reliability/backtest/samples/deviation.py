"""How far event mode lies from sample mode, on the same samples."""

from __future__ import annotations

import numpy as np

from reliability.arrays import runs
from reliability.backtest.firing import Firing, ReplayTerms, fire
from reliability.backtest.outcome import Deviation
from reliability.backtest.replay import GroupSeries


def deviation(firing: Firing, group: GroupSeries, terms: ReplayTerms) -> Deviation:
    """Of one alert in one group whose events counters count."""
    events = fire(firing.alert, group.series, group.counts, terms=terms)
    differing = int(np.count_nonzero(firing.on != events.on))
    counted = (len(list(runs(alert.on))) for alert in (firing, events))
    return Deviation(len(firing.on), differing, *counted)
