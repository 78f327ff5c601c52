"""`backtest` with environments: each has a report of its own, in golden files.

`pytest tests/cli/environments --update-golden` rewrites them; read what has changed.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.backtest.test_command import git
from tests.cli.copied import copied, edit
from tests.cli.environments.declared import ENVIRONMENTS, declare, in_two_environments
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
DAY: Final = ("--today", "2026-11-25")
SLO: Final = "attendance-clock-in"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = in_two_environments(tmp_path)
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--message=Begin")
    return root


def values(root: Path, *options: str) -> Any:
    ended = in_process(*DAY, "backtest", SLO, "--format", "json", *options, folder=root)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_a_change_has_another_effect_in_each_environment(golden: Golden, root: Path) -> None:
    edit(
        root / "services/attendance/alert-policy.yaml",
        "tiers: {fast: alert, slow: ticket}",
        "tiers: {fast: ticket, slow: ticket}",
    )
    command = (*DAY, "backtest", SLO, "--base", "main", "--brief")
    text = transcript(
        root,
        command,
        (*command, "--environment", "staging", "--format", "markdown"),
        (*command, "--format", "html"),
        (*command, "--output", "result.json", "--format", "json"),
    )
    golden.check(GOLDEN / "backtest.txt", re.sub(r"base [0-9a-f]{12} ", "base 0123456789ab ", text))


def test_an_environment_without_labels_replays_as_before(root: Path, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    before = values(copied(tmp_path / "before"))
    after = values(root, "--environment", "production")
    assert after.pop("environment") == "production"
    # Alerts of a server with external labels are notified as those without.
    assert after["slos"] == before["slos"]
    assert after["notifications"] == before["notifications"]


def test_an_environment_that_pages_nobody_sends_no_page(root: Path) -> None:
    both = values(root)["environments"]
    tiers = {each["environment"]: {row["tier"] for row in each["slos"]} for each in both}
    assert tiers == {"production": {"alert", "ticket"}, "staging": {"ticket", "log"}}


def test_an_incident_is_in_the_environments_that_it_names(root: Path) -> None:
    incidents = root / "services/attendance/incidents.yaml"
    name = "    - name: Sign-in service timed out\n"
    edit(incidents, name, f"{name}      environments: [staging]\n")
    both = values(root)["environments"]
    names = {each["environment"]: [one["name"] for one in each["incidents"]] for each in both}
    assert names["staging"] == ["Sign-in service timed out"]
    assert "Sign-in service timed out" not in names["production"]
    assert len(names["production"]) == 3

    edit(incidents, "environments: [staging]", "environments: [stagin]")
    found = in_process(*DAY, "check", folder=root)
    assert "stagin" in found.out
    assert "did you mean staging?" in found.out


def test_measured_findings_name_their_environment(root: Path) -> None:
    edit(
        root / "services/attendance/alert-policy.yaml",
        "tiers: {fast: alert, slow: ticket}",
        "tiers: {fast: ticket, slow: ticket}",
    )
    command = (*DAY, "backtest", SLO, "--base", "main", "--format", "json", "--output", "result")
    assert in_process(*command, folder=root).code == 0
    found = in_process(*DAY, "check", "--base", "main", "--evidence", "result", folder=root)
    missed = [line for line in found.out.splitlines() if "[incident-missed]" in line]
    assert missed
    assert all("[incident-missed]: in production: the incident of " in line for line in missed)
    assert "evidence-stale" not in found.out


def test_evidence_of_an_unknown_environment_is_refused(root: Path) -> None:
    command = (*DAY, "backtest", SLO, "--format", "json", "--output", "result")
    assert in_process(*command, folder=root).code == 0
    (root / "policies/environments.yaml").unlink()
    ended = in_process(*DAY, "check", "--evidence", "result", folder=root)
    assert ended.code == 2
    assert "the evidence is about production, which is not a known environment" in ended.err


def test_an_incident_that_one_environment_misses_is_the_exit_code(root: Path) -> None:
    command = (*DAY, "backtest", SLO, "--fail-on", "incident-missed", "--brief")
    codes = {}
    for source in ("synthetic", "store"):
        if source == "store":
            history = root / "policies/history.yaml"
            text = history.read_text()
            start, end = text.index("  source:\n"), text.index("  # source:")
            history.write_text(f"{text[:start]}  source: {{type: store}}\n{text[end:]}")
        for names in (("production",), ("staging",), ()):
            options = [word for name in names for word in ("--environment", name)]
            codes[source, names] = in_process(*command, *options, folder=root).code
    # Staging pages nobody, so it misses nothing; without stored history, nothing is known.
    assert codes == {
        ("synthetic", ("production",)): 1,
        ("synthetic", ("staging",)): 0,
        ("synthetic", ()): 1,
        ("store", ("production",)): 5,
        ("store", ("staging",)): 0,
        ("store", ()): 5,
    }


def test_without_anything_to_replay_there_is_one_report(root: Path) -> None:
    for path in root.glob("services/*/*.yaml"):
        path.unlink()
    ended = in_process(*DAY, "backtest", folder=root)
    assert ended.code == 0, ended.err
    assert ended.out.count("\n  source ") == 1


def test_a_missed_incident_counts_more_than_an_unknown_one(tmp_path: Path) -> None:
    root = copied(tmp_path)
    server = "      servers: [{name: staging, target: prometheus-staging}]\n"
    stored = f"{server}      history: {{source: {{type: store}}}}\n"
    text = ENVIRONMENTS.replace("      highestTier: ticket\n      approvals: none\n", "")
    declare(root, text.replace(server, stored))
    command = (*DAY, "backtest", "attendance", "--fail-on", "incident-missed", "--brief")
    codes = [
        in_process(*command, *options, folder=root).code
        for options in (
            ("--environment", "production"),
            ("--environment", "staging"),
            (),
        )
    ]
    assert codes == [1, 5, 1]
