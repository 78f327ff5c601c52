"""Pages in Chromium: accessibility, widths, themes, the policy, search and charts.

Skipped if Chromium, playwright or axe-core is missing; `tests/servers/install` installs axe-core.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.environment import cache_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES: Final = (
    "index.html",
    "calendar.html",
    "incidents.html",
    "notifications.html",
    "on-call.html",
    "reviews.html",
    "quarter/workforce.html",
    "services/attendance.html",
    "services/days/exports.html",
    "teams/workforce.html",
)
STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE: Final = cache_folder() / "servers/axe/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed; run apt-get install chromium")
    if find_spec("playwright") is None:
        pytest.skip("playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


class Seen:
    """What a page did that it must not do: messages, errors, requests to other hosts."""

    def __init__(self, page: Any, own: str) -> None:
        self.faults: list[str] = []
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


@pytest.mark.parametrize(
    ("width", "theme"), [(320, "light"), (390, "dark"), (1024, "light"), (1680, "dark")]
)
def test_pages_fit_and_reach_no_other_host(
    browser: "Browser", site: Path, width: int, theme: Any
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    for name in PAGES:
        for language in ("en", "ja"):
            page = context.new_page()
            seen = Seen(page, own=site.as_uri())
            page.goto((site / language / name).as_uri())
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (overflow <= 0, seen.faults) == (True, []), f"{language}/{name}"
            page.close()
    context.close()


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1024, "dark")])
def test_axe_finds_nothing(browser: "Browser", site: Path, width: int, theme: Any) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run tests/servers/install")
    # The test injects a script, which the policy of the page forbids.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True
    )
    for name in PAGES:
        page = context.new_page()
        page.goto((site / "en" / name).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("(tags) => axe.run({ runOnly: tags })", STANDARDS)
        assert len(found["passes"]) > 15
        nodes = [(one["id"], node["html"]) for one in found["violations"] for node in one["nodes"]]
        assert nodes == [], name
        page.close()
    context.close()


def test_the_same_content_is_there_without_script(browser: "Browser", site: Path) -> None:
    texts = []
    for is_enabled in (True, False):
        context = browser.new_context(java_script_enabled=is_enabled)
        page = context.new_page()
        page.goto((site / "en/services/attendance.html").as_uri())
        texts.append(page.locator("main").inner_text().replace("Show with values\n", ""))
        assert page.locator("form.search").is_visible() == is_enabled
        context.close()
    assert texts[0].split() == texts[1].split()


def test_search_and_charts_work_from_files_and_below_a_path(
    browser: "Browser", site: Path, tmp_path: Path
) -> None:
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


def test_the_keyboard_reaches_the_content_first_and_each_focus_is_visible(
    browser: "Browser", site: Path
) -> None:
    page = browser.new_page()
    page.goto((site / "en/services/attendance.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    shown = "getComputedStyle(document.activeElement)"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('svg') === null"):
            assert page.evaluate(f"{shown}.outlineStyle") == "solid"
    page.close()
