"""The status of SLOs of a small server, of stored history and of both, and what its source is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from reliability.backtest.coverage import Coverage
from reliability.backtest.status import ObjectiveStatus, UnknownStatus
from reliability.compile.prometheus.names import BUDGET_REMAINING, TARGET, SeriesNames
from reliability.compile.prometheus.period import record_of
from reliability.errors import ReliabilityError
from reliability.load.catalog import Catalog
from reliability.resolve.objectives import objectives
from reliability.review.gate.statuses import SloStatuses, is_live, live_statuses, past_statuses
from reliability.review.workspace import Workspace
from reliability.settings import Settings
from reliability.timespan import DAY
from tests.backtest.repository import catalog, slo
from tests.cli.program import in_process as reliability
from tests.providers.served import served
from tests.review.gate.test_gate import objective, remaining

TODAY: Final = date(2026, 10, 2)
NOW: Final = datetime(2026, 10, 2, tzinfo=UTC)
PERIOD: Final = timedelta(days=30)
EVALUATIONS: Final = PERIOD / timedelta(minutes=2)
HEAD: Final = "apiVersion: reliability/v1\nkind: {}\nmetadata: {{name: a}}\nspec:\n"
STORE: Final = HEAD.format("HistorySources") + "  source: {type: store}\n"
SYNTHETIC: Final = HEAD.format("HistorySources") + "  source: {type: synthetic}\n"
TARGETS: Final = HEAD.format("SyncTargets") + "  allowedHosts: [127.0.0.1]\n  targets:\n"
ALERTMANAGER: Final = (
    TARGETS + "    - {name: a, provider: alertmanager, url: 'http://127.0.0.1:9', file: /a.yml}\n"
)
MISSING: Final = (
    "no Prometheus that records the SLOs is declared; pass --prometheus URL, or declare one in "
    "policies/history.yaml or policies/targets.yaml"
)


TIMES: Final[list[float]] = []
"""The times that the server was asked for."""


@pytest.fixture(scope="module")
def prometheus() -> Iterator[str]:
    """A server that recorded all of checkout, as of a midnight, and nothing of any other SLO."""
    of = objective()
    names = SeriesNames.of(of)
    labels = {"sloth_service": names.service, "sloth_slo": names.slo, "sloth_window": "30d"}
    recorded = {BUDGET_REMAINING: 0.4, TARGET: 0.999, record_of(of): 0.0006}

    def answer(request: httpx.Request) -> httpx.Response:
        query, at = request.url.params["query"], request.url.params.get("time")
        result: list[dict[str, Any]] = [
            {
                "metric": {"__name__": name, **labels},
                "value": [0, str(value)],
            }
            for name, value in recorded.items()
        ]
        if query.startswith("count_over_time"):
            result = [{"metric": labels, "value": [0, str(EVALUATIONS)]}]
        TIMES.append(float(at or 0))
        if at is not None and float(at) != NOW.timestamp():
            result = []
        kind = "matrix" if query.endswith("s]") else "vector"
        data = {"resultType": kind, "result": result if kind == "vector" else []}
        return httpx.Response(200, json={"status": "success", "data": data})

    with served(answer) as url:
        yield url


def workspace(root: Path) -> Workspace:
    return Workspace(root=root, today=TODAY, jobs=1, secret=Settings({}).secret, note=print)


def live(root: Path, documents: Catalog, url: str | None) -> SloStatuses:
    return live_statuses(workspace(root), documents, list(objectives(documents)), url)


def test_the_status_is_what_the_server_recorded_at_the_midnight_of_a_date(
    prometheus: str, tmp_path: Path
) -> None:
    statuses = live(tmp_path, catalog(slo("checkout")), prometheus)
    [status] = statuses.objectives
    assert isinstance(status, ObjectiveStatus)
    assert (status.remaining, status.coverage, status.at) == (
        0.4,
        Coverage(recorded=1.0, elapsed=30 * DAY),
        NOW,
    )
    assert statuses.source == f"{prometheus} · at 2026-10-02 00:00 UTC"


def test_the_status_of_today_is_that_of_the_whole_second(prometheus: str, tmp_path: Path) -> None:
    documents = catalog(slo("checkout"))
    TIMES.clear()
    before = datetime.now(UTC).replace(microsecond=0)
    today = replace(workspace(tmp_path), today=before.date())
    live_statuses(today, documents, list(objectives(documents)), prometheus)
    after = datetime.now(UTC)
    asked = datetime.fromtimestamp(TIMES[0], UTC)
    assert asked.microsecond == 0
    if after.date() == before.date():
        assert before <= asked <= after


@pytest.mark.parametrize("declared", [f"{TARGETS}    []\n", ALERTMANAGER, STORE, SYNTHETIC])
def test_without_a_prometheus_there_is_no_status(tmp_path: Path, declared: str) -> None:
    documents = catalog(slo("checkout"), declared)
    with pytest.raises(ReliabilityError) as refused:
        live(tmp_path, documents, None)
    assert str(refused.value) == MISSING
    assert not is_live(documents)


def test_a_declared_prometheus_is_asked(prometheus: str, tmp_path: Path) -> None:
    source = STORE.replace("{type: store}", f"{{type: prometheus, url: '{prometheus}'}}")
    of_history = catalog(slo("checkout"), source)
    target = f"    - {{name: p, provider: prometheus, url: '{prometheus}', folder: /rules}}\n"
    of_targets = catalog(slo("checkout"), TARGETS + target)
    assert [is_live(of_history), is_live(of_targets)] == [True, False]
    for documents in (of_history, of_targets):
        statuses = live(tmp_path, documents, None)
        assert statuses.source == f"{prometheus} · at 2026-10-02 00:00 UTC"
        assert [type(status) for status in statuses.objectives] == [ObjectiveStatus]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two SLOs, and the history of one of them."""
    root = tmp_path_factory.mktemp("stored")
    documents = {"services/shop/slo.yaml": slo("checkout") + "---" + slo("search")}
    for name, text in {**documents, "policies/history.yaml": STORE}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    minutes = (NOW - PERIOD + timedelta(minutes=number) for number in range(30 * 1440))
    rows = [f"{at:%Y-%m-%dT%H:%M:%SZ},1000,1000" for at in minutes]
    (root / "counts.csv").write_text("\n".join(("time,good,total", *rows)))
    options = ("--format", "csv", "--slo", "search")
    ended = reliability("history", "import", "counts.csv", *options, folder=root)
    assert ended.code == 0, ended
    return root


def test_stored_history_completes_what_the_server_did_not_record(
    prometheus: str, stored: Path
) -> None:
    documents = catalog(slo("checkout"), slo("search"), STORE)
    statuses = live(stored, documents, prometheus)
    assert [(status.objective.slo_name, status.coverage) for status in statuses.objectives] == [
        ("checkout", Coverage(recorded=1.0, elapsed=30 * DAY)),
        ("search", Coverage(history=1.0, elapsed=30 * DAY)),
    ]
    assert statuses.source == (f"{prometheus} and store: history · at 2026-10-02 00:00 UTC")


def test_the_status_of_the_past_is_that_of_the_stored_history(stored: Path) -> None:
    documents = catalog(slo("checkout"), slo("search"), STORE)
    every = list(objectives(documents))
    statuses = past_statuses(workspace(stored), documents, every, asks=True)
    checkout, search = statuses.objectives
    assert isinstance(checkout, UnknownStatus)
    assert isinstance(search, ObjectiveStatus)
    assert (search.attainment, search.remaining, search.at) == (1.0, 1.0, NOW)
    assert statuses.source == "store: history · up to 2026-10-02 00:00 UTC"


@pytest.mark.parametrize(
    ("count", "environment", "is_used", "source"),
    [
        (0, "", True, "a server"),
        (1, "", True, "a server"),
        (0, "eu", False, "eu: a server"),
        (1, "eu", True, "eu: a server"),
    ],
)
def test_a_source_without_an_slo_is_not_worth_a_line_in_an_environment(
    count: int, environment: str, is_used: bool, source: str
) -> None:
    statuses = SloStatuses((remaining(0.5),) * count, "a server", environment)
    assert statuses.is_used is is_used
    assert statuses.source == source
