"""Reports of many reviews, in golden files.

`pytest tests/review/pull_request/test_answers.py --update-golden` rewrites them.
"""

from pathlib import Path
from typing import Final

import pytest

from reliability.review.pull_request.commit_status import Judgment, commit_status
from reliability.review.pull_request.report import full_report, replay_lines, short_report
from reliability.review.pull_request.shown import ReportView
from tests.golden import Golden
from tests.review.pull_request.reviews import view

GOLDEN: Final = Path(__file__).parent / "golden/reviews"
SEEDS: Final = range(14)


def without_backtest(text: str, one: ReportView) -> str:
    """The report without the folded backtest, which `tests/backtest` looks at."""
    lines = "\n".join(replay_lines(one))
    return text.replace(lines, "(backtest)") if lines else text


@pytest.mark.parametrize("seed", SEEDS)
def test_a_comment_shows_a_review(seed: int, golden: Golden) -> None:
    one = view(seed, "ja" if seed % 5 == 2 else "en")
    parts = [without_backtest(short_report(one, 60_000), one)]
    if seed % 3 == 2:
        parts.append(without_backtest(full_report(one), one))
    golden.check(GOLDEN / f"{seed:02}.md", "\n\n".join(parts))


def test_a_commit_status_sums_up_reviews(golden: Golden) -> None:
    judgments = [Judgment(seed, view(seed), is_draft=seed % 4 == 1) for seed in SEEDS]
    groups = [judgments[first : first + size] for first in SEEDS[:7] for size in (1, 2)]
    lines = []
    for group in groups:
        status = commit_status(group)
        numbers = ", ".join(str(judgment.number) for judgment in group)
        lines.append(f"{numbers}: {status.state}: {status.description}")
    golden.check(GOLDEN / "status.txt", "\n".join(lines) + "\n")
