"""How alerts of rule files are replayed, from samples in memory: from what, or why not.

`pytest tests/backtest/rule_files/test_replaying.py --update-golden` rewrites the golden file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
import pytest

from reliability.backtest.outcome import AlertFirings, NoAlert
from reliability.backtest.rule_files.comparing import Comparison, compare, metrics
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import Firings, RuleReplayer, SideFirings
from reliability.backtest.rule_files.shared import SharedSamples
from reliability.errors import SourceError
from reliability.history.sources.unread import TooManySeriesError, UnavailableError
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/replaying.txt"
START: Final = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
SPAN: Final = TimeSpan(START + 120 * MINUTE, START + 360 * MINUTE)


def counter(name: str, bursts: Iterable[tuple[int, int]], *, queue: str = "mail") -> Counter:
    """A sample each minute: 80 in the bursts, else 10."""
    minutes = np.arange(0, 361)
    values = np.full(len(minutes), 10.0)
    for first, last in bursts:
        values[first:last] = 80.0
    times = minutes * 60_000 + (START - EPOCH) // timedelta(milliseconds=1)
    return Counter({"__name__": name, "queue": queue}, Samples(times, values))


X: Final = counter("x", [(100, 125), (200, 210), (300, 361)])
RECORDED: Final = counter("r:x", [(240, 250)])


@dataclass
class Memory:
    """A reader that has these series; `error` is raised for any other name."""

    series: Sequence[Counter]
    error: SourceError | None = None
    asked: list[str] = field(default_factory=list)
    description: str = "memory"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterable[Counter]:
        del span
        self.asked.append(", ".join(matcher.value for matcher in selector.matchers))
        chosen = [one for one in self.series if selector.matches(one.labels)]
        if self.error is not None and not chosen:
            raise self.error
        return chosen


@dataclass
class Server(Memory):
    """A reader that evaluates any expression, too; it is true while x is high."""

    refusal: SourceError | None = None
    spans: list[tuple[timedelta, timedelta, timedelta]] = field(default_factory=list)
    """The beginning and end of each range query after `START`, and its step."""

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterable[Counter]:
        self.spans.append((span.start - START, span.end - START, every))
        self.asked.append(f"evaluate {expression}")
        if self.refusal is not None:
            raise self.refusal
        high = X.samples.values > 50
        return [Counter({"queue": "mail"}, Samples(X.samples.times[high], X.samples.values[high]))]


def rules(*written: str) -> RuleSet:
    text = "".join(f"      - {{{one}}}\n" for one in written)
    known = RuleSet.of(
        [(PurePosixPath("a.yml"), f"groups:\n  - name: g\n    rules:\n{text}".encode())]
    )
    assert known.problems == ()
    return known


LONG: Final = "alert: Long, expr: x > 50"
SHORT: Final = "alert: Short, expr: s > 50"
READS: Final = "alert: Long, expr: 'r:x > 50'"
RECORD: Final = "record: 'r:x', expr: max by (queue) (x)"
ODD: Final = "alert: Long, expr: x > 50, labels: {at: '{{ $value }}'}"
TOO_MANY: Final = TooManySeriesError("y selects 100,001 series", 100_001)
ENOUGH: Final = TooManySeriesError("y selects 100,000 series", 100_000)
CASES: Final[dict[str, tuple[RuleSet | None, RuleSet, Memory]]] = {
    "the same": (rules(LONG), rules(LONG), Memory([X])),
    "longer for": (rules(LONG), rules(f"{LONG}, for: 15m"), Memory([X])),
    "kept": (rules(LONG), rules(f"{LONG}, keep_firing_for: 5m"), Memory([X])),
    "kept from before the span": (
        rules(f"{SHORT}, keep_firing_for: 30m"),
        rules(f"{SHORT}, keep_firing_for: 5m"),
        Memory([counter("s", [(90, 110)])]),
    ),
    "for longer than before the span": (
        rules("alert: Short, expr: s > 50, for: 30m"),
        rules("alert: Short, expr: s > 50, for: 150m"),
        Memory([counter("s", [(60, 200), (230, 361)])]),
    ),
    "new": (rules(RECORD), rules(LONG), Memory([X])),
    "removed": (rules(LONG, RECORD), rules(RECORD), Memory([X])),
    "alone": (None, rules(LONG), Memory([X])),
    "no series": (rules(LONG), rules(f"{LONG}, for: 15m"), Memory([])),
    "no series, but a server": (rules(LONG), rules(f"{LONG}, for: 15m"), Server([])),
    "recorded": (rules(RECORD, READS), rules(RECORD, f"{READS}, for: 2m"), Memory([X, RECORDED])),
    "recorded nowhere": (rules(RECORD, READS), rules(RECORD, f"{READS}, for: 2m"), Memory([X])),
    "another recording": (
        rules(RECORD, READS),
        rules(RECORD.replace("(x)", "(6 * x)"), READS),
        Memory([X, RECORDED]),
    ),
    "a new alert of a new recording": (
        rules(LONG),
        rules(LONG, RECORD, READS.replace("Long", "New")),
        Memory([X, RECORDED]),
    ),
    "its value is a label": (rules(LONG), rules(ODD), Memory([X])),
    "its value is a label, and a server": (rules(LONG), rules(ODD), Server([X])),
    "refused, and by the server, too": (
        rules(LONG),
        rules("alert: Long, expr: 'y > 50'"),
        Server([X], ENOUGH, refusal=SourceError("the query is too large")),
    ),
    "too many series for a server": (
        rules(LONG),
        rules("alert: Long, expr: 'y > 50'"),
        Server([X], TOO_MANY),
    ),
    "as many as a server takes": (
        rules(LONG),
        rules("alert: Long, expr: 'y > 50'"),
        Server([X], ENOUGH),
    ),
    "a server that does not answer": (
        rules(LONG),
        rules("alert: Long, expr: 'y > 50'"),
        Server([X], UnavailableError("it does not answer")),
    ),
    "another recording, and a server": (
        rules(RECORD, READS),
        rules(RECORD.replace("(x)", "(y)"), READS),
        Server([X, RECORDED], TOO_MANY),
    ),
    "a server that is not needed": (rules(LONG), rules(f"{LONG}, for: 15m"), Server([X])),
    "both sides by the server": (
        rules("alert: Long, expr: 'y > 50'"),
        rules("alert: Long, expr: 'y > 50', for: 15m"),
        Server([X], ENOUGH),
    ),
    "LogQL": (None, rules("""alert: Logs, expr: '{app="x"} |= "error"'"""), Server([X])),
}


def shown(outcome: Firings) -> str:
    match outcome:
        case AlertFirings(episodes):
            spans = (episode.span for episode in episodes)
            return "fired " + ", ".join(
                f"{(span.start - START) // MINUTE}-{(span.end - START) // MINUTE}" for span in spans
            )
        case NoAlert():
            return "no alert"
        case unknown:
            return f"unknown: {unknown.reason}"


def side_line(name: str, side: SideFirings) -> str:
    computes = ", computes" if side.computes_recordings else ""
    reasons = [
        f", {words}: {why}"
        for words, why in (
            ("differs", side.may_differ_because),
            ("not here", side.evaluated_by_server_because),
        )
        if why
    ]
    source = f"{side.evaluated_from or '-'}{computes}{''.join(reasons)}"
    return f"  {name}: {shown(side.outcome)} (from {source})"


def played(comparison: Comparison, replayer: RuleReplayer) -> Iterator[str]:
    for change in comparison.changes:
        rule, aspects = change.newest.rule, ", ".join(change.aspects) or "unchanged"
        yield f"  {rule.name}: {aspects}, weight {change.weight}"
        sides = replayer.both(change, comparison.old, comparison.new)
        yield from map(side_line, ("before", "after"), sides)


def test_alerts_are_replayed_from_what_there_is(golden: Golden) -> None:
    lines = []
    for name, (old, new, reader) in CASES.items():
        lines.append(f"{name}:")
        lines += played(compare(old, new), RuleReplayer(reader=reader, span=SPAN, how=Semantics()))
        lines += [f"  asked {', '.join(dict.fromkeys(reader.asked))}", ""]
    golden.check(GOLDEN, "\n".join(lines))


def test_a_source_without_recordings_computes_them() -> None:
    comparison = compare(rules(RECORD, READS), rules(RECORD, f"{READS}, for: 2m"))
    [change] = comparison.changes
    for has_recorded, computes in ((True, False), (False, True)):
        replayer = RuleReplayer(
            reader=Memory([X, RECORDED]), span=SPAN, how=Semantics(), has_recorded=has_recorded
        )
        sides = replayer.both(change, comparison.old, comparison.new)
        assert [side.computes_recordings for side in sides] == [computes] * 2


def test_after_three_failures_in_a_row_a_server_is_not_asked() -> None:
    names = ("a", "b", "c", "d", "x")
    comparison = compare(None, rules(*(f"alert: A{name}, expr: {name} > 50" for name in names)))
    reader = Memory([X], UnavailableError("it does not answer"))
    replayer = RuleReplayer(reader=reader, span=SPAN, how=Semantics())
    reasons = [
        shown(replayer.both(change, comparison.old, comparison.new)[1].outcome)
        for change in comparison.changes
    ]
    why = "unknown: it does not answer"
    late = "unknown: not asked: the server did not answer 3 times in a row"
    assert reasons == [why, why, why, late, late]
    replayer.failures = 2
    last = replayer.both(comparison.changes[-1], comparison.old, comparison.new)[1]
    assert (shown(last.outcome)[:5], replayer.failures) == ("fired", 0)


@dataclass
class Quiet(Server):
    """A server for which no expression holds; it has `series` only if a metric is known."""

    known: str = ""

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterable[Counter]:
        found = super().evaluated(expression, span, every)
        return found if self.known and self.known in expression else []


@pytest.mark.parametrize(
    ("known", "outcome"),
    [("group(last_over_time(y{}", "fired "), ("", "unknown: y selects 100,000 series; by the ")],
)
def test_a_server_without_the_series_of_an_alert_is_not_quiet(known: str, outcome: str) -> None:
    comparison = compare(None, rules("alert: Long, expr: y > 50"))
    reader = Quiet([], ENOUGH, known=known)
    replayer = RuleReplayer(reader=reader, span=SPAN, how=Semantics())
    [change] = comparison.changes
    side = replayer.both(change, comparison.old, comparison.new)[1]
    assert shown(side.outcome).startswith(outcome)


class Prolific(Server):
    """A server that answers more series than a rule may have."""

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterable[Counter]:
        return [*super().evaluated(expression, span, every)] * 200_000


def test_an_answer_of_too_many_series_is_not_replayed() -> None:
    comparison = compare(None, rules("alert: Long, expr: y > 50"))
    replayer = RuleReplayer(reader=Prolific([], ENOUGH), span=SPAN, how=Semantics())
    side = replayer.both(comparison.changes[0], comparison.old, comparison.new)[1]
    assert "by the server: it takes more than 40,000,000 values" in shown(side.outcome)


@pytest.mark.parametrize("begins", [None, 110])
def test_nothing_is_evaluated_before_the_source_begins(begins: int | None) -> None:
    """An alert that is true while a series is missing is true before the first sample as well."""
    replayer = RuleReplayer(
        reader=Memory([X]),
        span=SPAN,
        how=Semantics(),
        begins=None if begins is None else START + begins * MINUTE,
    )
    comparison = compare(None, rules(LONG, "alert: Gone, expr: absent(y), for: 15m"))
    sides = [
        replayer.both(change, comparison.old, comparison.new)[1] for change in comparison.changes
    ]
    assert shown(sides[0].outcome) == "fired 120-125, 200-210, 300-360"
    assert shown(sides[1].outcome) == ("fired 120-360" if begins is None else "fired 125-360")


@pytest.mark.parametrize(
    ("settings", "begins", "asked"),
    [
        ("interval: 1m", None, (120 - 24 * 60, 360, 1)),
        ("interval: 1m", 110, (110, 360, 1)),
        # A group is evaluated at multiples of its interval since 1970, and `START` is one of 7m.
        ("interval: 7m", 110, (112, 360, 7)),
        ("interval: 7m, query_offset: 3m", 110, (109, 357, 7)),
    ],
)
def test_a_server_is_asked_at_the_evaluations_of_the_group(
    settings: str, begins: int | None, asked: tuple[int, int, int]
) -> None:
    text = f"groups:\n  - {{name: g, {settings}, rules: [{{alert: A, expr: y > 50}}]}}\n"
    new = RuleSet.of([(PurePosixPath("a.yml"), text.encode())])
    server = Server([X], ENOUGH)
    replayer = RuleReplayer(
        reader=server,
        span=SPAN,
        how=Semantics(),
        begins=None if begins is None else START + begins * MINUTE,
    )
    comparison = compare(None, new)
    [change] = comparison.changes
    replayer.both(change, comparison.old, comparison.new)
    start, end, every = server.spans[0]
    assert (start / MINUTE, end / MINUTE, every / MINUTE) == asked


def test_samples_are_remembered_up_to_a_limit() -> None:
    names = ("a", "b", "c")
    reader = Memory([counter(name, []) for name in names], SourceError("it is not there"))
    shared = SharedSamples(reader=reader, most=2 * 361)

    def read(text: str) -> int:
        return len(list(shared.counters(Selector.parse(text), SPAN)))

    assert [read("a"), read("b"), read("a"), read('a{queue="mail"}'), read('a{queue="x"}')] == [
        *(1, 1, 1, 1),
        0,
    ]
    assert reader.asked == ["a", "b"]
    # The third is one too many; b was used least recently.
    assert [read("c"), read("a"), read("b")] == [1, 1, 1]
    assert reader.asked == ["a", "b", "c", "b"]
    for _ in range(2):
        with pytest.raises(SourceError, match="it is not there"):
            read("y")
    assert reader.asked[-1:] == ["y"]
    assert reader.asked.count("y") == 1
    assert shared.description == "memory"
    small = SharedSamples(reader=reader, most=1)
    assert len(list(small.counters(Selector.parse("a"), SPAN))) == 1
    assert len(small.held) == 1


@pytest.mark.parametrize(
    ("expr", "names"),
    [
        ("x", {"x"}),
        ("x + on (a) y{b='c'}", {"x", "y"}),
        ('{__name__="x"}', {"x"}),
        ('{__name__=~"x|y"}', set()),
        ('{__name__!="x", a="b"}', set()),
        ("sum(rate(x[5m])) / absent(z)", {"x", "z"}),
        ("1", set()),
        ("x +", set()),
    ],
)
def test_an_expression_reads_series_by_their_names(expr: str, names: set[str]) -> None:
    assert metrics(expr) == names
