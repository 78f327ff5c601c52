"""Replay of rule groups over raw samples: recorded series, and when each alert fires."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, runs
from reliability.promql.evaluate import functions
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import (
    NAME,
    Labels,
    Times,
    Vector,
    gathered,
    labels_of,
    no_histograms,
)
from reliability.promql.evaluate.order import Order, RulePosition
from reliability.promql.evaluate.rules import Alerting, Recording, Rule, RuleGroup
from reliability.promql.evaluate.semantics import MILLISECOND, Semantics, milliseconds
from reliability.promql.evaluate.stored import STALE, Storage, StoredSeries
from reliability.promql.evaluate.work import grid_times
from reliability.promql.samples import Counter, SampleReader
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan

ALERT_NAME = "alertname"
NEVER: Final = np.iinfo(np.int64).max
"""A time that does not come."""


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Evaluations at which an alert was pending, and at which it fired."""

    pending: BoolArray
    firing: BoolArray


def states(true: BoolArray, times: Times, after: int, keep: int) -> States:
    """Return the states of an alert, from where its expression was true at the evaluations made.

    `after` is the rule's `for` and `keep` its `keep_firing_for`, in milliseconds. A missed
    evaluation is not in `times`, so it neither ends nor starts anything. Source: AlertingRule.Eval
    in rules/alerting.go, the same in v2.53.3 and v3.5.0.
    """
    firing = np.zeros(len(true), dtype=bool)
    kept_until = -1
    for first, last in runs(true):
        # An alert that is still kept firing does not become pending again (`AlertingRule.Eval`
        # keeps its state and resets `KeepFiringSince`).
        began = first if kept_until >= first else _matured(times, first, after)
        if began >= last:
            continue
        firing[began:last] = True
        if keep and last < len(times):
            # `KeepFiringSince` is the first false evaluation, and the alert fires while less than
            # `keep_firing_for` has passed since then: it ends exactly at that time.
            kept_until = int(np.searchsorted(times, times[last] + keep, "left"))
            firing[last:kept_until] = True

    return States(true & ~firing, firing)


def _matured(times: Times, first: int, after: int) -> int:
    """Return the index of the evaluation by which a condition has been true for `after`."""
    # `ts - ActiveAt >= holdDuration`: an alert fires at the evaluation that is exactly `for` later.
    # By time and not by a number of evaluations, because a pause has none.
    return int(np.searchsorted(times, times[first] + after, "left"))


@dataclass(frozen=True, slots=True)
class EvaluationGrid:
    """Evaluation times of groups: `phase` after the multiples of their interval, except in pauses.

    `phases` has the offsets of single groups by name; Prometheus derives them from a hash of the
    group's file and name. In a pause the server evaluates nothing: it was overloaded, or suspended
    without a restart.
    """

    phase: timedelta = timedelta(0)
    pauses: tuple[TimeSpan, ...] = ()
    phases: Mapping[str, timedelta] = field(default_factory=dict)

    def of(self, group: RuleGroup, since: int, until: int) -> Times:
        """Return the evaluation times of a group, in milliseconds since 1970."""
        return EvaluationGrid(self.phases.get(group.name, self.phase), self.pauses).times(
            group.every, since, until
        )

    def times(self, every: timedelta, since: int, until: int) -> Times:
        """Return the evaluation times from `since` to before `until`, in ms since 1970."""
        step, phase = milliseconds(every), milliseconds(self.phase)
        # `Group.EvalTimestamp` aligns to the interval and adds the hash of the group afterwards, so
        # all evaluations of a group are equally far from the multiples of its interval.
        first = -(-(since - phase) // step) * step + phase
        times = grid_times(first, until, step)
        for pause in self.pauses:
            start, end = (milliseconds(moment - EPOCH) for moment in (pause.start, pause.end))
            times = times[(times < start) | (times >= end)]
        return times


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Alert:
    """One label set of one alerting rule, over the evaluations of its group."""

    rule: Alerting
    every: timedelta
    labels: Labels
    times: Times
    states: States

    def since(self, time: int) -> Alert:
        """Return the alert without the evaluations before a time, in milliseconds since 1970."""
        part = slice(int(np.searchsorted(self.times, time)), None)
        if not part.start:
            return self
        states = States(self.states.pending[part], self.states.firing[part])
        return replace(self, times=self.times[part], states=states)


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """Result of a replay: every alert that was ever pending, and all series, recorded or raw.

    `reach` is how long before an evaluation the samples are that its ranges depend on.
    """

    alerts: tuple[Alert, ...]
    storage: Storage
    reach: timedelta = timedelta(0)


def replay(
    groups: tuple[RuleGroup, ...],
    reader: SampleReader,
    span: TimeSpan,
    how: Semantics,
    grid: EvaluationGrid,
    wanted: Callable[[Rule], bool] = lambda rule: isinstance(rule, Alerting),
) -> Replay:
    """Evaluate the wanted rules over a span, and the rules that they read from before it.

    The state before the first evaluation is unknown, so a `for` begins there.

    Raises:
        CannotReplay: part of a rule cannot be evaluated bit-identically.
        SourceError: samples cannot be read.
    """
    start, end = (milliseconds(moment - EPOCH) for moment in (span.start, span.end))
    order = Order.of(groups, wanted, start, lookback=how.lookback_ms)
    storage = Storage.of(_read(reader, order.raw, span))
    alerts: list[Alert] = []
    for placed in order.rules:
        times = grid.of(placed.group, order.since_of(placed), end)
        alerts.extend(evaluate(placed, storage, times, how=how))

    return Replay(tuple(alerts), storage, order.reach * MILLISECOND)


def _read(reader: SampleReader, raw: Mapping[Selector, int], span: TimeSpan) -> Iterator[Counter]:
    """Yield the series of every selector, all from the earliest time that any selector reads."""
    if not raw:
        return
    earliest = EPOCH + timedelta(milliseconds=min(raw.values())) - timedelta(minutes=1)
    # Those with fewer matchers first: a reader may answer the others from what they gave
    for selector in sorted(raw, key=lambda selector: len(selector.matchers)):
        yield from reader.counters(selector, TimeSpan(earliest, span.end))


def evaluate(
    placed: RulePosition, storage: Storage, times: Times, how: Semantics
) -> Iterator[Alert]:
    """Evaluate one rule at all times: store a recording, or yield the label sets of an alert."""
    if not len(times):
        return
    rule = placed.rule
    # Prometheus evaluates at `ts.Add(-queryOffset)` and stores samples at that time
    # (rules/recording.go, rules/alerting.go).
    at = times - milliseconds(placed.group.offset)
    result = Evaluator(storage, at, how).value(rule.tree)
    lines = result if isinstance(result, tuple) else functions.vector(result)

    if isinstance(rule, Recording):
        # Later rules of the group, and other groups, read what this one records, so `order` sorts
        # the rules before they are evaluated over the whole span one by one.
        # Above the limit, `RecordingRule.Eval` fails: nothing is written, no stale marker either.
        written = ~_exceeds([line.there for line in lines], placed.group.limit, len(times))
        storage.add(
            recorded(relabeled(lines, {**rule.labels, NAME: rule.name}), at, written=written)
        )
    else:
        yield from alerts_of_rule(rule, lines, placed.group, times=times)


def alerts_of_rule(rule: Rule, lines: Vector, group: RuleGroup, times: Times) -> Iterator[Alert]:
    """Yield the alerts of an alerting rule whose expression was true where a series is present."""
    if not isinstance(rule, Alerting):
        return
    # In the order of `AlertingRule.Eval`: the metric's name goes, the rule's labels overwrite those
    # of the series, and `alertname` overwrites all.
    shown = [
        line
        for line in relabeled(lines, {NAME: "", **rule.labels, ALERT_NAME: rule.name})
        if line.there.any()
    ]
    of_lines = limited_states(rule, [line.there for line in shown], times, limit=group.limit)
    for line, line_states in zip(shown, of_lines, strict=True):
        yield Alert(
            rule=rule, every=group.every, labels=line.labels, times=times, states=line_states
        )


def limited_states(
    rule: Alerting, true: Sequence[BoolArray], times: Times, limit: int
) -> list[States]:
    """Return the states of each label set of a rule, whose group may have a limit.

    An evaluation with more pending and firing alerts than the limit fails, and all alerts of the
    rule are forgotten: each `for` begins again, and `keep_firing_for` ends. Source: the end of
    AlertingRule.Eval in rules/alerting.go.
    """
    after, keep = milliseconds(rule.after), milliseconds(rule.keep)
    of_lines = [states(line, times, after, keep) for line in true]
    # Alerts that are only kept firing count, too.
    active = [line.pending | line.firing for line in of_lines]
    if _exceeds(active, limit, len(times)).any():
        return _forgetting(np.array(true), times, after=after, keep=keep, limit=limit)
    return of_lines


def _exceeds(there: Sequence[BoolArray], limit: int, evaluations: int) -> BoolArray:
    """Return the evaluations at which more than `limit` entries are present; 0 is unlimited."""
    counts = sum(there, np.zeros(evaluations))
    # A negative limit is none, too: `if limit > 0 && numActivePending > limit` (AlertingRule.Eval).
    return counts > limit if limit > 0 else np.zeros(evaluations, dtype=bool)


def _forgetting(
    true: BoolArray, times: Times, *, after: int, keep: int, limit: int
) -> list[States]:
    """Return the states of all label sets, one evaluation after the other.

    `true` has a row for each label set and a column for each evaluation. What is forgotten at one
    evaluation decides how many alerts there are at the next.
    """
    pending, firing = np.zeros_like(true), np.zeros_like(true)
    since, ended = np.full((2, len(true)), NEVER)
    for column, now in enumerate(times.tolist()):
        now_true, fired = true[:, column], firing[:, column - 1] & (since != NEVER)
        ended = np.where(now_true, NEVER, np.where(ended == NEVER, now, ended))
        is_kept = fired & ~now_true & (now - ended < keep)
        since = np.where(now_true & (since == NEVER), now, since)
        since[~now_true & ~is_kept] = NEVER
        if np.count_nonzero(since != NEVER) > limit:
            since[:] = NEVER
            continue
        firing[:, column] = is_kept | (now_true & (fired | (now - since >= after)))
        pending[:, column] = now_true & ~firing[:, column]

    return [States(*line) for line in zip(pending, firing, strict=True)]


def relabeled(lines: Vector, labels: Mapping[str, str]) -> Vector:
    """Set a rule's labels on series; an empty value removes the label."""
    return gathered(
        replace(line, labels=labels_of({**dict(line.labels), **labels})) for line in lines
    )


def recorded(
    lines: Vector, times: Times, written: BoolArray | None = None
) -> Iterator[StoredSeries]:
    """Yield the samples that a recording rule writes, with a stale marker where a series ends.

    `written` are the evaluations that did not fail; by default all.
    """
    if written is not None:
        lines, times = tuple(line.cut_to(written) for line in lines), times[written]
    for line in lines:
        # `Group.Eval` writes a stale marker for each series of the evaluation before that is gone
        # now; without it, rules would read the old value for five minutes.
        ended = np.concatenate(([False], line.there[:-1] & ~line.there[1:]))
        values = np.where(line.there, line.values, STALE)
        has_sample = line.there | ended
        if has_sample.any():
            histograms = None
            if line.are_histograms.any():
                histograms = no_histograms(len(times))
                histograms[line.there] = line.samples[line.there]
                histograms = histograms[has_sample]
            yield StoredSeries(
                line.labels, times[has_sample], values[has_sample], histograms=histograms
            )
