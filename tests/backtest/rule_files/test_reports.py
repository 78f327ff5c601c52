"""Reports of a backtest of rule files: golden files, and how much of a long list each shows.

`pytest tests/backtest/rule_files --update-golden` rewrites them; read what has changed.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from reliability.backtest.headline import headline
from reliability.backtest.outcome import NoAlert
from reliability.backtest.report import markdown, text
from reliability.backtest.rule_files.report import html, json
from reliability.backtest.rule_files.report.figures import span_line
from reliability.backtest.rule_files.report.sections import rules_report
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.backtest.tally import SideNotifications
from reliability.finding import Problem
from reliability.history.series import NoHistory
from reliability.timespan import TimeSpan
from tests.backtest.rule_files.report_results import (
    KNOWN,
    ROWS,
    SPAN,
    WITHOUT_BASE,
    at,
    backtest,
    fired,
    received,
    row,
    verdict,
)
from tests.golden import Golden

GOLDEN = Path(__file__).parent / "golden"
ROOM = 60_000
RESULTS = {"change": backtest(), "without-base": WITHOUT_BASE}


def body(page: str) -> str:
    """The body of a page, one element a line."""
    return re.sub(r"(?<=>)(?=<)", "\n", page.partition("<body>")[2]) + "\n"


@pytest.mark.parametrize("name", RESULTS)
def test_reports(name: str, golden: Golden) -> None:
    result = RESULTS[name]
    verbose = result.compares
    report = rules_report(result, verbose=verbose)
    golden.check(GOLDEN / f"{name}.txt", text.text(report) + "\n")
    golden.check(GOLDEN / f"{name}.md", markdown.text(report) + "\n")
    golden.check(GOLDEN / f"{name}.json", json.text(result) + "\n")
    golden.check(GOLDEN / f"{name}.html", body(html.page(result, verbose=verbose)))


def with_rows(count: int) -> RuleBacktest:
    rows = tuple(row(f"A{n}", n + 1, fired(80), fired(81), "for") for n in range(count))
    return backtest(rows=rows, verdicts=None, problems=(), notes=())


def terminal(result: RuleBacktest) -> str:
    return text.text(rules_report(result), most=50)


def comment(result: RuleBacktest) -> str:
    return markdown.text(rules_report(result), room=ROOM)


def test_a_terminal_shows_fifty_alerts_and_a_page_two_hundred() -> None:
    assert "more; --format json" not in terminal(with_rows(50))
    assert "and 1 more; --format json has all" in terminal(with_rows(51))
    assert "and 1,450 more; --format json has all" in terminal(with_rows(1500))
    assert "more alerts fired" not in html.page(with_rows(200))
    assert "3 more alerts fired; see the JSON" in html.page(with_rows(203))


def test_fifty_rules_that_cannot_be_read_are_listed_in_a_terminal() -> None:
    problems = tuple(Problem(at(n + 1), f"problem {n}") for n in range(51))
    assert " more; " not in terminal(backtest(problems=problems[:50]))
    shown = terminal(backtest(problems=problems))
    assert "rules/queue.yml:50:9: problem 49" in shown
    assert "problem 50" not in shown
    assert shown.endswith("and 1 more; --format json has all")


def test_a_list_of_a_comment_has_ten_names() -> None:
    missed = tuple(verdict(f"i{n}", n, "A", "") for n in range(12))
    ten = ", ".join(f"i{n}" for n in range(10))
    lines = "**❌ Paged before and would not page now**\n\n- "
    assert f"{lines}{ten}\n" in comment(backtest(verdicts=missed[:10]))
    assert f"{lines}{ten} and 2 more\n" in comment(backtest(verdicts=missed))
    assert lines not in comment(backtest(base="", verdicts=missed))


def test_a_line_names_ten_alerts_of_a_reason_and_more_than_ten_reasons_are_folded() -> None:
    rows = tuple(row(f"A{n}", 1, NoAlert(), NoHistory("one"), "new") for n in range(11))
    names = ", ".join(f"A{n}" for n in range(10))
    assert f": {names} and 1 more: one\n" in terminal(backtest(rows=rows, problems=())) + "\n"
    assert f": {names}: one\n" in terminal(backtest(rows=rows[:10], problems=())) + "\n"
    rows = tuple(row("A", 1, NoAlert(), NoHistory(f"reason {n}"), "new") for n in range(11))
    folded = "<summary>Not replayed"
    assert folded in comment(backtest(rows=rows))
    assert folded not in comment(backtest(rows=rows[:10]))


@pytest.mark.parametrize(("length", "is_cut"), [(300, False), (301, True)])
def test_a_name_in_a_comment_has_three_hundred_characters(length: int, is_cut: bool) -> None:
    rows = (row("x" * length, 1, fired(80), fired(81), "for"),)
    shown = comment(backtest(rows=rows, verdicts=None))
    assert (f"| {'x' * length} |" in shown) is not is_cut
    assert (f"| {'x' * 300}… |" in shown) is is_cut


@pytest.mark.parametrize(("length", "is_cut"), [(3_000, False), (3_001, True)])
def test_a_line_about_the_whole_has_three_thousand(length: int, is_cut: bool) -> None:
    shown = comment(backtest(notes=("y" * length,)))
    assert len(max(re.findall("y+", shown), key=len)) == 3_000
    assert ("y" * length in shown) is not is_cut


def test_a_comment_that_does_not_fit_says_what_it_leaves_out() -> None:
    result = with_rows(1500)
    shown = comment(result)
    rows = shown.count("| for |")
    assert len(shown) <= 60_000
    assert rows == 1500 // 2
    assert f"- and {1500 - rows:,} more; " in shown
    problems = tuple(Problem(at(n + 1), "z" * 290) for n in range(400))
    shown = comment(backtest(rows=(), problems=problems))
    assert len(shown) <= 60_000
    listed = shown.count("\\: zzz")
    assert f"- and {400 - listed} more; " in shown


@pytest.mark.parametrize(("length", "is_cut"), [(60_000, False), (60_001, True)])
def test_a_comment_has_sixty_thousand_characters(length: int, is_cut: bool) -> None:
    problems = tuple(Problem(at(n + 1), "z" * 290) for n in range(174))

    def shown(padding: int) -> str:
        return comment(backtest(rows=(), problems=problems, notes=("y" * padding,)))

    padding = length - len(shown(1)) + 1
    assert 1 < padding < 3_000
    written = shown(padding)
    assert len(written) < length if is_cut else len(written) == length
    assert ("more; " in written) is is_cut


@pytest.mark.parametrize(
    ("days", "reaches", "figures"),
    [
        (7, 7, "pages a week 0.0 -> 7.0"),
        (6.9, 7, "pages 0 -> 7"),
        (14, 1234, "pages a week 0.0 -> 617.0"),
        (6, 1234, "pages 0 -> 1,234"),
        (350, 2, "pages a week 0.0 -> under 0.1"),
        (140, 1, "pages a week 0.0 -> 0.1"),
    ],
)
def test_figures_are_a_week_if_a_week_is_known(days: float, reaches: int, figures: str) -> None:
    sides = (SideNotifications(), SideNotifications(effects={"page": received(1, counted=reaches)}))
    known = TimeSpan(SPAN.end - timedelta(days=days), SPAN.end)
    shown = headline(backtest(known=known, sides=sides, rows=(), verdicts=None))
    assert shown.partition(" · ")[0] == figures


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((ROWS[5],), "nothing replayed: 1 alert without enough history"),
        (ROWS[5:], "nothing replayed: 3 alerts without enough history"),
        (ROWS[4:6], "pages a week 0.0 -> 0.0 · not replayed: 1 of 2 alerts · 11 of 14 days known"),
        ((), "pages a week 0.0 -> 0.0 · 11 of 14 days known"),
    ],
)
def test_what_was_not_replayed_is_not_quiet(rows: tuple[AlertRow, ...], words: str) -> None:
    sides = (SideNotifications(), SideNotifications())
    assert headline(backtest(rows=rows, sides=sides, verdicts=None)) == words


def test_messages_that_reach_nobody_are_no_figure() -> None:
    nobody = SideNotifications(effects={"no one": received(1, counted=1)})
    assert "no one" not in headline(backtest(sides=(nobody, nobody)))
    assert headline(backtest(verdicts=())).endswith(
        "no incident to score against · not replayed: 3 of 8 alerts · 11 of 14 days known"
    )


@pytest.mark.parametrize(
    ("days", "known", "line"),
    [
        (14, SPAN, "14 days to 2026-10-15 00:00 UTC, http://prometheus"),
        (
            14,
            KNOWN,
            "14 days to 2026-10-15 00:00 UTC, http://prometheus; samples since 2026-10-04 00:00 "
            "UTC",
        ),
    ],
)
def test_the_span_says_since_when_there_are_samples(days: int, known: TimeSpan, line: str) -> None:
    assert span_line(backtest(known=known)) == line
