"""Reports of many results in all formats, in golden files.

`pytest tests/backtest/test_report_answers.py --update-golden` rewrites them.
"""

from pathlib import Path
from typing import Final

import pytest

from reliability.backtest.report import json as json_report
from reliability.backtest.report import markdown, text
from reliability.backtest.report.html.contents import sorting
from reliability.backtest.report.html.slos import page
from reliability.backtest.report.slos import slo_report
from reliability.render.words import words_in
from tests.backtest.results import result
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/reports"
SEEDS: Final = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_terminal_and_a_comment_show_a_result(seed: int, golden: Golden) -> None:
    one, words = result(seed), words_in(("en", "ja")[seed % 2])
    verbose = seed % 4 == 1
    parts = [
        text.text(slo_report(one, verbose=verbose)),
        markdown.text(slo_report(one, words, verbose=verbose)),
    ]
    if seed % 4 == 3:
        parts.append(text.text(slo_report(one, brief=True)))
        parts.append(markdown.text(slo_report(one, words, brief=True)))
    golden.check(GOLDEN / f"{seed:02}.txt", "\n\n".join(parts) + "\n")


@pytest.mark.parametrize("seed", [2, 5, 6])
def test_json_holds_a_result(seed: int, golden: Golden) -> None:
    golden.check(GOLDEN / f"{seed:02}.json", json_report.text(result(seed)) + "\n")


@pytest.mark.parametrize("seed", [0, 2, 5, 6, 9, 12])
def test_a_page_draws_a_result(seed: int, golden: Golden) -> None:
    written = page(result(seed), words_in(("en", "ja")[seed % 4 // 2]), verbose=seed % 4 == 1)
    _, _, body = written.partition("</head>")
    shown = body.replace(sorting(), "(sorting)")
    golden.check(GOLDEN / f"{seed:02}.html", shown.replace("><", ">\n<") + "\n")
