"""A backtest as text, Markdown and JSON."""

import json
from pathlib import Path

from reliability.backtest.outcome import Backtest
from reliability.backtest.report import json as json_report
from reliability.backtest.report import markdown, text
from reliability.backtest.report.slos import slo_report
from reliability.render.tables import TextView
from reliability.render.words import words_in
from tests.backtest.repository import (
    burst,
    catalog,
    day,
    incident,
    policy,
    quiet,
    replay,
    slo,
)
from tests.golden import Golden

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"


def change() -> Backtest:
    """A looser target, a muted SLO, an incident that costs too little, one without history."""
    bad, search = quiet(), quiet()
    for number in (3, 4, 12, 20):
        burst(bad, day(number), share=0.02 * number / 4)
    burst(search, day(8, minutes=90), share=0.05)
    slos = (slo("search"), slo("stock"), policy("stock", service="other"))
    recorded = incident("The pay page was slow for *everyone* @channel", day(12))
    old = catalog(slo("checkout"), *slos, policy("checkout"), recorded)
    new = catalog(slo("checkout", "0.997"), *slos, policy("checkout"))
    return replay(new, {"checkout": bad, "search": search}, old=old)


def test_the_text_is_as_agreed(golden: Golden) -> None:
    golden.check(GOLDEN / "change.txt", text.text(slo_report(change())) + "\n")


def test_the_markdown_is_as_agreed(golden: Golden) -> None:
    golden.check(GOLDEN / "change.md", markdown.text(slo_report(change())) + "\n")


def test_the_markdown_is_in_the_language_of_the_reader(golden: Golden) -> None:
    golden.check(
        GOLDEN / "change.ja.md", markdown.text(slo_report(change(), words_in("ja"))) + "\n"
    )


def test_the_json_is_as_agreed(golden: Golden) -> None:
    golden.check(GOLDEN / "change.json", json_report.text(change()) + "\n")


def test_below_its_headline_the_text_fits_into_120_columns() -> None:
    assert max(len(line) for line in text.text(slo_report(change())).splitlines()[1:]) <= 120


def test_a_terminal_of_80_columns_leaves_out_what_does_not_fit() -> None:
    shown = text.text(slo_report(change()), TextView(80))
    assert "\nnot shown in 80 columns: under 10 min, at night, weekend\n" in shown


def test_markdown_of_peoples_words_has_neither_mention_nor_markup() -> None:
    said = markdown.text(slo_report(change()))
    assert "@channel" not in said
    assert "*everyone*" not in said.replace("\\*", "")


def test_the_json_has_the_keys_that_are_promised() -> None:
    said = json.loads(json_report.text(change()))
    assert {"version", "mode", "source", "span", "coverage", "slos", "totals", "incidents"} <= set(
        said
    )
    assert (said["version"], said["mode"], said["source"]) == (2, "event", "a test")
    row = said["slos"][0]
    assert {"service", "slo", "objective", "alert", "tier", "old", "new"} <= set(row)
    assert {"episodes", "minutes", "per_week"} <= set(row["old"])
    assert set(said["totals"]) == {"alert", "ticket"}
    assert set(said["totals"]["alert"]) == {"old", "new"}
    [verdict] = said["incidents"]
    assert {"start", "end", "budget_spent", "old", "new"} <= set(verdict)
    assert {verdict["old"], verdict["new"]} <= {"caught", "ticket only", "missed"}


def test_the_json_of_one_side_has_no_old_one() -> None:
    result = replay(catalog(slo("checkout"), policy("checkout")), {"checkout": quiet()})
    said = json_report.document(result)
    assert {row["old"] for row in said["slos"]} == {None}
    assert said["totals"]["alert"]["old"] is None
    assert said["base"] is None


def test_a_name_that_would_steer_a_terminal_or_a_runner_is_shown_as_text() -> None:
    recorded = incident('"\\e[31mred\\n##[error]x \\u202E"', day(12))
    bad = quiet()
    burst(bad, day(12), share=0.5)
    result = replay(catalog(slo("checkout"), policy("checkout"), recorded), {"checkout": bad})
    said = text.text(slo_report(result))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "##[" not in said
    assert "##[" not in json_report.text(result)
    [verdict] = json.loads(json_report.text(result))["incidents"]
    assert verdict["name"] == "\x1b[31mred\n##[error]x \u202e"


def test_a_brief_one_tells_how_often_and_what_is_missed() -> None:
    said = text.text(slo_report(change(), brief=True))
    assert said.splitlines()[0] == text.text(slo_report(change())).splitlines()[0]
    assert "precision" not in said
    assert "what changes" not in said
    assert "caught -> missed" in said
    assert "precision" not in markdown.text(slo_report(change(), brief=True))
