"""What a server of metrics is asked, each thing once, and what is concluded of its answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from reliability.check.context import Context
from reliability.check.facts.live import (
    Empty,
    Live,
    NothingBefore,
    Observed,
    SampleRetention,
    UnknownMetric,
    UnmatchedMatcher,
    look,
)
from reliability.promql.tree import Matcher
from tests.check.examples import laid_over, minimal_files
from tests.check.metrics import USUAL, Metrics, Series
from tests.check.repository import TODAY, loaded

POLICY = "services/attendance/alert-policy.yaml"
FIRST = [
    'http_requests_total{job="attendance",code!~"5.."}',
    'http_requests_total{job="attendance"}',
]
MINUTE = Observed(1, timedelta(seconds=15))


@dataclass(slots=True)
class Asked(Metrics):
    """A server that notes every request, and refuses to list the values in some selectors."""

    requests: list[tuple[str, Any]] = field(default_factory=list)
    silent: frozenset[str] = frozenset()

    def known(self, names: Sequence[str]) -> frozenset[str]:
        self.requests.append(("known", list(names)))
        return Metrics.known(self, names)

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        self.requests.append(("observed", list(selectors)))
        return Metrics.observed(self, selectors)

    def values(self, asked: Sequence[tuple[str, str]]) -> Sequence[frozenset[str] | None]:
        self.requests.append(("values", list(asked)))
        answers = Metrics.values(self, asked)
        return [
            None if text in self.silent else answer
            for (_, text), answer in zip(asked, answers, strict=True)
        ]

    def holds(self, names: Sequence[str], age: timedelta) -> bool | None:
        self.requests.append(("holds", [list(names), age]))
        return Metrics.holds(self, names, age)


def looked(server: Metrics, *expressions: str) -> Live:
    """The facts about the minimal repository with these signals."""
    lines = "".join(
        f"    - {{name: S{index}, kind: cause, tier: log, expr: '{expression}'}}\n"
        for index, expression in enumerate(expressions)
    )
    files = minimal_files()
    files[POLICY] = files[POLICY].replace(
        "signals: []", f"signals:\n{lines}" if lines else "signals: []"
    )
    catalog, said = loaded(files)
    assert said == []
    return look(Context(today=TODAY, catalog=catalog), server)


USUALLY = Series(USUAL["labels"])


def test_nothing_more_is_asked_if_all_is_there() -> None:
    server = Asked([USUALLY])
    facts = looked(server)
    assert facts == Live(dict.fromkeys(FIRST, MINUTE), SampleRetention(timedelta(days=400)))
    assert server.requests == [
        ("known", ["http_requests_total"]),
        ("observed", FIRST),
        ("values", []),
        ("values", []),
        ("values", []),
    ]


def test_similar_names_are_looked_up_for_unknown_ones_alone() -> None:
    server = Asked([USUALLY, Series({"__name__": "my_calls"}), Series({"__name__": "my_errors"})])
    facts = looked(server, "my_call > 1", "other > 1", "my_x > 1", "my_calls > 1", "your_x > 1")
    unknown = {text: answer for text, answer in facts.answers.items() if text not in FIRST}
    assert unknown == {
        "my_calls": MINUTE,
        "my_call": UnknownMetric(frozenset(("my_calls", "my_errors"))),
        "my_x": UnknownMetric(frozenset(("my_calls", "my_errors"))),
        "other": UnknownMetric(),
        "your_x": UnknownMetric(),
    }
    assert server.requests[:3] == [
        ("known", ["http_requests_total", "my_call", "my_calls", "my_x", "other", "your_x"]),
        ("observed", [*FIRST, "my_calls"]),
        ("values", [("__name__", '{__name__=~"my_.+"}'), ("__name__", '{__name__=~"your_.+"}')]),
    ]


def test_at_most_twenty_unknown_names_are_looked_up() -> None:
    server = Asked([USUALLY])
    facts = looked(server, *(f"m{chr(97 + index)}_x > 1" for index in range(22)))
    assert len(server.requests[2][1]) == 20
    assert len(facts.answers) == 24
    assert facts.notes == ()


@pytest.mark.parametrize(
    ("more", "notes"), [(0, ()), (1, ("1 of 5001 selectors were not looked at",))]
)
def test_five_thousand_selectors_are_looked_at(more: int, notes: tuple[str, ...]) -> None:
    metrics = [f"m{number}" for number in range(4_998 + more)]
    sums = [" + ".join(metrics[start : start + 100]) for start in range(0, len(metrics), 100)]
    facts = looked(Asked([USUALLY]), *(f"{terms} > 1" for terms in sums))
    assert (len(facts.answers), facts.notes) == (5_000, notes)


def test_at_most_fifty_metrics_are_probed() -> None:
    metrics = [f"m{number:02}" for number in range(60)]
    server = Asked([Series({"__name__": name}) for name in metrics], kept=None, oldest=None)
    looked(server, " + ".join(metrics) + " > 1")
    probed = [request[0] for kind, request in server.requests if kind == "holds"]
    assert probed == [metrics[:50]] * len(probed) != []


def test_a_server_that_refuses_similar_names_knows_none() -> None:
    server = Asked([USUALLY], silent=frozenset(('{__name__=~"my_.+"}',)))
    assert looked(server, "my_x > 1").answers["my_x"] == UnknownMetric()


def empty(*blamed: tuple[str, str, frozenset[str]]) -> Empty:
    return Empty(
        tuple(
            UnmatchedMatcher(Matcher(label, "=", value), values) for label, value, values in blamed
        )
    )


def test_matchers_that_match_nothing_are_to_blame() -> None:
    calls = Series({"__name__": "calls", "code": "200", "zone": "eu"})
    past = Series({"__name__": "calls", "code": "500", "zone": "us"}, now=False)
    server = Asked([USUALLY, calls, past], silent=frozenset(('calls{zone="ap",code="500"}',)))
    both = 'calls{code="200",zone="us"}'
    facts = looked(
        server,
        'calls{code="404"} > 1',
        'calls{code="404",zone="mars"} > 1',
        'calls{code="404",zone!="eu",zone=~"m.*",x=""} > 1',
        'calls{code="500"} > 1',
        'calls{zone="ap",code="500"} > 1',
        f"{both} > 1",
        '{job="nobody"} > 1',
    )
    codes, zones = frozenset(("200", "500")), frozenset(("eu", "us"))
    assert {text: answer for text, answer in facts.answers.items() if text not in FIRST} == {
        'calls{code="404"}': empty(("code", "404", codes)),
        'calls{code="404",zone="mars"}': empty(("code", "404", codes), ("zone", "mars", zones)),
        'calls{code="404",zone!="eu",zone=~"m.*",x=""}': empty(("code", "404", codes)),
        'calls{code="500"}': Observed(0, None),
        'calls{zone="ap",code="500"}': Observed(0, None),
        both: empty(),
        '{job="nobody"}': empty(),
    }
    assert facts.notes == ()
    assert server.requests[4] == ("values", [("code", "calls"), ("zone", "calls")])


def test_a_label_whose_values_are_not_given_is_not_to_blame() -> None:
    server = Asked([Series({"__name__": "calls"})], silent=frozenset(("calls",)))
    assert looked(server, 'calls{code="404"} > 1').answers['calls{code="404"}'] == empty()


def test_a_retention_is_probed_at_each_age_from_the_least() -> None:
    server = Asked([USUALLY], kept=None, oldest=timedelta(days=2))
    facts = looked(server, "max_over_time(http_requests_total[1d]) > 1", "max_over_time(x[3d]) > 1")
    assert facts.retention == NothingBefore(timedelta(days=3))
    names = ["http_requests_total"]
    assert server.requests[-2:] == [
        ("holds", [names, timedelta(days=1)]),
        ("holds", [names, timedelta(days=3)]),
    ]
    nothing = Asked([], kept=None, oldest=timedelta(days=2))
    looked(nothing)
    assert [kind for kind, _ in nothing.requests if kind == "holds"] == []


def test_a_repository_without_queries_is_fine() -> None:
    server = Asked([])
    assert look(Context(today=TODAY, catalog=loaded(laid_over(""))[0]), server).answers
    bare = Asked([])
    assert look(Context(today=TODAY, catalog=loaded({})[0]), bare) == Live(
        {}, SampleRetention(timedelta(days=400))
    )
    assert bare.requests[:2] == [("known", []), ("observed", [])]


@dataclass(slots=True)
class Short(Asked):
    """A server that leaves out the last answer of one request."""

    short: int = 0

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        return self.cut(Asked.observed(self, selectors))

    def values(self, asked: Sequence[tuple[str, str]]) -> Sequence[frozenset[str] | None]:
        return self.cut(Asked.values(self, asked))

    def cut(self, answers: Sequence[Any]) -> Sequence[Any]:
        return answers[:-1] if len(self.requests) == self.short else answers


@pytest.mark.parametrize("short", [2, 3, 4, 5])
def test_a_missing_answer_is_not_taken_for_another(short: int) -> None:
    """Answers belong to questions by their position alone."""
    server = Short([USUALLY, Series({"__name__": "calls"})], short=short)
    with pytest.raises(ValueError, match="shorter"):
        looked(server, 'calls{code="404"} > 1', "my_x > 1")
    assert len(server.requests) == short
