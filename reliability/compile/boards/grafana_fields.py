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
LONGEST_NAME: Final = 21


def board_uid(board: str, owner_id: str) -> str:
    """Return the uid of a board, the same at every build: `reliability-3fa9c2-overview`.

    It depends on the owner, so that two repositories can write to one Grafana.
    """
    return f"{uid_prefix(owner_id)}{uid_name(board)}"


def uid_prefix(owner_id: str) -> str:
    """Return the beginning of the uids of an owner's folders and dashboards: 19 characters."""
    return f"reliability-{hashlib.sha256(owner_id.encode()).hexdigest()[:6]}-"


def uid_name(name: str) -> str:
    """Return a name as the end of a uid: at most 21 characters, since a uid has at most 40.

    A longer name is cut off, and ends with a digest of the whole. Source: `IsShortUIDTooLong` in
    pkg/util/shortid_generator.go of Grafana.
    """
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 7]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


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
