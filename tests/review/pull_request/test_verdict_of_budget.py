"""An exceeded page budget is its own reason, at whatever severity the policy reports it."""

from pathlib import Path

import pytest

from reliability.render.words import words_in
from reliability.review.pull_request.headlines import verdict_text
from tests.review.pull_request.scene import TIGHTER, Edit, reviewed, scene

RULES = "policies/rules.yaml"
HEARTBEAT = "    heartbeat-missing: {severity: error}"


def budget_at(severity: str) -> Edit:
    return (
        RULES,
        HEARTBEAT,
        f"    page-budget-exceeded: {{severity: {severity}}}\n{HEARTBEAT}",
    )


@pytest.mark.parametrize("severity", ["warning", "error"])
def test_the_budget_is_named_once(tmp_path: Path, severity: str) -> None:
    of = scene(tmp_path)
    of.change(budget_at(severity))
    base = of.commit()
    of.change(TIGHTER)
    of_review, _ = reviewed(of.root, base)
    assert verdict_text(of_review.verdict, words_in("en")) == (
        "Blocked: the page budget of workforce is exceeded"
    )
