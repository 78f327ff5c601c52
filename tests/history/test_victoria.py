"""A pull from a real VictoriaMetrics, beside those from Prometheus."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from reliability.history.series import Series
from reliability.history.sources.prometheus import open_prometheus
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH
from tests.cli.program import reliability
from tests.history.fakes import TOTAL
from tests.history.shop import write_shop
from tests.history.test_command import PULL, SPAN, read, shop, write_openmetrics
from tests.servers.generation import Generation, Unavailable
from tests.servers.programs import backfill
from tests.servers.prometheus import prometheus_config, run_prometheus
from tests.servers.remote_write import push
from tests.servers.victoria import find_victoria, make_visible, run_victoria

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that the shop's counters were pushed to."""
    found = find_victoria()
    if isinstance(found, Unavailable):
        pytest.skip(f"VictoriaMetrics is unavailable: {found.reason}")
    with run_victoria(found, tmp_path_factory.mktemp("victoria")) as url:
        for each in shop():
            push(url, [(each.labels, points(each))])
        make_visible(url)
        yield url


def points(of: Counter) -> list[tuple[datetime, float]]:
    samples = zip(of.samples.times.tolist(), of.samples.values.tolist(), strict=True)
    return [(EPOCH + timedelta(milliseconds=at), value) for at, value in samples]


def pulled(folder: Path, url: str) -> Series:
    root = write_shop(folder, url)
    ended = reliability(*PULL, folder=root)
    assert ended.code == 0, ended.err
    return read(root)


def test_a_pull_is_the_same_as_one_from_prometheus(
    victoria: str, generation: Generation, tmp_path: Path
) -> None:
    samples, folder = tmp_path / "samples.txt", tmp_path / "server"
    folder.mkdir()
    write_openmetrics(samples, shop())
    assert backfill(generation, samples, folder / "data").accepted
    with run_prometheus(generation, folder, prometheus_config()) as server:
        theirs = pulled(tmp_path / "prometheus", server.url)
    ours = pulled(tmp_path / "victoria", victoria)
    for name in ("bad", "total", "known"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    assert ours.total.sum() > 400_000
    assert not ours.known.all()


def test_samples_are_those_that_were_pushed(victoria: str) -> None:
    """Not on a grid, and none made up within gaps; the one exactly at the start may be there."""
    server = open_prometheus(victoria, None)
    with server.client:
        found = {
            tuple(sorted(each.labels.items())): each
            for each in server.counters(Selector.parse(TOTAL), SPAN)
        }
    pushed = {tuple(sorted(each.labels.items())): each for each in shop()}
    assert found.keys() == pushed.keys()
    for key, each in pushed.items():
        times, values = found[key].samples.times, found[key].samples.values
        known = each.samples
        skipped = len(known.times) - len(times)
        assert skipped in (0, 1)
        np.testing.assert_array_equal(times, known.times[skipped:])
        np.testing.assert_array_equal(values, known.values[skipped:])


def test_it_does_not_say_how_long_it_keeps_samples(victoria: str) -> None:
    server = open_prometheus(victoria, None)
    with server.client:
        assert server.retention() is None
