"""A backtest as a page: what it draws, and that it runs and loads nothing."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings, Backtest, SliSummary
from reliability.backtest.report.html.slos import page
from reliability.render.words import words_in
from reliability.timespan import TimeSpan
from tests.backtest.repository import burst, catalog, day, incident, policy, quiet, replay, slo
from tests.backtest.test_headline import HOUR, INCIDENTS, SPAN, row
from tests.backtest.test_headline import result as made
from tests.backtest.test_reports import change

VOID = {"meta", "br"}
HOSTILE = "\"><script>alert(1)</script>\u202e' onmouseover=alert(1) @channel"


class Seen(HTMLParser):
    """Reads a page as a browser does; notes elements, classes and tooltips."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.classes: list[str] = []
        self.tips: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        said = dict(attrs)
        self.attributes |= set(said)
        self.classes.append(said.get("class") or "")
        if "data-tip" in said:
            self.tips.append(said["data-tip"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def count(self, name: str) -> int:
        """How many elements have this class."""
        return sum(name in each.split() for each in self.classes)


def without_days(text: str) -> str:
    """The page without the days that are drawn again with hours."""
    return re.sub(r'<details class="days">.*?</details>', "", text, flags=re.DOTALL)


@pytest.fixture(scope="module")
def compared() -> Seen:
    return Seen(without_days(page(change())))


def named(name: str) -> Backtest:
    bad = quiet()
    burst(bad, day(3), 0.5)
    return replay(
        catalog(slo("checkout"), policy("checkout"), incident(f"'{name}'", day(3))),
        {"checkout": bad},
    )


def test_every_element_that_opens_is_closed(compared: Seen) -> None:
    assert compared.open == []


def test_old_lanes_stand_above_new_ones(compared: Seen) -> None:
    tracks = [each for each in compared.classes if each in ("track", "track old")]
    assert tracks == ["track old", "track"] * 2


def test_what_a_change_loses_is_marked_in_the_old_lane(compared: Seen) -> None:
    assert compared.count("lost") == 2  # in the track, and in the legend
    assert any("alert, lost: 2026-09-16 10:15 UTC" in tip for tip in compared.tips)


def test_an_incident_that_is_missed_is_marked_and_told(compared: Seen) -> None:
    assert "pin missed" in " ".join(compared.classes)
    assert any("caught -> missed" in tip for tip in compared.tips)
    assert "Missed 1 (paged before): 16 September with 4.2 % of the budget spent" in compared.words


def test_the_headline_is_short_and_each_slo_has_an_anchor() -> None:
    said = page(change())
    assert (
        "<h1>alert episodes a week 0.5 → 0.2 · ticket episodes a week 0.0 → 0.0 · "
        "incidents caught 1 of 1 → 0 of 1"
        "</h1>" in said.replace("\u00a0", " ")
    )
    assert '<section class="slo" id="shop/checkout/served">' in said
    assert '<a href="#shop/checkout/served">' in said


def test_days_have_a_scale_and_cells_their_heads(compared: Seen) -> None:
    assert any(re.fullmatch(r"budget a day, up to [\d.]+\s%", each) for each in compared.words)
    assert "data-label" in compared.attributes
    assert "What these columns mean" in compared.words
    terms = compared.words.index("What the terms on this page mean")
    meaning = compared.words.index("the share of episodes that overlap an incident or event")
    assert terms < compared.words.index("precision") < meaning


def test_an_slo_without_history_is_told_and_not_drawn_as_quiet(compared: Seen) -> None:
    assert any("no history: nothing is stored" in each for each in compared.words)


def test_what_did_not_fire_is_not_listed_with_what_has_no_history() -> None:
    both = catalog(slo("checkout"), slo("unseen"), policy("checkout"))
    words = Seen(page(replay(both, {"checkout": quiet()}))).words
    silent, unknown = words.index("Nothing fired"), words.index("No history")
    [checkout] = [at for at, each in enumerate(words) if "checkout served, target" in each]
    [unseen] = [at for at, each in enumerate(words) if "no history: nothing is stored" in each]
    assert silent < checkout < unknown < unseen


def test_days_are_as_many_as_the_span_has(compared: Seen) -> None:
    assert compared.count("day") == 28


def test_it_loads_nothing_and_runs_nothing() -> None:
    said = page(change())
    assert "default-src 'none'" in said
    assert "unsafe" not in said
    assert "style" not in Seen(said).attributes
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img|<iframe", said)
    assert not any(name.startswith("on") for name in Seen(said).attributes)


def test_it_has_a_dress_for_day_and_one_for_night() -> None:
    said = page(change())
    assert '<meta name="color-scheme" content="light dark">' in said
    assert "prefers-color-scheme: dark" in said


def test_a_mark_has_its_place_on_the_axis_from_the_one_style_of_the_page() -> None:
    said = page(named("Nobody paid"))
    style = re.findall("<style>(.*?)</style>", said, flags=re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in said
    bar, *_ = re.findall(r'class="bar alert left (at-\S+)"', said)
    left, width = bar.removeprefix("at-").replace("_", ".").split("-")
    assert f".{bar}{{left:{left}%;width:{width}%}}" in style
    assert (float(left) // (100 / 28), float(width) > 0) == (3, True)


def test_a_day_with_an_alert_is_drawn_again_with_hours() -> None:
    said = page(named("Nobody paid"))
    assert re.findall(r'<div id="([^"]+)"><h3>', said) == ["shop/checkout/served/2026-09-07"]
    inside = said.partition('<details class="days">')[2].partition("</details>")[0]
    zoomed = Seen(inside)
    hours = [f"{hour}:00 UTC" for hour in ("00", "06", "12", "18")]
    assert [word for word in zoomed.words if ":00" in word] == hours
    assert zoomed.count("bar") == 2  # alert and ticket
    assert any("of the period's budget spent" in word for word in zoomed.words)


def test_several_objectives_have_a_table_that_one_allowed_script_sorts() -> None:
    bad = quiet()
    burst(bad, day(3), 0.5)
    documents = (slo("checkout"), policy("checkout"), slo("refunds"), policy("refunds"))
    said = page(replay(catalog(*documents), {"checkout": bad, "refunds": bad}))
    [script] = re.findall("<script>(.*?)</script>", said, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in said
    table = Seen(said[said.index('<table class="cards sortable') : said.index("</table>") + 8])
    assert table.names.count("tr") == 3
    assert {"checkout", "refunds"} <= {word.split()[0] for word in table.words}


def test_what_people_write_is_text_and_nothing_else() -> None:
    said = page(named(HOSTILE.replace("'", "''")))
    seen = Seen(said)
    assert "script" not in seen.names
    assert "onmouseover" not in seen.attributes
    assert "\u202e" not in said
    assert any("<script>alert(1)</script>" in tip for tip in seen.tips)


def test_one_side_alone_has_one_lane_for_each_alert() -> None:
    seen = Seen(without_days(page(named("Nobody paid"))))
    assert seen.count("old") == 0
    assert [each for each in seen.classes if each == "track"] == ["track"] * 2
    assert any(name.startswith("pin caught left ") for name in seen.classes)


def test_a_gap_is_drawn_as_a_gap() -> None:
    known = quiet() + 1
    known[-3 * 1440 :] = 0
    result = replay(
        catalog(slo("checkout"), policy("checkout"), incident("Nobody paid", day(3))),
        {"checkout": quiet()},
        checkout=known,
    )
    seen = Seen(page(result))
    assert seen.count("gap") == 10
    assert any("not known" in tip for tip in seen.tips)


def test_nothing_at_all_is_a_page_too() -> None:
    seen = Seen(page(replay(catalog(), {})))
    assert "no incident to score against" not in seen.words
    assert seen.open == []


def test_the_page_is_japanese_if_the_policy_is() -> None:
    said = page(change(), words_in("ja"))
    words = [each.replace("\u00a0", " ") for each in Seen(said).words]
    assert '<html lang="ja">' in said
    assert any(each.startswith("週あたりのアラート発火 0.5 → 0.2") for each in words)
    assert {"このページの用語", "アラートの品質", "再現率"} <= {*words}
    english = [each for each in words if re.search(r"\b(the|of|a week|days?|caught)\b", each)]
    assert english == []


def test_objectives_are_grouped_by_team_service_and_tier() -> None:
    bad = quiet()
    burst(bad, day(3), 0.5)
    documents = (slo("checkout"), policy("checkout"), slo("refunds"), policy("refunds"))
    said = page(replay(catalog(*documents), {"checkout": bad, "refunds": bad}))
    words = Seen(said[said.index("<nav") : said.index("</nav>")]).words
    titles = [words.index(title) for title in ("By team", "By service", "By tier")]
    assert titles == sorted(titles)
    by_service = words[titles[1] : titles[2]]
    assert by_service[by_service.index("shop") + 1] == "2"


def test_an_alert_has_links_to_its_days_and_so_has_an_event() -> None:
    said = page(named("Nobody paid"))
    links = re.findall(r'<a href="#(shop/checkout/served/2026-09-07)">([^<]+)</a>', said)
    assert [words for _, words in links[:3]] == ["7 Sep"] * 3  # alert, ticket, incidents
    assert links[3][1].startswith("2026-09-07 ")


@pytest.mark.parametrize(("count", "more"), [(20, ""), (21, "and 1 more"), (23, "and 3 more")])
def test_a_group_has_links_to_twenty_objectives(count: int, more: str) -> None:
    result = made([row("alert", 1, 2)], INCIDENTS[:1])
    [one] = result.objectives
    many = tuple(
        replace(one, slo=f"s{number:02}", rows=(replace(one.rows[0], slo=f"s{number:02}"),))
        for number in range(count)
    )
    said = page(replace(result, objectives=many))
    groups = said[said.index("By team") : said.index("By service")]
    assert groups.count('<a href="#shop/s') == min(count, 20)
    assert re.findall(r"<span>(and [^<]+)</span>", groups) == ([more] if more else [])


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ((-5, -1), []),
        ((-5, 0), []),
        ((-5, 1), ["2026-03-01"]),
        ((23, 24), ["2026-03-01"]),
        ((23, 25), ["2026-03-01", "2026-03-02"]),
        ((24, 24), ["2026-03-02"]),
        ((24, 73), ["2026-03-02", "2026-03-03", "2026-03-04"]),
        ((13 * 7 * 24 - 1, 13 * 7 * 24 + 9), ["2026-05-30"]),
        ((13 * 7 * 24, 13 * 7 * 24 + 9), []),
        ((13 * 7 * 24, 13 * 7 * 24), []),
    ],
)
def test_days_by_the_hour_are_those_of_the_span_that_an_event_touches(
    hours: tuple[int, int], days: list[str]
) -> None:
    """The span is of 13 weeks from 1 March on."""
    [known] = INCIDENTS[:1]
    begin, end = (SPAN.start + hour * HOUR for hour in hours)
    event = replace(known.event, span=TimeSpan(begin, end))
    result = made([row("alert", 0, 0)], [replace(known, event=event)])
    said = page(result)
    assert re.findall(r'id="shop/checkout/(20[^"]+)"', said) == days
    start = f"{begin:%Y-%m-%d %H:%M} UTC</"
    link = f'<a href="#shop/checkout/{days[0]}">' if days else ""
    assert f"{link}{start}" in said
    assert bool(days) is ('<a href="#shop/checkout/20' in said)


def test_at_most_ten_days_are_drawn_by_the_hour_those_that_spent_most() -> None:
    result = made([row("alert", 0, 0)], [])
    [one] = result.objectives
    spent = tuple((n % 7) / 10 for n in range(91))
    starts = [SPAN.start + timedelta(days=number, hours=1) for number in range(30)]
    episodes = tuple(Episode(TimeSpan(start, start + HOUR), {}, 0.1) for start in starts)
    assert isinstance(one.history, SliSummary)
    known = replace(one.rows[0], new=AlertFirings(episodes, 30 * HOUR, 13.0))
    shown = replace(one, rows=(known,), history=replace(one.history, days=spent))
    said = page(replace(result, objectives=(shown,)))
    drawn = re.findall(r'id="shop/checkout/(20[^"]+)"', said)
    best = sorted(range(30), key=lambda number: (-spent[number], number))[:10]
    assert drawn == [f"{SPAN.start + timedelta(days=number):%Y-%m-%d}" for number in sorted(best)]
    assert "10 days by the hour" in said
