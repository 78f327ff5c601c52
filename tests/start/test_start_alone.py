"""docs/start-alone.md is followed to the letter, until an alert fires at a real Alertmanager."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.environment import corpora_folder
from tests.servers.generation import GENERATIONS, Generation, find
from tests.start.following import Alone, alone

pytestmark = pytest.mark.servers


def test_the_page_leads_from_nothing_to_an_alert_that_arrives(tmp_path: Path) -> None:
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
        assert "99.2583 % measured over 3 days" in screen
        assert "pages a week" in screen
        arrived = person.burning()
    assert (arrived["tier"], arrived["service"]) == ("alert", "shop")


def assert_sorts_what_was_copied(person: Alone, steps: Mapping[str, str]) -> None:
    """Nothing of the corpora wakes anybody here, and what made a noise before still does."""
    screen = steps["Minute 1: what makes a noise"]
    told = re.match(r"\+ .*\n(\d+) notifications in ", screen)
    assert told is not None, screen
    assert int(told[1]) >= 1
    triage = screen.splitlines()
    words = [line.split() for line in triage if line.startswith(("alert ", "ticket ", "log "))]
    tiers = {noise: tier for tier, _, noise, *_ in words}
    assert tiers["PrometheusJobMissing"] == "ticket"
    assert tiers["Watchdog"] == "log"
    assert "alert" not in tiers.values()
    assert person.noises() >= {"PrometheusJobMissing", "Watchdog"}
