"""Status of SLOs from the recording rules of a Prometheus, and what burns now.

A server that has run the rules for ten minutes still returns figures over thirty days. So the
recorded share of each period is queried too. The rest comes from the stored history, if it has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.burn_state import windows_by
from reliability.backtest.coverage import NEARLY_ALL, Coverage
from reliability.backtest.present import MINUTES, PresentState
from reliability.backtest.status import (
    ObjectiveStatus,
    SloStatus,
    UnknownStatus,
    period_of,
    without_events,
    worst_of,
)
from reliability.burnrate import SLOW_EVERY, budget_of
from reliability.compile.prometheus.names import (
    BUDGET_REMAINING,
    TARGET,
    TOTAL,
    SeriesNames,
    ratio_record,
)
from reliability.compile.prometheus.period import record_of
from reliability.history.series import SeriesSource
from reliability.http.prometheus import Sample, instant
from reliability.providers.completed import completed
from reliability.providers.fired import Labels, firing_at
from reliability.providers.http import HttpServer
from reliability.resolve.alerts import NO_DATA, DeclaredAlert, objective_alerts
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text
from reliability.timespan import HOUR

NOT_THERE: Final = "the server records no {record} of it; sync the rules, then wait for them"
FEWEST: Final = 5
"""Evaluations that a share is at least counted by: at the beginning of a period, some before it."""
LONGEST_FILTER: Final = 2000
"""Characters of a matcher in a query; proxies accept 8 KiB for the head of a request."""

Key = tuple[str, ...]
"""Service, SLO, and the labels of the environment, from the labels of a series."""


def recorded_statuses(
    server: HttpServer, objectives: Sequence[Objective], at: datetime, past: SeriesSource | None
) -> Iterator[SloStatus]:
    """Yield the status of each objective at a moment; `past` is the stored history, if any.

    Raises:
        ProviderError: the server does not answer, or says that its answer is partial.
        SourceError: the stored history cannot be read.
    """
    records = {BUDGET_REMAINING, TARGET, *(record_of(objective) for objective in objectives)}
    by_pair = _sampled(server, objectives, records, at)
    shares = recorded_shares(server, objectives, at)
    presents = present_states(server, objectives, at)

    for objective in objectives:
        key = key_of(objective)
        share = shares.get(key, 0.0)
        status = _status(objective, by_pair.get(key, []), at, share=share)
        period = period_of(objective, at)
        elapsed = at - period.start if period else timedelta(0)
        status = replace(status, coverage=Coverage(share, elapsed=elapsed))
        if not _is_other(status) and share < NEARLY_ALL:
            status = completed(server, status, at, share=share, past=past)
        yield replace(status, present=presents.get(key, status.present))


def present_states(
    server: HttpServer, objectives: Sequence[Objective], at: datetime
) -> dict[Key, PresentState]:
    """Return what burns at a moment, of each objective whose rules the server runs then.

    Raises:
        ProviderError: the server does not answer, or says that its answer is partial.
    """
    lengths = {
        length
        for objective in objectives
        for alert in objective.alerts
        for pair in alert.pairs
        for length in (pair.long, pair.short)
    }
    records = {TARGET, TOTAL, *map(ratio_record, {HOUR, MINUTES, *lengths})}
    by_pair = _sampled(server, objectives, records, at)
    alerts = {key_of(objective): tuple(objective_alerts(objective)) for objective in objectives}
    names = sorted({alert.name for of_objective in alerts.values() for alert in of_objective})
    firing = firing_at(server, names, at) if names and by_pair else []

    presents: dict[Key, PresentState] = {}
    for objective in objectives:
        key = key_of(objective)
        budget = budget_of(objective.target)
        if key in by_pair:
            presents[key] = PresentState(
                at=at,
                source="server",
                hour=_burn_over(by_pair[key], budget, HOUR),
                minutes=_burn_over(by_pair[key], budget, MINUTES),
                firing=_tiers(alerts[key], firing),
                windows=windows_by(objective, partial(_burn_over, by_pair[key], budget)),
            )
    return presents


def _burn_over(samples: Sequence[Sample], budget: float, length: timedelta) -> float | None:
    """Return the burn rate of the worst group in the latest time of a length; None if unknown."""
    ratios = [ratio for ratio in _values(samples, ratio_record(length)) if not math.isnan(ratio)]
    if not budget:
        return None
    # Rules record no error ratio of a window without events. A recorded total of 0 says that the
    # counters were there, and the target that the rules of long windows have been evaluated.
    totals = _values(samples, TOTAL)
    if not ratios and totals and not any(totals) and _values(samples, TARGET):
        return 0.0
    return max(ratios) / budget if ratios else None


def _values(samples: Iterable[Sample], record: str) -> list[float]:
    return [sample.value[1] for sample in samples if sample.metric.get("__name__") == record]


def _tiers(alerts: Iterable[DeclaredAlert], firing: Iterable[Labels]) -> tuple[str, ...]:
    """Return the tiers of an objective's alerts that fire, `no data` for the alert on that."""
    found = (
        "no data" if alert.name == NO_DATA else alert.tier
        for alert in alerts
        for labels in firing
        if labels.items() >= {"alertname": alert.name, **alert.labels}.items()
    )
    return tuple(dict.fromkeys(found))


def _sampled(
    server: HttpServer, objectives: Sequence[Objective], records: Iterable[str], at: datetime
) -> dict[Key, list[Sample]]:
    services, labels = _services(objectives), _labels(objectives)
    by_pair: dict[Key, list[Sample]] = {}
    query = f'{{__name__=~"{"|".join(sorted(records))}"{services}}}'
    for sample in instant(server, query, at.timestamp()):
        by_pair.setdefault(_key(sample, labels), []).append(sample)
    return by_pair


def _is_other(status: SloStatus) -> bool:
    """Return whether the server computes with another definition than the declared one."""
    return isinstance(status, UnknownStatus) and status.reason.startswith("the server computes")


def _services(objectives: Iterable[Objective]) -> str:
    """Return a matcher for these services; empty if it would be too long for a URL."""
    names = sorted({objective.service for objective in objectives})
    matcher = f', sloth_service=~"{"|".join(names)}"'
    return matcher if len(matcher) <= LONGEST_FILTER else ""


def _labels(objectives: Iterable[Objective]) -> tuple[str, ...]:
    """Return the names of the labels of the environment; all objectives are of one placement."""
    return tuple(dict.fromkeys(name for each in objectives for name, _ in each.placement.series))


def _key(sample: Sample, labels: tuple[str, ...]) -> Key:
    names = ("sloth_service", "sloth_slo", *labels)
    return tuple(sample.metric.get(name, "") for name in names)


def key_of(objective: Objective) -> Key:
    """Return the key of an objective's series."""
    names = SeriesNames.of(objective)
    return (names.service, names.slo, *(value for _, value in objective.placement.series))


def recorded_shares(
    server: HttpServer, objectives: Sequence[Objective], at: datetime
) -> dict[Key, float]:
    """Return the share of the period so far that the rules of each SLO recorded, 0..1.

    It is counted by samples of the target, which every evaluation of the slow group records, with
    or without traffic.

    Raises:
        ProviderError: the server does not answer, or says that its answer is partial.
    """
    services, labels = _services(objectives), _labels(objectives)
    spans: dict[timedelta, list[Key]] = {}
    for objective in objectives:
        period = period_of(objective, at)
        if period is not None:
            length = max(at - period.start, FEWEST * SLOW_EVERY)
            spans.setdefault(length, []).append(key_of(objective))

    shares: dict[Key, float] = {}
    for length, keys in spans.items():
        seconds = int(length.total_seconds())
        query = f"count_over_time({TARGET}{{{services.removeprefix(', ')}}}[{seconds}s])"
        counted = {
            _key(sample, labels): sample.value[1]
            for sample in instant(server, query, at.timestamp())
        }
        expected = length // SLOW_EVERY
        shares |= {key: min(counted.get(key, 0.0) / expected, 1.0) for key in keys}

    return shares


def _status(
    objective: Objective, samples: list[Sample], at: datetime, *, share: float
) -> SloStatus:
    """Return the status of an objective: of its group with the least budget, if it has groups."""
    period, groups = period_of(objective, at), _groups(samples, objective)
    targets = {values[TARGET] for values in groups.values() if TARGET in values}
    # A server that still runs former rules computes another budget under the same name.
    other = [ratio for ratio in targets if ratio != float(objective.target)]
    if other:
        return UnknownStatus(
            objective=objective,
            reason=f"the server computes with a target of {other[0]:g}, and {objective.target} is "
            "declared; sync the rules",
        )

    by_group = {key: values for key, values in groups.items() if BUDGET_REMAINING in values}
    calendar = None if objective.calendar is None else period
    if calendar is not None and share >= MIN_COVERAGE:
        # Until the rules run in a new period, their last values are those of the period before.
        is_new = at - calendar.start < SLOW_EVERY
        if is_new or not by_group:
            return without_events(objective, calendar, at, coverage=Coverage(share))
    if not by_group:
        return UnknownStatus(objective=objective, reason=NOT_THERE.format(record=BUDGET_REMAINING))

    # A group without events in the period has NaN, and spent nothing of its budget.
    counted = [
        _of_group(objective, values, at, renewed=None if calendar is None else calendar.end)
        for values in by_group.values()
        if not math.isnan(values[BUDGET_REMAINING] + values.get(record_of(objective), math.nan))
    ]
    if not counted:
        return UnknownStatus(
            objective=objective,
            reason="the server has no number of it: nothing happened in the period",
        )

    return worst_of(counted)


def _groups(samples: list[Sample], objective: Objective) -> dict[str, dict[str, float]]:
    """Return values by record, for each group; a period's ratio counts only with its own window."""
    period = record_of(objective)
    length = duration_text(objective.period)
    groups: dict[str, dict[str, float]] = {}

    for sample in samples:
        record = sample.metric.get("__name__", "")
        # Another SLO period may have been recorded under this name before, and its samples are
        # still there.
        if record == period and sample.metric.get("sloth_window") != length:
            continue
        key = repr([sample.metric.get(label) for label in objective.group_by])
        groups.setdefault(key, {})[record] = sample.value[1]

    return groups


def _of_group(
    objective: Objective, values: dict[str, float], at: datetime, renewed: datetime | None
) -> ObjectiveStatus:
    return ObjectiveStatus(
        objective=objective,
        at=at,
        attainment=1 - values[record_of(objective)],
        remaining=values[BUDGET_REMAINING],
        renewed=renewed,
    )
