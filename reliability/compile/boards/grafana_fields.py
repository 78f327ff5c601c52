"""Grafana's units, colors, and names of dashboards and queries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from reliability.compile.boards.board import PanelColor, PanelThreshold, PanelUnit
from reliability.resource import Json

JsonObject = dict[str, Json]
UNITS: Final[Mapping[PanelUnit, str]] = {
    "ratio": "percentunit",
    "count": "none",
    "rate": "eps",
    "burn": "suffix:×",
}
"""Ids of units, as `getValueFormats()` of the npm package `@grafana/data` lists them."""
COLORS: Final[Mapping[PanelColor, str]] = {"good": "green", "warning": "orange", "bad": "red"}
LETTERS: Final = 26


def board_uid(board: str, owner_id: str) -> str:
    """Return the uid of a board, the same at every build: 32 characters, of 40 that are allowed.

    It depends on the owner, so that two repositories can write to one Grafana.
    """
    digest = hashlib.sha256(f"{owner_id}/board/{board}".encode()).hexdigest()
    return f"reliability-{digest[:20]}"


def ref_id(number: int) -> str:
    """Return the name of a query within its panel: A to Z, then A1 and so on."""
    letter, round_number = chr(ord("A") + number % LETTERS), number // LETTERS
    return f"{letter}{round_number}" if round_number else letter


def color_steps(thresholds: Iterable[PanelThreshold]) -> JsonObject:
    """Return a `ThresholdsConfig`; without thresholds, all values have the color of text."""
    steps: list[Json] = [
        {"color": COLORS[threshold.color], "value": threshold.value} for threshold in thresholds
    ]
    return {"mode": "absolute", "steps": steps or [{"color": "text", "value": None}]}
