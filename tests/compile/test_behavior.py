"""Behavior of the built rules under promtool, both generations: who is told what, and when."""

from pathlib import Path

import pytest

from tests.compile.repositories import rules_of, shop
from tests.compile.scenarios import Scenario, play
from tests.compile.shop_scenarios import SHOP
from tests.servers.generation import Generation

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("scenario", SHOP.values(), ids=SHOP.keys())
def test_scenario(generation: Generation, tmp_path: Path, scenario: Scenario) -> None:
    said = play(generation, tmp_path, rules_of(shop()), [scenario])
    assert said.accepted, said.text
