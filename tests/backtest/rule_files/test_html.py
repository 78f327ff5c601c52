"""The HTML page of `backtest --rules`, as a browser reads it."""

from pathlib import Path

from tests.backtest.rule_files.rule_repository import ALERTMANAGER, RULES, RuleRepository
from tests.backtest.test_timeline import Seen

ROUTED = ("--rules", "rules", "--alertmanager", "alertmanager.yml", "--base", "HEAD")
HOSTILE = "<img src=x onerror=alert(1)>"
MORE = f"""\
      - alert: "{HOSTILE}"
        expr: queue_length > 55
        labels: {{severity: warning, "note": "{HOSTILE}"}}
      - {{alert: Unseen, expr: other > 1}}
      - {{alert: Quiet, expr: queue_length > 1000}}
"""
INCIDENTS = f"""\
title,started_at,resolved_at,service
{HOSTILE},2026-10-05T06:00:00Z,2026-10-05T06:30:00Z,mail
"""


def changed(folder: Path) -> Seen:
    """The page of a change: a higher threshold, and alerts that go to another receiver."""
    files = {"rules/mail/queue.yml": RULES + MORE, "alertmanager.yml": ALERTMANAGER}
    repository = RuleRepository.at(folder, files)
    for old, new in (("> 50", "> 70"), ("> 1000", "> 2000"), ("other > 1", "other > 2")):
        repository.replace("rules/mail/queue.yml", old, new)
    repository.replace("alertmanager.yml", 'severity="page"', 'severity=~"page|warning"')
    (folder / "incidents.csv").write_text(INCIDENTS, encoding="utf-8")
    options = ("--format", "html", "--output", "../page.html", "--incidents", "../incidents.csv")
    ended = repository.backtest(*ROUTED, *options)
    assert (ended.code, ended.err) == (0, "")
    return Seen((folder / "page.html").read_text(encoding="utf-8"))


def test_the_page_shows_each_alert_before_and_after(tmp_path: Path) -> None:
    page = changed(tmp_path)
    assert page.open == []
    text = " ".join(page.words)
    assert "QueueLong (page) expression · page · rules/mail/queue.yml:6:9" in text
    assert "fired 14 → 7 minutes firing 910 → 805 notifications 14 → 7" in text
    assert "notified: pager 14 → 7" in text
    assert "notified: chat 7 → 0 · pager 0 → 7" in text
    assert page.count("lost") == 8, "seven episodes that are gone, and the legend"
    assert any("alert, lost: 2026-10-01 06:05 UTC" in tip for tip in page.tips)


def test_an_alert_has_the_color_of_what_it_does_on_each_side(tmp_path: Path) -> None:
    page = changed(tmp_path)
    moved = [name for name in page.classes if name.startswith("bar ticket")]
    assert len(moved) == 7 + 14, "QueueEmpty and the hostile one, before the change"


def test_quiet_and_unknown_alerts_are_different_lists(tmp_path: Path) -> None:
    words = changed(tmp_path).words
    quiet, unknown = (
        words.index("Nothing fired"),
        words.index("Not replayed (nothing is known of them)"),
    )
    assert quiet < words.index("Quiet: expression, route") < unknown
    assert any("Unseen: no series that it reads had a sample" in word for word in words[unknown:])


def test_no_name_becomes_markup_and_the_page_loads_nothing(tmp_path: Path) -> None:
    page = changed(tmp_path)
    assert {"img", "script", "link", "iframe"}.isdisjoint(page.names)
    assert not any(name.startswith("on") or name in ("src", "href") for name in page.attributes)
    assert page.words.count(HOSTILE) == 1, "the incident"
    assert f"{HOSTILE} (warning)" in page.words


def test_many_episodes_are_few_bars(tmp_path: Path) -> None:
    flapping = "groups: [{name: f, interval: 1m, rules: [{alert: Flaps, expr: RULE}]}]\n"
    expr = "queue_length and on () (minute() % 2 == 0)"
    files = {"rules/flaps.yml": flapping.replace("RULE", expr)}
    repository = RuleRepository.at(tmp_path, files)
    ended = repository.backtest("--rules", "rules", "--format", "html")
    page = Seen(ended.out)
    assert "5,040" in page.words, "episodes, one every two minutes"
    assert page.count("bar") == 3, "one bar, and two keys of the legend"
    assert any("5,040 episodes" in tip for tip in page.tips)
