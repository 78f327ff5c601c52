"""SLIs that could be, found in what a Prometheus counted in a day."""

import re

import pytest

from reliability.onboarding.new.candidates import candidates
from reliability.onboarding.new.metrics import Labels
from reliability.onboarding.new.service_kinds import service_kinds
from reliability.onboarding.new.sli_candidate import SliCandidate
from tests.onboarding.new.metrics import CountedMetrics, CountedSeries, counted

KINDS = {kind.name: kind for kind in service_kinds()}
NAME = "http_requests_total"


def proposed(kinds: str, *series: CountedSeries, service: str = "shop") -> list[str]:
    """Each candidate as `kind counts EVENTS of TOTAL: failed/counted`; `~` if it fits nobody."""
    chosen = tuple(KINDS[name] for name in kinds.split())
    return [
        f"{'' if each.fits else '~'}{each.kind.name} {each.counts} {each.events} of {each.total}: "
        f"{each.failed:g}/{each.counted:g}"
        for each in candidates(CountedMetrics(series), service, chosen)
    ]


def test_lines_and_ids_stay_when_live_counts_overtake_each_other() -> None:
    def listed(requests: int, timed: int) -> list[tuple[str, str]]:
        series = (
            counted("http_request_duration_seconds_count", timed, job="shop", code="200"),
            counted(NAME, requests, job="shop", code="200"),
            counted("shop_http_requests_total", 1, job="shop", code="200"),
        )
        found = candidates(CountedMetrics(series), "shop", (KINDS["http"],))
        return [(candidate.id, candidate.total) for candidate in found]

    assert listed(1000, 1001) == listed(1001, 1000)
    assert len(dict(listed(1000, 1001))) == 3


def test_a_code_tells_failed_requests_of_the_service() -> None:
    assert proposed(
        "http",
        counted(NAME, 90, job="shop", code="200"),
        counted(NAME, 10, job="shop", code="500"),
        counted(NAME, 1000, job="research", code="200"),
    ) == [
        'http good http_requests_total{job="shop",code!~"5.."} '
        'of http_requests_total{job="shop"}: 10/100'
    ]


def test_those_of_others_are_proposed_only_if_none_names_the_service() -> None:
    series = (counted(NAME, 90, job="a", code="200"), counted(NAME, 95, job="b", code="500"))
    assert proposed("http", *series) == [
        '~http good http_requests_total{job="a",code!~"5.."} of http_requests_total{job="a"}: 0/90',
        '~http good http_requests_total{job="b",code!~"5.."} '
        'of http_requests_total{job="b"}: 95/95',
    ]


def test_a_metric_that_names_the_service_is_its_own_whatever_its_jobs() -> None:
    assert proposed("http", counted("shop_http_requests_total", 5, code="200")) == [
        'http good shop_http_requests_total{code!~"5.."} of shop_http_requests_total: 0/5'
    ]


def test_a_metric_that_counted_nothing_is_no_candidate() -> None:
    assert proposed("http", counted(NAME, 0, job="shop", code="200")) == []


def test_the_first_label_that_names_the_service_is_taken() -> None:
    series = counted(NAME, 5, service="my-shops", job="shop", namespace="shop", code="200")
    other = counted(NAME, 5, service="other", job="shop", namespace="shop", code="200")
    assert proposed("http", series, other) == [
        'http good http_requests_total{service="my-shops",code!~"5.."} '
        'of http_requests_total{service="my-shops"}: 0/5'
    ]


def test_at_most_four_values_that_name_the_service_are_looked_at() -> None:
    series = [counted(NAME, number, job=f"shop-{number}", code="200") for number in range(1, 8)]
    assert [each.split("job=")[1][:8] for each in proposed("http", *series)] == [
        *('"shop-1"', '"shop-2"', '"shop-3"', '"shop-4"')
    ]


def test_the_busiest_parts_follow_the_whole() -> None:
    series = [
        counted(NAME, number, job="shop", code="200" if number > 2 else "503", handler=f"/{number}")
        for number in range(1, 8)
    ]
    whole, *parts = proposed("http", *series)
    assert whole.endswith(": 3/28")
    assert [each.split("handler=")[1].split(",")[0] for each in parts] == [
        *('"/3"', '"/4"', '"/5"', '"/6"', '"/7"')
    ]
    assert parts[-1] == (
        'http good http_requests_total{job="shop",handler="/7",code!~"5.."} '
        'of http_requests_total{job="shop",handler="/7"}: 0/7'
    )


def test_one_part_alone_and_a_part_without_a_name_are_none() -> None:
    assert len(proposed("http", counted(NAME, 5, job="shop", code="200", handler="/"))) == 1
    series = (
        counted(NAME, 5, job="shop", code="200", handler="/a"),
        counted(NAME, 6, job="shop", code="200"),
    )
    assert [each.rsplit(": ")[1] for each in proposed("http", *series)] == ["0/11", "0/5"]


@pytest.mark.parametrize(
    ("kind", "metric", "label", "values", "matcher"),
    [
        ("http", NAME, "code", ("200", "500"), 'good code!~"5.."'),
        ("http", NAME, "status", ("ok", "failed"), "bad status=~"),
        ("http", NAME, "success", ("true", "false"), 'bad success="false"'),
        ("http", NAME, "error", ("true", "false"), 'bad error="true"'),
        ("http", NAME, "outcome", ("done", "other"), "good outcome=~"),
        ("http", NAME, "outcome", ("this", "that"), None),
        ("http", NAME, "color", ("ok", "failed"), None),
        (
            "queue",
            "tasks_processed_total",
            "result",
            ("this", "that"),
            'bad result=~"(?i:fail.*|error.*|dead.*|reject.*|timeout|dropped)"',
        ),
        ("queue", "tasks_processed_total", "code", ("200", "500"), 'good code!~"5.."'),
        (
            "batch",
            "rows_total",
            "state",
            ("ok",),
            'bad state=~"(?i:fail.*|error.*|reject.*|skipped)"',
        ),
        ("events", "shop_sent_total", "result", ("ok", "failed"), "bad result=~"),
        ("events", "sent_total", "result", ("ok", "failed"), None),
    ],
)
def test_a_label_says_how_events_ended(
    kind: str, metric: str, label: str, values: tuple[str, ...], matcher: str | None
) -> None:
    series = [counted(metric, 5, job="a", **{label: value}) for value in values]
    found = proposed(kind, *series)
    assert len(found) == (matcher is not None)
    if matcher is not None:
        counts, chosen = matcher.split(" ", 1)
        assert f'{kind} {counts} {metric}{{job="a",{chosen}' in found[0]


def test_failures_with_a_counter_of_their_own_make_a_pair() -> None:
    series = (
        counted("invoices_failed_total", 2, job="shop"),
        counted("invoices_processed_total", 100, job="shop"),
        counted("mails_errors_total", 1, job="other"),
        counted("mails_total", 10, job="other"),
        counted("alone_failed_total", 5, job="shop"),
    )
    assert proposed("queue", *series) == [
        'queue bad invoices_failed_total{job="shop"} of invoices_processed_total{job="shop"}: 2/100'
    ]
    assert proposed("queue", *series, service="unknown") == [
        '~queue bad invoices_failed_total{job="shop"} '
        'of invoices_processed_total{job="shop"}: 2/100',
        '~queue bad mails_errors_total{job="other"} of mails_total{job="other"}: 1/10',
    ]


def buckets(bounds: dict[str, float], **labels: str) -> list[CountedSeries]:
    return [
        counted("http_request_duration_seconds_bucket", value, le=bound, **labels)
        for bound, value in bounds.items()
    ]


@pytest.mark.parametrize(
    ("bounds", "matcher", "failed"),
    [
        ({"0.1": 98, "0.5": 99, "10": 100, "+Inf": 100}, 'le="0.5"', 1),
        ({"0.1": 98.9, "2": 99.5, "+Inf": 100}, r'le=~"2|2\\.0"', 0.5),
        ({"0.1": 10, "2.0": 100, "+Inf": 100}, r'le=~"2|2\\.0"', 0),
        ({"0.1": 10, "1": 20, "+Inf": 100}, r'le=~"1|1\\.0"', 80),
        ({"0.1": 120, "+Inf": 100}, 'le="0.1"', 0),
    ],
)
def test_a_latency_is_proposed_at_the_smallest_bound_that_99_percent_keep(
    bounds: dict[str, float], matcher: str, failed: float
) -> None:
    assert proposed("latency", *buckets(bounds, job="shop")) == [
        f'latency good http_request_duration_seconds_bucket{{job="shop",{matcher}}} '
        f'of http_request_duration_seconds_count{{job="shop"}}: {failed:g}/100'
    ]


def test_a_latency_has_parts_and_needs_bounds() -> None:
    series = [
        *buckets({"0.1": 10, "+Inf": 10}, job="shop", handler="/a"),
        *buckets({"0.1": 0, "1": 30, "+Inf": 30}, job="shop", handler="/b"),
    ]
    assert [each.split("_bucket")[1].split(" of")[0] for each in proposed("latency", *series)] == [
        r'{job="shop",le=~"1|1\\.0"}',
        '{job="shop",handler="/a",le="0.1"}',
        r'{job="shop",handler="/b",le=~"1|1\\.0"}',
    ]
    assert proposed("latency", *buckets({"+Inf": 30}, job="shop")) == []
    assert proposed("latency", counted("http_request_duration_seconds_bucket", 5, job="a")) == []


def test_the_busiest_fifteen_are_proposed() -> None:
    series = [
        counted(f"shop_{letter}_http_requests_total", number, code="200")
        for number, letter in enumerate("abcdefghijklmnopqr", 1)
    ]
    result = proposed("http", *series)
    assert [each.rsplit("/")[1] for each in result] == [str(number) for number in range(4, 19)]


def test_of_other_services_six_metrics_of_a_kind_are_looked_at() -> None:
    series = [counted(f"{letter}_http_requests_total", 1, code="200") for letter in "abcdefgh"]
    assert len(proposed("http", *series)) == 6


def test_one_query_of_two_kinds_is_one_candidate() -> None:
    series = counted("shop_jobs_processed_total", 5, result="failed", job="shop")
    assert [each.split()[0] for each in proposed("queue batch events", series)] == ["queue"]


def test_without_events_nothing_fails() -> None:
    [kind, *_] = KINDS.values()
    assert (
        SliCandidate(
            kind=kind, counts="bad", events="e", total="t", counted=0, failed=0, fits=True
        ).failing
        == 0
    )
    assert (
        SliCandidate(
            kind=kind, counts="bad", events="e", total="t", counted=8, failed=2, fits=True
        ).failing
        == 0.25
    )


class NativeMetrics(CountedMetrics):
    """Series of native histograms: 99 % of what they observed took at most 0.2 seconds."""

    def sums(self, expression: str) -> dict[Labels, float]:
        query = re.fullmatch(r"histogram_(\w+)\((?:[\d.]+, )*(.+)\)", expression)
        if query is None:
            return super().sums(expression)
        counts = super().sums(query[2].replace("sum(", "sum ("))
        shares = {"count": 1.0, "quantile": 0.2, "fraction": 0.995}
        if query[1] == "count":
            return counts
        return dict.fromkeys(counts, shares[query[1]])


def native(*series: CountedSeries) -> list[str]:
    return [
        f"{'' if each.fits else '~'}{each.events} of {each.total}: {each.failed:g}/{each.counted:g}"
        for each in candidates(NativeMetrics(series), "shop", (KINDS["latency"],))
    ]


def test_a_latency_of_native_histograms_has_a_round_bound_and_parts() -> None:
    name = "http_request_duration_seconds"
    assert native(
        counted(name, 1000, job="shop", handler="/a"),
        counted(name, 3000, job="shop", handler="/b"),
        counted(name, 5000, job="other", handler="/b"),
        counted("http_request_duration_seconds_count", 9, job="shop"),
    ) == [
        f'histogram_fraction(0, 0.25, {name}{{job="shop"{part}}}) * '
        f'histogram_count({name}{{job="shop"{part}}}) of '
        f'histogram_count({name}{{job="shop"{part}}}): {failed}/{events}'
        for part, failed, events in (
            ("", 20, 4000),
            (',handler="/a"', 5, 1000),
            (',handler="/b"', 15, 3000),
        )
    ]
    assert native(counted(name, 0, job="shop")) == []


@pytest.mark.parametrize(
    ("labels", "parts"),
    [
        ({"route": "/a"}, []),
        ({"route": "/b", "path": "/c"}, ["route"]),
        ({"path": "/b", "uri": "/c"}, ["path"]),
        ({"zone": "b"}, []),
    ],
)
def test_parts_are_of_the_first_label_of_the_kind_that_there_is(
    labels: dict[str, str], parts: list[str]
) -> None:
    other = dict.fromkeys(labels, "/a")
    for name, kind in (
        ("http_request_duration_seconds", "native"),
        ("http_request_duration_seconds_bucket", "latency"),
        (NAME, "http"),
    ):
        more = {"le": "1"} if kind == "latency" else {"code": "200"} if kind == "http" else {}
        series = [counted(name, 5, job="shop", **each, **more) for each in (labels, other)]
        if kind == "latency":
            series += [counted(name, 5, job="shop", **each, le="+Inf") for each in (labels, other)]
        rows = native(*series) if kind == "native" else proposed(kind, *series)
        found = [
            label
            for row in rows
            for label in ("route", "path", "uri", "zone")
            if f",{label}=" in row
        ]
        assert found == parts * 2


def test_a_code_with_other_values_says_nothing_of_http() -> None:
    series = (counted(NAME, 90, job="shop", code="a"), counted(NAME, 10, job="shop", code="b"))
    assert proposed("http", *series) == []
    words = (counted(NAME, 90, job="shop", code="ok"), counted(NAME, 10, job="shop", code="error"))
    assert [candidate.split()[1] for candidate in proposed("http", *words)] == ["bad"]
