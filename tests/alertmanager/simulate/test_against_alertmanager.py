"""The simulation against real Alertmanagers of both generations, notification by notification."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import pytest

from reliability.alertmanager.simulate.server import Version
from tests.alertmanager.simulate.generated import generated
from tests.alertmanager.simulate.played import Seen, simulated
from tests.alertmanager.simulate.scenario import Scenario
from tests.alertmanager.simulate.scenarios import SCENARIOS
from tests.alertmanager.simulate.servers import Play, play_all
from tests.servers.generation import GENERATIONS, Generation, find

SEED: Final = 20261126
CALM: Final = (3, 4, 5, 7, 9, 11, 13, 14, 19, 20, 21, 23, 33, 35, 37)
"""Trees of this seed of which no flush coincides with a post, which would be chance."""

TRIES: Final = 3
TICK: Final = 0.45
"""How far apart both may be, in seconds: less than between a post and a flush."""
LATEST: Final = TICK / 2
"""How late a post or a flush may be, in seconds: later ones come in another order."""


def test_what_is_simulated_is_what_alertmanager_sends(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    found = [each for each in map(find, GENERATIONS) if isinstance(each, Generation)]
    if not found:
        pytest.skip("no generation of servers is available")
    trees = generated(SEED, max(CALM) + 1)
    scenarios = [*SCENARIOS, *(trees[number] for number in CALM)]
    plays, different = in_time(found, tmp_path, scenarios)
    late = max(play.late for play in plays)
    if different and late >= LATEST:
        pytest.skip(f"the machine is too busy to compare moments: one was {late:.2f} s late")
    compared = sum(len(play.sent) for play in plays)
    record_testsuite_property("notifications compared with Alertmanager", compared)
    assert different == []
    assert len(SCENARIOS) >= 20
    assert compared > 100 * len(plays)


def in_time(
    generations: Sequence[Generation], folder: Path, scenarios: Sequence[Scenario]
) -> tuple[list[Play], list[str]]:
    """Plays, and how the simulation differs from them: of the first that agrees, or of the last.

    A machine that stands still between two posts shows it in no clock: its flushes come with the
    next half second, and look as if the server had sent them late. What is simulated wrongly
    differs in every try.
    """
    for number in range(TRIES):
        plays = play_all(generations, folder / str(number), scenarios)
        different = [line for play in plays for line in differences(play, scenarios)]
        if not different:
            break
    return plays, different


def differences(play: Play, scenarios: Sequence[Scenario]) -> list[str]:
    """Each notification that one side has and the other has not, or at another time."""
    version = play.generation.alertmanager_version
    ours = simulated(
        play.began,
        play.started,
        Version.OLDER if version < (0, 30, 0) else Version.NEWER,
        scenarios,
    )
    simulated_only, sent_only = unmatched(ours, play.sent)
    return [
        *(f"{version}: {each} simulated, and not sent" for each in simulated_only),
        *(f"{version}: {each} sent, and not simulated" for each in sent_only),
    ]


def unmatched(ours: Iterable[Seen], theirs: Iterable[Seen]) -> tuple[list[Seen], list[Seen]]:
    """What either side has alone: of one moment, the order is chance."""
    left: defaultdict[tuple[object, ...], list[Seen]] = defaultdict(list)
    for each in sorted(theirs, key=lambda each: each.at):
        left[each.what].append(each)
    alone = []
    for each in sorted(ours, key=lambda each: each.at):
        candidates = left[each.what]
        match = next((other for other in candidates if abs(other.at - each.at) <= TICK), None)
        if match is None:
            alone.append(each)
        else:
            candidates.remove(match)
    return alone, [each for rest in left.values() for each in rest]
