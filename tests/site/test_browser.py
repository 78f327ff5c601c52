"""Pages in Chromium: accessibility, widths, themes, the policy, the keyboard, search and charts.

Skipped if playwright, Chromium or axe-core is missing; `tests/servers/install` fetches the latter
two where Debian and npm provide them.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.servers.generation import Unavailable
from tests.site.accessibility import LOOKS, Look, axe_page, opened, violations
from tests.site.browser import find_axe, find_browser, started_browser
from tests.site.kinds import KINDS, build_kinds, in_japanese

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS: Final = (320, 390, 840, 1001, 1024, 1680)
"""A window of 1,680 px has 840 px at 200 %; 1,001 px are the narrowest with wide tables."""
CONTRAST: Final = 4.5
"""Smallest ratio of WCAG 2.2 AA for text of this size (success criterion 1.4.3)."""
LISTENER: Final = """
addEventListener("securitypolicyviolation",
  (event) => console.error("policy:", event.violatedDirective, event.blockedURI));
"""
USABLE: Final = """
window.usable = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }));
usable.length
"""
"""Collects what can be used, in the order of the page; its number."""
FOCUS: Final = """
(() => {
  const element = document.activeElement, square = element.querySelector("rect");
  const isVisible = getComputedStyle(element).outlineStyle !== "none"
    || square !== null && getComputedStyle(square).strokeWidth === "3px";
  return [usable.indexOf(element), isVisible];
})()
"""
"""The number of the element that has the focus, and whether that is visible."""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_kinds(tmp_path_factory.mktemp("kinds"))


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    program = find_browser()
    if isinstance(program, Unavailable):
        pytest.skip(f"{program.name} is unavailable: {program.reason}")
    with started_browser(program) as started:
        yield started


class Seen:
    """What a page did that it must not do: messages, errors, requests to other hosts."""

    def __init__(self, page: "Page", own: str) -> None:
        self.faults: list[str] = []
        page.add_init_script(LISTENER)
        page.on("console", lambda message: self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._request(request.url, own))

    def _request(self, url: str, own: str) -> None:
        if not url.startswith(own):
            self.faults.append(url)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on 127.0.0.1; its address."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """A file server that prints nothing."""

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_fits_and_reaches_no_other_host(
    browser: "Browser", kinds: Path, language: str
) -> None:
    """320 px are also what a window of 1,280 px has at 400 % (success criterion 1.4.10)."""
    page = browser.new_page()
    seen = Seen(page, own=kinds.as_uri())
    for name, path in KINDS.items():
        opened(page, kinds / (path if language == "en" else in_japanese(path)))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{name} at {width} px"
        assert seen.faults == [], name
    page.close()


@pytest.mark.parametrize("looks", [LOOKS, LOOKS[::-1]], ids=["forward", "backward"])
def test_axe_finds_nothing(browser: "Browser", kinds: Path, looks: Sequence[Look]) -> None:
    """Each kind of page has two looks that differ in theme and language, and each look has pages.

    `make axe` reads every kind in every look, which takes minutes.
    """
    axe = find_axe()
    if isinstance(axe, Unavailable):
        pytest.skip(f"axe-core is unavailable: {axe.reason}")
    script = axe.read_text(encoding="utf-8")
    page = axe_page(browser)
    for name, look in zip(KINDS, cycle(looks)):
        assert violations(page, kinds, name, look, script) == [], (name, look)
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_in_colored_cells_have_contrast(
    browser: "Browser", kinds: Path, theme: Any
) -> None:
    """The contrast of a single character, such as a count of pages, is not judged by axe."""
    page = browser.new_page(color_scheme=theme)
    opened(page, kinds / KINDS["on-call"])
    page.evaluate("""for (const cell of [...document.querySelectorAll(".hours td")].slice(0, 4))
        { cell.className = "load" + (cell.cellIndex % 3 + 1); cell.textContent = "1" }""")
    colors = page.evaluate("""[...document.querySelectorAll(".hours td[class*=load]")].map((cell) =>
        [getComputedStyle(cell).color, getComputedStyle(cell).backgroundColor])""")
    assert len({back for _, back in colors}) == 3
    for text, back in colors:
        assert ratio(text, back) >= CONTRAST, (text, back)
    page.close()


def ratio(one: str, other: str) -> float:
    """The contrast of two colors, `rgb(1, 2, 3)`, by WCAG."""
    lights = []
    for color in (one, other):
        parts = [int(part) / 255 for part in color[4:-1].split(",")]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    dark, light = sorted(lights)
    return (light + 0.05) / (dark + 0.05)


def test_the_keyboard_reaches_everything_in_order(browser: "Browser", kinds: Path) -> None:
    """Each element that can be used gets the focus once, in the order of the page, and shows it."""
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    for name, path in KINDS.items():
        opened(page, kinds / path)
        expected = page.evaluate(USABLE)
        for number in range(expected):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            assert focus == [number, True], (
                f"{name}: {page.evaluate('document.activeElement.outerHTML')}"
            )
    page.close()


def test_the_keyboard_skips_to_the_content_and_opens_details(
    browser: "Browser", kinds: Path
) -> None:
    page = browser.new_page()
    page.goto((kinds / KINDS["service"]).as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("(details) => details.open")
    page.keyboard.press("Space")
    assert not page.locator("details").first.evaluate("(details) => details.open")
    page.close()


@pytest.mark.parametrize("kind", ["quarter-team", "backtest"])
def test_paper_has_tables_and_no_navigation(browser: "Browser", kinds: Path, kind: str) -> None:
    """A4 with margins has 703 px, at which a screen shows cards."""
    page = browser.new_page(viewport={"width": 703, "height": 900})
    page.goto((kinds / in_japanese(KINDS[kind])).as_uri())
    shown = """[...document.querySelectorAll("table.cards tr")].filter((row) =>
        row.checkVisibility() && getComputedStyle(row).display === "table-row").length > 2"""
    assert not page.evaluate(shown)
    page.emulate_media(media="print")
    assert page.evaluate(shown)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.locator("header.site, .sorting").locator("visible=true").count() == 0
    page.close()


def test_nothing_moves_for_people_who_ask_for_less_motion(browser: "Browser", kinds: Path) -> None:
    behaviors = []
    for motion in ("no-preference", "reduce"):
        page = browser.new_page(reduced_motion=motion)
        page.goto((kinds / KINDS["service"]).as_uri())
        behaviors.append(page.evaluate("getComputedStyle(document.documentElement).scrollBehavior"))
        moving = """[...document.querySelectorAll("*")].filter((element) =>
            parseFloat(getComputedStyle(element).transitionDuration) > 0).length"""
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.evaluate(moving) == 0
        page.close()
    assert behaviors == ["smooth", "auto"]


def test_the_same_content_is_there_without_script(browser: "Browser", kinds: Path) -> None:
    texts = []
    for is_enabled in (True, False):
        context = browser.new_context(java_script_enabled=is_enabled)
        page = context.new_page()
        page.goto((kinds / KINDS["service"]).as_uri())
        texts.append(page.locator("main").inner_text().replace("Show with values\n", ""))
        assert page.locator("form.search").is_visible() == is_enabled
        context.close()
    assert texts[0].split() == texts[1].split()


def test_search_and_charts_work_from_files_and_below_a_path(
    browser: "Browser", kinds: Path, tmp_path: Path
) -> None:
    site = kinds / "site"
    shutil.copytree(site, tmp_path / "some/path")
    with served(tmp_path) as address:
        for own in (site.as_uri(), f"{address}/some/path"):
            page = browser.new_page()
            seen = Seen(page, own)
            page.goto(f"{own}/en/services/payslips.html")
            page.get_by_label("Search").fill("clock")
            page.locator("#results a").first.click()
            page.wait_for_url(f"{own}/en/services/attendance.html")
            page.get_by_role("button", name="Show with values").first.click()
            page.locator("canvas").first.wait_for()
            page.get_by_label("Search").fill("zzzz")
            page.get_by_text("Nothing was found.").wait_for()
            assert seen.faults == []
            page.close()


def test_a_backtest_sorts_its_table_and_zooms_to_a_day(browser: "Browser", kinds: Path) -> None:
    page = browser.new_page()
    seen = Seen(page, own=kinds.as_uri())
    page.goto((kinds / KINDS["backtest"]).as_uri())
    for name, column in (("service", 1), ("alert episodes a week", 5)):
        page.get_by_role("button", name=name, exact=True).click()
        values = sorted_values(page, column)
        ordered = sorted(values) if column == 1 else sorted(values, key=float, reverse=True)
        assert (len(values) > 2, values) == (True, ordered)
    assert page.locator("th[aria-sort]").all_inner_texts() == ["alert episodes a week"]

    assert not page.locator("details.days h3").first.is_visible()
    page.locator(".zooms a").first.click()
    page.locator("details.days h3").first.wait_for()
    assert seen.faults == []
    page.close()


def sorted_values(page: "Page", column: int) -> list[str]:
    """The values by which rows of the backtest's table sort, in the order of the rows."""
    cells = page.locator(f".sortable td:nth-child({column + 1})").all()
    return [cell.get_attribute("data-value") or "" for cell in cells]


def test_a_list_sorts_the_cards_of_a_backtest_on_a_narrow_screen(
    browser: "Browser", kinds: Path
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((kinds / KINDS["backtest"]).as_uri())
    before = sorted_values(page, 5)
    choice, turn = page.get_by_label("Sort by"), page.get_by_role("button", name="Reverse")
    assert turn.is_disabled()
    assert not page.locator(".sortable th button").first.is_visible()
    choice.select_option("ticket episodes a week")
    tickets = sorted_values(page, 6)
    assert tickets == sorted(tickets, key=float, reverse=True)
    turn.click()
    assert sorted_values(page, 6) == sorted(tickets, key=float)
    choice.select_option("the worst first")
    assert sorted_values(page, 5) == before
    page.close()


def test_a_backtest_is_complete_without_script(browser: "Browser", kinds: Path) -> None:
    """A link to a day opens it; groups by team, service and tier are parts of the page."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((kinds / KINDS["backtest"]).as_uri())
    assert page.locator("nav summary").all_inner_texts() == ["By team", "By service", "By tier"]
    assert page.locator(".sorting").count() == 0
    page.get_by_role("link", name="What these columns mean").first.click()
    assert page.get_by_text("the share of episodes that overlap an incident or event").is_visible()
    page.locator(".zooms a").first.click()
    assert page.locator("details.days h3").first.is_visible()
    context.close()
