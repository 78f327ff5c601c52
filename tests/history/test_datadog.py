"""History from Datadog: metric queries by the minute, and what its own SLOs have counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.series import Series
from reliability.history.sli import DatadogQueries, SliHistory
from reliability.history.sources.datadog import DatadogServer, by_the_minute, open_datadog
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.history.datadog import Counts, FakeDatadog, serving
from tests.history.fakes import hours
from tests.history.shop import SLO, write_shop

DAYS = 2
SPAN = hours(0, DAYS * 24)
GOOD, TOTAL = "sum:checkout.ok{*}.as_count()", "sum:checkout.all{*}.as_count()"
QUERIES = (("good", GOOD), ("total", TOTAL))
SOURCE = "source: {type: datadog, url: %s, apiKey: env:DD_KEY, applicationKey: env:DD_APP%s}"
ASKED = ("--today", "2026-10-01", "history", "pull", "--days", str(DAYS))


def counted(tags: tuple[str, ...] = ("",)) -> FakeDatadog:
    """Two days with an hour in which nothing was sent, and a failure now and then."""
    random = np.random.default_rng(3)
    counts = {}
    for tag in tags:
        total = random.poisson(9, DAYS * 86400 // 20).astype(float)
        good = total - (random.random(len(total)) < 0.01)
        for values in (total, good):
            values[36000 // 20 : 39600 // 20] = np.nan
        counts["checkout.all", tag], counts["checkout.ok", tag] = total, np.maximum(good, 0)
    return FakeDatadog(counts)


def by_minute(fake: FakeDatadog, metric: str, tag: str = "") -> Counts:
    counts: Counts = fake.counts[metric, tag].reshape(-1, 3).sum(axis=1)
    return counts


def write(root: Path, fake: FakeDatadog, slos: str = "") -> Path:
    write_shop(root, "http://127.0.0.1:9")
    policy = root / "policies" / "history.yaml"
    lines = [
        "  " + SOURCE % (fake.url, slos) if "source:" in line else line
        for line in policy.read_text().splitlines()
    ]
    policy.write_text("\n".join(lines) + "\n")
    text = SLO.replace("Prometheus", "Datadog")
    text = text.replace('\'requests_total{job="shop",code!~"5.."}\'', f"'{GOOD}'")
    text = text.replace("'requests_total{job=\"shop\"}'", f"'{TOTAL}'")
    (root / "services" / "shop" / "slo.yaml").write_text(text)
    return root


def pull(root: Path, key: str = "ours") -> Ended:
    return reliability(*ASKED, folder=root, DD_KEY=key, DD_APP="app")


def read(root: Path) -> Series:
    sli = SliHistory("shop", "checkout", DatadogQueries(QUERIES))
    found = StoredHistory(Store(root / ".reliability" / "history")).series(sli, SPAN)
    assert isinstance(found, tuple), found
    [series] = found
    return series


def assert_as_counted(series: Series, fake: FakeDatadog) -> None:
    total, good = by_minute(fake, "checkout.all"), by_minute(fake, "checkout.ok")
    np.testing.assert_array_equal(series.known, ~np.isnan(total))
    np.testing.assert_array_equal(series.total, np.nan_to_num(total))
    np.testing.assert_array_equal(series.bad, np.nan_to_num(total - good))


def test_queries_are_stored_by_the_minute_and_replayed(tmp_path: Path) -> None:
    with serving(counted()) as fake:
        root = write(tmp_path, fake)
        ended = pull(root)
    assert ended.code == 0, ended.err
    assert "2.0 of 2 days known" in ended.out
    assert_as_counted(read(root), fake)
    replayed = reliability("--today", "2026-10-01", "backtest", "--days", "1", folder=root)
    assert replayed.code == 0
    assert "checkout" in replayed.out


def test_a_rate_limit_is_waited_for(tmp_path: Path) -> None:
    with serving(counted()) as fake:
        fake.busy = 3
        root = write(tmp_path, fake)
        assert pull(root).code == 0
    assert fake.refused > 0
    assert_as_counted(read(root), fake)


def test_the_history_of_an_slo_of_datadog_is_taken_where_it_is_named(tmp_path: Path) -> None:
    with serving(counted()) as fake:
        root = write(tmp_path, fake, ", slos: {checkout: 0123abcd}")
        ended = pull(root)
    assert ended.code == 0, ended.err
    assert set(fake.asked) == {"/api/v1/slo/0123abcd/history"}
    series = read(root)
    assert series.total.sum() == np.nansum(by_minute(fake, "checkout.all"))
    assert series.bad.sum() == np.nansum(
        by_minute(fake, "checkout.all") - by_minute(fake, "checkout.ok")
    )


def test_a_changed_query_is_not_answered_by_what_was_stored_for_another(tmp_path: Path) -> None:
    with serving(counted()) as fake:
        root = write(tmp_path, fake)
        assert pull(root).code == 0
    slo = root / "services" / "shop" / "slo.yaml"
    slo.write_text(slo.read_text().replace("checkout.ok", "checkout.fast"))
    replayed = reliability("--today", "2026-10-01", "backtest", "--days", "1", folder=root)
    assert "the stored data is from another query" in replayed.out


def test_each_value_of_a_tag_is_a_series_of_its_own() -> None:
    queries = tuple((role, text.replace("{*}", "{*} by {region}")) for role, text in QUERIES)
    with serving(counted(("region:eu", "region:us"))) as fake, closing_of(opened(fake)) as server:
        found = server.metrics(DatadogQueries(queries), hours(0, 24))
    assert {column.labels for column in found} == {
        (("__name__", role), ("region", region))
        for role in ("good", "total")
        for region in ("eu", "us")
    }


def test_steps_longer_than_a_minute_are_refused_and_not_spread() -> None:
    with serving(counted()) as fake, closing_of(opened(fake)) as server:
        with pytest.raises(SourceError, match="in steps of 300 s, and counts of 60 s are kept"):
            server.metrics(DatadogQueries(QUERIES), hours(0, 48))
        with pytest.raises(SourceError, match="SLO 0123abcd in steps of 300 s"):
            server.slo("0123abcd", hours(0, 24))


def test_a_query_that_counts_nothing_is_refused() -> None:
    with pytest.raises(SourceError, match=r"end it with \.as_count\(\)"):
        by_the_minute("avg:checkout.latency{*}")


def test_a_sum_of_counts_is_rolled_up_term_by_term() -> None:
    assert by_the_minute("sum:a{*}.as_count() + sum:b{*}.as_count().rollup(sum, 60)") == (
        "sum:a{*}.as_count().rollup(sum, 60) + sum:b{*}.as_count().rollup(sum, 60)"
    )


def test_a_wrong_key_is_refused_without_being_printed(tmp_path: Path) -> None:
    with serving(counted()) as fake:
        ended = pull(write(tmp_path, fake), key="wrong-secret")
    assert ended.code == 2
    assert "refuses: 403 Forbidden" in ended.err
    assert "wrong-secret" not in ended.err + ended.out


def opened(fake: FakeDatadog) -> DatadogServer:
    return open_datadog(fake.url, "ours", "app")


@contextmanager
def closing_of(server: DatadogServer) -> Iterator[DatadogServer]:
    with server.client:
        yield server
