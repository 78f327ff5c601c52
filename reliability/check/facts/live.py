"""Facts about the selectors of a repository from a live server.

They are queried once, before the rules run, because rules do no I/O; the number of requests is
limited, so that a check cannot overload the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from reliability.check.index.reach import reaches
from reliability.check.index.selected import NAME, metric_text
from reliability.promql.tree import Matcher, VectorSelector

if TYPE_CHECKING:
    from reliability.check.index.declarations import Declarations

MAX_SELECTORS: Final = 5_000
MAX_EMPTY_SELECTORS: Final = 200
"""Selectors without series for which the responsible matchers are looked up."""

MAX_UNKNOWN: Final = 20
"""Unknown metrics for which similar names are looked up."""

BEGINNING: Final = re.compile(r"[a-zA-Z]+_")
NONE: Final[frozenset[str]] = frozenset()
PROBED: Final = 50
"""Metrics of which old samples are looked up, to estimate the retention."""


@dataclass(frozen=True, slots=True)
class Observed:
    """The number of series of a selector now, and its scrape interval, if it can be estimated."""

    series: int
    interval: timedelta | None


@dataclass(frozen=True, slots=True)
class UnknownMetric:
    """A metric name that no series has had lately; `like` are names with the same first word."""

    like: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UnmatchedMatcher:
    """A matcher whose value no series of the metric has had lately, and the existing values."""

    matcher: Matcher
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Empty:
    """The metric exists, but no series has matched lately; `blamed` are the matchers to blame."""

    blamed: tuple[UnmatchedMatcher, ...]


Answer = Observed | UnknownMetric | Empty


@dataclass(frozen=True, slots=True)
class SampleRetention:
    """The retention that the server reports."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class NothingBefore:
    """The server reports no retention, and has no sample of this age of any declared metric."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The server reports no retention, and samples exist at every age that was probed."""


Retention = SampleRetention | NothingBefore | NotKnown


@dataclass(frozen=True, slots=True)
class Live:
    """The answers of the server, by the text of each selector; `notes` say what is not known.

    A selector without an answer was not queried.
    """

    answers: Mapping[str, Answer]
    retention: Retention
    notes: tuple[str, ...] = ()

    def observed(self, text: str) -> Observed | None:
        """Return the observation of a selector; None if its metric or series do not exist."""
        answer = self.answers.get(text)
        return answer if isinstance(answer, Observed) else None


class MetricServer(Protocol):
    """A metrics server; "lately" is within the last seven days.

    Each method raises ProviderError if the server does not answer as its API documents.
    """

    def known(self, names: Sequence[str]) -> frozenset[str]:
        """Return the metric names that a series has had lately."""
        ...

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        """Return the current observation of each selector; None if the server refuses."""
        ...

    def values(self, asked: Sequence[tuple[str, str]]) -> Sequence[frozenset[str] | None]:
        """Return the recent values of a label in a selector, for each (label, selector)."""
        ...

    def retention(self) -> timedelta | None:
        """Return how long samples are kept; None if the server does not report it."""
        ...

    def holds(self, names: Sequence[str], age: timedelta) -> bool | None:
        """Return whether any metric has a sample of that age; None if the server refuses."""
        ...


def look(context: Declarations, server: MetricServer) -> Live:
    """Query everything that the rules need.

    Raises:
        ProviderError: the server does not answer as its API documents.
    """
    wanted = {selected.text: selected.selector for selected in context.selected}
    chosen = dict(islice(wanted.items(), MAX_SELECTORS))
    names = sorted({selector.metric for selector in chosen.values() if selector.metric})
    known = server.known(names)
    there = [
        text for text, selector in chosen.items() if not selector.metric or selector.metric in known
    ]
    observed = dict(zip(there, server.observed(there), strict=True))
    like = _like([name for name in names if name not in known], server)
    unknown = ((text, selector.metric) for text, selector in chosen.items() if text not in observed)
    answers: dict[str, Answer] = {
        text: UnknownMetric(like.get(name, NONE)) for text, name in unknown
    }
    answers.update({text: seen for text, seen in observed.items() if seen is not None})
    none_now = [text for text, seen in observed.items() if seen is not None and not seen.series]
    for text in none_now[MAX_EMPTY_SELECTORS:]:
        del answers[text]
    answers.update(_empty({text: chosen[text] for text in none_now[:MAX_EMPTY_SELECTORS]}, server))
    retention = _retention(context, server, sorted(known)[:PROBED])
    left_out = len(wanted) - len(answers)

    return Live(answers, retention, tuple(_notes(left_out, len(wanted), retention)))


def _like(names: Sequence[str], server: MetricServer) -> Mapping[str, frozenset[str]]:
    """Return the names on the server that begin with the same word, for each name."""
    beginnings = ((name, BEGINNING.match(name)) for name in names[:MAX_UNKNOWN])
    words = {name: match[0] for name, match in beginnings if match is not None}
    asked = {word: f'{{{NAME}=~"{word}.+"}}' for word in words.values()}
    answers = server.values([(NAME, text) for text in asked.values()])
    there = {word: names or NONE for word, names in zip(asked, answers, strict=True)}
    return {name: there[word] for name, word in words.items()}


def _empty(selectors: Mapping[str, VectorSelector], server: MetricServer) -> Mapping[str, Empty]:
    """Return the selectors that have matched nothing lately, with the matchers to blame."""
    lately = server.values([(NAME, text) for text in selectors])
    absent = [text for text, names in zip(selectors, lately, strict=True) if names == frozenset()]
    asked = {
        (matcher.label, metric_text(selectors[text].metric))
        for text in absent
        for matcher in _exact(selectors[text])
    }
    pairs = sorted(asked)
    values = dict(zip(pairs, server.values(pairs), strict=True))

    return {text: Empty(tuple(_blamed(selectors[text], values))) for text in absent}


def _exact(selector: VectorSelector) -> Iterable[Matcher]:
    """Return the `=` matchers of a selector with a metric name."""
    if not selector.metric:
        return ()
    matchers = (matcher for matcher in selector.matchers if matcher.label != NAME)
    return (matcher for matcher in matchers if matcher.sign == "=" and matcher.value)


def _blamed(
    selector: VectorSelector, values: Mapping[tuple[str, str], frozenset[str] | None]
) -> Iterable[UnmatchedMatcher]:
    metric = metric_text(selector.metric)
    for matcher in _exact(selector):
        there = values.get((matcher.label, metric))
        if there is not None and matcher.value not in there:
            yield UnmatchedMatcher(matcher, there)


def _retention(context: Declarations, server: MetricServer, names: Sequence[str]) -> Retention:
    """Return the reported retention, or the least probed age without any sample."""
    duration = server.retention()
    if duration is not None:
        return SampleRetention(duration)
    for age in sorted({reach.length for reach in reaches(context)} if names else ()):
        if server.holds(names, age) is False:
            return NothingBefore(age)
    return NotKnown()


def _notes(left_out: int, wanted: int, retention: Retention) -> Iterable[str]:
    if left_out:
        yield f"{left_out} of {wanted} selectors were not looked at"
    match retention:
        case NotKnown():
            yield "the server does not say how long it keeps samples, so retention is not known"
        case NothingBefore():
            yield "the server does not say how long it keeps samples; its oldest ones were taken"
        case SampleRetention():
            pass
