"""What a live server knows of our selectors: asked once, before the rules run, and bounded."""

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

MOST_SELECTORS: Final = 5_000
MOST_EMPTY: Final = 200
"""How many selectors without a series are looked at more closely."""
MOST_UNKNOWN: Final = 20
"""For how many metrics that are not there names like theirs are looked for."""
BEGINNING: Final = re.compile(r"[a-zA-Z]+_")
NONE: Final[frozenset[str]] = frozenset()
PROBED: Final = 50
"""Of how many metrics old samples are looked for."""


@dataclass(frozen=True, slots=True)
class Observed:
    """How many series a selector has now, and the time between two samples where it is seen."""

    series: int
    interval: timedelta | None


@dataclass(frozen=True, slots=True)
class UnknownMetric:
    """No series has had the metric's name lately; `like` are names that begin as it does."""

    like: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UnmatchedMatcher:
    """A matcher whose value no series of the metric has had lately, and the values there are."""

    matcher: Matcher
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Empty:
    """The metric is there, and no series has matched lately; `blamed` alone say why."""

    blamed: tuple[UnmatchedMatcher, ...]


Answer = Observed | UnknownMetric | Empty


@dataclass(frozen=True, slots=True)
class SampleRetention:
    """The server says how long it keeps samples."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class NothingBefore:
    """The server does not say, and of our metrics it has no sample that is this old."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The server does not say, and what was looked for is there or cannot be."""


Retention = SampleRetention | NothingBefore | NotKnown


@dataclass(frozen=True, slots=True)
class Live:
    """What the server answered, by the text of each selector; `notes` say what is not known.

    A selector without an answer was not looked at.
    """

    answers: Mapping[str, Answer]
    retention: Retention
    notes: tuple[str, ...] = ()

    def observed(self, text: str) -> Observed | None:
        """What was seen of a selector that matches something."""
        answer = self.answers.get(text)
        return answer if isinstance(answer, Observed) else None


class MetricServer(Protocol):
    """A server of metrics; "lately" is within its last seven days.

    Each method raises ProviderError where the server does not answer as it should.
    """

    def known(self, names: Sequence[str]) -> frozenset[str]:
        """Those of these metric names that a series has had lately."""
        ...

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        """What each selector has now; None where the server refuses to say."""
        ...

    def values(self, asked: Sequence[tuple[str, str]]) -> Sequence[frozenset[str] | None]:
        """The values of a label among the series of a selector lately, for each such pair."""
        ...

    def retention(self) -> timedelta | None:
        """How long samples are kept, where the server says so."""
        ...

    def holds(self, names: Sequence[str], age: timedelta) -> bool | None:
        """Whether there is a sample of that age of any of these metrics; None if refused."""
        ...


def look(context: Declarations, server: MetricServer) -> Live:
    """Ask for everything that the rules want to know.

    Raises:
        ProviderError: the server does not answer as it should.
    """
    wanted = {selected.text: selected.selector for selected in context.selected}
    chosen = dict(islice(wanted.items(), MOST_SELECTORS))
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
    for text in none_now[MOST_EMPTY:]:
        del answers[text]
    answers.update(_empty({text: chosen[text] for text in none_now[:MOST_EMPTY]}, server))
    retention = _retention(context, server, sorted(known)[:PROBED])
    left_out = len(wanted) - len(answers)

    return Live(answers, retention, tuple(_notes(left_out, len(wanted), retention)))


def _like(names: Sequence[str], server: MetricServer) -> Mapping[str, frozenset[str]]:
    """Of each of these names the names on the server that begin with the same word."""
    beginnings = ((name, BEGINNING.match(name)) for name in names[:MOST_UNKNOWN])
    words = {name: match[0] for name, match in beginnings if match is not None}
    asked = {word: f'{{{NAME}=~"{word}.+"}}' for word in words.values()}
    answers = server.values([(NAME, text) for text in asked.values()])
    there = {word: names or NONE for word, names in zip(asked, answers, strict=True)}
    return {name: there[word] for name, word in words.items()}


def _empty(selectors: Mapping[str, VectorSelector], server: MetricServer) -> Mapping[str, Empty]:
    """Those of the selectors that have matched nothing lately, and which matchers are why."""
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
    """The matchers that ask for one value, where the metric is known by its name."""
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
    """What the server says, or else the youngest age of which it has no sample of ours."""
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
