"""`reliability demo --live` on real servers: a sync, a burn, and who is told."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.repository import ROOT
from tests.servers.generation import GENERATIONS, Generation, find

pytestmark = pytest.mark.servers


@pytest.fixture
def generation() -> Generation:
    """The newest generation that is here: the run takes two minutes, and providers have both."""
    found = [each for each in map(find, reversed(GENERATIONS)) if isinstance(each, Generation)]
    if not found:
        pytest.skip("no servers are here; run tests/servers/install")
    return found[0]


def test_a_burn_reaches_the_teams_slack_and_pager(generation: Generation, tmp_path: Path) -> None:
    folder = tmp_path / "reliability"
    arguments = ("demo", "--live", "--servers", generation.folder, "--folder", folder)
    done = subprocess.run(
        [sys.executable, "-m", "reliability", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "alertmanager: no changes; 1 owned" in done.stdout
    assert "| #workforce-alerts  <!subteam^S01WORKFORCE>" in done.stdout
    assert re.search(r": [\d.]+% of events failed when this was last evaluated\*", done.stdout)
    # The server has seen less than an hour, so the text counts nothing, and states no budget.
    assert not re.search(r"hour before|error budget was spent", done.stdout)
    assert "PagerDuty pages workforce." in done.stdout
