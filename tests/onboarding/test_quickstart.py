"""docs/start/quickstart.md is followed to the letter; a page arrives and nothing has leaked."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.program import reliability
from tests.environment import corpora_folder
from tests.onboarding.following import ROUTING_KEY, Alone, alone
from tests.onboarding.inbox import HEARTBEAT
from tests.servers.generation import GENERATIONS, Generation, find

pytestmark = pytest.mark.servers


def test_the_page_leads_from_nothing_to_a_page_that_arrives(tmp_path: Path) -> None:
    """With every generation at once: nearly all of the time is a wait for the first evaluation."""
    there = [each for each in map(find, GENERATIONS) if isinstance(each, Generation)]
    if not there:
        pytest.skip("servers of no generation are available; run tests/servers/install")
    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(followed, each, tmp_path / each.name) for each in there]:
            done.result()


def followed(generation: Generation, folder: Path) -> None:
    corpora = corpora_folder()
    with alone(generation, folder, corpora) as person:
        steps = {step.heading: step.screen for step in person.follow()}
        screen = "".join(steps.values())
        if corpora is None:
            assert person.noises() >= {"CartUsed"}
        else:
            assert_sorts_what_was_copied(person, steps)
        assert "99.4292 % measured over 6 days" in screen
        assert "pages 0 · no incident to score against\n" in screen
        assert "1 warning\n" in steps["5. Check it"]
        assert "warning[slo-agreement-missing]" in steps["5. Check it"]
        slack, pager = person.paged()
        assert '"channel":"#shop-alerts"' in slack
        assert f'"routing_key":"{ROUTING_KEY}"' in pager
        assert person.inbox.at(HEARTBEAT, "firing")
        del steps["A page arrives"]
        assert_nothing_leaked(person, "".join(steps.values()))
        root = person.folder / "reliability-repository"
        for command in (("check",), ("plan", "--detailed-exitcode")):
            ended = reliability(*command, folder=root)
            assert ended.code == 0, ended.out


def assert_nothing_leaked(person: Alone, screen: str) -> None:
    """No secret is in Git, on the screen of any command, or in the new live file."""
    history, live = person.history(), person.alertmanager.config.read_text()
    assert "policies/alertmanager.base.yml" in history
    for secret in person.secrets:
        assert secret not in history
        assert secret not in live
        assert secret not in screen
    secrets = list((person.folder / "alertmanager/secrets").iterdir())
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert {path.name for path in secrets} == {
        *("global-slack-api-url", "shop-pager-routing-key", "heartbeat-url"),
    }


def assert_sorts_what_was_copied(person: Alone, steps: Mapping[str, str]) -> None:
    """Nothing of the corpora wakes anybody here, and what made a noise before still does."""
    screen = steps["3. Sort today's notifications"]
    counted = re.search(r"^(\d+) notifications in ", screen, re.MULTILINE)
    assert counted is not None, screen
    assert int(counted[1]) >= 1
    triage = screen.splitlines()
    words = [line.split() for line in triage if line.startswith(("alert ", "ticket ", "log "))]
    tiers = {noise: tier for tier, _, noise, *_ in words}
    assert tiers["PrometheusJobMissing"] == "ticket"
    assert tiers["Watchdog"] == "log"
    assert "alert" not in tiers.values()
    assert person.noises() >= {"PrometheusJobMissing", "Watchdog"}
