"""The behavior suite is worth something: rules made wrong on purpose do not get through."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.compile.mistakes import CAUGHT_BY
from tests.compile.repositories import GOOGLE_PAIRS, Document, policy, rules_of, shop, slo, windows
from tests.compile.scenarios import QUIET, Scenario, http, play
from tests.compile.shop_scenarios import SHOP
from tests.servers.generation import Generation
from tests.servers.programs import check_rules

pytestmark = pytest.mark.tools


@pytest.mark.parametrize(("mistake", "caught_by"), CAUGHT_BY.values(), ids=CAUGHT_BY.keys())
def test_a_mistake_loads_and_is_caught(
    generation: Generation,
    tmp_path: Path,
    mistake: Callable[[Document], Document],
    caught_by: str,
) -> None:
    rules = mistake(rules_of(shop()))
    assert_is_caught(generation, tmp_path, rules, SHOP[caught_by])


def test_a_window_set_of_another_period_is_caught(generation: Generation, tmp_path: Path) -> None:
    """Trap F6: google-30d's shares on seven days."""
    sustainable = Scenario(http((60000, 0.0008, 600)), {60: QUIET, 300: QUIET, 600: QUIET})
    mistaken = windows("mistaken", "7d", *GOOGLE_PAIRS)
    entry = {"slo": "shop-checkout", "windows": "mistaken"}
    rules = rules_of(shop(mistaken, slo(period="7d"), policy(entry)))
    assert_is_caught(generation, tmp_path, rules, sustainable)


def assert_is_caught(
    generation: Generation, folder: Path, rules: Document, scenario: Scenario
) -> None:
    loadable = folder / "loadable.yml"
    loadable.write_text(yaml.safe_dump(rules), encoding="utf-8")
    assert check_rules(generation, loadable).accepted
    said = play(generation, folder, rules, [scenario])
    assert not said.accepted
    assert "exp:" in said.text, said.text
