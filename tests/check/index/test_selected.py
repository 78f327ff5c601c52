"""Which selectors a server is asked for, as PromQL writes them."""

from collections.abc import Sequence

import pytest

from reliability.check.context import Context
from reliability.check.facts.live import Observed, look
from tests.check.examples import Files, minimal_files
from tests.check.metrics import Metrics
from tests.check.repository import TODAY, loaded

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
OF_THE_SLO = [
    'http_requests_total{job="attendance",code!~"5.."}',
    'http_requests_total{job="attendance"}',
]


class Recording(Metrics):
    """A server that knows every metric, and keeps what it is asked for."""

    def known(self, names: Sequence[str]) -> frozenset[str]:
        return frozenset(names)

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        self.asked.extend(selectors)
        return super().observed(selectors)


def asked(files: Files) -> list[str]:
    server = Recording([])
    look(Context(today=TODAY, catalog=loaded(files)[0]), server)
    return server.asked


def of_signal(expr: str) -> list[str]:
    files = minimal_files()
    quoted = expr.replace("'", "''")
    signals = f"signals:\n    - {{name: Errors, kind: cause, tier: log, expr: '{quoted}'}}"
    selectors = asked({**files, POLICY: files[POLICY].replace("signals: []", signals)})
    assert selectors[:2] == OF_THE_SLO
    return selectors[2:]


@pytest.mark.parametrize(
    ("expr", "selectors"),
    [
        ("a_total > 1", ["a_total"]),
        ('rate(a_total{x="1",y!~"2"}[5m]) > 1', ['a_total{x="1",y!~"2"}']),
        ("a offset 5m > 1", ["a"]),
        ("-a > 1", ["a"]),
        ('a{le="1"} > 0', ['a{le="1"}']),
        ("sum by (x) (rate(a[5m])) / b > 1", ["a", "b"]),
        ("histogram_quantile(0.9, rate(a_bucket[5m])) > 1", ["a_bucket"]),
        ("a and b", ["a", "b"]),
        # Without a plain metric name it is a matcher as others are.
        ('{x="1"} > 0', ['{x="1"}']),
        ('{__name__=~"a.*"} > 1', ['{__name__=~"a.*"}']),
        ('{"a.b"} > 0', ['{__name__="a.b"}']),
        ('{"a.b", x="1"} > 0', ['{__name__="a.b",x="1"}']),
        ('a{"l.x"="1"} > 0', ['a{"l.x"="1"}']),
        (r'a{x="q\"\\z\n"} > 0', [r'a{x="q\"\\z\n"}']),
        # What may be missing, or comes with the sync, is not asked for.
        ("absent(a)", []),
        ("absent_over_time(a[5m])", []),
        ("a or b", []),
        ("absent(a) or b > 1", []),
        ("a unless b", ["a"]),
        ("a + (b unless absent(c)) > 1", ["a", "b"]),
        ("slo:x > 1", []),
        ('a{x="1" or y="2"} > 0', []),
    ],
)
def test_what_must_match_something_is_asked_for(expr: str, selectors: list[str]) -> None:
    assert of_signal(expr) == selectors


@pytest.mark.parametrize(
    ("matcher", "sent"),
    [
        ('le="1"', r'le=~"1|1\\.0"'),
        ('le="1.0"', r'le=~"1|1\\.0"'),
        ('le="-2"', r'le=~"-2|-2\\.0"'),
        ('le="10"', r'le=~"10|10\\.0"'),
        ('quantile="1"', r'quantile=~"1|1\\.0"'),
        ('le="0.5"', 'le="0.5"'),
        ('le="1.5.0"', 'le="1.5.0"'),
        ('le="+Inf"', 'le="+Inf"'),
        ('le!="1"', 'le!="1"'),
        ('size="1"', 'size="1"'),
    ],
)
def test_a_bucket_of_a_counted_query_is_asked_for_as_both_generations_store_it(
    matcher: str, sent: str
) -> None:
    files = minimal_files()
    slo = files[SLO].replace('code!~"5.."', matcher)
    selectors = asked({**files, SLO: slo})
    assert selectors == [f'http_requests_total{{job="attendance",{sent}}}', OF_THE_SLO[1]]


@pytest.mark.parametrize(
    ("query", "selectors"),
    [
        ('sum(rate(good_total{le="1"}[{{.window}}]))', ['good_total{le="1"}']),
        ("recorded:rate{{.window}}", []),
    ],
)
def test_a_query_with_the_window_is_asked_for_as_it_is_written(
    query: str, selectors: list[str]
) -> None:
    files = minimal_files()
    slo = files[SLO].replace('http_requests_total{job="attendance",code!~"5.."}', query)
    assert asked({**files, SLO: slo}) == [*selectors, OF_THE_SLO[1]]
