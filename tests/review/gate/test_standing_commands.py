"""`reliability gate` and `reliability status` as a user runs them."""

import json
import re
from pathlib import Path

import pytest

from reliability.review.gate.table import HEADS
from tests.backtest.replaying import DAY, minutes
from tests.backtest.repository import incident, slo
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability

POLICY = """
apiVersion: reliability/v1
kind: ErrorBudgetPolicy
metadata: {name: error-budget}
spec:
  states: [{name: spent, remaining: 0, then: [freeze]}]
"""
HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: synthetic, seed: 3, traffic: {checkout: {perMinute: 500, blipsPerWeek: 0}}}
"""
TROUBLE = minutes(9 * 1440, 9 * 1440 + 1200)
"""The tenth of September, when five percent fail for twenty hours."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {
        "services/shop/slo.yaml": slo("checkout").replace(
            "metadata: {name: checkout}\nspec",
            'metadata: {name: checkout, annotations: {reliability/reviewed: "2026-09-15"}}\nspec',
        ),
        "services/shop/incidents.yaml": incident("Nobody could pay", TROUBLE),
        "policies/error-budget.yaml": POLICY,
        "policies/history.yaml": HISTORY,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(folder: Path, *arguments: str, today: str = "2026-09-20") -> Ended:
    return reliability("--today", today, *arguments, folder=folder)


def test_a_spent_budget_closes_the_gate_and_says_when_it_opens(shop: Path) -> None:
    ended = run(shop, "gate", "shop")
    assert ended.code == 1
    assert ended.out.startswith("shop: closed: checkout served: attainment 99.")
    condition = "more than 0 % of the error budget of checkout served remains"
    assert f"opens when {condition}: on 2026-10-1" in ended.out
    said = json.loads(run(shop, "gate", "shop", "--format", "json").out)
    opens = said["objectives"][0]["opens"][:10]
    after = str((TROUBLE.end + 31 * DAY).date())
    assert run(shop, "gate", "shop", today=after).code == 0
    assert opens <= after


def test_a_budget_that_is_not_known_is_no_answer(shop: Path) -> None:
    (shop / "policies/history.yaml").write_text(
        HISTORY.split("  source:")[0] + "  source: {type: store}\n"
    )
    ended = run(shop, "gate", "shop")
    assert ended.code == 5
    assert ended.out.splitlines()[:2] == [
        "shop: unknown: too little is known of checkout served",
        "  checkout served: not known: no data in the store; run `reliability history pull` or "
        "`reliability history import`; burn rate not known",
    ]


@pytest.mark.parametrize("today", ["2026-09-30", "2026-10-01", "2026-10-02"])
def test_a_period_of_the_calendar_is_known_from_its_first_day(shop: Path, today: str) -> None:
    months = (
        'timeWindow: [{duration: 1M, calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}}]'
    )
    slos = shop / "services/shop/slo.yaml"
    rolling = "timeWindow: [{duration: 30d, isRolling: true}]"
    slos.write_text(slos.read_text().replace(rolling, months))
    opens = today != "2026-09-30"
    assert run(shop, "gate", "shop", today=today).code == (0 if opens else 1)
    if today == "2026-10-01":
        assert run(shop, "gate", "shop", today=today).out.startswith(
            "shop: open: lowest budget remaining: 100 % (checkout served)"
        )
        row = run(shop, "status", today=today).out.splitlines()[1]
        assert re.split("  +", row)[4:7] == ["99.9 %", "no events yet", "100 %"]


def test_without_a_policy_there_is_no_answer(shop: Path) -> None:
    (shop / "policies/error-budget.yaml").unlink()
    ended = run(shop, "gate", "shop")
    assert (ended.code, "no ErrorBudgetPolicy" in ended.err) == (2, True)


def test_a_service_that_is_not_there_is_named_with_the_nearest(shop: Path) -> None:
    ended = run(shop, "gate", "shopp")
    assert (ended.code, "did you mean shop?" in ended.err) == (2, True)


def test_no_server_is_asked_where_none_is_named(shop: Path) -> None:
    ended = run(shop, "gate", "shop", "--from", "live")
    assert (ended.code, "pass --prometheus URL" in ended.err) == (2, True)


def test_status_shows_every_promise_in_a_row(shop: Path) -> None:
    ended = run(shop, "status")
    assert ended.code == 0
    head, row, _, present, source = ended.out.splitlines()
    shown = [name for name in HEADS if name not in ("environment", "firing")]
    assert re.split("  +", head) == shown
    assert present.startswith("burn rates at ")
    assert row.startswith("-     shop     checkout served  unknown  99.9 %     99.")
    assert row.endswith("exhausted     100 %  2026-10-15")
    assert source.startswith("source synthetic: generated from seed 3")
    assert run(shop, "status", today="2026-10-15").out.splitlines()[1].endswith("(due)")


def test_status_says_why_it_does_not_know(shop: Path) -> None:
    (shop / "policies/history.yaml").write_text(
        HISTORY.split("  source:")[0] + "  source: {type: store}\n"
    )
    ended = run(shop, "status")
    assert ended.code == 0
    assert re.search("not known +not known +not known +not known +-  +", ended.out)
    assert "no figures for checkout-served: no data in the store; run " in ended.out


def test_status_as_json_has_the_figures(shop: Path) -> None:
    said = json.loads(run(shop, "status", "--format", "json").out)
    [row] = said["slos"]
    assert (said["version"], row["service"], row["target"], row["due"]) == (1, "shop", 0.999, False)
    assert row["budget_remaining"] < 0
    assert row["next_review"] == "2026-10-15"
