"""Reviews of typical changes, as people read them, in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from reliability.render.words import Language
from reliability.review.pull_request.report import full_report
from tests.golden import Golden
from tests.japanese import english_in
from tests.review.pull_request.scene import (
    APPROVERS,
    LOOSER,
    LOUDER,
    QUIETER,
    TIGHTER,
    Scene,
    reviewed,
    scene,
    shown,
    without_details,
)

FOLDER = Path(__file__).parent / "golden"
Make = Callable[[Scene], tuple[str, tuple[str, ...]]]
"""Changes the repository; the base to compare with, and who approved."""


def loosened(of: Scene) -> tuple[str, tuple[str, ...]]:
    of.change(LOOSER)
    return of.base, APPROVERS[:1]


def approved(of: Scene) -> tuple[str, tuple[str, ...]]:
    of.change(LOOSER)
    return of.base, APPROVERS


def tightened(of: Scene) -> tuple[str, tuple[str, ...]]:
    of.change(TIGHTER)
    return of.base, ()


def another_tier(of: Scene) -> tuple[str, tuple[str, ...]]:
    of.change(QUIETER)
    return of.base, ()


def fixed(of: Scene) -> tuple[str, tuple[str, ...]]:
    broken = of.change(LOUDER)
    of.change((LOUDER[0], LOUDER[2], LOUDER[1]))
    return broken, APPROVERS


def unknown_query(of: Scene) -> tuple[str, tuple[str, ...]]:
    history = "policies/history.yaml"
    text = (of.root / history).read_text()
    source = "  source:\n    type: store\n"
    head, _, rest = text.partition("  source:\n")
    after = rest.split("\n")
    while after and (after[0].startswith("    ") or not after[0].strip()):
        after.pop(0)
    of.write(history, head + source + "\n".join(after))
    base = of.commit()
    of.change(("services/attendance/slo.yaml", 'code!~"5.."', 'code!~"5..|429"'))
    return base, ()


CASES: dict[str, Make] = {
    "loosened": loosened,
    "approved": approved,
    "tightened": tightened,
    "another-tier": another_tier,
    "fixed": fixed,
    "unknown-query": unknown_query,
}


@pytest.mark.parametrize("name", CASES)
def test_a_review_reads_as_before(name: str, tmp_path: Path, golden: Golden) -> None:
    of = scene(tmp_path)
    base, approvers = CASES[name](of)
    found, _ = reviewed(of.root, base, *approvers)
    for language in get_args(Language):
        text = full_report(shown(found, language))
        golden.check(FOLDER / f"{name}.{language}.md", without_details(text))
        if language == "ja":
            assert english_in(text) == set(), "also in the folded backtest and plan"
