"""Exports as many tools write them: one noise is one group, in every state, and its tier."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.onboarding.triage.alert import id_of
from reliability.onboarding.triage.collector import key_of
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources.slack import Export, messages
from reliability.onboarding.triage.template import template_of
from tests.cli.program import in_process as reliability
from tests.onboarding.triage import tools
from tests.onboarding.triage.tools import ToolMessage, ToolNoise
from tests.onboarding.triage.tools_held_out import HELD_OUT
from tests.onboarding.triage.tools_tuning import TUNING

TIERS: Final = ("alert", "ticket", "log")
SEED: Final = 4242


@dataclass(frozen=True, slots=True)
class Outcome:
    """What triage made of an export: the noise of each message, and what the report says."""

    written: Sequence[ToolMessage]
    groups: Sequence[str]
    alerts: Mapping[str, Mapping[str, Any]]

    def scores(self) -> dict[str, tuple[float, float]]:
        """Precision and recall of each tier, by noise."""
        pairs = Counter(
            {
                (each.known.name, each.known.tier, str(self.alerts[group]["tier"]))
                for each, group in zip(self.written, self.groups, strict=True)
            }
        )
        return scores((truth, tier) for _, truth, tier in pairs)

    def wrong(self) -> dict[str, tuple[str, str]]:
        """Every noise whose tier is another than its answer."""
        return {
            each.known.name: (each.known.tier, tier)
            for each, group in zip(self.written, self.groups, strict=True)
            if (tier := str(self.alerts[group]["tier"])) != each.known.tier
        }


def scores(answers: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    pairs = Counter(answers)
    found: dict[str, tuple[float, float]] = {}
    for tier in TIERS:
        right = pairs[tier, tier]
        proposed = sum(number for (_, answer), number in pairs.items() if answer == tier)
        true = sum(number for (truth, _), number in pairs.items() if truth == tier)
        found[tier] = (round(right / max(proposed, 1), 3), round(right / max(true, 1), 3))
    return found


def outcome(folder: Path, alerts: Sequence[ToolNoise], seed: int) -> Outcome:
    written = tools.messages(alerts, seed)
    there = slack_export(folder / "export", written)
    ended = reliability("triage", there, "--format", "json", folder=folder)
    assert ended.code == 0, ended.err
    found = {each["id"]: each for each in json.loads(ended.out)["alerts"]}
    export = Export.at(there)
    assert export is not None
    read = sorted(
        (each for each in messages(export, frozenset()) if isinstance(each, ReceivedMessage)),
        key=lambda each: each.at,
    )
    by_name = {each["name"]: key for key, each in found.items()}
    groups = []
    for message in read:
        key = key_of(template_of(message.text), message)
        groups.append(id_of(key) if id_of(key) in found else by_name[key.name])
    return Outcome(written, groups, found)


def slack_export(folder: Path, written: Sequence[ToolMessage]) -> Path:
    days: dict[str, list[Any]] = defaultdict(list)
    for each in written:
        shown = {"type": "message", "bot_id": "B1", "ts": f"{each.at.timestamp():.6f}"}
        days[f"{each.at:%Y-%m-%d}"].append({**shown, **each.shown})
    (folder / "alerts").mkdir(parents=True)
    (folder / "channels.json").write_text('[{"id": "C1", "name": "alerts"}]')
    (folder / "users.json").write_text("[]")
    for day, listed in days.items():
        (folder / "alerts" / f"{day}.json").write_text(json.dumps(listed))
    return folder


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return outcome(tmp_path_factory.mktemp("held"), HELD_OUT, SEED)


@pytest.fixture(scope="module")
def tuning(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return outcome(tmp_path_factory.mktemp("tuning"), TUNING, SEED)


def grouping(result: Outcome) -> tuple[dict[str, set[str]], list[set[str]]]:
    """Noises that were split, and groups that mix two."""
    alerts: dict[str, set[str]] = defaultdict(set)
    groups: dict[str, set[str]] = defaultdict(set)
    for each, group in zip(result.written, result.groups, strict=True):
        alerts[each.known.name].add(group)
        groups[group].add(each.known.name)
    split = {name: ids for name, ids in alerts.items() if len(ids) > 1}
    return split, [names for names in groups.values() if len(names) > 1]


def test_every_state_of_one_incident_is_one_noise_and_no_noise_is_two(
    tuning: Outcome, held_out: Outcome
) -> None:
    assert grouping(tuning) == ({}, [])
    split, mixed = grouping(held_out)
    assert (set(split), mixed) == ({"opsgenie-burn"}, [])


def test_only_what_begins_is_counted(held_out: Outcome) -> None:
    ids = dict(zip((each.known.name for each in held_out.written), held_out.groups, strict=True))
    figures = {name: held_out.alerts[group]["figures"] for name, group in ids.items()}
    split, _ = grouping(held_out)
    counted = {name: figures[name]["notifications"] for name in figures if name not in split}
    assert counted == {each.name: each.times for each in HELD_OUT if each.name in counted}
    assert figures["pagerduty-payments"]["resolved"] == figures["chatbot-5xx"]["resolved"] - 1 == 5


def test_tiers_of_exports_of_many_tools(tuning: Outcome, held_out: Outcome) -> None:
    perfect = dict.fromkeys(TIERS, (1.0, 1.0))
    assert (tuning.scores(), tuning.wrong()) == (perfect, {})
    assert (held_out.scores(), held_out.wrong()) == (perfect, {})
