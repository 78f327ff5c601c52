"""Texts of notifications, whose numbers are the events that an application emitted."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import pytest

from reliability.render.yaml_text import yaml_text
from tests.compile.alertmanager_cases import catalog_at
from tests.live.recorder import run_recorder
from tests.live.text_figures import COUNTS, NOTIFICATIONS, Figure, Notification, figures
from tests.live.texts import (
    BEGAN,
    CHECKOUT,
    Site,
    Text,
    files,
    history,
    page_of_a_test,
    resolved,
    rules,
    site,
)
from tests.servers.generation import Generation, Unavailable
from tests.servers.process import wait_for
from tests.servers.victoria import find_victoria, run_victoria, run_vmalert

pytestmark = pytest.mark.servers

NEVER = re.compile(r"(?<!Page-)\b[\d.]+e[+-]?\d+\b|NaN|Inf|error expanding|no value")
FLAGS: Final[Mapping[int, tuple[str, ...]]] = {30: ("--query.max-samples=15000",)}
"""Texts are as true on a server that refuses larger queries."""


@pytest.mark.parametrize("age", [0, 5, 30, 90], ids=lambda minutes: f"{minutes}m")
def test_texts_are_true_however_young_the_recordings_are(
    generation: Generation, tmp_path: Path, age: int
) -> None:
    """One site for all texts, since its history takes longer to write than they to arrive."""
    with site(generation, tmp_path, timedelta(minutes=age), FLAGS.get(age, ())) as running:
        for each in NOTIFICATIONS:
            said = each.of(running)
            assert re.search(each.says, str(said), re.DOTALL), said
            assert_true(said, each.figures(said))
            without_its_queries_it_keeps_its_first_sentence(running, each, said)
        a_resolved_alert_keeps_a_text_that_is_true(running)
        without_its_rules_a_page_ends_at_once(running)


def assert_true(said: Text, figures: Iterable[Figure]) -> None:
    assert not NEVER.search(str(said)), said
    assert [each for each in figures if not each.is_true] == [], said


def without_its_queries_it_keeps_its_first_sentence(
    running: Site, notification: Notification, said: Text
) -> None:
    failed = notification.of(running, queries="failing")
    plain, kept = (re.sub(r"[\d.:+-]+", "", text["summary"]) for text in (said, failed))
    assert (kept, failed["description"]) == (plain, said["description"]), failed
    for name in notification.needs:
        assert failed[name].startswith("<error expanding template"), failed


def a_resolved_alert_keeps_a_text_that_is_true(running: Site) -> None:
    """Many good requests at once end the burn; it keeps the share of the last evaluation."""
    message, fired = resolved(running)
    assert_true(fired, figures(fired, CHECKOUT))
    words = (
        r"Resolved at \d\d:\d\d UTC: Refunds: (20|19\.9\d)% of events failed when this was last "
    )
    words += "evaluated"
    assert re.fullmatch(words, message.strip()), message


def without_its_rules_a_page_ends_at_once(running: Site) -> None:
    assert "gone" in {labels["slo"] for labels in running.prometheus.firing()}
    (running.prometheus.folder / "rules.yml").write_text("groups: []", encoding="utf-8")
    assert running.prometheus.reload().is_success
    assert running.prometheus.firing() == []


def test_vmalert_fires_the_same_alerts_with_these_texts(tmp_path: Path) -> None:
    """It evaluates no alert of which a text fails, and stores a recording after the next rule."""
    program = find_victoria()
    if isinstance(program, Unavailable):
        pytest.skip(program.reason)
    folder = tmp_path / "vmalert"
    folder.mkdir()
    with run_recorder() as recorder, run_victoria(program, tmp_path / "storage") as storage:
        groups = rules(catalog_at(files(recorder, tmp_path)))["groups"][:-1]
        for rule in (rule for group in groups for rule in group["rules"]):
            rule.pop("for", None)
        (folder / "rules.yml").write_text(yaml_text({"groups": groups}), encoding="utf-8")
        holds = history(timedelta(minutes=30))
        holds.push(storage, BEGAN)
        with (
            run_vmalert(program, folder, storage, str(folder / "rules.yml")) as vmalert,
            holds.goes_on(storage),
        ):
            for each in NOTIFICATIONS:
                if "budget" not in each.needs:  # its rules are evaluated once a minute
                    wait_for(partial(is_said, each.says, vmalert), within=120, what=each.what)
    assert "\terror\t" not in (folder / "vmalert.log").read_text(encoding="utf-8")


def is_said(says: str, vmalert: str) -> bool:
    """Whether the text of an alert that a vmalert fires matches."""
    reply = httpx.get(f"{vmalert}/api/v1/alerts", trust_env=False, timeout=60)
    alerts = reply.raise_for_status().json()["data"]["alerts"]
    firing = (alert["annotations"] for alert in alerts if alert["state"] == "firing")
    return any(re.search(says, str(Text(each, 0, 0)), re.DOTALL) for each in firing)


def test_a_test_page_says_that_it_is_one_and_nothing_else(
    generation: Generation, tmp_path: Path
) -> None:
    said, message = page_of_a_test(generation, tmp_path)
    assert "delivered: " in said
    text = f"{message['title']}\n{message['text']}"
    assert "*Test page for shop: nothing is broken*" in text
    assert not NEVER.search(text), text
    assert not COUNTS.search(text), "no number of an application"
