"""`suggest`: all that it prints and writes, whole sessions in golden files.

`pytest tests/cli/suggest --update-golden` rewrites them; read what has changed.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.backtest.replaying import minutes
from tests.backtest.repository import WINDOWS, incident, policy, slo
from tests.check.repository import write
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
SUGGEST: Final = ("--today", "2026-10-01", "suggest")
HISTORY: Final = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: synthetic, seed: 3, traffic: {checkout: {perMinute: 500, blipsPerWeek: 2}}}
  span: 30d
"""
STORE: Final = HISTORY.replace(
    "type: synthetic, seed: 3, traffic: {checkout: {perMinute: 500, blipsPerWeek: 2}}",
    "type: store",
)
TIGHT: Final = WINDOWS.replace("google-30d", "tight").replace("budget: 2%", "budget: 1%")
WEEKLY: Final = """
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: weekly}
spec:
  period: 7d
  fast: [{long: 1h, short: 5m, budget: 10%}]
"""
BOUNDS: Final = """
apiVersion: reliability/v1
kind: SloPolicy
metadata: {name: slo}
spec:
  targets: {min: 0.99, max: 0.9995}
"""
SLO: Final = "services/shop/slo.yaml"
TWO: Final = slo("checkout").replace(
    "objectives: [{displayName: served, target: 0.999}]",
    "objectives: [{displayName: served, target: 0.99}, {displayName: fast, target: 0.9}]",
)
COLD: Final = minutes(9 * 1440 + 720, 9 * 1440 + 780)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A month of made-up history, with an incident in it."""
    return write(
        {
            SLO: slo("checkout"),
            "services/shop/alert-policy.yaml": policy("checkout"),
            "services/shop/incidents.yaml": incident("Nobody could pay", COLD),
            "policies/burn-rates.yaml": WINDOWS,
            "policies/tight.yaml": TIGHT,
            "policies/weekly.yaml": WEEKLY,
            "policies/history.yaml": HISTORY,
        },
        tmp_path,
    )


def test_the_targets_that_were_tried(golden: Golden, shop: Path) -> None:
    text = transcript(
        shop,
        (*SUGGEST, "checkout"),
        (*SUGGEST, "checkout", "--all", "--windows", "google-30d"),
        (*SUGGEST, "checkout", "--days", "8", "--windows", "tight"),
        (*SUGGEST, "checkout", "--format", "markdown", "--days", "7"),
    )
    golden.check(GOLDEN / "targets.txt", text)


def test_the_targets_as_json(golden: Golden, shop: Path) -> None:
    write({"policies/slo.yaml": BOUNDS}, shop)
    ended = in_process(*SUGGEST, "checkout", "--format", "json", "--days", "10", folder=shop)
    assert (ended.code, ended.err) == (0, "")
    golden.check(GOLDEN / "targets.json", ended.out)


def test_requests_that_cannot_be_served(golden: Golden, shop: Path) -> None:
    text = transcript(
        shop,
        (*SUGGEST, "chekout"),
        (*SUGGEST, "checkout", "--objective", "slow"),
        (*SUGGEST, "checkout", "--windows", "weekly"),
        (*SUGGEST, "checkout", "--windows", "nowhere", "--apply"),
        (*SUGGEST, "checkout", "--target", "0.99"),
        *(
            (*SUGGEST, "checkout", "--apply", "--target", text)
            for text in ("0", "1", "-0.5", "99.9%", "0.9999999", "0.9\n", "nan")
        ),
        (*SUGGEST, "checkout", "--days", "0"),
        (*SUGGEST, "checkout", "--days", "401"),
    )
    golden.check(GOLDEN / "refused.txt", text)


def test_a_service_stands_for_its_only_slo(shop: Path) -> None:
    alone, named = (in_process(*SUGGEST, name, folder=shop).out for name in ("shop", "checkout"))
    assert alone == named
    write({"services/shop/slo-2.yaml": slo("browse")}, shop)
    several = in_process(*SUGGEST, "shop", folder=shop)
    message = "shop is a service; name one of its SLOs: browse and checkout"
    assert (several.code, several.err) == (2, f"reliability: {message}\n")


@pytest.mark.parametrize("target", ["0", "1", "1.5", "-0.5", "-1", "x", "", "99.9%"])
def test_a_target_is_a_ratio(shop: Path, target: str) -> None:
    ended = in_process("suggest", "checkout", "--apply", f"--target={target}", folder=shop)
    assert (ended.code, ended.out) == (2, "")
    message = f"--target: {target} is not a ratio between 0 and 1, such as 0.999"
    assert ended.err == f"reliability: {message}; see `reliability suggest --help`\n"


@pytest.mark.parametrize("target", ["0.0001", "0.5", "0.99999"])
def test_a_target_is_only_for_writing(shop: Path, target: str) -> None:
    ended = in_process("suggest", "checkout", "--target", target, folder=shop)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("reliability: --target needs --apply; ")


def test_targets_are_written_to_the_file(golden: Golden, shop: Path) -> None:
    write({SLO: TWO, "policies/slo.yaml": BOUNDS}, shop)
    days = ("--days", "7")
    text = transcript(
        shop,
        (*SUGGEST, "checkout", *days),
        (*SUGGEST, "checkout", *days, "--apply"),
        (*SUGGEST, "checkout", *days, "--objective", "fast", "--apply"),
    )
    first = (shop / SLO).read_text()
    again = transcript(
        shop,
        (*SUGGEST, "checkout", *days, "--objective", "served", "--apply", "--target", "0.9950"),
        ("--quiet", *SUGGEST, "checkout", *days, "--objective", "served", "--apply"),
    )
    golden.check(GOLDEN / "apply.txt", "\n".join((text, first, again, (shop / SLO).read_text())))


def history(shop: Path, days: int, share: float) -> None:
    """Store counts of so many days up to the last of September, a share of which failed."""
    write({"policies/history.yaml": STORE}, shop)
    first = COLD.start.replace(day=1, hour=0, minute=0) + timedelta(days=30 - days)
    rows = (
        f"{first + timedelta(minutes=minute):%Y-%m-%dT%H:%M:00Z},{1000 * share:.0f},1000"
        for minute in range(days * 1440)
    )
    (shop / "counts.csv").write_text("\n".join(("time,bad,total", *rows)) + "\n")
    command = ("history", "import", "counts.csv", "--format", "csv", "--slo", "checkout")
    assert in_process(*command, folder=shop).code == 0


@pytest.mark.parametrize(
    ("days", "share", "reason"),
    [
        (1, 0.0, "a suggestion needs a week of history, and 1 of 7 days are known"),
        (8, 0.6, "no round target within the bounds of the SLO policy was met"),
    ],
)
def test_a_history_from_which_nothing_follows(
    shop: Path, days: int, share: float, reason: str
) -> None:
    history(shop, days, share)
    asked = (*SUGGEST, "checkout", "--days", "8", "--windows", "tight")
    ended = in_process(*asked, "--apply", folder=shop)
    assert (ended.code, reason in ended.out) == (2, True)
    assert ended.err.splitlines()[-1] == f"reliability: nothing to apply: {reason}"


def test_without_history_nothing_is_suggested(golden: Golden, shop: Path) -> None:
    write({"policies/history.yaml": STORE}, shop)
    text = transcript(
        shop,
        (*SUGGEST, "checkout"),
        (*SUGGEST, "checkout", "--format", "markdown"),
        (*SUGGEST, "checkout", "--format", "json"),
        (*SUGGEST, "checkout", "--apply"),
    )
    golden.check(GOLDEN / "no-history.txt", text)
