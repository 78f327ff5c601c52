"""What a woken person reads, as Prometheus of both generations fills it in."""

from pathlib import Path

import pytest
import yaml

from tests.compile.repositories import Document, ours, policy, rules_of, shop, slo, windows
from tests.compile.scenarios import Scenario, http, promtool_file
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

pytestmark = pytest.mark.tools

TIERS: Document = {"alert": {}, "ticket": {}, "log": {}}
RUNBOOKS = "https://example.com/runbooks"
NOTIFICATION = ours("NotificationPolicy", "notification", tiers=TIERS, runbookBase=RUNBOOKS)
TEAM = ours("Team", "sales", displayName="Sales and carts", members=["@one"])
POLICY = policy({"slo": "shop-checkout", "runbook": "docs/pay.md", "windows": "eager"})
EAGER = windows("eager", "30d", [("1h", "5m", "0.2%")], [])
PEOPLE = {"owner": "Sales and carts", "runbook_url": f"{RUNBOOKS}/docs/pay.md"}
LABELS = {
    "service": "shop",
    "slo": "shop-checkout",
    "objective": "shop-checkout",
    "team": "sales",
    "sloth_id": "shop-shop-checkout",
    "sloth_service": "shop",
    "sloth_slo": "shop-checkout",
}


def assert_reads(
    generation: Generation, folder: Path, promise: Document, scenario: Scenario, alert: Document
) -> None:
    """The one alert of the tier that fires has these labels and annotations, and no others."""
    rules = rules_of(shop(NOTIFICATION, TEAM, EAGER, promise, POLICY))
    tests = promtool_file(rules, scenario)
    tests["tests"][0]["alert_rule_test"] = [alert]
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (folder / "tests.yml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    said = run_rule_tests(generation, folder / "tests.yml")
    assert said.accepted, said.text


def page(minute: int, labels: dict[str, str], **annotations: str) -> Document:
    shown = {"exp_labels": {**LABELS, **labels}, "exp_annotations": {**PEOPLE, **annotations}}
    return {"eval_time": f"{minute}m", "alertname": "ErrorBudgetBurn", "exp_alerts": [shown]}


def test_a_page_says_what_users_feel_how_much_failed_and_what_is_left(
    generation: Generation, tmp_path: Path
) -> None:
    """The generations differ by the one sample that lies at the left end of a window."""
    promise = slo(target=0.99, annotations={"journey": "A customer pays {{ twice }}"})
    burn = Scenario(http((60000, 0.0005, 300), (60000, 0.05, 30)))
    failed, total, share, spent, left, lasts = (
        ("92410", "3600000", "2.567", "46.63", "53.37", "6d 5h 42m 4s")
        if generation.has_left_open_ranges
        else ("92415", "3660000", "2.525", "45.87", "54.13", "6d 10h 20m 47s")
    )
    expected = page(
        330,
        {"tier": "alert"},
        summary=f"A customer pays {{{{ twice }}}} (Checkout works): "
        f"{failed} of {total} failed in the last hour",
        description=f"{share}% failed in the last hour, and 1% may.\n"
        f"Of the error budget of 30 days {spent}% is spent and {left}% is left.\n"
        f"At the rate of the last hour the rest lasts {lasts}.",
    )
    assert_reads(generation, tmp_path, promise, burn, expected)


def test_a_page_of_one_group_tells_the_numbers_of_that_group(
    generation: Generation, tmp_path: Path
) -> None:
    promise = slo(target=0.99, annotations={"group-by": "region"})
    series = {
        **http((60000, 0, 330), more=',region="us"'),
        **http((6000, 0.0, 300), (6000, 0.05, 30), more=',region="the \\"east\\""'),
    }
    total, failed, share, spent, left, lasts = (
        ("359850", "9000", "2.501", "41.29", "58.71", "7d 1h 1m 12s")
        if generation.has_left_open_ranges
        else ("366000", "9150", "2.5", "41.28", "58.72", "7d 1h 6m 3s")
    )
    expected = page(
        330,
        {"tier": "alert", "region": 'the "east"'},
        summary=f"Checkout works: {failed} of {total} failed in the last hour",
        description=f"{share}% failed in the last hour, and 1% may.\n"
        f"Of the error budget of 30 days {spent}% is spent and {left}% is left.\n"
        f"At the rate of the last hour the rest lasts {lasts}.",
    )
    assert_reads(generation, tmp_path, promise, Scenario(series), expected)


def test_when_the_budget_is_gone_the_page_says_so(generation: Generation, tmp_path: Path) -> None:
    total = "3600000" if generation.has_left_open_ranges else "3660000"
    expected = page(
        120,
        {"tier": "alert"},
        summary=f"Checkout works: {total} of {total} failed in the last hour",
        description="100% failed in the last hour, and 50% may.\n"
        "Of the error budget of 30 days 200% is spent and 0% is left.\n"
        "At the rate of the last hour the rest lasts 0s.",
    )
    promise = slo(target=0.5)
    outage = Scenario(http((60000, 1, 120)))
    assert_reads(generation, tmp_path, promise, outage, expected)


def test_of_a_calendar_period_it_says_what_is_spent_by_now(
    generation: Generation, tmp_path: Path
) -> None:
    """Five times too fast for 119 of a day's 1440 minutes: what the evaluation before recorded."""
    day = {"startTime": "1969-12-31 00:00:00", "timeZone": "UTC"}
    promise = slo(target=0.99, timeWindow=[{"duration": "1d", "calendar": day}])
    hours = Scenario(http((60000, 0.05, 120)))
    failed, total = (
        ("180000", "3600000") if generation.has_left_open_ranges else ("183000", "3660000")
    )
    expected = page(
        120,
        {"tier": "alert"},
        summary=f"Checkout works: {failed} of {total} failed in the last hour",
        description="5% failed in the last hour, and 1% may.\n"
        "Of the error budget of this day 41.32% is spent and 58.68% is left.\n"
        "At the rate of the last hour the rest lasts 2h 48m 59s.",
    )
    assert_reads(generation, tmp_path, promise, hours, expected)
