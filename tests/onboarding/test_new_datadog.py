"""`init` beside a Datadog, and `new` with one: its metrics as candidates, with their values."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.onboarding.datadog import FakeMetrics, Sent, serving
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_server import run_fake

HITS, ERRORS = "trace.http.request.hits", "trace.http.request.errors"
ORDER, CART = ({"service": "shop", "resource_name": each} for each in ("post_/order", "get_/cart"))
SENT = (
    Sent(HITS, ORDER, 6000),
    Sent(ERRORS, ORDER, 24),
    Sent(HITS, CART, 2400),
    Sent(HITS, {"service": "bank", "resource_name": "get_/"}, 100),
    Sent("mail.failed", {"service": "post"}, 1),
    Sent("mail.processed", {"service": "post"}, 100),
    Sent("system.cpu.idle", {"service": "shop"}, 99),
)
JOURNEY = ("--journey", "A customer places an order")
SOURCE = "source: {type: datadog, url: %s, apiKey: env:DD_API_KEY, applicationKey: env:DD_APP_KEY}"


@pytest.fixture
def datadog() -> Iterator[FakeMetrics]:
    with serving(FakeMetrics(SENT)) as fake:
        yield fake


@pytest.fixture
def root(tmp_path: Path, datadog: FakeMetrics) -> Path:
    assert (
        reliability(
            "init",
            "--team",
            "shop",
            "--runbook-base",
            "https://git.example.com/shop",
            folder=tmp_path,
        ).code
        == 0
    )
    named(tmp_path, datadog.url)
    return tmp_path


def named(root: Path, url: str) -> None:
    history = root / "policies/history.yaml"
    text = history.read_text().replace("source: {type: store}", SOURCE % url)
    history.write_text(text)


def new(root: Path, service: str, *more: str, key: str = "ours") -> Ended:
    return reliability("new", service, *more, folder=root, DD_API_KEY=key, DD_APP_KEY="app")


def candidates(root: Path, service: str) -> list[dict[str, Any]]:
    ended = new(root, service, "--candidates", "--format", "json")
    assert ended.code == 0, ended.err
    found: list[dict[str, Any]] = json.loads(ended.out)
    return found


def test_counts_of_traces_are_shown_with_what_they_counted_in_a_day(root: Path) -> None:
    whole, cart, order = candidates(root, "shop")
    assert whole == {
        "id": whole["id"],
        "kind": "http",
        "names_service": True,
        "bad": f"sum:{ERRORS}{{service:shop}}.as_count()",
        "total": f"sum:{HITS}{{service:shop}}.as_count()",
        "events_per_day": 24 * 8400,
        "failing": pytest.approx(24 / 8400, abs=1e-7),
    }
    assert order["total"] == f"sum:{HITS}{{service:shop,resource_name:post_/order}}.as_count()"
    assert (order["events_per_day"], order["failing"]) == (24 * 6000, 0.004)
    assert (cart["events_per_day"], cart["failing"]) == (24 * 2400, 0)


def test_a_service_without_a_tag_is_shown_what_there_is(root: Path) -> None:
    ended = new(root, "warehouse", *JOURNEY)
    assert (ended.code, "no series names warehouse" in ended.err) == (2, True)
    assert {each["kind"] for each in candidates(root, "warehouse")} == {"http", "queue"}


def test_the_target_is_measured_and_check_says_that_nothing_is_made_of_it(root: Path) -> None:
    [order] = [each for each in candidates(root, "shop") if "order" in each["total"]]
    ended = new(root, "shop", *JOURNEY, "--sli", order["id"], "--format", "json")
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    assert (said["measured"], said["target"]) == (True, "0.99")
    assert "99.6 % measured over 30 days: 17,280 of 4,320,000 failed" in said["rationale"]
    found = {(each["severity"], each["rule"]) for each in said["findings"]}
    assert found == {("warning", "slo-not-compiled"), ("warning", "slo-agreement-missing")}
    slo = (root / "services/shop/slo.yaml").read_text()
    query = f"sum:{ERRORS}{{service:shop,resource_name:post_/order}}.as_count()"
    assert f"bad: {{metricSource: {{type: Datadog, spec: {{query: '{query}'}}}}}}" in slo
    assert "rate(" not in (root / "docs/runbooks/shop-customer-places-order.md").read_text()


def test_a_query_without_data_leaves_a_guess_and_says_so(root: Path) -> None:
    queries = [f"sum:shop.{name}{{*}}.as_count()" for name in ("ok", "all")]
    given = ("--good", queries[0], "--total", queries[1], "--days", "20")
    ended = new(root, "shop", *JOURNEY, *given, "--format", "json")
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    assert said["measured"] is False
    assert "Datadog has no data for it within 20 days" in said["rationale"]


def test_a_query_of_ones_own_has_to_count_events(root: Path) -> None:
    good, total = "sum:a.ok{*}.as_count()", "avg:a.all{*}"
    ended = new(root, "shop", *JOURNEY, "--good", good, "--total", total)
    assert (ended.code, "end it with .as_count()" in ended.err) == (2, True)


def test_keys_that_are_refused_leave_a_guess(root: Path) -> None:
    ended = new(root, "shop", *JOURNEY, "--kind", "http", key="theirs")
    assert ended.code == 0
    assert "refuses: 403 Forbidden" in ended.err
    assert "continuing without it: the target will be a guess" in ended.err
    assert "theirs" not in ended.err + ended.out


def test_a_key_that_is_not_set_is_named(root: Path) -> None:
    ended = reliability("new", "shop", *JOURNEY, folder=root, DD_API_KEY="", DD_APP_KEY="app")
    assert (ended.code, "variable DD_API_KEY is not set" in ended.err) == (2, True)


def test_a_site_without_counts_says_so(tmp_path: Path) -> None:
    reliability("init", "--team", "shop", folder=tmp_path)
    with serving(FakeMetrics(())) as empty:
        named(tmp_path, empty.url)
        ended = new(tmp_path, "shop", *JOURNEY, "--kind", "http")
    assert ended.code == 0, ended.err
    assert "has no counts that look like events and their outcome" in ended.err


def test_a_team_with_datadog_alone_gets_from_init_to_a_plan(
    tmp_path: Path, datadog: FakeMetrics
) -> None:
    keys = {"DATADOG_API_KEY": "ours", "DATADOG_APP_KEY": "app"}
    asked = (
        "init",
        "--team",
        "shop",
        "--member",
        "@ana",
        "--runbook-base",
        "https://git.example/a",
    )
    made = reliability(*asked, folder=tmp_path, **keys)
    assert (made.code, "Alertmanager host" in made.err) == (0, False)
    assert "`check` reports" not in made.err
    assert not (tmp_path / "services/monitoring").exists()
    assert "0 services, 10 documents: no findings" in reliability("check", folder=tmp_path).err

    with run_fake(FakeDatadog(keys=("ours", "app"))) as site:
        for name, url in (("history", datadog.url), ("targets", site.url)):
            policy = tmp_path / f"policies/{name}.yaml"
            text = policy.read_text().replace("https://api.datadoghq.com", url)
            policy.write_text(text.replace("api.datadoghq.com", "127.0.0.1"))
        listing = ("new", "shop", "--candidates", "--format", "json")
        order = json.loads(reliability(*listing, folder=tmp_path, **keys).out)[-1]["id"]
        answered = ("new", "shop", *JOURNEY, "--sli", order, "--fast-tier", "alert")
        written = reliability(*answered, "--format", "json", folder=tmp_path, **keys)
        assert written.code == 0, written.err
        [finding] = json.loads(written.out)["findings"]
        assert finding["rule"] == "slo-agreement-missing"
        assert "windows: datadog-30d" in (tmp_path / "services/shop/alert-policy.yaml").read_text()
        assert reliability("check", folder=tmp_path).code == 0

        planned = reliability("plan", folder=tmp_path, **keys)
        assert "datadog: 6 to create" in planned.out
        assert site.found == []
    assert "@slack-shop-alerts" in planned.out

    again = reliability("init", "--team", "shop", folder=tmp_path)
    assert "wrote" not in again.out
