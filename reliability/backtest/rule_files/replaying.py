"""Alerts of rule files -> when they would have fired, from raw samples or by the server.

From raw samples every rule is evaluated here, as Prometheus does. The server evaluates an
expression by `query_range`, and `for` is applied here over all of its parts. The second way needs
the recordings of the server, so that it cannot show what a changed recording does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from reliability.backtest.outcome import AlertFirings, NoAlert
from reliability.backtest.rule_files.comparing import AlertChange, PlacedRule, RecordingRules
from reliability.backtest.rule_files.differing import SeenSpan, why_it_may_differ
from reliability.backtest.rule_files.selectors import selectors_and_lookback
from reliability.backtest.rule_files.shared import SharedSamples
from reliability.backtest.samples.signals import (
    alerts_of,
    alerts_since,
    filling_of,
    fired_of,
    range_of,
)
from reliability.errors import SourceError
from reliability.history.samples.store import NotRecordedError
from reliability.history.series import NoHistory
from reliability.history.sources.origins import FILE, SERVER
from reliability.history.sources.unread import TooManySeriesError, UnavailableError
from reliability.promql.evaluate.refused import CannotReplay, WouldFail
from reliability.promql.evaluate.replay import Alert, EvaluationGrid, Replay, replay
from reliability.promql.evaluate.rules import (
    Alerting,
    Recording,
    Rule,
    RuleGroup,
    read,
)
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.samples import Counter, ExpressionReader, SampleReader, Samples
from reliability.timespan import EPOCH, HOUR, TimeSpan

NO_SERIES: Final = "no series that it reads had a sample in this span"
BEFORE: Final = timedelta(days=1)
"""What is evaluated before the span, so that a `for` has begun."""
MOST_FOR_SERVER: Final = 100_000
"""Series of one selector that a server is asked to evaluate at each moment of a span."""
FAILURES: Final = 3
"""Unanswered requests in a row after which a server is not asked any more."""
DEPENDS_ON_SPAN: Final = re.compile(r"@\s*(start|end)\s*\(")
"""`@ start()` is another moment in each part of a range query, and the evaluation in a rule."""

LOGQL: Final = re.compile(
    r"^\s*\{|\|[=~]|![=~]\s*[\"`]|\|\s*(?:json|logfmt|unwrap|pattern|regexp|unpack|line_format)\b"
)
"""Marks of LogQL, the language of Loki's rules."""

Firings = AlertFirings | NoHistory | NoAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFirings:
    """When an alert of one side fired, and how that was determined.

    `evaluated_from` is what its samples were read from, or `query_range`; it is empty if the alert
    was not replayed. Its result depends on samples up to `reach` before, and is known from
    `known_since` on, None if that is from the beginning of the span. `computes_recordings` is
    whether recording rules were computed. `error` is why it was not replayed, `may_differ_because`
    why the server's own evaluation may have another result, and `evaluated_by_server_because` why
    the server had to evaluate it.
    """

    outcome: Firings
    alerts: tuple[Alert, ...] = ()
    reach: timedelta = timedelta(0)
    known_since: datetime | None = None
    evaluated_from: str = ""
    computes_recordings: bool = False
    may_differ_because: str = ""
    evaluated_by_server_because: str = ""
    error: Exception | None = None

    @property
    def lacks_series(self) -> bool:
        """Whether no series that the alert reads had a sample."""
        return isinstance(self.outcome, NoHistory) and self.outcome.reason == NO_SERIES


NOTHING: Final = SideFirings(outcome=NoAlert())


@dataclass(kw_only=True)
class RuleReplayer:
    """Replays single alerts; samples that several alerts read are fetched once.

    `span` is what is shown. The source has no sample before `begins`, None if that is not known:
    nothing was evaluated before (`absent()` would fire), and an alert is known when its ranges are
    filled. `has_recorded` says whether the source has
    the series that recording rules recorded; a file of samples has not. `origin` is
    what the samples are from if the reader does not say. `failures` counts requests
    in a row that the server did not answer.
    """

    reader: SampleReader
    span: TimeSpan
    how: Semantics
    begins: datetime | None = None
    has_recorded: bool = True
    origin: str = FILE
    failures: int = 0

    @cached_property
    def samples(self) -> SharedSamples:
        """The reader, which remembers what it gave."""
        return SharedSamples(reader=self.reader, origin=self.origin)

    def both(
        self, change: AlertChange, old: RecordingRules, new: RecordingRules
    ) -> tuple[SideFirings, SideFirings]:
        """When the alert fired on each side, both determined in the same way, for the same time.

        Recording rules are computed on both sides, or read on both: computed if they changed,
        or if the source does not have them.
        """
        sides = self._both(change, old, new)
        if self.begins is None:
            return sides
        since = self.begins + max(side.reach for side in sides)
        return self._since(since, sides[0]), self._since(since, sides[1])

    def _since(self, since: datetime, side: SideFirings) -> SideFirings:
        """What is known since the ranges of both sides are filled."""
        if not isinstance(side.outcome, AlertFirings):
            return side
        alerts = alerts_since(side.alerts, since)
        outcome = fired_of(alerts, self.span, since)
        if isinstance(outcome, NoHistory):
            return replace(side, outcome=outcome, alerts=())
        if since <= self.span.start:
            return replace(side, alerts=alerts)
        return replace(side, outcome=outcome, alerts=alerts, known_since=since)

    def _both(
        self, change: AlertChange, old: RecordingRules, new: RecordingRules
    ) -> tuple[SideFirings, SideFirings]:
        is_changed = "recordings" in change.aspects or _reads_new(change, old, new)
        computes = is_changed or not self.has_recorded
        sides = [(change.old, old), (change.new, new)]
        local = [self._local(placed, of, computes=computes) for placed, of in sides]
        lacks_series = any(side.lacks_series for side in local)
        if not computes and lacks_series:
            local = [self._local(placed, of, computes=True) for placed, of in sides]
        if all(not isinstance(side.outcome, NoHistory) for side in local):
            return local[0], local[1]

        # What has no series would be quiet by the server
        why = "" if lacks_series else self._not_by_server(change, local, is_changed=is_changed)
        if why is not None or not isinstance(self.reader, ExpressionReader):
            return _both_refused(local, why or "")
        server = self.reader
        by_server = [self.by_server(placed, server) for placed, _ in sides]
        if any(isinstance(side.outcome, NoHistory) for side in by_server):
            reason = next(filter(None, map(_reason, by_server)))
            is_same = reason in map(_reason, local)
            return _both_refused(local, "" if is_same else f"by the server: {reason}")
        why_not_here = next(filter(None, map(_reason, local)), "")
        first, second = (
            replace(side, evaluated_by_server_because=why_not_here) for side in by_server
        )
        return first, second

    def _local(
        self, placed: PlacedRule | None, recordings: RecordingRules, *, computes: bool
    ) -> SideFirings:
        if placed is None:
            return NOTHING
        if self.failures >= FAILURES:
            reason = f"not asked: the server did not answer {FAILURES} times in a row"
            return _unknown(UnavailableError(reason))
        try:
            groups = tuple(_groups(placed, recordings if computes else None))
            replayed = self._replayed(groups, placed)
        except NotRecordedError:
            return SideFirings(outcome=NoHistory(NO_SERIES))
        except UnavailableError as error:
            self.failures += 1
            return _unknown(error)
        except (CannotReplay, SourceError) as error:
            return _unknown(error)

        self.failures = 0
        origins = self.samples.origins()
        if not replayed.storage.series and not replayed.alerts:
            return SideFirings(outcome=NoHistory(NO_SERIES))
        return replace(
            self._fired(replayed.alerts, replayed.reach, placed),
            evaluated_from=" and ".join(sorted(origins)) or "no samples",
            computes_recordings=sum(len(group.rules) for group in groups) > 1,
            may_differ_because=why_it_may_differ(
                groups, replayed.storage, origins, SeenSpan(self.span.end, self.how.lookback)
            ),
        )

    def _replayed(self, groups: tuple[RuleGroup, ...], placed: PlacedRule) -> Replay:
        self.samples.used.clear()
        return replay(
            groups, self.samples, self._evaluated(placed), how=self.how, grid=EvaluationGrid()
        )

    def _not_by_server(
        self, change: AlertChange, local: list[SideFirings], *, is_changed: bool
    ) -> str | None:
        """Why the server is not asked to evaluate an alert; None if it may be."""
        if is_changed:
            return "the server has the recordings as they were"
        errors = [side.error for side in local]
        if any(isinstance(error, UnavailableError | WouldFail) for error in errors):
            return ""
        largest = max((e.series for e in errors if isinstance(e, TooManySeriesError)), default=0)
        if largest > MOST_FOR_SERVER:
            return f"the limit for the server is {MOST_FOR_SERVER:,}"
        rules = [placed.rule for placed in (change.old, change.new) if placed is not None]
        if any(DEPENDS_ON_SPAN.search(rule.expr) for rule in rules):
            return "`@ start()` and `@ end()` mean other moments in a range query"
        return None

    def by_server(self, placed: PlacedRule | None, server: ExpressionReader) -> SideFirings:
        """When an alert fired by the expression that a server evaluates over the span."""
        if placed is None:
            return NOTHING
        evaluated = self._evaluated(placed)
        every, offset = placed.group.every, placed.group.offset
        # The grid of a range query begins at its start, and that of a group at 1970
        start = evaluated.start + (EPOCH - evaluated.start) % every
        before = TimeSpan(start, evaluated.end)
        asked = TimeSpan(before.start - offset, before.end - offset)
        try:
            group = _group(placed.group.name, placed, [placed])
            values = tuple(server.evaluated(placed.rule.expr, asked, every))
            if not values and not _has_series(placed.rule.expr, server, asked):
                return SideFirings(outcome=NoHistory(NO_SERIES))
            shifted = (_later(value, offset) for value in values)
            alerts = tuple(alerts_of(group, shifted, before, grid=EvaluationGrid()))
        except (CannotReplay, SourceError) as error:
            return _unknown(error)

        return replace(self._fired(alerts, range_of(group), placed), evaluated_from=SERVER)

    def _evaluated(self, placed: PlacedRule) -> TimeSpan:
        """The span, and so much before it that a `for` has begun."""
        whole = self.span.extended(max(BEFORE, 2 * placed.rule.after))
        start = whole.start if self.begins is None else max(whole.start, self.begins)
        return TimeSpan(start, whole.end)

    def _fired(
        self, alerts: tuple[Alert, ...], reach: timedelta, placed: PlacedRule
    ) -> SideFirings:
        reach = filling_of(reach, placed.rule.after + placed.rule.keep)
        return SideFirings(outcome=fired_of(alerts, self.span), alerts=alerts, reach=reach)


def _reads_new(change: AlertChange, old: RecordingRules, new: RecordingRules) -> bool:
    """Return whether a new alert reads recordings that the base does not have in this form.

    An alert of both sides has the aspect `recordings` then.
    """
    if "new" not in change.aspects:
        return False
    expr = change.newest.rule.expr
    return old.meaning(expr) != new.meaning(expr)


def _unknown(error: Exception) -> SideFirings:
    return SideFirings(outcome=NoHistory(str(error)), error=error)


def _reason(side: SideFirings) -> str:
    return side.outcome.reason if isinstance(side.outcome, NoHistory) else ""


def _both_refused(local: list[SideFirings], why: str) -> tuple[SideFirings, SideFirings]:
    """Both sides without a result, each with its reason and why the server has none either."""
    first, second = (_with_reason(side, why) for side in local)
    return first, second


def _with_reason(side: SideFirings, why: str) -> SideFirings:
    reason = _reason(side)
    return replace(side, outcome=NoHistory(f"{reason}; {why}")) if why and reason else side


def _later(values: Counter, offset: timedelta) -> Counter:
    """The values of an expression at the evaluations that they are for."""
    samples = values.samples
    times = samples.times + offset // timedelta(milliseconds=1)
    return Counter(values.labels, Samples(times, samples.values))


def _has_series(expr: str, server: ExpressionReader, span: TimeSpan) -> bool:
    """Whether a server has samples of what an expression reads; no result is quiet only then."""
    for selector, back in dict.fromkeys(selectors_and_lookback(expr)):
        reach = TimeSpan(span.start - timedelta(milliseconds=back), span.end + HOUR)
        known = f"group(last_over_time({selector.text}[1h]))"
        if any(True for _ in server.evaluated(known, reach, HOUR)):
            return True
    return False


def _groups(placed: PlacedRule, recordings: RecordingRules | None) -> Iterator[RuleGroup]:
    """The alert in its group, with the recordings that it reads in theirs."""
    needed = [placed, *(recordings.read_by(placed.rule.expr) if recordings else ())]
    of_group: dict[int, list[PlacedRule]] = {}
    for one in needed:
        of_group.setdefault(id(one.group), []).append(one)

    for rules in of_group.values():
        name = f"{rules[0].group.path}: {rules[0].group.name}"
        order = {id(rule): index for index, rule in enumerate(rules[0].group.rules)}
        yield _group(name, rules[0], sorted(rules, key=lambda one: order[id(one.rule)]))


def _group(name: str, placed: PlacedRule, rules: list[PlacedRule]) -> RuleGroup:
    group = placed.group
    return RuleGroup(
        name=name,
        every=group.every,
        rules=tuple(map(_rule, rules)),
        offset=group.offset,
        limit=group.limit,
    )


def _rule(placed: PlacedRule) -> Rule:
    rule = placed.rule
    try:
        tree = read(rule.expr)
    except CannotReplay:
        if LOGQL.search(rule.expr):
            raise CannotReplay("it is LogQL, a rule of Loki, which is not replayed") from None
        raise
    if rule.kind == "record":
        return Recording(rule.name, tree, rule.labels)
    if any("$value" in value or ".Value" in value for value in rule.labels.values()):
        raise CannotReplay("its value is among its labels, so that each value is another alert")
    return Alerting(name=rule.name, tree=tree, labels=rule.labels, after=rule.after, keep=rule.keep)
