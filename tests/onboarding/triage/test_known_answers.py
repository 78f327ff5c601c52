"""An export of 5,000 messages with known answers: grouped and sorted, how well, as figures."""

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
from reliability.onboarding.triage.template import template_of
from tests.cli.program import in_process as reliability
from tests.onboarding.triage.slack_export import NOISES, Written, export, written
from tests.onboarding.triage.unseen import UNSEEN

TIERS: Final = ("alert", "ticket", "log")


@dataclass(frozen=True, slots=True)
class Sorted:
    messages: Sequence[Written]
    found: Mapping[str, Any]
    ids: Sequence[str]

    def tier(self, index: int) -> str:
        return str(self.found[self.ids[index]]["tier"])


@pytest.fixture(scope="module")
def sorted_export(tmp_path_factory: pytest.TempPathFactory) -> Sorted:
    return _sorted(tmp_path_factory.mktemp("slack"), list(written(5_000)))


def _sorted(folder: Path, messages: list[Written]) -> Sorted:
    there = export(folder / "export", messages)
    ended = reliability("triage", there, "--format", "json", folder=folder)
    assert ended.code == 0, ended.err
    result = json.loads(ended.out)
    assert result["messages"] == {"slack": len(messages)}
    found = {each["id"]: each for each in result["alerts"]}
    ids = [id_of(key_of(template_of(each.text), _message(each))) for each in messages]
    return Sorted(messages, found, ids)


def _message(each: Written) -> ReceivedMessage:
    return ReceivedMessage(source="slack", location="#errors", at=each.at, text=each.text)


def test_messages_of_one_noise_are_one_group_and_no_group_mixes_two(sorted_export: Sorted) -> None:
    alerts: dict[str, set[str]] = defaultdict(set)
    groups: dict[str, set[str]] = defaultdict(set)
    for each, group in zip(sorted_export.messages, sorted_export.ids, strict=True):
        alerts[each.known.name].add(group)
        groups[group].add(each.known.name)
    assert {name: len(found) for name, found in alerts.items() if len(found) > 1} == {}
    assert [found for found in groups.values() if len(found) > 1] == []
    assert set(groups) == set(sorted_export.found)


def test_tiers_are_found_with_precision_and_recall(sorted_export: Sorted) -> None:
    answers = _answers(sorted_export)
    alerts = set(answers)
    assert _scores((truth, tier) for _, truth, tier in answers) == {
        "alert": (1.0, 1.0),
        "ticket": (0.999, 1.0),
        "log": (1.0, 1.0),
    }
    assert _scores((truth, tier) for _, truth, tier in alerts) == {
        "alert": (1.0, 1.0),
        "ticket": (0.917, 1.0),
        "log": (1.0, 0.923),
    }
    wrong = {name: (truth, found) for name, truth, found in alerts if truth != found}
    assert wrong == {"tick": ("log", "ticket")}


def _answers(found: Sorted) -> list[tuple[str, str, str]]:
    return [
        (each.known.name, each.known.tier, found.tier(index))
        for index, each in enumerate(found.messages)
    ]


def _scores(answers: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """Precision and recall of each tier, of pairs of the true and the found one."""
    pairs = Counter(answers)
    return {tier: _score(pairs, tier) for tier in TIERS}


def _score(pairs: Counter[tuple[str, str]], tier: str) -> tuple[float, float]:
    right = pairs[tier, tier]
    said = sum(number for (_, found), number in pairs.items() if found == tier)
    there = sum(number for (truth, _), number in pairs.items() if truth == tier)
    return round(right / said, 3), round(right / there, 3)


def test_every_noise_is_in_the_export(sorted_export: Sorted) -> None:
    assert {each.known.name for each in sorted_export.messages} == {each.name for each in NOISES}


def test_what_the_words_were_not_made_for_is_called_an_alert_only_where_it_is_one(
    tmp_path: Path,
) -> None:
    found = _sorted(tmp_path, list(written(3_000, 11, UNSEEN)))
    answers = _answers(found)
    scores = _scores((truth, tier) for _, truth, tier in answers)
    assert scores == {"alert": (1.0, 1.0), "ticket": (1.0, 1.0), "log": (1.0, 1.0)}
