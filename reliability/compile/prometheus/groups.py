"""Rule groups: which rules are evaluated together, and how often.

Long windows change slowly and cost the most, so they have a group that is evaluated less often. Its
interval is two minutes, not five: Prometheus 3 drops a value that is five minutes old, and an alert
on it would flap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from reliability.burnrate import FAST_EVERY, SLOW_EVERY
from reliability.compile.prometheus import metadata, period, recordings
from reliability.compile.prometheus.alerts import objective_rules
from reliability.compile.prometheus.corrections import corrections_of, uncounted
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import Rule, SeriesNames
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import AnySli
from reliability.resource import Json
from reliability.scalars import duration_text


def objective_groups(
    objective: Objective, sli: AnySli, directory: Directory
) -> Iterator[dict[str, Json]]:
    """Yield the fast and the slow group of one objective.

    Within a group a rule reads what the rules before it have just recorded, so the order matters.
    """
    names = SeriesNames.of(objective)
    fast = _fast(objective, sli, names, directory=directory)
    yield group(f"{names.id}-fast", FAST_EVERY, fast)
    slow = _slow(objective, sli, names, directory=directory)
    yield group(f"{names.id}-slow", SLOW_EVERY, slow)


def _fast(
    objective: Objective, sli: AnySli, names: SeriesNames, directory: Directory
) -> Iterator[Rule]:
    yield from recordings.by_window(objective, sli, names, slow=False)
    events = recordings.events(objective, sli, names)
    yield from uncounted(events, corrections_of(objective))
    yield from period.calendar_events(objective, names)
    # After the ratios that it reads: rules of a group run one after another in the order of the
    # file (Prometheus's "Recording rules").
    yield from metadata.current_burn(objective, names)
    yield from objective_rules(objective, sli, directory, every=FAST_EVERY)


def _slow(
    objective: Objective, sli: AnySli, names: SeriesNames, directory: Directory
) -> Iterator[Rule]:
    yield from recordings.by_window(objective, sli, names, slow=True)
    yield from period.calendar_end(objective, names)
    yield from period.period_ratio(objective, names)
    yield from metadata.constants(objective, names)
    yield from period.recorded_share(objective, names)
    yield from metadata.period_burn(objective, names)
    yield from metadata.info(objective, names, directory)
    yield from objective_rules(objective, sli, directory, every=SLOW_EVERY)


def group(name: str, every: timedelta, rules: Iterable[Rule]) -> dict[str, Json]:
    """Return a rule group."""
    return {"name": name, "interval": duration_text(every), "rules": list(rules)}
