"""How promises stand by what a real Prometheus recorded of them, on both generations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reliability.backtest.standing import Standing, Unknown
from reliability.compile.prometheus.names import BUDGET_LEFT, Names, ratio_record
from reliability.compile.prometheus.period import record_of
from reliability.errors import ProviderError
from reliability.model.targets import ServerTarget
from reliability.providers.http import Server, open_server
from reliability.providers.recorded import recorded_standings
from reliability.resolve.objectives import Objective, objectives
from tests.backtest.repository import catalog, policy, slo
from tests.cli.program import reliability
from tests.review.standing.test_standing_commands import POLICY
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import push

pytestmark = pytest.mark.servers

NAMES = ("checkout", "search", "stock", "young")
Recorded = tuple[dict[str, str], list[tuple[datetime, float]]]
MINUTE, HOUR, PERIOD = timedelta(minutes=1), timedelta(hours=1), timedelta(days=30)
NOW = datetime.now(UTC).replace(microsecond=0)


def objective(name: str) -> Objective:
    return next(iter(objectives(catalog(slo(name), policy(name)))))


def recorded(name: str, left: float, target: float = 0.999, burn: float = 2.0) -> list[Recorded]:
    """What the rules of a promise would have recorded by now."""
    of = objective(name)
    names = Names.of(of)
    values = {
        BUDGET_LEFT: (None, left),
        "slo:objective:ratio": (None, target),
        record_of(of): (PERIOD, (1 - left) * 0.001),
        ratio_record(HOUR): (HOUR, burn * 0.001),
        ratio_record(timedelta(minutes=5)): (timedelta(minutes=5), 1.0),
    }
    return [
        (
            {
                "__name__": record,
                **{key: str(label) for key, label in names.labels(window).items()},
            },
            [(time, value) for time in sorted({NOW, datetime.now(UTC) - MINUTE})],
        )
        for record, (window, value) in values.items()
    ]


def _labels(names: Names, window: timedelta | None) -> dict[str, str]:
    return {key: str(label) for key, label in names.labels(window).items()}


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    config = prometheus_config(out_of_order=HOUR)
    with run_prometheus(generation, folder, config) as server:
        samples = recorded("checkout", 0.4) + recorded("search", -0.25)
        push(server.url, samples + recorded("stock", 0.9, target=0.99))
        yield server


@contextmanager
def opened(url: str) -> Iterator[Server]:
    target = ServerTarget(name="prometheus", url=url)
    server = open_server(target, None, ("127.0.0.1",), writable=False)
    with server.client:
        yield server


def test_each_promise_stands_as_the_server_recorded_it(prometheus: Prometheus) -> None:
    with opened(prometheus.url) as server:
        found = list(recorded_standings(server, [objective(name) for name in NAMES], NOW))
    kept, spent, other, young = found
    assert isinstance(kept, Standing)
    assert isinstance(spent, Standing)
    assert (kept.left, kept.attainment) == pytest.approx((0.4, 0.9994))
    assert kept.burn is not None
    assert kept.burn == pytest.approx(2)
    assert kept.exhausted == NOW + 0.4 * PERIOD / kept.burn
    assert (spent.left, spent.exhausted, spent.recovers(0)) == (-0.25, NOW, NOW + PERIOD)
    assert isinstance(other, Unknown)
    assert other.reason.startswith("the server computes with a target of 0.99, and 0.999 is")
    assert isinstance(young, Unknown)
    assert young.reason.startswith(f"the server records no {BUDGET_LEFT} of it")


def test_a_server_that_refuses_is_told_with_the_reason(prometheus: Prometheus) -> None:
    with opened(f"{prometheus.url}/nowhere") as server, pytest.raises(ProviderError):
        list(recorded_standings(server, [objective("checkout")], NOW))


def test_the_gate_asks_the_server_that_is_named(prometheus: Prometheus, tmp_path: Path) -> None:
    files = {
        "services/shop/slo.yaml": slo("checkout") + "---" + slo("search"),
        "policies/error-budget.yaml": POLICY,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    ended = reliability("gate", "shop", "--prometheus", prometheus.url, folder=tmp_path)
    assert ended.code == 1, ended
    assert ended.out.startswith("shop: closed: search served kept 99.88 %, -25 % of its budget")
    assert f"source {prometheus.url} · at " in ended.out
    table = reliability("status", "--prometheus", prometheus.url, folder=tmp_path)
    assert "checkout served  99.9 %  99.94 %  40 %   2.0   6 d" in table.out


def test_a_server_that_does_not_answer_leaves_no_answer(tmp_path: Path) -> None:
    for name, text in (("services/shop/slo.yaml", slo("checkout")), ("policies/e.yaml", POLICY)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    ended = reliability("gate", "shop", "--prometheus", "http://127.0.0.1:9", folder=tmp_path)
    assert (ended.code, "does not answer" in ended.err) == (2, True)
