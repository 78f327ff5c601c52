"""What `reliability explain` says: one page, all rules, the nearest of a rule that is not there."""

import re
from pathlib import Path

import click
import pytest

from reliability.check.rule import Rule
from reliability.check.rules import RULES
from reliability.cli.explain.output import terminal_text
from tests.cli.program import in_process


def test_a_page_says_why_with_a_bad_and_a_good_example(tmp_path: Path) -> None:
    ended = in_process("explain", "burn-alert-impossible", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith("burn-alert-impossible (error, since ")
    headings = [line for line in lines if re.fullmatch(r"(What|Why|Example|Source)[\w ]*", line)]
    assert headings == ["What it does", "Why it matters", "Example", "Source"]
    assert lines.count("  Bad:") >= 1
    assert lines.count("  Good:") >= 1
    assert "  # <- burn-alert-impossible" in ended.out


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_page_shows_marks_of_markdown_and_every_line_of_it_is_there(rule: Rule) -> None:
    shown = [click.unstyle(line) for line in terminal_text(rule.page).splitlines()]
    assert [line for line in shown if line.startswith(("#", "```"))] == []
    there = {line.strip("# ") for line in shown}
    page = [line.strip("# ") for line in rule.page.splitlines() if not line.startswith("```")]
    assert [line for line in page if line not in there] == []


def test_a_rule_by_date_says_so(tmp_path: Path) -> None:
    ended = in_process("explain", "slo-review-overdue", folder=tmp_path)
    graded = "(error on changed files, else warning, since "
    assert ended.out.startswith(f"slo-review-overdue {graded}")


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("burn-alert-imposible", "burn-alert-impossible"),
        ("alert_for_cause", "alert-for-cause"),
        ("Heartbeat-Missing", "heartbeat-missing"),
        ("review-overdue", "slo-review-overdue"),
        ("selector", "environment-selector-conflict, selector-empty or selector-excludes-all"),
    ],
)
def test_the_nearest_rule_is_named(tmp_path: Path, written: str, nearest: str) -> None:
    ended = in_process("explain", written, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"reliability: RULE: unknown rule {written}; did you mean {nearest}? "
        "see `reliability explain --help`\n"
    )


def test_where_nothing_is_near_the_list_is_named(tmp_path: Path) -> None:
    ended = in_process("explain", "nope", folder=tmp_path)
    assert ended.code == 2
    assert "unknown rule nope; `reliability explain` lists all" in ended.err


def test_without_a_rule_all_are_listed_with_a_line_each(tmp_path: Path) -> None:
    ended = in_process("explain", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    listed = dict(line.split(maxsplit=1) for line in ended.out.splitlines())
    assert listed == {rule.id: rule.title for rule in RULES}
    assert list(listed) == sorted(listed)
