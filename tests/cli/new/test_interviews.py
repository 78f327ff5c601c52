"""Whole interviews of `new` at a terminal: each question, answers that are refused, and files.

`pytest tests/cli/new --update-golden` rewrites them; read what has changed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.cli.new.test_new import files
from tests.cli.program import answered, in_process
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
NEW: Final = ("--today", "2026-11-25", "new")
TYPED: Final[dict[str, tuple[Sequence[str], Sequence[str]]]] = {
    "each-question": (
        ("shop",),
        (
            *("orders", "A customer places an order", "web", "grpc"),
            *('orders_total{job="shop"', 'orders_total{job="shop"}'),
            *("sum(", 'orders_total{job="shop",code!="500"}'),
            *("sorry", "The page says sorry", "My SLO", "orders"),
            *("99.9999 %", "99.5 %", "The Shop", "shop", "po", "@po", "lead", "@lead"),
            *("high", "important", "page", "alert"),
        ),
    ),
    "a-new-team": (
        ("pay", "--journey", "A customer pays", "--kind", "batch", "--slo", "pay"),
        ("", "", "", "", "money", "", "", "nowhere", "#money", "", ""),
    ),
    "a-new-team-with-a-channel": (
        ("pay", "--journey", "A customer pays", "--kind", "batch", "--team", "money"),
        ("", "", "", "", "", "", "", "", "", ""),
    ),
    "all-by-flags": (
        (
            *("pay", "--journey", "A customer pays", "--bad", "f_total", "--total", "a_total"),
            *("--user-impact", "It says sorry", "--slo", "pay", "--target", "0.99"),
            *("--team", "money", "--channel", "#pay", "--product", "@po", "--technical", "@lead"),
            *("--criticality", "critical", "--fast-tier", "log"),
        ),
        (),
    ),
}


@pytest.mark.parametrize("name", TYPED)
def test_an_interview_without_a_server(golden: Golden, tmp_path: Path, name: str) -> None:
    asked = ("--team", "shop", "--member", "@lead", "--slack", "#shop-alerts", "--no-github")
    assert in_process("init", *asked, folder=tmp_path).code == 0
    command, typed = TYPED[name]
    ended = answered(*NEW, *command, folder=tmp_path, typed=typed)
    written = files(tmp_path, "services", "policies/teams", "docs")
    shown = f"{ended.code}\n{ended.err}\n{ended.out}\n{written}"
    golden.check(GOLDEN / f"interview-{name}.txt", shown)
