"""Monitors of an objective: one for each window pair, and one composite for each tier.

A notification is sent once for an event: only the composite notifies, or the single monitor of a
tier with one window pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.burnrate import BurnRateAlert
from reliability.compile.datadog.slos import TARGET, slo_reference, timeframe_of, total_query
from reliability.compile.datadog.tags import name_of, tags_of
from reliability.compile.datadog.texts import (
    Recipients,
    burn_message,
    burn_title,
    no_data_message,
    no_data_title,
    part_message,
    part_title,
)
from reliability.location import Location
from reliability.resolve.datadog_nearest import DatadogWindows, number_text, window_text, windows_of
from reliability.resolve.objectives import Objective
from reliability.resource import Json, Resource, ResourceId
from reliability.timespan import MINUTE

BURN_MONITOR: Final = "burn-monitor"
COMPOSITE_MONITOR: Final = "composite-monitor"
NO_DATA_MONITOR: Final = "no-data-monitor"
COUNTED_OVER: Final = 5
"""Minutes of the query on missing data."""
NEVER_BELOW: Final = -1e12
"""Limit that no value is below, so that only missing data alerts."""


def monitors_of(objective: Objective, recipients: Recipients) -> Iterator[Resource]:
    """Yield the monitors of an objective: those of each tier, and the one on missing data."""
    seen: dict[str, int] = {}
    for alert in objective.alerts:
        part = f"{alert.tier}-{alert.policy}" if alert.policy else alert.tier
        seen[part] = seen.get(part, 0) + 1
        part = f"{part}-{seen[part]}" if seen[part] > 1 else part
        yield from _burn_monitors(objective, alert, part, recipients=recipients)
    if objective.alerts_on_no_data:
        yield from _no_data_monitor(objective, recipients)


def _burn_monitors(
    objective: Objective, alert: BurnRateAlert, part: str, recipients: Recipients
) -> Iterator[Resource]:
    windows = windows_of(alert)
    message = burn_message(objective, alert.tier, windows, recipients)
    if len(windows) == 1:
        title = burn_title(objective, alert.tier)
        yield _burn_monitor(objective, alert.tier, part, windows=windows[0], texts=(title, message))
    else:
        yield from _joined(objective, alert.tier, part, windows=windows, message=message)


def _joined(
    objective: Objective, tier: str, part: str, windows: Sequence[DatadogWindows], message: str
) -> Iterator[Resource]:
    """Yield a silent monitor for each window pair, and the composite that notifies."""
    silent = part_message(objective, tier)
    parts = [
        _burn_monitor(
            objective,
            tier,
            part,
            windows=pair,
            texts=(part_title(objective, tier, pair), silent),
        )
        for pair in windows
    ]
    yield from parts

    name = name_of(objective, part)
    body: dict[str, Json] = {
        "name": burn_title(objective, tier),
        "query": " || ".join(f"{{{number}}}" for number in range(len(parts))),
        "monitors": [f"{BURN_MONITOR} {monitor.id.name}" for monitor in parts],
        "message": message,
        "tags": list(tags_of(objective, name, f"tier:{tier}")),
    }
    yield _resource(COMPOSITE_MONITOR, name, body, objective)


def _burn_monitor(
    objective: Objective, tier: str, part: str, windows: DatadogWindows, texts: tuple[str, str]
) -> Resource:
    long, short = window_text(windows.long), window_text(windows.short)
    name = name_of(objective, f"{part}-{long}-{short}-{number_text(windows.factor)}")
    title, message = texts
    query = (
        f'burn_rate("{{slo}}").over("{timeframe_of(objective)}")'
        f'.long_window("{long}").short_window("{short}") > {number_text(windows.factor)}'
    )
    body: dict[str, Json] = {
        "name": title,
        "query": query,
        "slo": slo_reference(objective),
        "message": message,
        "tags": list(tags_of(objective, name, f"tier:{tier}")),
        "options": {"thresholds": {"critical": windows.factor}},
    }
    return _resource(BURN_MONITOR, name, body, objective)


def _no_data_monitor(objective: Objective, recipients: Recipients) -> Iterator[Resource]:
    """Yield a monitor that never alerts on a value, and notifies if there is none.

    Datadog advises a time frame of at least twice the query's.
    """
    role, query = total_query(objective)
    name, no_data = name_of(objective, "no-data"), objective.no_data
    minutes = max(2 * COUNTED_OVER, round(no_data.after / MINUTE))
    aggregation = "sum" if role == "total" else "avg"
    body: dict[str, Json] = {
        "name": no_data_title(objective),
        "query": f"{aggregation}(last_{COUNTED_OVER}m):{query} < {NEVER_BELOW:.0f}",
        "message": no_data_message(objective, recipients),
        "tags": list(tags_of(objective, name, f"tier:{no_data.tier}")),
        "options": {
            "thresholds": {"critical": NEVER_BELOW},
            "notify_no_data": True,
            "no_data_timeframe": minutes,
        },
    }
    yield _resource(NO_DATA_MONITOR, name, body, objective)


def _resource(kind: str, name: str, body: dict[str, Json], objective: Objective) -> Resource:
    origin = objective.source.policy if objective.source else objective.slo
    return Resource(ResourceId(TARGET, kind, name), body, Location(origin.document.path))
