"""The first team of a repository, and texts as names and handles."""

from pathlib import Path
from typing import Final

import pytest

from reliability.onboarding.people import People, as_handle, as_name, team_text
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "teams.txt"
TEAMS: Final = (
    People(team="shop", member="@ann"),
    People(team="shop", member="@ann", channel="#shop"),
    People(team="shop", member="@ann", channel="#web-alerts", repository="acme/ops"),
    People(team="shop", pager_key="/etc/alertmanager/secrets/shop"),
)


def test_the_file_of_a_team(golden: Golden) -> None:
    golden.check(GOLDEN, "---\n".join(map(team_text, TEAMS)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Shop API", "shop-api"),
        ("--a__b--", "a-b"),
        ("é", "else"),
        ("", "else"),
        ("a" * 64, "a" * 63),
        (f"{'a' * 62}-b", "a" * 62),
    ],
)
def test_a_text_as_a_name(text: str, name: str) -> None:
    assert as_name(text, "else") == name


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("Ann Lee", "@Ann-Lee"),
        ("ann.lee_1-x", "@ann.lee_1-x"),
        ("._-a-_.", "@a"),
        ("..", ""),
        ("", ""),
    ],
)
def test_a_text_as_a_handle(text: str, handle: str) -> None:
    assert as_handle(text) == handle
