"""`reliability history` as a user runs it."""

import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from reliability.history.series import NoHistory, Series
from reliability.history.sources.prometheus import open_prometheus
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from reliability.promql.samples import Counter
from reliability.timespan import TimeSpan
from tests.cli.program import in_process as reliability
from tests.environment import environment
from tests.history.fakes import SHOP, START, counter
from tests.history.server import FakePrometheus, Reply, serving
from tests.history.shop import write_shop
from tests.servers.generation import Generation
from tests.servers.programs import backfill
from tests.servers.prometheus import prometheus_config, run_prometheus

DAYS = 6
BEFORE = 3
"""Days that the longest window looks back to before the span."""
TODAY = "2026-10-05"
PULL = ("--today", TODAY, "history", "pull")
SPAN = TimeSpan(START, START + timedelta(days=DAYS))


def shop() -> list[Counter]:
    """Two codes at two instances for six days, with restarts, and an hour that nobody scraped."""
    random = np.random.default_rng(7)
    made = []
    for code, busy in (("200", 50), ("500", 1)):
        for instance in ("a", "b"):
            grown = random.poisson(busy, DAYS * 1440 + 1)
            values = np.cumsum(grown).astype(float)
            for restart in random.integers(0, len(values), 5).tolist():
                values[restart:] -= values[restart]
            points = [(60.0 * minute, value) for minute, value in enumerate(values.tolist())]
            made.append(counter(points[:3000] + points[3060:], code=code, instance=instance))
    return made


def read(root: Path) -> Series:
    found = StoredHistory(Store(root / ".reliability" / "history")).series(SHOP, SPAN)
    assert not isinstance(found, NoHistory), found
    [series] = found
    return series


def test_a_pull_fills_the_store_and_the_backtest_reads_it(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        ended = reliability(*PULL, folder=root)
    assert (ended.code, ended.out) == (
        0,
        "checkout: 36 chunks fetched, 2026-09-26 00:00 to 2026-10-05 00:00 UTC stored; "
        "6.0 of 6 days known\n",
    )
    assert ended.err == ""
    assert 0.99 < read(root).coverage(SPAN) < 0.995
    replayed = reliability("--today", TODAY, "backtest", "--days", "3", folder=root)
    assert replayed.code == 0
    assert "source store: history" in replayed.out


def test_a_pull_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop(), slow=0.05)) as fake:
        killed, straight = (write_shop(tmp_path / name, fake.url, "1h") for name in ("a", "b"))
        command = [sys.executable, "-m", "reliability", *PULL]
        process = subprocess.Popen(command, cwd=killed, env=environment(), stderr=subprocess.PIPE)
        while len(fake.queries) < 60:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
        fake.slow = 0.0
        fake.queries.clear()
        ended = reliability(*PULL, folder=killed)
        again = len(fake.queries)
        assert reliability(*PULL, folder=straight).code == 0
    assert ended.code == 0
    assert (DAYS + BEFORE) * 24 - 60 < again < (DAYS + BEFORE) * 24 - 40
    for name in ("bad", "total", "known"):
        np.testing.assert_array_equal(getattr(read(killed), name), getattr(read(straight), name))


def test_a_server_that_gives_up_in_between_is_an_error_that_keeps_what_is_there(
    tmp_path: Path,
) -> None:
    refusal: Reply = (422, {}, json.dumps({"status": "error", "error": "too many samples"}))
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert reliability(*PULL[:1], "2026-10-02", *PULL[2:], "--days", "3", folder=root).code == 0
        fake.instead.append(refusal)
        ended = reliability(*PULL, folder=root)
    assert ended.code == 2
    assert ended.err.endswith("refuses: 422 too many samples\n")
    assert read(root).coverage(SPAN) > 0.45


def test_a_synthetic_source_is_not_pulled(tmp_path: Path) -> None:
    root = write_shop(tmp_path, "http://127.0.0.1:9")
    history = root / "policies" / "history.yaml"
    lines = history.read_text().splitlines()
    history.write_text(
        "\n".join("  source: {type: synthetic}" if "source" in line else line for line in lines)
    )
    ended = reliability(*PULL, folder=root)
    assert ended.code == 2
    assert "the source of policies/history.yaml is synthetic" in ended.err


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    ended = reliability(*PULL, "chekout", folder=write_shop(tmp_path, "http://127.0.0.1:9"))
    assert ended.code == 2
    assert (
        "chekout is neither an SLO nor a service with an SLO; did you mean checkout?" in ended.err
    )


def test_counts_are_imported_for_the_slo_that_is_named(tmp_path: Path) -> None:
    root = write_shop(tmp_path, "http://127.0.0.1:9")
    (root / "counts.csv").write_text("time,bad,total\n2026-10-01T00:00:00Z,3,100\n")
    unnamed = reliability("history", "import", "counts.csv", "--format", "csv", folder=root)
    assert (unnamed.code, "pass --slo SLO" in unnamed.err) == (2, True)
    asked = ("history", "import", "counts.csv", "--format", "csv", "--slo", "checkout")
    ended = reliability(*asked, folder=root)
    assert (ended.code, ended.out) == (
        0,
        "checkout: 2026-10-01 00:00 to 2026-10-01 00:01 UTC stored\n",
    )
    assert read(root).bad.sum() == 3


def write_openmetrics(path: Path, counters: list[Counter]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write("# TYPE requests counter\n")
        for each in counters:
            labels = {name: each.labels[name] for name in ("job", "code", "instance")}
            told = ",".join(f'{name}="{value}"' for name, value in labels.items())
            samples = zip(each.samples.times.tolist(), each.samples.values.tolist(), strict=True)
            out.writelines(
                f"requests_total{{{told}}} {value} {at / 1000:.3f}\n" for at, value in samples
            )
        out.write("# EOF\n")


@pytest.mark.servers
def test_a_pull_from_prometheus_and_an_import_of_the_same_samples_are_the_same(
    generation: Generation, tmp_path: Path
) -> None:
    samples, folder = tmp_path / "samples.txt", tmp_path / "server"
    folder.mkdir()
    write_openmetrics(samples, shop())
    said = backfill(generation, samples, folder / "data")
    assert said.accepted, said.text
    imported = write_shop(tmp_path / "imported", "http://127.0.0.1:9")
    asked = ("history", "import", samples, "--format", "openmetrics")
    assert reliability(*asked, folder=imported).code == 0
    with run_prometheus(generation, folder, prometheus_config()) as server:
        pulled = write_shop(tmp_path / "pulled", server.url)
        assert reliability(*PULL, folder=pulled).code == 0
        running = open_prometheus(server.url, None)
        with running.client:
            assert running.retention() == timedelta(days=400)
    for name in ("bad", "total", "known"):
        np.testing.assert_array_equal(getattr(read(pulled), name), getattr(read(imported), name))
    assert read(pulled).total.sum() > 400_000


def test_a_pull_fetches_what_the_first_windows_look_back_to(tmp_path: Path) -> None:
    """Windows that began empty paged a minute after the start of the span."""
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        ended = reliability(*PULL, "--days", "2", folder=root)
    assert "2.0 of 2 days known" in ended.out
    start = START + timedelta(days=DAYS - 2 - BEFORE)
    assert read(root).coverage(TimeSpan(start, SPAN.end)) > 0.98
