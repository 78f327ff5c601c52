"""Signals of one environment: all of its labels must be those of the signal."""

import pytest

from reliability.review.digest.signals import DigestSignals, SignalEpisodes
from reliability.review.tickets.groups import SignalGroup
from tests.review.issues.office import HOUR, span


def fired(name: str, **labels: str) -> SignalEpisodes:
    return SignalEpisodes(SignalGroup("shop", name, tuple(labels.items())), "ticket", (span(HOUR),))


@pytest.mark.parametrize(
    ("placed", "names"),
    [
        ({}, ["None", "Both", "Other", "Staging"]),
        ({"environment": "production", "shard": "eu"}, ["Both"]),
        ({"environment": "production"}, ["Both", "Other"]),
        ({"environment": "staging", "shard": ""}, ["Staging"]),
        ({"environment": "", "shard": ""}, ["None"]),
        ({"environment": "staging", "shard": "eu"}, []),
    ],
)
def test_each_label_is_compared(placed: dict[str, str], names: list[str]) -> None:
    signals = DigestSignals(
        (
            fired("None"),
            fired("Both", environment="production", shard="eu"),
            fired("Other", environment="production", shard="us"),
            fired("Staging", environment="staging"),
        ),
        (),
    )
    assert [each.group.signal for each in signals.within(placed).counted] == names
