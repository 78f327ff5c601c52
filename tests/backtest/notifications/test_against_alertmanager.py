"""The simulation against real Alertmanagers of both generations, notification by notification."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pytest

from reliability.backtest.notifications.simulate import Version
from tests.backtest.notifications.played import Seen, simulated
from tests.backtest.notifications.scenarios import SCENARIOS
from tests.backtest.notifications.servers import Play, play_all
from tests.servers.generation import GENERATIONS, Generation, find

TICK: Final = 0.45
"""How far apart both may be, in seconds: less than between a post and a flush."""


def test_what_is_simulated_is_what_alertmanager_sends(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    found = [each for each in map(find, GENERATIONS) if isinstance(each, Generation)]
    if not found:
        pytest.skip("no generation of servers is available")
    plays = play_all(found, tmp_path)
    different = [line for play in plays for line in differences(play)]
    compared = sum(len(play.sent) for play in plays)
    record_testsuite_property("notifications compared with Alertmanager", compared)
    assert different == []
    assert len(SCENARIOS) >= 20
    assert compared > 100 * len(plays)


def differences(play: Play) -> list[str]:
    """Each notification that one side has and the other has not, or at another time."""
    version = play.generation.alertmanager_version
    ours = by_receiver(
        simulated(
            play.began, play.started, Version.OLDER if version < (0, 30, 0) else Version.NEWER
        )
    )
    theirs = by_receiver(play.sent)
    return [
        f"{version}: {a} simulated, {b} sent"
        for receiver in sorted({*ours, *theirs})
        for a, b in zip_longest(ours[receiver], theirs[receiver])
        if a is None or b is None or a.what != b.what or abs(a.at - b.at) > TICK
    ]


def by_receiver(seen: Iterable[Seen]) -> defaultdict[str, list[Seen]]:
    """In the order of time; of one moment, in the order of their groups."""
    found: defaultdict[str, list[Seen]] = defaultdict(list)
    for each in sorted(seen, key=lambda each: (round(each.at * 2), each.group)):
        found[each.receiver].append(each)
    return found
