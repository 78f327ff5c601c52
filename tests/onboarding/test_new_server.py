"""`new` with a real Prometheus: candidates with their values, a measured target, a preview."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import reliability
from tests.onboarding.shop import run_shop
from tests.onboarding.terminal import at_a_terminal
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def shop(generation: Generation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with run_shop(generation, tmp_path_factory.mktemp("shop")) as server:
        yield server


@pytest.fixture
def root(tmp_path: Path, shop: Prometheus) -> Path:
    assert (
        reliability(
            "init",
            "--runbook-base",
            "https://git.example.com/shop",
            "--prometheus",
            shop.url,
            folder=tmp_path,
        ).code
        == 0
    )
    return tmp_path


def test_candidates_are_shown_with_what_they_counted(root: Path) -> None:
    ended = reliability("new", "shop", "--candidates", "--format", "json", folder=root)
    found = {(each["kind"], each["total"]): each for each in json.loads(ended.out)}
    order = found["http", 'http_requests_total{job="shop",handler="/order"}']
    assert order["good"] == 'http_requests_total{job="shop",handler="/order",code!~"5.."}'
    assert order["events_per_day"] == pytest.approx(144_000, rel=0.01)
    assert order["failing"] == pytest.approx(0.004, rel=0.05)
    [quick] = [each for (kind, _), each in found.items() if kind == "latency"]
    assert quick["good"] == 'http_request_duration_seconds_bucket{job="shop",le="0.5"}'
    assert quick["failing"] == pytest.approx(0.005, rel=0.05)


def candidates(root: Path, service: str) -> list[dict[str, str | float]]:
    ended = reliability("new", service, "--candidates", "--format", "json", folder=root)
    found: list[dict[str, str | float]] = json.loads(ended.out)
    return found


def test_failures_with_a_counter_of_their_own_are_found(root: Path) -> None:
    [first, *_] = candidates(root, "billing")
    assert (first["kind"], first["bad"], first["total"]) == (
        "queue",
        'invoices_failed_total{job="billing"}',
        'invoices_processed_total{job="billing"}',
    )
    assert first["failing"] == pytest.approx(0.01, rel=0.01)


def test_a_grpc_call_fails_only_where_the_service_is_to_blame(root: Path) -> None:
    [found] = candidates(root, "ledger")
    assert (found["kind"], found["total"]) == (
        "grpc",
        'grpc_server_handled_total{app="the-ledger"}',
    )
    assert found["failing"] == pytest.approx(0.2 / 25.2, rel=0.01)


def test_the_target_is_what_was_kept_and_the_preview_what_would_have_been(root: Path) -> None:
    query = 'http_requests_total{job="shop",handler="/order"%s}'
    ended = reliability(
        *("new", "shop", "--journey", "A customer places an order", "--format", "json"),
        *("--good", query % ',code!~"5.."', "--total", query % "", "--fast-tier", "alert"),
        folder=root,
    )
    said = json.loads(ended.out)
    assert (said["measured"], said["target"]) == (True, "0.99")
    # 0.4 % of 144 hours and 25 % of one: 3456 - 24 + 1500 of 864,000
    assert "99.4292 % measured over 6 days: 4,932 of 864,000 failed" in said["rationale"]
    assert [line.split(",")[0] for line in said["preview"]] == [
        "alert: 1 time",
        "ticket: never in 3 days",
    ]
    assert [each["rule"] for each in said["findings"]] == ["slo-agreement-missing"]


def test_a_repository_that_was_just_begun_goes_on_to_a_backtest(root: Path) -> None:
    wrote = reliability(
        "new", "shop", "--journey", "A customer places an order", "--sli", "25bf3e", folder=root
    )
    assert wrote.code == 0, wrote.err
    assert reliability("check", folder=root).code == 0
    assert reliability("history", "pull", "--days", "2", folder=root).code == 0
    replayed = reliability("backtest", "shop", "--days", "2", folder=root)
    assert (replayed.code, replayed.out[:21]) == (0, "pages 0 · tickets 1 ·")


def test_somebody_at_a_terminal_chooses_from_the_list(root: Path) -> None:
    lines = [
        ("What do users do here", "A customer places an order"),
        ("Which line says that it worked?", "9"),
        ("is not the ID of a line", "3"),
        *[
            (text, "")
            for text in ("What do users see", "name of the SLO?", "Which target, for now?")
        ],
        *[(text, "") for text in ("Which team", "the product side?", "technical side?")],
        *[(text, "") for text in ("How critical", "Which tier does the fast-burn")],
    ]
    shown = at_a_terminal(root, ("new", "shop"), lines)
    assert shown.code == 0, shown.screen
    assert re.search(r"140,000 +0\.(40|39)", shown.screen), shown.screen
    assert "the past as an alert: 1 time, " in shown.screen
    assert 'handler="/order"' in (root / "services/shop/slo.yaml").read_text()


def test_any_counter_with_an_outcome_and_any_bucket_of_the_service_is_found(root: Path) -> None:
    found = {str(each["total"]): each for each in candidates(root, "search")}
    assert set(found) == {
        'search_requests_total{job="finder"}',
        'index_updates_total{service="search"}',
        'search_latency_seconds_count{job="finder"}',
    }
    requests, updates, quick = (
        found[name]
        for name in (
            'search_requests_total{job="finder"}',
            'index_updates_total{service="search"}',
            'search_latency_seconds_count{job="finder"}',
        )
    )
    assert str(requests["bad"]).startswith('search_requests_total{job="finder",status=~"(?i:fail')
    assert requests["failing"] == pytest.approx(0.3 / 30.3, rel=0.01)
    assert updates["failing"] == pytest.approx(0.1 / 2.1, rel=0.01)
    assert quick["good"] == ('search_latency_seconds_bucket{job="finder",le=~"1|1\\\\.0"}')
    assert all(each["names_service"] for each in found.values())


def test_series_of_other_services_are_never_numbered(root: Path) -> None:
    ended = reliability("new", "warehouse", "--candidates", folder=root)
    assert ended.code == 0
    assert ended.out.startswith("no series names warehouse, by a label")
    assert "these belong to other services:\n   ID  " in ended.out
    assert re.search(r"^- +[\d,]+  ", ended.out, re.MULTILINE)
    assert not re.search(r"^ *\d+  ", ended.out, re.MULTILINE)
    assert not any(each["names_service"] for each in candidates(root, "warehouse"))


@pytest.mark.parametrize("more", [(), ("--sli", "25bf3e")])
def test_a_series_of_another_service_is_not_taken(root: Path, more: tuple[str, ...]) -> None:
    ended = reliability("new", "warehouse", "--journey", "A user pays a bill", *more, folder=root)
    assert ended.code == 2
    assert "no series names warehouse, and the " in ended.err
    assert "belong to others; name your own with --good and --total" in ended.err
    assert not (root / "services/warehouse").exists()


def test_a_usual_name_is_not_a_query_of_another_service(root: Path) -> None:
    asked = ("--journey", "A user pays a bill", "--kind", "http")
    assert reliability("new", "warehouse", *asked, folder=root).code == 0
    assert 'job="warehouse"' in (root / "services/warehouse/slo.yaml").read_text()


def test_an_empty_server_is_told_from_one_that_does_not_answer(
    generation: Generation, tmp_path: Path
) -> None:
    reliability("init", folder=tmp_path)
    with run_prometheus(generation, tmp_path / "server", prometheus_config()) as server:
        ended = reliability(
            *("new", "shop", "--journey", "A customer places an order", "--kind", "http"),
            *("--prometheus", server.url),
            folder=tmp_path,
        )
    assert ended.code == 0
    assert "answers, and holds no counter that looks like events" in ended.err
    assert "the server knows nothing of it within 30 days" in ended.err
