"""`reliability backtest` as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backtest.replaying import DAY, minutes
from tests.backtest.repository import WINDOWS, incident, policy, slo
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.environment import environment

HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: synthetic, seed: 3, traffic: {checkout: {perMinute: 500, blipsPerWeek: 0}}}
  span: 30d
"""
TODAY = "2026-10-01"
NOON = 12 * 60
TROUBLE = minutes(9 * 1440 + NOON, 9 * 1440 + NOON + 60)
"""The tenth of September, when five percent fail for an hour at noon."""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    command = ["git", *identity, "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with one SLO, an incident on record, and a commit."""
    files = {
        "services/shop/slo.yaml": slo("checkout"),
        "services/shop/alert-policy.yaml": policy("checkout"),
        "services/shop/incidents.yaml": incident("Nobody could pay", TROUBLE),
        "policies/burn-rates.yaml": WINDOWS,
        "policies/history.yaml": HISTORY,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message=A promise")
    return tmp_path


def backtest(folder: Path, *arguments: str, today: str = TODAY) -> Ended:
    return reliability("--today", today, "backtest", *arguments, folder=folder)


def loosen(folder: Path) -> None:
    (folder / "services/shop/slo.yaml").write_text(slo("checkout", "0.97"))


def test_in_a_fresh_clone_it_replays_made_up_history_and_says_so(shop: Path) -> None:
    ended = backtest(shop)
    assert ended.code == 0
    assert ended.out.splitlines()[0].endswith("incidents caught 1 of 1")
    assert "synthetic: generated from seed 3, not real traffic" in ended.out
    assert "30 days, 2026-09-01 to 2026-09-30 UTC · 100 % covered, 30 days" in ended.out


def test_a_looser_target_is_quieter_and_misses_the_incident(shop: Path) -> None:
    loosen(shop)
    said = backtest(shop, "--base", "HEAD").out.splitlines()[0]
    assert said.startswith("alert episodes a week 0.2 -> 0.0 · ticket ")
    assert "incidents caught 1 of 1 -> 0 of 1; missed 1 (paged before): 10 September with " in said
    assert said.endswith(" of the budget spent")


def test_the_base_is_read_from_git_and_nothing_is_checked_out(shop: Path) -> None:
    loosen(shop)
    git(shop, "commit", "--all", "--message=Quieter")
    changed = backtest(shop, "--base", "HEAD~1")
    assert "caught 1 of 1 -> 0 of 1" in changed.out
    assert "0.97" in (shop / "services/shop/slo.yaml").read_text()
    assert "caught 0 of 1 -> 0 of 1" in backtest(shop, "--base", "HEAD").out


def test_it_ends_with_0_unless_asked_to_fail_on_a_missed_incident(shop: Path) -> None:
    loosen(shop)
    assert backtest(shop, "--base", "HEAD").code == 0
    assert backtest(shop, "--base", "HEAD", "--fail-on", "incident-missed").code == 1


def test_an_incident_that_was_missed_before_too_does_not_fail_a_change(shop: Path) -> None:
    loosen(shop)
    git(shop, "commit", "--all", "--message=Quieter")
    assert backtest(shop, "--base", "HEAD", "--fail-on", "incident-missed").code == 0
    assert backtest(shop, "--fail-on", "incident-missed").code == 1


def test_json_goes_to_stdout_alone(shop: Path) -> None:
    ended = backtest(shop, "--format", "json", "--days", "25")
    said = json.loads(ended.out)
    assert said["span"] == {
        "start": "2026-09-06T00:00:00Z",
        "end": "2026-10-01T00:00:00Z",
        "days": 25.0,
    }
    assert (said["synthetic"], said["coverage"]) == (True, 1.0)
    assert [verdict["name"] for verdict in said["incidents"]] == ["Nobody could pay"]


def test_markdown_is_for_a_comment(shop: Path) -> None:
    assert backtest(shop, "--format", "markdown").out.startswith("### alert episodes a week ")


def test_the_day_decides_what_is_replayed(shop: Path) -> None:
    later = backtest(shop, today=str((TROUBLE.end + 40 * DAY).date()))
    assert "no incident to score against" in later.out


def test_only_a_verbose_report_names_mode_ranges_and_phase(shop: Path) -> None:
    asked = ("--ranges", "closed", "--phase", "1")
    said = backtest(shop, *asked, "--verbose").out
    assert "event mode" not in backtest(shop, *asked).out
    assert (
        "ranges include their start, as in Prometheus 2 · evaluations 1 min later than by default"
        in said
    )


def test_only_what_is_named_is_replayed(shop: Path) -> None:
    (shop / "services/shop/other.yaml").write_text(slo("search"))
    assert "search" not in backtest(shop, "checkout").out
    assert "search" in backtest(shop, "shop").out
    wrong = backtest(shop, "serach")
    assert (wrong.code, wrong.err) == (
        2,
        "reliability: serach is neither an SLO nor a service with an SLO; did you mean search?\n",
    )


def test_a_query_that_changed_is_told_where_history_is_made_up(shop: Path) -> None:
    (shop / "services/shop/slo.yaml").write_text(slo("checkout", code="500"))
    said = backtest(shop, "--base", "HEAD").out
    assert (
        "synthetic history does not depend on queries: the changed query of checkout has no effect"
        in said
    )


def test_a_document_that_cannot_be_read_is_told(shop: Path) -> None:
    (shop / "services/shop/slo.yaml").write_text("kind: [")
    assert "left out; see `reliability check`: services/shop/slo.yaml" in backtest(shop).err


def test_a_document_that_cannot_be_read_at_the_base_is_told(shop: Path) -> None:
    policy = shop / "services" / "shop" / "alert-policy.yaml"
    whole = policy.read_text()
    policy.write_text(whole + "  typo: 1\n")
    git(shop, "commit", "--all", "--message=A typo")
    policy.write_text(whole)
    ended = backtest(shop, "--base", "HEAD")
    assert ended.code == 0
    assert "left out of the base " in ended.err
    assert "not readable: services/shop/alert-policy.yaml" in ended.err


def test_without_a_store_it_says_no_history_and_never_zero(shop: Path) -> None:
    history = shop / "policies/history.yaml"
    history.write_text(HISTORY.partition("  source:")[0] + "  source: {type: store}\n")
    ended = backtest(shop, "--days", "7")
    assert ended.code == 0
    assert "target 99.9 %: no history: no data in the store; run `reliability history" in ended.out
    assert "  alert " not in ended.out


def test_without_a_history_policy_it_says_what_to_copy(shop: Path) -> None:
    (shop / "policies/history.yaml").unlink()
    ended = backtest(shop)
    assert ended.code == 2
    assert "no HistorySources document names a source" in ended.err


def test_an_unknown_revision_is_an_error_that_names_it(shop: Path) -> None:
    ended = backtest(shop, "--base", "nowhere")
    assert ended.code == 2
    assert "nowhere names no commit here" in ended.err


@pytest.mark.parametrize(
    "command", [("backtest",), ("history", "pull"), ("review", "--base", "HEAD"), ("verdict",)]
)
def test_without_numpy_it_says_which_extra_to_install(shop: Path, command: tuple[str]) -> None:
    program = (
        "import sys; sys.modules['numpy'] = None; "
        "from reliability.cli.main import run; run(sys.argv[1:])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=shop,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "pip install 'jinja2>=3.1' 'numpy>=2' 'pyarrow>=18'" in ended.stderr


def test_a_result_goes_to_a_file_and_its_headline_to_stdout(shop: Path) -> None:
    ended = backtest(shop, "--format", "html", "--output", "timeline.html")
    assert ended.code == 0
    assert ended.out.startswith("alert episodes a week ")
    assert len(ended.out.splitlines()) == 1
    assert (shop / "timeline.html").read_text().startswith("<!doctype html>")
    refused = backtest(shop, "--output", "nowhere/result.txt")
    assert (refused.code, "--output: nowhere/result.txt" in refused.err) == (2, True)


def test_a_result_of_all_is_as_good_an_evidence(shop: Path) -> None:
    """What `--all` leaves out, the measured rules do not read."""
    loosen(shop)
    asked = ("--base", "HEAD", "--format", "json", "--output", "evidence.json")
    check = ("--today", TODAY, "check", "--base", "HEAD", "--evidence", "evidence.json")
    said = []
    for arguments in (asked, (*asked, "--all")):
        assert backtest(shop, *arguments).code == 0
        said.append(reliability(*check, folder=shop))
    assert said[0] == said[1]
    assert "incident-missed" in said[1].out
    assert "evidence-stale" not in said[1].out


def test_what_is_written_is_what_the_measured_rules_read(shop: Path) -> None:
    loosen(shop)
    arguments = ("--base", "HEAD", "--format", "json", "--output", "evidence.json")
    assert backtest(shop, *arguments).code == 0
    checked = reliability(
        "--today", TODAY, "check", "--base", "HEAD", "--evidence", "evidence.json", folder=shop
    )
    assert "incident-missed" in checked.out
    assert "evidence-stale" not in checked.out
    (shop / "services/shop/slo.yaml").write_text(slo("checkout", "0.98"))
    later = reliability(
        "--today", TODAY, "check", "--base", "HEAD", "--evidence", "evidence.json", folder=shop
    )
    assert "evidence-stale" in later.out
