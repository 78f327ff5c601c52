"""SLIs that could be, found in what Datadog counted in a day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from reliability.history.sources.datadog import open_datadog
from reliability.onboarding.new.datadog_candidates import datadog_candidates, past_of_queries
from reliability.onboarding.new.datadog_site import DatadogSite
from reliability.onboarding.new.proposal import CountedEvents
from reliability.onboarding.new.service_kinds import service_kinds
from tests.onboarding.datadog import FakeMetrics, Sent, serving

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
KINDS = service_kinds()
SHOP = {"service": "shop"}
HITS, ERRORS = "trace.web.hits", "trace.web.errors"


def proposed(*sent: Sent, service: str = "shop", kinds: Sequence[str] = ()) -> list[str]:
    """Each candidate as `kind counts EVENTS of TOTAL: failed/counted`; `~` if it fits nobody."""
    with serving(FakeMetrics(sent)) as fake:
        site = DatadogSite(open_datadog(fake.url, "ours", "app"), NOW)
        chosen = tuple(kind for kind in KINDS if not kinds or kind.name in kinds)
        with site.server.client:
            result = datadog_candidates(site, service, chosen)
    assert all(each.source == "Datadog" for each in result)
    return [
        f"{'' if each.fits else '~'}{each.kind.name} {each.counts} {each.events} of {each.total}: "
        f"{each.failed:g}/{each.counted:g}".replace(".as_count()", "").replace("sum:", "")
        for each in result
    ]


@pytest.mark.parametrize(
    ("events", "total", "kind", "failed"),
    [
        ("trace.grpc.x.errors", "trace.grpc.x.hits", "grpc bad", 24),
        ("trace.x.errors", "trace.x.hits", "http bad", 24),
        ("x.requests.errors", "x.requests.total", "http bad", 24),
        ("x.http.failed", "x.http.count", "http bad", 24),
        ("x.ok", "x.all", "http good", 216),
        ("x.success", "x.total", "http good", 216),
        ("x.failed", "x.processed", "queue bad", 24),
        ("x.failed", "x.total", "batch bad", 24),
    ],
)
def test_two_counts_are_a_pair_by_their_names(
    events: str, total: str, kind: str, failed: int
) -> None:
    assert proposed(Sent(events, SHOP, 1), Sent(total, SHOP, 10)) == [
        f"{kind} {events}{{service:shop}} of {total}{{service:shop}}: {failed}/240"
    ]


@pytest.mark.parametrize(
    "sent",
    [
        (Sent(ERRORS, SHOP, 1),),
        (Sent(HITS, SHOP, 1),),
        (Sent(ERRORS, SHOP, 1), Sent("trace.other.hits", SHOP, 1)),
        (Sent(ERRORS, SHOP, 1), Sent(HITS, SHOP, 0)),
    ],
)
def test_events_without_a_total_that_counted_are_no_candidate(sent: tuple[Sent, ...]) -> None:
    assert proposed(*sent) == []


def test_kinds_that_nobody_asked_for_are_left_out() -> None:
    sent = (Sent(ERRORS, SHOP, 1), Sent(HITS, SHOP, 10))
    assert proposed(*sent, kinds=("queue",)) == []


def test_a_service_that_sends_nothing_is_shown_all() -> None:
    sent = (Sent(ERRORS, SHOP, 1), Sent(HITS, SHOP, 10))
    assert proposed(*sent, service="unknown") == [f"~http bad {ERRORS}{{*}} of {HITS}{{*}}: 24/240"]


def of_parts(*names: str) -> list[Sent]:
    return [
        Sent(HITS, {**SHOP, "resource_name": name}, 10 * number)
        for number, name in enumerate(names, 1)
    ]


def test_the_five_busiest_parts_follow_the_whole() -> None:
    errors = Sent(ERRORS, {**SHOP, "resource_name": "f"}, 1)
    whole, *rest, last = proposed(errors, *of_parts(*"abcdef"))
    assert whole == f"http bad {ERRORS}{{service:shop}} of {HITS}{{service:shop}}: 24/5040"
    assert last == (
        f"http bad {ERRORS}{{service:shop,resource_name:f}} "
        f"of {HITS}{{service:shop,resource_name:f}}: 24/1440"
    )
    assert [each.rsplit("resource_name:")[-1] for each in rest] == [
        *("b}: 0/480", "c}: 0/720", "d}: 0/960", "e}: 0/1200")
    ]


def test_a_single_part_is_the_whole() -> None:
    assert len(proposed(Sent(ERRORS, SHOP, 1), *of_parts("a"))) == 1


@pytest.mark.parametrize("name", ["a b", "a,b", "{a", "a}", "a(b", "a)b", "a!", 'a"', "a'"])
def test_a_part_whose_name_ends_a_query_is_left_out(name: str) -> None:
    parts = proposed(Sent(ERRORS, SHOP, 1), *of_parts("c", name))
    assert [each.rsplit("resource_name:")[-1] for each in parts[1:]] == ["c}: 0/240"]


def test_parts_of_all_services_have_no_tag_of_a_service() -> None:
    sent = [Sent(ERRORS, SHOP, 1), *of_parts("a", "b")]
    assert [each.split(" of ")[1] for each in proposed(*sent, service="unknown")] == [
        f"{HITS}{{*}}: 24/720",
        f"{HITS}{{resource_name:a}}: 0/240",
        f"{HITS}{{resource_name:b}}: 0/480",
    ]


def test_six_pairs_of_a_form_and_fifteen_candidates_are_looked_at() -> None:
    sent = [
        Sent(f"trace.{letter}.{name}", SHOP, number)
        for number, letter in enumerate("abcdefgh", 1)
        for name in ("errors", "hits")
    ]
    assert [each.rsplit("/")[1] for each in proposed(*sent)] == [
        *("24", "48", "72", "96", "120", "144")
    ]


def past(counts: str, *sent: Sent, hours: int = 48) -> CountedEvents | None:
    with serving(FakeMetrics(sent)) as fake:
        site = DatadogSite(open_datadog(fake.url, "ours", "app"), NOW)
        events, total = (f"sum:{name}{{*}}.as_count()" for name in ("events", "total"))
        with site.server.client:
            return past_of_queries(site, counts, events, total, timedelta(hours=hours))


def test_the_past_is_what_both_queries_counted() -> None:
    sent = (Sent("events", {}, 1), Sent("total", {}, 10))
    bad, good = past("bad", *sent), past("good", *sent)
    assert bad is not None
    assert good is not None
    assert (bad.length, bad.events, bad.failed) == (timedelta(hours=48), 480, 48)
    assert (good.length, good.events, good.failed) == (timedelta(hours=48), 480, 432)


def test_more_good_events_than_all_are_no_negative_failures() -> None:
    result = past("good", Sent("events", {}, 10), Sent("total", {}, 5))
    assert result is not None
    assert result.failed == 0
    assert past("bad", Sent("events", {}, 10)) is None


def test_a_span_ends_with_the_last_full_hour_and_has_at_most_60_days() -> None:
    site = DatadogSite(open_datadog("http://127.0.0.1:9", "ours", "app"), NOW)
    with site.server.client:
        day, years = site.span(timedelta(days=1)), site.span(timedelta(days=900))
        assert site.url == "http://127.0.0.1:9"
    end = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert (day.start, day.end) == (end - timedelta(days=1), end)
    assert (years.start, years.end) == (end - timedelta(days=60), end)


def test_metrics_of_the_last_day_are_listed_and_an_hour_is_not_cut() -> None:
    with serving(FakeMetrics((Sent(HITS, SHOP, 1),))) as fake:
        site = DatadogSite(open_datadog(fake.url, "ours", "app"), NOW)
        with site.server.client:
            assert site.names("service:shop") == (HITS,)
            assert site.names("service:other") == ()
    day_ago = int((NOW - timedelta(days=1)).timestamp())
    assert fake.since == [day_ago, day_ago]
    hour = NOW.replace(minute=0)
    for length, start in ((timedelta(days=1), 1), (timedelta(days=60), 60), (timedelta(61), 60)):
        span = site.span(length)
        assert (span.start, span.end) == (hour - timedelta(days=start), hour)
