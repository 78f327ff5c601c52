"""Every window pair of google-30d alone: it fires when the arithmetic says, and is calm again."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.compile.repositories import Document, policy, rules_of, shop, slo, windows
from tests.compile.scenarios import PAGE, QUIET, Scenario, http, play
from tests.servers.generation import Generation

pytestmark = pytest.mark.tools

BUDGET = 0.001


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as it is written, in minutes as well; `every` is how often promtool evaluates."""

    written: tuple[str, str, str]
    long: int
    short: int
    factor: float
    every: int

    @property
    def threshold(self) -> float:
        return self.factor * BUDGET


PAIRS = [
    Pair(("1h", "5m", "2%"), 60, 5, 14.4, 1),
    Pair(("6h", "30m", "5%"), 360, 30, 6, 1),
    Pair(("1d", "2h", "10%"), 1440, 120, 3, 5),
    Pair(("3d", "6h", "10%"), 4320, 360, 1, 10),
]
IDS = [f"{pair.written[0]}/{pair.written[1]}" for pair in PAIRS]


def rules(pair: Pair) -> Document:
    chosen = windows("only", "30d", [pair.written], [])
    return rules_of(shop(chosen, slo(), policy({"slo": "shop-checkout", "windows": "only"})))


def timing(pair: Pair) -> Scenario:
    """Twice the threshold after a healthy long window.

    Detection takes long x threshold / ratio, which is half of it here, and it is calm again
    short x (1 - threshold / ratio), half the short window, after the end (Workbook, chapter 5).
    """
    begins = pair.long
    fires = begins + pair.long // 2
    ends = (begins + pair.long * 3 // 4) // pair.every * pair.every
    calm = ends + pair.short / 2
    near = 2 * pair.every
    return Scenario(
        http((60000, 0, begins), (60000, 2 * pair.threshold, ends - begins), (60000, 0, pair.long)),
        firing={
            begins: QUIET,
            fires - near: QUIET,
            fires + near: PAGE,
            ends: PAGE,
            int(calm - min(near, pair.short // 2)): PAGE,
            int(calm + near + 1): QUIET,
        },
        every=f"{pair.every}m",
    )


@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
def test_a_window_pair_fires_when_the_arithmetic_says_and_resets(
    generation: Generation, tmp_path: Path, pair: Pair
) -> None:
    said = play(generation, tmp_path, rules(pair), [timing(pair)])
    assert said.accepted, said.text


@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
def test_a_window_pair_is_silent_just_below_its_threshold_and_fires_just_above(
    generation: Generation, tmp_path: Path, pair: Pair
) -> None:
    below, above = 0.97 * pair.threshold, 1.03 * pair.threshold
    scenarios = [
        Scenario(http((60000, below, 90)), firing={30: QUIET, 60: QUIET, 90: QUIET}),
        Scenario(http((60000, above, 90)), firing={30: PAGE, 60: PAGE, 90: PAGE}),
    ]
    said = play(generation, tmp_path, rules(pair), scenarios)
    assert said.accepted, said.text


@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
def test_a_burst_that_fills_only_the_short_window_does_not_fire(
    generation: Generation, tmp_path: Path, pair: Pair
) -> None:
    burst = pair.short * 2
    scenario = Scenario(
        http((60000, 0, pair.long), (60000, 2 * pair.threshold, burst)),
        firing={pair.long + burst: QUIET},
        every=f"{pair.every}m",
    )
    said = play(generation, tmp_path, rules(pair), [scenario])
    assert said.accepted, said.text
